"""The order in which a stage works on the micro-batches of a step.

What a schedule is lies in how many micro-batches a stage holds at once, which the plan says: all of a step in GPipe
(Huang et al. 2019); in 1F1B as many as keep the stages after it busy (Narayanan et al. 2021, section 2.2), and as many
again where transfers are to be hidden as well (Zhuang et al. 2023, section 4, "eager 1F1B"); one where one card works
at a time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple


class Action(NamedTuple):
    """One pass of one micro-batch through a stage."""

    direction: Literal["forward", "backward"]
    micro_batch: int


@lru_cache(maxsize=16)
def actions(in_flight: int, micro_batches: int) -> tuple[Action, ...]:
    """What a stage does in a step, in order: forwards until all are in flight, then a backward before every other.

    Args:
        in_flight: Micro-batches whose activations the stage holds at once, where a step has that many.
        micro_batches: Of the step.
    """
    ahead = min(in_flight, micro_batches)
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
