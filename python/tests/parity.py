"""The trainer against plain transformers and PEFT: the cases, what pairwise means, and how far the two are apart."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from reference import reference_run
from runs import PACKAGE_ROOT, events, make_plan, make_rows, make_run
from safetensors.torch import load_file
from tiny_models import ARCHITECTURES, ATTENTION, LAYERS, QV_TARGETS, VOCABULARY, make_checkpoint
from transformers import AutoModelForCausalLM

SPLITS = {"1": [4], "2": [2, 2], "3": [1, 2, 1], "4": [1, 1, 1, 1], "uneven": [3, 1]}
METHODS = ("lora-qv", "lora-all", "freeze")
ROWS = ("padded", "packed")
CHECKPOINTING = ("none", "full")
SCHEDULES = ("1f1b", "eager-1f1b", "gpipe", "naive")

ALL_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
ALL_LINEAR_TARGETS = {"phi3": ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"]}

# Two steps an epoch, the second of them smaller; packed, the first has a row for each of four stages.
SAMPLES, BATCH, PACKED_LENGTH = 16, 10, 40

LIMITS = {"loss": 1e-5, "norm": 1e-5, "gradients": 1e-5, "weights": 1e-5}
"""Worst relative error allowed, in fp32."""


@dataclass(frozen=True)
class Case:
    """One way to train a tiny model."""

    architecture: str
    method: str
    split: str
    rows: str
    checkpointing: str
    schedule: str
    replicas: int = 1

    def __str__(self) -> str:
        """Names the case in tests and tables."""
        return " ".join(str(value) for value in astuple(self))


def matrix() -> list[Case]:
    """Every architecture with every method, split and kind of row; checkpointing and schedule take turns."""
    turns = itertools.cycle(itertools.product(CHECKPOINTING, SCHEDULES))
    return [Case(*axes, *next(turns)) for axes in itertools.product(ARCHITECTURES, METHODS, SPLITS, ROWS)]


def pairs(case: Case) -> set[tuple[tuple[int, Any], ...]]:
    """Every two values that the case brings together, with the axes they belong to."""
    return set(itertools.combinations(enumerate(astuple(case)), 2))


def pairwise(cases: list[Case]) -> list[Case]:
    """A few of the cases that bring together every two values that all of them do, chosen greedily."""
    missing = set().union(*map(pairs, cases))
    chosen = []
    while missing:
        best = max(cases, key=lambda case: len(pairs(case) & missing))
        chosen.append(best)
        missing -= pairs(best)
    return chosen


@dataclass(frozen=True)
class Errors:
    """Worst relative errors of a case: losses and gradient norms of all steps, gradients and final weights by norm."""

    loss: float
    norm: float
    gradients: float
    weights: float


def compare(cases: list[Case], folder: Path, steps: int) -> dict[Case, Errors]:
    """Trains every case with the trainer and with the reference, below ``folder``."""
    rows = make_rows(SAMPLES, VOCABULARY)
    plans = {case: _plan(case, folder / "models", steps) for case in cases}
    runs = {case: make_run(folder / f"run-{number}", plan, rows) for number, (case, plan) in enumerate(plans.items())}
    _train(list(runs.values()))

    @cache
    def expected(architecture: str, method: str) -> dict[str, Any]:
        alike = (case for case in cases if (case.architecture, case.method) == (architecture, method))
        return reference_run(plans[next(alike)], rows)

    return {case: _errors(runs[case], plans[case], expected(case.architecture, case.method)) for case in cases}


def _plan(case: Case, models: Path, steps: int) -> dict[str, Any]:
    model = models / case.architecture
    if not model.exists():
        make_checkpoint(model, case.architecture)
    split = SPLITS[case.split]
    changes: dict[str, Any] = {
        "maxSteps": steps,
        "batchSize": BATCH,
        "microBatchSize": 2 if case.rows == "padded" and len(split) * case.replicas <= 2 else 1,
        "packedLength": PACKED_LENGTH if case.rows == "packed" else None,
        "checkpointing": case.checkpointing,
        "schedule": case.schedule,
        "dataParallel": case.replicas,
    }
    if case.method == "freeze":
        changes |= {"method": "freeze", "lora": None, "freeze": {"layers": 2}, "learningRate": 1e-3}
    plan = make_plan(model, case.architecture, split, **changes)
    plan["model"]["attention"] = ATTENTION.get(case.architecture, "sdpa")
    if case.method == "lora-qv":
        plan["training"]["lora"]["targets"] = QV_TARGETS.get(case.architecture, ["q_proj", "v_proj"])
    elif case.method == "lora-all":
        plan["training"]["lora"]["targets"] = ALL_LINEAR_TARGETS.get(case.architecture, ALL_LINEAR)
    return plan


def _train(run_dirs: list[Path]) -> None:
    search_path = os.pathsep.join([str(PACKAGE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": search_path, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(Path(__file__).with_name("world.py")), *map(str, run_dirs)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-6000:]


def _errors(run_dir: Path, plan: dict[str, Any], expected: dict[str, Any]) -> Errors:
    steps = events(run_dir, "step")
    assert len(steps) == len(expected["losses"])
    found = {"losses": [step["loss"] for step in steps], "norms": [step["grad_norm"] for step in steps]}
    gradients = _gradients(run_dir)
    weights = _trained_weights(run_dir, plan)
    return Errors(
        loss=_worst(found["losses"], expected["losses"]),
        norm=_worst(found["norms"], expected["norms"]),
        gradients=max(_worst_tensor(mine, expected["gradients"][step]) for step, mine in gradients.items()),
        weights=_worst_tensor(weights, expected["weights"]),
    )


def _worst(found: list[float], expected: list[float]) -> float:
    return max(abs(a - b) / abs(b) for a, b in zip(found, expected, strict=True))


def _worst_tensor(found: dict[str, torch.Tensor], expected: dict[str, torch.Tensor]) -> float:
    """The largest error of any tensor, by norm: Adam divides by the root of gradients that may be almost nothing.

    One that is nothing but rounding (a bias of the keys moves no softmax) is measured by all of them together.
    """
    assert found.keys() == expected.keys()
    total = math.sqrt(sum(float(values.square().sum()) for values in expected.values()))
    distances = {name: float((found[name] - values).norm()) for name, values in expected.items()}
    return max(distances[name] / max(float(values.norm()), 1e-4 * total) for name, values in expected.items())


def _gradients(run_dir: Path) -> dict[int, dict[str, torch.Tensor]]:
    """Gradients of the recorded steps by name, gathered from the stages and summed over the replicas."""
    gathered: dict[int, dict[str, torch.Tensor]] = {}
    for file in sorted(run_dir.glob("gradients-*.safetensors")):
        step = gathered.setdefault(int(file.stem.split("-")[1]), {})
        for name, values in load_file(file).items():
            step[name] = step[name] + values if name in step else values
    return gathered


def _trained_weights(run_dir: Path, plan: dict[str, Any]) -> dict[str, torch.Tensor]:
    """What the run exported, by the model's parameter names."""
    if plan["training"]["method"] == "lora":
        adapter = load_file(run_dir / "output" / "adapter_model.safetensors")
        named = {name.replace(".weight", ".default.weight"): values for name, values in adapter.items()}
        return {name.removeprefix("base_model.model."): values for name, values in named.items()}
    model = AutoModelForCausalLM.from_pretrained(run_dir / "output", dtype=torch.float32)
    first = LAYERS - plan["training"]["freeze"]["layers"]
    prefixes = tuple(f"model.layers.{layer}." for layer in range(first, LAYERS))
    return {name: values for name, values in model.state_dict().items() if name.startswith(prefixes)}
