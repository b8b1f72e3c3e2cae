"""Loading: a rank reads only its own layers, and never holds more of them in anonymous memory than it must."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from runs import PACKAGE_ROOT, make_plan
from tiny_models import VOCABULARY, make_checkpoint
from transformers import AutoModelForCausalLM

from ft_trainer.config import Plan
from ft_trainer.stage import build_stage, load_stage

# Loads one stage in a fresh process and tells how much anonymous memory that took at its peak, sampled by a thread.
LOADER = """
import json, sys, threading, time
from pathlib import Path
import torch
from ft_trainer.config import load_plan
from ft_trainer.stage import build_stage, load_stage

def anonymous():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))

plan, stage = load_plan(Path(sys.argv[1])), int(sys.argv[2])
module = build_stage(plan, stage)
before, peak, done = anonymous(), 0, False
def watch():
    global peak
    while not done:
        peak = max(peak, anonymous())
        time.sleep(0.001)
watcher = threading.Thread(target=watch)
watcher.start()
load_stage(module, plan, torch.device("cpu"))
done = True
watcher.join()
print(json.dumps({"growth": max(peak, anonymous()) - before,
                  "bytes": sum(p.numel() * p.element_size() for p in module.parameters() if not p.requires_grad),
                  "trained": sum(p.numel() * p.element_size() for p in module.parameters() if p.requires_grad),
                  "largest": max(p.numel() * p.element_size() for p in module.parameters())}))
"""


@pytest.mark.parametrize("architecture", ["gemma2", "gemma3"])
@pytest.mark.parametrize("precision", ["fp16", "bf16"])
def test_gemma_starts_in_half_precision_as_in_transformers(architecture: str, precision: str, tmp_path: Path) -> None:
    model = make_checkpoint(tmp_path / "model", architecture)
    changes = {"precision": {"value": precision, "reason": "test"}}
    plan = msgspec.convert(make_plan(model, architecture, [4], **changes), Plan)
    stage = build_stage(plan, 0)
    load_stage(stage, plan, torch.device("cpu"))
    ids = torch.arange(VOCABULARY)[None]

    plain = AutoModelForCausalLM.from_pretrained(model, dtype=plan.precision.dtype)

    embedded = stage.model.get_submodule("model.embed_tokens")(ids)
    assert embedded.equal(plain.get_input_embeddings()(ids))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
@pytest.mark.parametrize("layers", [4, 12])
@pytest.mark.parametrize("method", ["lora", "freeze"])
def test_anonymous_memory_does_not_grow_with_the_model(method: str, layers: int, tmp_path: Path) -> None:
    shape = {"hidden_size": 512, "intermediate_size": 2048, "num_hidden_layers": layers, "vocab_size": 8000}
    model = make_checkpoint(tmp_path / "model", "llama", shard_size="40MB", **shape)
    assert len(list(model.glob("*.safetensors"))) > 2
    file = tmp_path / "plan.json"
    changes: dict[str, Any] = {"method": "freeze", "lora": None, "freeze": {"layers": 1}} if method == "freeze" else {}
    file.write_text(json.dumps(make_plan(model, "llama", [1, layers - 1], **changes)))

    environment = os.environ | {"PYTHONPATH": str(PACKAGE_ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", LOADER, str(file), "1"]
    told = json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)

    frozen = layers - 1 - (method == "freeze")
    assert told["bytes"] > frozen * 12e6
    assert told["growth"] <= told["trained"] + 2 * told["largest"]
