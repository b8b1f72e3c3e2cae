"""Before the first step: the widest and the longest batch of the dataset, so that what cannot fit fails at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .batches import collate
from .clock import Clock
from .config import Plan
from .data import EncodedDataset
from .events import append_event
from .memory import is_out_of_memory, outside_bytes, peak_bytes
from .mesh import Mesh
from .optimizer import ShardedOptimizer
from .pipeline import Pipeline

_ASKED = re.compile(r"Tried to allocate ([\d.]+) (bytes|KiB|MiB|GiB)")
_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_UNTOLD = -1.0


@dataclass(frozen=True)
class Rehearsal:
    """What the longest batch took; kernels are loaded and memory is taken by then.

    Attributes:
        seconds: Of the whole step but for the update.
        busy: Seconds in which this rank computed.
        tokens: Non-padding tokens over all replicas.
        micro_batches: Of a replica.
    """

    seconds: float
    busy: float
    tokens: int
    micro_batches: int


def rehearse(
    pipeline: Pipeline,
    optimizer: ShardedOptimizer,
    clock: Clock,
    dataset: EncodedDataset,
    rows: np.ndarray,
    plan: Plan,
    mesh: Mesh,
) -> Rehearsal:
    """Runs the hardest batches forward and backward, and forgets their gradients; nothing is learned.

    Args:
        pipeline: All ranks call this together, each with its own.
        optimizer: Takes the memory of its first step.
        clock: Restarted.
        dataset: The encoded samples.
        rows: Row numbers that are trained on, (N).
        plan: The plan.
        mesh: Where this rank stands.
    """
    size = min(len(rows), plan.training.batch_size)
    widest = rows[np.argsort(-dataset.target_tokens[rows], kind="stable")[:size]]
    longest = rows[np.argsort(-dataset.lengths[rows], kind="stable")[:size]]
    for chosen in (widest, longest):
        batch = collate(dataset, chosen, plan, mesh.rank.replica)
        clock.restart()
        pipeline.train_step(batch, 0, optimizer.scaler.scale)
        optimizer.rehearse()
        busy, waiting = clock.end_step()
    return Rehearsal(busy + waiting, busy, batch.tokens, len(batch.ids))


def report_rehearsal(run_dir: Path, attempt: int, rehearsal: Rehearsal, mesh: Mesh, plan: Plan) -> None:
    """One ``rehearsal`` event a rank, written by rank 0; all ranks call it together."""
    outside = outside_bytes(mesh.device)
    mine = [
        float(peak_bytes(mesh.device)),
        _UNTOLD if outside is None else float(outside),
        rehearsal.seconds,
        rehearsal.busy,
    ]
    everyone = mesh.gather(mine)
    if not mesh.is_reporter:
        return
    for rank, (reserved, beside, seconds, busy) in zip(plan.ranks, everyone, strict=True):
        append_event(
            run_dir,
            "rehearsal",
            attempt=attempt,
            rank=rank.rank,
            stage=rank.stage,
            fits=True,
            reserved_bytes=int(reserved),
            outside_bytes=None if beside == _UNTOLD else int(beside),
            seconds=round(seconds, 6),
            busy=round(busy, 6),
            tokens=rehearsal.tokens,
        )


@contextmanager
def reporting_overflow(run_dir: Path, attempt: int, mesh: Mesh) -> Iterator[None]:
    """Where memory runs out inside, this rank's ``rehearsal`` event says so before the error goes on."""
    try:
        yield
    except Exception as error:
        if mesh.device.type == "cuda" and is_out_of_memory(error):
            held = torch.cuda.memory_reserved(mesh.device) + asked_bytes(str(error))
            append_event(
                run_dir,
                "rehearsal",
                attempt=attempt,
                rank=mesh.rank.rank,
                stage=mesh.rank.stage,
                fits=False,
                reserved_bytes=max(held, torch.cuda.max_memory_reserved(mesh.device)),
                outside_bytes=outside_bytes(mesh.device),
                seconds=None,
                busy=None,
                tokens=0,
            )
        raise


def asked_bytes(message: str) -> int:
    """What the allocator was asked for in vain, as its error message has it; 0 where it does not say."""
    found = _ASKED.search(message)
    return int(float(found[1]) * _UNITS[found[2]]) if found else 0
