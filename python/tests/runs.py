"""Run directories for tests, and the real trainer under the real torchrun."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

PACKAGE_ROOT = Path(__file__).parent.parent


def make_plan(model: Path, architecture: str, splits: list[int], **changes: Any) -> dict[str, Any]:
    """A finished plan for CPU ranks; ``changes`` override members of the plan or, by name, of its training."""
    bounds = np.cumsum([0, *splits]).tolist()
    training: dict[str, Any] = {
        "method": "lora",
        "lora": {"rank": 4, "alpha": 8.0, "dropout": 0.0, "targets": ["q_proj", "v_proj"]},
        "freeze": None,
        "datasets": [],
        "template": "alpaca",
        "cutoffLength": 64,
        "batchSize": 6,
        "groupByLength": False,
        "epochs": 1.0,
        "maxSteps": 4,
        # A large eps keeps the update proportional to the gradient, so equal weights mean equal gradients.
        "optimizer": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-3},
        "learningRate": 1e-2,
        "scheduler": "cosine",
        "warmupRatio": 0.25,
        "weightDecay": 0.1,
        "maxGradNorm": 1.0,
        "saveSteps": 100,
        "evalRatio": 0.0,
        "seed": 3,
        "output": None,
    }
    plan: dict[str, Any] = {
        "version": 1,
        "fits": True,
        "device": "cpu",
        "precision": {"value": "fp32", "reason": "test"},
        "schedule": "1f1b",
        "microBatches": 3,
        "microBatchSize": 2,
        "packedLength": None,
        "graphedLength": None,
        "dataParallel": 1,
        "transport": "host",
        "checkpointing": "none",
        "model": {
            "source": str(model),
            "path": str(model),
            "architecture": architecture,
            "layers": bounds[-1],
            "attention": "sdpa",
        },
        "training": training,
        "throughput": {"stepSeconds": 0.2, "rehearsal": {"microBatches": 3, "seconds": 0.25}},
    }
    for name, value in changes.items():
        (training if name in training else plan)[name] = value
    plan["stages"] = [
        {"layers": [bounds[i], bounds[i + 1]], "inFlight": _in_flight(plan, len(splits) - 1 - i)}
        for i in range(len(splits))
    ]
    # Eager 1F1B is no schedule of its own, but 1F1B with more in flight.
    plan["schedule"] = plan["schedule"].removeprefix("eager-")
    plan["ranks"] = [
        {
            "rank": replica * len(splits) + stage,
            "host": "localhost",
            "replica": replica,
            "stage": stage,
            "gpu": None,
        }
        for replica in range(plan["dataParallel"])
        for stage in range(len(splits))
    ]
    return plan


def on_cards(plan: dict[str, Any], cards: int) -> None:
    """Makes the plan one for CUDA and gives every rank a card; stages take turns where there are fewer cards."""
    plan["device"] = "cuda"
    for rank in plan["ranks"]:
        index = rank["stage"] % cards
        uuid = f"GPU-{torch.cuda.get_device_properties(index).uuid}"
        rank["gpu"] = {"uuid": uuid, "index": index, "name": torch.cuda.get_device_name(index)}


def _in_flight(plan: dict[str, Any], stages_after: int) -> int:
    """Micro-batches that a stage holds, as the planner has it (``src/plan/memory.ts``)."""
    most = {"naive": 1, "gpipe": plan["microBatches"], "1f1b": stages_after + 1, "eager-1f1b": 2 * stages_after + 1}
    return min(most[plan["schedule"]], plan["microBatches"])


def make_rows(count: int, vocabulary: int, shortest: int = 5, longest: int = 30) -> list[tuple[list[int], list[bool]]]:
    """Random rows of unlike lengths; the second half of each is learned."""
    random = np.random.default_rng(11)
    rows = []
    for _ in range(count):
        length = int(random.integers(shortest, longest))
        ids = random.integers(3, vocabulary, length).tolist()
        rows.append((ids, [place >= length // 2 for place in range(length)]))
    return rows


def write_rows(folder: Path, rows: list[tuple[list[int], list[bool]]]) -> None:
    """Encoded rows in the on-disk format of ``data.py``: flat tokens, targets, and offsets."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "tokens.npy", np.array([token for ids, _ in rows for token in ids], dtype=np.int32))
    np.save(folder / "targets.npy", np.array([flag for _, flags in rows for flag in flags], dtype=bool))
    np.save(folder / "offsets.npy", np.cumsum([0, *(len(ids) for ids, _ in rows)], dtype=np.int64))


def make_run(folder: Path, plan: dict[str, Any], rows: list[tuple[list[int], list[bool]]], attempt: int = 1) -> Path:
    """A run directory ready for the trainer."""
    (folder / "attempts" / str(attempt)).mkdir(parents=True, exist_ok=True)
    (folder / "control").mkdir(exist_ok=True)
    (folder / "attempts" / str(attempt) / "plan.json").write_text(json.dumps(plan))
    write_rows(folder / "data", rows)
    return folder


def train(run_dir: Path, ranks: int, attempt: int = 1, expect: int = 0) -> list[dict[str, Any]]:
    """Trains under torchrun and returns the events; an exit code other than ``expect`` fails with the output."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}"]
    command += ["-m", "ft_trainer", "train", "--run-dir", str(run_dir), "--attempt", str(attempt)]
    search_path = os.pathsep.join([str(PACKAGE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": search_path, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == expect, done.stdout[-3000:] + done.stderr[-6000:]
    return events(run_dir)


def events(run_dir: Path, type: str | None = None) -> list[dict[str, Any]]:
    """The run's events, or those of one type."""
    found = [json.loads(line) for line in (run_dir / "events.jsonl").read_text().splitlines()]
    return [event for event in found if type in (None, event["type"])]
