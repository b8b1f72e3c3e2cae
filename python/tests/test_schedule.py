"""Every schedule does every pass once, within its memory, in an order that no stage can get stuck in."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ft_trainer.schedule import Action, actions, comes_of

MICRO_BATCHES = (1, 2, 3, 8, 16)


def in_flight(schedule: str, stages: int, micro_batches: int) -> list[int]:
    """Micro-batches that each stage holds, as the planner has it (``src/plan/memory.ts``)."""
    after = range(stages - 1, -1, -1)
    return {
        "naive": [1 for _ in after],
        "gpipe": [micro_batches for _ in after],
        "1f1b": [stages_after + 1 for stages_after in after],
        "eager 1f1b": [2 * stages_after + 1 for stages_after in after],
    }[schedule]


CASES = [
    (in_flight(schedule, stages, micro_batches), micro_batches)
    for schedule in ("naive", "gpipe", "1f1b", "eager 1f1b")
    for stages in (1, 2, 3, 4, 8)
    for micro_batches in MICRO_BATCHES
]

Done = list[set[Action]]


def run(waiting: list[list[Action]], held_at_most: list[int]) -> Done:
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
                assert held <= held_at_most[stage]
                progress = True
    return done


@pytest.mark.parametrize(("held", "micro_batches"), CASES)
def test_every_pass_happens_once_and_nothing_deadlocks(held: list[int], micro_batches: int) -> None:
    done = run([list(actions(most, micro_batches)) for most in held], held)
    assert all(len(passes) == 2 * micro_batches for passes in done)


@pytest.mark.parametrize(("held", "micro_batches"), [case for case in CASES if 1 < len(case[0]) < 8 and case[1] < 16])
def test_a_receive_is_posted_early_exactly_where_it_cannot_wait_for_us(held: list[int], micro_batches: int) -> None:
    orders = [actions(most, micro_batches) for most in held]
    for stage, order in enumerate(orders):
        for place, (current, following) in enumerate(pairwise(order)):
            neighbour = stage + (1 if following.direction == "backward" else -1)
            if not 0 <= neighbour < len(held):
                continue
            # All others go on as far as they can while this stage hangs before `current`.
            waiting = [list(other) for other in orders]
            waiting[stage] = list(order[:place])
            sent = following in run(waiting, held)[neighbour]
            assert sent == (not comes_of(following, current, orders[neighbour]))


def test_one_card_at_a_time_never_overlaps() -> None:
    assert list(actions(1, 2)) == [
        Action("forward", 0),
        Action("backward", 0),
        Action("forward", 1),
        Action("backward", 1),
    ]


def seconds(held: list[int], micro_batches: int, transfer: float) -> float:
    """A step of stages that take 1 forward and 1 backward, and ``transfer`` between them."""
    stages = len(held)
    orders = [list(actions(most, micro_batches)) for most in held]
    ends: dict[tuple[int, Action], float] = {}
    free = [0.0] * stages
    while any(orders):
        for stage, queue in enumerate(orders):
            if not queue:
                continue
            action = queue[0]
            source = stage - 1 if action.direction == "forward" else stage + 1
            needs = ends.get((source, action)) if 0 <= source < stages else 0.0
            if needs is None:
                continue
            free[stage] = max(free[stage], needs + (transfer if needs else 0.0)) + 1
            ends[stage, queue.pop(0)] = free[stage]
    return max(free)


def test_eager_1f1b_hides_transfers_that_1f1b_waits_for() -> None:
    stages, micro_batches, transfer = 4, 16, 0.2
    filling = 2 * (stages - 1) * transfer
    ideal = 2 * (micro_batches + stages - 1)
    assert seconds(in_flight("1f1b", stages, micro_batches), micro_batches, 0) == ideal
    lean = seconds(in_flight("1f1b", stages, micro_batches), micro_batches, transfer)
    eager = seconds(in_flight("eager 1f1b", stages, micro_batches), micro_batches, transfer)
    assert eager == pytest.approx(ideal + filling)
    assert lean > ideal + filling + 5 * transfer
