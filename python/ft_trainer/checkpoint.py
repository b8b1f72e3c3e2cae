"""Checkpoints of a run: complete or absent, never torn, and independent of the split they were written under."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from .config import Plan
from .errors import NeighbourFailed, UserError, cannot_write
from .mesh import Mesh
from .optimizer import ShardedOptimizer

_STATE = "state.json"
_KEPT = 2
"""Newest checkpoints that stay; the second guards against a disk that lies about having written the first."""


@dataclass(frozen=True)
class Saved:
    """A checkpoint on disk: its folder, the optimizer steps done, and its size in bytes."""

    path: Path
    step: int
    bytes: int


def save(run_dir: Path, step: int, optimizer: ShardedOptimizer, plan: Plan, mesh: Mesh) -> Saved:
    """Writes ``checkpoints/step-N/``: trainables and Adam's moments by parameter name, a file a stage.

    Everything goes to a temporary folder, is flushed to disk, and is renamed when all ranks are done. Older
    checkpoints beyond the newest two are removed afterwards.

    Raises:
        UserError: ``no-space`` or ``cannot-write``; the previous checkpoint is untouched.
        NeighbourFailed: It was another rank that could not write.
    """
    final = run_dir / "checkpoints" / f"step-{step}"
    partial = final.with_name(f".step-{step}.partial")
    problem: Exception | None = None
    try:
        if mesh.is_reporter:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            _write_state(partial / _STATE, step, optimizer)
    except OSError as error:
        problem = error
    dist.barrier()
    try:
        if mesh.rank.replica == 0 and problem is None:
            _write_stage(partial / f"stage-{mesh.rank.stage}.safetensors", optimizer)
    except (OSError, SafetensorError) as error:
        problem = error
    failed = sum(row[0] for row in mesh.gather([float(problem is not None)]))
    if failed:
        if mesh.is_reporter:
            # Every byte may be needed to free some more.
            shutil.rmtree(partial, ignore_errors=True)
        if problem is None:
            raise NeighbourFailed
        raise cannot_write(final, problem) from problem
    if mesh.is_reporter:
        shutil.rmtree(final, ignore_errors=True)
        partial.rename(final)
        _flush_folder(final.parent)
        for old in existing(run_dir)[:-_KEPT]:
            shutil.rmtree(old)
    dist.barrier()
    return Saved(final, step, sum(file.stat().st_size for file in final.iterdir()))


def existing(run_dir: Path) -> list[Path]:
    """Complete checkpoints, oldest first."""
    folders = (run_dir / "checkpoints").glob("step-*")
    return sorted((f for f in folders if (f / _STATE).is_file()), key=lambda f: int(f.name.removeprefix("step-")))


def restore(run_dir: Path, optimizer: ShardedOptimizer, mesh: Mesh) -> int:
    """Continues from the newest checkpoint, whatever split wrote it.

    Returns:
        Optimizer steps already done; 0 where there is no checkpoint.

    Raises:
        UserError: ``bad-checkpoint`` where a trained parameter is not in it.
    """
    checkpoints = existing(run_dir)
    if not checkpoints:
        return 0
    folder = checkpoints[-1]
    state: dict[str, Any] = json.loads((folder / _STATE).read_text())
    optimizer.scaler.restore(state["scaler"])
    optimizer.steps_taken = state["adamSteps"]
    wanted = set(optimizer.parameters)
    for file in sorted(folder.glob("stage-*.safetensors")):
        with safe_open(file, framework="pt") as tensors:
            stored = _parameter_names(tensors)
            for name in sorted(wanted & stored):
                parameter = optimizer.parameters[name]
                with torch.no_grad():
                    parameter.copy_(tensors.get_tensor(name))
                if optimizer.steps_taken:
                    optimizer.restore_moments(name, _moments(tensors, name, mesh.device, optimizer.steps_taken))
            wanted -= stored
    if wanted:
        raise UserError(
            "bad-checkpoint",
            f"{folder}: has no {min(wanted)}",
            "It was written with other training settings; start a new run instead of resuming.",
        )
    return int(state["step"])


def trained_tensors(folder: Path) -> dict[str, Path]:
    """Which file of a checkpoint holds which trained parameter."""
    found: dict[str, Path] = {}
    for file in sorted(folder.glob("stage-*.safetensors")):
        with safe_open(file, framework="pt") as tensors:
            found |= dict.fromkeys(_parameter_names(tensors), file)
    return found


def _parameter_names(tensors: Any) -> set[str]:
    """What is stored in a stage's file beside Adam's moments."""
    return {name for name in tensors.keys() if not name.startswith("adam.")}  # noqa: SIM118


def _moments(tensors: Any, name: str, device: torch.device, steps: int) -> dict[str, torch.Tensor]:
    """Adam's state of one parameter; fused AdamW on CUDA wants its step counter on the card."""
    counter_device = device if device.type == "cuda" else torch.device("cpu")
    return {
        "step": torch.tensor(float(steps), device=counter_device),
        "exp_avg": tensors.get_tensor(f"adam.exp_avg.{name}").to(device),
        "exp_avg_sq": tensors.get_tensor(f"adam.exp_avg_sq.{name}").to(device),
    }


def _write_stage(file: Path, optimizer: ShardedOptimizer) -> None:
    tensors = {name: parameter.detach() for name, parameter in optimizer.parameters.items()}
    for name, state in optimizer.moments().items():
        tensors[f"adam.exp_avg.{name}"] = state["exp_avg"]
        tensors[f"adam.exp_avg_sq.{name}"] = state["exp_avg_sq"]
    save_file({name: tensor.cpu().contiguous() for name, tensor in tensors.items()}, file)
    _flush(file)


def _write_state(file: Path, step: int, optimizer: ShardedOptimizer) -> None:
    state = {"step": step, "adamSteps": optimizer.steps_taken, "scaler": optimizer.scaler.state()}
    file.write_text(json.dumps(state))
    _flush(file)


def _flush(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
