"""Learning-rate schedules and the loss scale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from runs import make_plan

from ft_trainer.config import Plan, Training
from ft_trainer.errors import UserError
from ft_trainer.optimizer import LossScaler, learning_rate


def training(**changes: Any) -> Training:
    return msgspec.convert(make_plan(Path("model"), "llama", [4], learningRate=1.0, **changes), Plan).training


@pytest.mark.parametrize(
    ("scheduler", "expected"),
    [
        ("constant", [0.5, 1, 1, 1, 1, 1]),
        ("linear", [0.5, 1, 1, 0.75, 0.5, 0.25]),
        ("cosine", [0.5, 1, 1, 0.853553, 0.5, 0.146447]),
    ],
)
def test_warm_up_then_schedule(scheduler: str, expected: list[float]) -> None:
    settings = training(scheduler=scheduler, warmupRatio=0.3)
    assert [learning_rate(step, 6, settings) for step in range(6)] == pytest.approx(expected, abs=1e-6)


def test_without_warm_up_the_first_step_has_the_full_rate() -> None:
    assert learning_rate(0, 1, training(warmupRatio=0.0)) == 1.0


def test_the_scale_halves_on_overflow_and_doubles_after_two_thousand_good_steps() -> None:
    scaler = LossScaler(enabled=True)
    scaler.update(finite=False)
    assert scaler.scale == 32768
    for _ in range(2000):
        scaler.update(finite=True)
    assert scaler.scale == 65536


def test_without_fp16_the_scale_stays_one_and_divergence_is_still_told() -> None:
    scaler = LossScaler(enabled=False)
    with pytest.raises(UserError, match="not finite") as caught:
        for _ in range(100):
            scaler.update(finite=False)
    assert caught.value.code == "diverged"
    assert scaler.scale == 1


def test_the_state_survives_a_checkpoint() -> None:
    scaler = LossScaler(enabled=True)
    scaler.update(finite=False)
    other = LossScaler(enabled=True)
    other.restore(scaler.state())
    assert vars(other) == vars(scaler)
