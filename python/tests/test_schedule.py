"""Every schedule does every pass once, within its memory, in an order that no stage can get stuck in."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ft_trainer.schedule import Action, Schedule, actions, comes_of, in_flight

CASES = [(stages, micro_batches) for stages in (1, 2, 3, 4, 8) for micro_batches in (1, 2, 3, 8, 16)]


Done = list[set[Action]]


def run(waiting: list[list[Action]], schedule: Schedule, micro_batches: int) -> Done:
    """What gets done of the stages' actions in order, each when the tensor that it needs is there."""
    stages = len(waiting)
    done: Done = [set() for _ in waiting]

    def ready(stage: int, action: Action) -> bool:
        if action.direction == "forward":
            return stage == 0 or action in done[stage - 1]
        own = Action("forward", action.micro_batch) in done[stage]
        return own and (stage == stages - 1 or action in done[stage + 1])

    progress = True
    while progress:
        progress = False
        for stage, queue in enumerate(waiting):
            while queue and ready(stage, queue[0]):
                done[stage].add(queue.pop(0))
                held = sum(1 if action.direction == "forward" else -1 for action in done[stage])
                assert held <= in_flight(schedule, stage, stages, micro_batches)
                progress = True
    return done


@pytest.mark.parametrize("schedule", ["1f1b", "gpipe", "naive"])
@pytest.mark.parametrize(("stages", "micro_batches"), CASES)
def test_every_pass_happens_once_and_nothing_deadlocks(schedule: Schedule, stages: int, micro_batches: int) -> None:
    done = run(
        [list(actions(schedule, stage, stages, micro_batches)) for stage in range(stages)], schedule, micro_batches
    )
    assert all(len(passes) == 2 * micro_batches for passes in done)


@pytest.mark.parametrize("schedule", ["1f1b", "gpipe", "naive"])
@pytest.mark.parametrize(("stages", "micro_batches"), [case for case in CASES if 1 < case[0] < 8 and case[1] < 16])
def test_a_receive_is_posted_early_exactly_where_it_cannot_wait_for_us(
    schedule: Schedule, stages: int, micro_batches: int
) -> None:
    orders = [actions(schedule, stage, stages, micro_batches) for stage in range(stages)]
    for stage, order in enumerate(orders):
        for place, (current, following) in enumerate(pairwise(order)):
            neighbour = stage + (1 if following.direction == "backward" else -1)
            if not 0 <= neighbour < stages:
                continue
            # All others go on as far as they can while this stage hangs before `current`.
            waiting = [list(other) for other in orders]
            waiting[stage] = list(order[:place])
            sent = following in run(waiting, schedule, micro_batches)[neighbour]
            assert sent == (not comes_of(following, current, orders[neighbour]))


def test_one_card_at_a_time_never_overlaps() -> None:
    assert list(actions("naive", 0, 2, 2)) == [
        Action("forward", 0),
        Action("backward", 0),
        Action("forward", 1),
        Action("backward", 1),
    ]


def test_the_last_stage_of_1f1b_holds_one_and_the_first_as_many_as_there_are_stages() -> None:
    assert [in_flight("1f1b", stage, 4, 8) for stage in range(4)] == [4, 3, 2, 1]
