"""The time that is left: by the plan, by the rehearsal, by the run itself."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from runs import events, make_plan

from ft_trainer.config import Plan
from ft_trainer.eta import TRUSTED_STEPS, Eta
from ft_trainer.report import Reporter, StepReport

THROUGHPUT = {"stepSeconds": 2.0, "rehearsal": {"microBatches": 8, "seconds": 3.0}}


def plan(splits: list[int] | None = None, schedule: str = "1f1b") -> Plan:
    made = make_plan(Path("model"), "llama", splits or [2, 2], schedule=schedule)
    return msgspec.convert(made | {"throughput": THROUGHPUT}, Plan)


def test_before_any_step_the_plan_is_set_right_by_the_rehearsal() -> None:
    eta = Eta(plan())
    calibration = eta.rehearsed(4.5, 8)
    assert (calibration.predicted, calibration.measured, calibration.ratio) == (3.0, 4.5, 1.5)
    assert eta.step_seconds == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("splits", "schedule", "predicted"),
    [([4], "1f1b", 6.0), ([1, 1, 1, 1], "1f1b", 3.0 * 19 / 11), ([1, 1, 1, 1], "naive", 6.0)],
)
def test_a_rehearsal_of_more_micro_batches_may_take_longer(splits: list[int], schedule: str, predicted: float) -> None:
    assert Eta(plan(splits, schedule)).rehearsed(6.0, 16).predicted == pytest.approx(predicted)


def test_steps_take_over_one_by_one_until_they_alone_count() -> None:
    eta = Eta(plan())
    eta.rehearsed(3.0, 8)
    told = []
    for step in range(1, 31):
        calibration = eta.stepped(4.0, whole=True)
        told += [] if calibration is None else [(step, calibration.predicted, calibration.measured)]
        trust = min(1, step / TRUSTED_STEPS)
        assert eta.step_seconds == pytest.approx(trust * 4.0 + (1 - trust) * 2.0)
    assert told == [(TRUSTED_STEPS, 2.0, pytest.approx(4.0))]


def test_the_plan_is_judged_by_whole_batches_alone() -> None:
    eta = Eta(plan())
    told = [eta.stepped(4.0 if whole else 1.0, whole=whole) for whole in [True, False] * (TRUSTED_STEPS + 5)]
    [calibration] = [one for one in told if one is not None]
    assert told.index(calibration) == 2 * (TRUSTED_STEPS - 1)
    assert calibration.measured == pytest.approx(4.0)
    assert eta.step_seconds == pytest.approx(2.5, abs=0.1), "what is left has both kinds of steps"


def test_without_a_rehearsal_the_steps_count_from_the_first() -> None:
    eta = Eta(plan())
    eta.stepped(5.0, whole=True)
    assert eta.step_seconds == pytest.approx(5.0)


def test_cards_that_slow_down_are_noticed() -> None:
    eta = Eta(plan())
    for seconds in [1.0] * 200 + [2.0] * 200:
        eta.stepped(seconds, whole=True)
    assert eta.step_seconds == pytest.approx(2.0, rel=0.03)


def test_the_reporter_tells_the_time_left_and_what_set_it_right(tmp_path: Path) -> None:
    reporter = Reporter(tmp_path, 1, plan(), total_steps=100, first_step=10)
    reporter.calibrate(6.0, 8)
    for step in range(11, 11 + TRUSTED_STEPS):
        report = StepReport(step, 0.1, 1.0, 1.0, 1e-4, tokens=50, seconds=5.0, loss_scale=None)
        reporter.step(report, [[4.0, 1.0, 1e9]], whole=True)
    reporter.close()

    first, last = (events(tmp_path, "step")[at]["eta"] for at in (0, -1))
    assert first == pytest.approx((5.0 / 20 + 4.0 * 19 / 20) * 89, abs=0.1)
    assert last == pytest.approx(5.0 * 70)
    assert [(e["source"], e["predicted"], e["measured"]) for e in events(tmp_path, "calibration")] == [
        ("rehearsal", 3.0, 6.0),
        ("steps", 2.0, 5.0),
    ]
