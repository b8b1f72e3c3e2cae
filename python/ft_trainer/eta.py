"""When a run will be over: what was planned, set right by what is measured."""

from __future__ import annotations

from dataclasses import dataclass

from .config import Plan

TRUSTED_STEPS = 20
"""Steps after which a run is its own measure; before, the plan's figure makes up what they lack."""

_LONGEST_MEAN = 50
"""Steps the mean reaches back, about, so that it follows cards that grow hot or are shared."""


@dataclass(frozen=True)
class Calibration:
    """Seconds that the plan predicted of something, and what it took."""

    predicted: float
    measured: float

    @property
    def ratio(self) -> float:
        """How many times as long as planned."""
        return self.measured / self.predicted


class Eta:
    """Seconds of the steps to come."""

    def __init__(self, plan: Plan) -> None:
        """Knows nothing but the plan."""
        self._plan = plan
        self._expected: float | None = None
        self._mean = 0.0
        self._steps = 0
        self._whole_mean = 0.0
        self._whole_steps = 0

    def rehearsed(self, seconds: float, micro_batches: int) -> Calibration:
        """Takes the rehearsal for the measure of the steps to come, until they are their own.

        Args:
            seconds: What the rehearsal's last batch took.
            micro_batches: As many as it had; with packing not as many as the plan expected.
        """
        throughput, stages = self._plan.throughput, len(self._plan.stages)
        # A pipeline fills and drains once: its stages less one are as good as micro-batches (Narayanan et al. 2021).
        idle = 0 if self._plan.schedule == "naive" else stages - 1
        share = (micro_batches + idle) / (throughput.rehearsal.micro_batches + idle)
        calibration = Calibration(throughput.rehearsal.seconds * share, seconds)
        self._expected = throughput.step_seconds * calibration.ratio
        return calibration

    def stepped(self, seconds: float, *, whole: bool) -> Calibration | None:
        """Takes a step into account; tells once, when there are enough of them, what they took against the plan.

        Args:
            seconds: What it took.
            whole: Whether it had all of a batch's samples, as the plan reckons; the last step of an epoch may not.
        """
        self._steps += 1
        self._mean += (seconds - self._mean) / min(self._steps, _LONGEST_MEAN)
        if not whole or self._whole_steps == TRUSTED_STEPS:
            return None
        self._whole_steps += 1
        self._whole_mean += (seconds - self._whole_mean) / self._whole_steps
        if self._whole_steps < TRUSTED_STEPS:
            return None
        return Calibration(self._plan.throughput.step_seconds, self._whole_mean)

    @property
    def step_seconds(self) -> float:
        """Seconds that a step is expected to take."""
        if self._expected is None:
            return self._mean
        trust = min(1.0, self._steps / TRUSTED_STEPS)
        return trust * self._mean + (1.0 - trust) * self._expected
