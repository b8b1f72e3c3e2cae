"""The order in which a stage works on the micro-batches of a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

Schedule = Literal["1f1b", "gpipe", "naive"]


class Action(NamedTuple):
    """One pass of one micro-batch through a stage."""

    direction: Literal["forward", "backward"]
    micro_batch: int


def in_flight(schedule: Schedule, stage: int, stages: int, micro_batches: int) -> int:
    """Micro-batches whose activations stage ``stage`` of ``stages`` holds at once.

    ``naive`` lets one micro-batch through the whole pipeline before the next: one card at a time. ``gpipe`` runs all
    forwards first (Huang et al. 2019). ``1f1b`` holds no more than it takes to keep the stages after it busy
    (Narayanan et al. 2021, section 2.2).
    """
    most = {"naive": 1, "gpipe": micro_batches, "1f1b": stages - stage}[schedule]
    return min(most, micro_batches)


def actions(schedule: Schedule, stage: int, stages: int, micro_batches: int) -> Iterator[Action]:
    """What a stage does in a step, in order: forwards until all are in flight, then a backward before every other."""
    ahead = in_flight(schedule, stage, stages, micro_batches)
    for micro_batch in range(ahead):
        yield Action("forward", micro_batch)
    for micro_batch in range(micro_batches):
        yield Action("backward", micro_batch)
        if micro_batch + ahead < micro_batches:
            yield Action("forward", micro_batch + ahead)
