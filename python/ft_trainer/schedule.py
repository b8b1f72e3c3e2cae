"""The order in which a stage works on the micro-batches of a step."""

from __future__ import annotations

from functools import lru_cache
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


@lru_cache(maxsize=16)
def actions(schedule: Schedule, stage: int, stages: int, micro_batches: int) -> tuple[Action, ...]:
    """What a stage does in a step, in order: forwards until all are in flight, then a backward before every other."""
    ahead = in_flight(schedule, stage, stages, micro_batches)
    order = [Action("forward", micro_batch) for micro_batch in range(ahead)]
    for micro_batch in range(micro_batches):
        order.append(Action("backward", micro_batch))
        if micro_batch + ahead < micro_batches:
            order.append(Action("forward", micro_batch + ahead))
    return tuple(order)


def comes_of(following: Action, current: Action, neighbours_order: tuple[Action, ...]) -> bool:
    """Whether the tensor that ``following`` needs can only be made from what ``current`` is about to send.

    If not, its receive may be posted before ``current`` is computed: whatever the card waits for then, it does not wait
    for what the host has yet to launch. (Otherwise anything in between that waits for the card, such as a kernel loaded
    at its first use or memory given back, would never end.)

    Args:
        following: The next action of this stage.
        current: The one before it.
        neighbours_order: Actions of the stage that sends the tensor.
    """
    if following.direction == current.direction:
        return False
    return neighbours_order.index(current) < neighbours_order.index(following)
