"""The sharded trainer equals plain transformers + PEFT: losses, gradient norms and trained weights, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from reference import reference_run
from runs import events, make_plan, make_rows, make_run, train
from safetensors.torch import load_file
from tiny_models import ATTENTION, LAYERS, QV_TARGETS, VOCABULARY, make_checkpoint
from transformers import AutoModelForCausalLM

ALL_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
LORA_ALL = {"rank": 4, "alpha": 8.0, "dropout": 0.0, "targets": ALL_LINEAR}
FREEZE: dict[str, Any] = {"method": "freeze", "lora": None, "freeze": {"layers": 2}, "learningRate": 1e-3}

CASES: dict[str, tuple[str, list[int], dict[str, Any]]] = {
    "llama one stage": ("llama", [4], {}),
    "llama three uneven stages, all-linear, checkpointing": (
        "llama",
        [1, 2, 1],
        {"lora": LORA_ALL, "checkpointing": "full"},
    ),
    "llama freeze, frozen prefix": ("llama", [2, 1, 1], FREEZE),
    "llama freeze inside a stage, checkpointing": ("llama", [1, 3], {**FREEZE, "checkpointing": "full"}),
    "llama two replicas of two stages": ("llama", [1, 3], {"dataParallel": 2, "microBatchSize": 1}),
    "llama naive": ("llama", [3, 1], {"schedule": "naive"}),
    "tied llama freeze": ("llama-tied", [3, 1], {**FREEZE, "checkpointing": "full"}),
    "mistral gpipe": ("mistral", [1, 3], {"schedule": "gpipe"}),
    "qwen2": ("qwen2", [2, 2], {"lora": LORA_ALL}),
    "qwen3 freeze": ("qwen3", [3, 1], FREEZE),
    "gemma2": ("gemma2", [1, 3], {"checkpointing": "full"}),
    "gemma3": ("gemma3", [1, 3], {"checkpointing": "full"}),
    "phi3": ("phi3", [2, 2], {}),
}


@pytest.mark.parametrize("name", CASES)
def test_training_equals_the_reference(name: str, tmp_path: Path) -> None:
    architecture, splits, changes = CASES[name]
    model = make_checkpoint(tmp_path / "model", architecture)
    plan = make_plan(model, architecture, splits, **changes)
    plan["model"]["attention"] = ATTENTION.get(architecture, "sdpa")
    if plan["training"]["method"] == "lora" and "lora" not in changes:
        plan["training"]["lora"]["targets"] = QV_TARGETS.get(architecture, ["q_proj", "v_proj"])
    # 10 rows in batches of 6: the second batch of each epoch is partial.
    rows = make_rows(10, VOCABULARY)
    run_dir = make_run(tmp_path / "run", plan, rows)

    train(run_dir, len(plan["ranks"]))
    expected = reference_run(plan, rows)

    steps = events(run_dir, "step")
    assert [step["loss"] for step in steps] == pytest.approx(expected["losses"], rel=1e-5)
    assert [step["grad_norm"] for step in steps] == pytest.approx(expected["norms"], rel=1e-4)
    for weight, values in trained_weights(run_dir, plan).items():
        # By norm, since Adam divides by the root of a gradient that may be almost nothing.
        error = (values - expected["weights"][weight]).norm() / expected["weights"][weight].norm()
        assert error < 1e-4, weight
    assert len(expected["weights"]) == len(trained_weights(run_dir, plan))


def trained_weights(run_dir: Path, plan: dict[str, Any]) -> dict[str, torch.Tensor]:
    """What the run exported, by the reference's parameter names."""
    if plan["training"]["method"] == "lora":
        adapter = load_file(run_dir / "output" / "adapter_model.safetensors")
        return {name.replace(".weight", ".default.weight"): values for name, values in adapter.items()}
    model = AutoModelForCausalLM.from_pretrained(run_dir / "output", dtype=torch.float32)
    first = LAYERS - plan["training"]["freeze"]["layers"]
    prefixes = tuple(f"model.layers.{layer}." for layer in range(first, LAYERS))
    return {name: values for name, values in model.state_dict().items() if name.startswith(prefixes)}
