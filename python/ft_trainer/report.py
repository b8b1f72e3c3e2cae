"""What rank 0 tells the world: events, a log line a step, TensorBoard, and the loss curve."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .config import Plan
from .eta import Calibration, Eta
from .events import FILE, append_event


@dataclass(frozen=True)
class StepReport:
    """Figures of one optimizer step; the names are those of the ``step`` event."""

    step: int
    epoch: float
    loss: float | None
    grad_norm: float | None
    lr: float
    tokens: int
    seconds: float
    loss_scale: float | None


class Reporter:
    """Writes for all ranks; on other ranks than 0 it is never made."""

    def __init__(self, run_dir: Path, attempt: int, plan: Plan, total_steps: int, first_step: int) -> None:
        """A reporter for steps from ``first_step`` on; TensorBoard goes to ``tensorboard/`` of the run."""
        from torch.utils.tensorboard import SummaryWriter

        self.run_dir = run_dir
        self.attempt = attempt
        self.total_steps = total_steps
        self.last_loss: float | None = None
        self._eta = Eta(plan)
        self._board = SummaryWriter(run_dir / "tensorboard", purge_step=first_step + 1)

    def event(self, type: str, **fields: Any) -> None:
        """Appends an event."""
        append_event(self.run_dir, type, **fields)

    def calibrate(self, seconds: float, micro_batches: int) -> None:
        """Sets the planned speed right by the rehearsal's last batch, of so many micro-batches, until steps do."""
        self._calibration("rehearsal", self._eta.rehearsed(seconds, micro_batches))

    def step(self, report: StepReport, ranks: list[list[float]], *, whole: bool) -> None:
        """Reports a step: one ``step`` event, a ``stage`` event a rank, one line of log.

        Args:
            report: The step's figures.
            ranks: Busy seconds, waiting seconds and peak bytes of every rank.
            whole: Whether it had all of a batch's samples.
        """
        calibration = self._eta.stepped(report.seconds, whole=whole)
        eta = self._eta.step_seconds * (self.total_steps - report.step)
        rate = report.tokens / report.seconds
        self.event(
            "step",
            attempt=self.attempt,
            step=report.step,
            totalSteps=self.total_steps,
            epoch=round(report.epoch, 4),
            loss=report.loss,
            grad_norm=report.grad_norm,
            lr=report.lr,
            tokens=report.tokens,
            tokens_per_second=round(rate, 2),
            eta=round(eta, 1),
            loss_scale=report.loss_scale,
            skipped=report.loss is None,
        )
        for rank, (busy, waiting, peak, *_) in enumerate(ranks):
            self.event(
                "stage",
                step=report.step,
                rank=rank,
                busy=round(busy, 6),
                waiting=round(waiting, 6),
                peak_reserved_bytes=int(peak),
            )
        if calibration is not None:
            self._calibration("steps", calibration)
        self._log(report, rate)
        if report.loss is not None:
            self.last_loss = report.loss
            self._board.add_scalar("train/loss", report.loss, report.step)
            self._board.add_scalar("train/grad_norm", report.grad_norm, report.step)
        self._board.add_scalar("train/lr", report.lr, report.step)
        self._board.add_scalar("speed/tokens_per_second", rate, report.step)

    def evaluation(self, step: int, loss: float, rows: int, tokens: int) -> None:
        """Reports the loss on held-out rows."""
        self.event("eval", step=step, loss=loss, rows=rows, tokens=tokens)
        self._board.add_scalar("eval/loss", loss, step)
        print(f"eval  step {step}  loss {loss:.4f}  rows {rows}", flush=True)

    def close(self) -> None:
        """Flushes TensorBoard."""
        self._board.close()

    def _calibration(self, source: Literal["rehearsal", "steps"], calibration: Calibration) -> None:
        self.event(
            "calibration",
            attempt=self.attempt,
            source=source,
            predicted=round(calibration.predicted, 6),
            measured=round(calibration.measured, 6),
        )

    def _log(self, report: StepReport, rate: float) -> None:
        outcome = (
            f"loss {report.loss:.4f}  norm {report.grad_norm:.3f}" if report.loss is not None else "skipped: overflow"
        )
        print(
            f"step {report.step}/{self.total_steps}  {outcome}  lr {report.lr:.2e}  {rate:.0f} tok/s"
            f"  {report.seconds:.2f} s",
            flush=True,
        )


def draw_loss_curve(run_dir: Path, file: Path) -> None:
    """Draws training and evaluation loss over steps from the run's events; a step trained twice counts once."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    losses: dict[str, dict[int, float]] = {"step": {}, "eval": {}}
    with (run_dir / FILE).open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event["type"] in losses and event["loss"] is not None:
                losses[event["type"]][event["step"]] = event["loss"]
    figure, axes = pyplot.subplots(figsize=(8, 4.5), layout="constrained")
    axes.plot(*_curve(losses["step"]), linewidth=1, label="training")
    if losses["eval"]:
        axes.plot(*_curve(losses["eval"]), "o-", label="evaluation")
    axes.set(xlabel="optimizer step", ylabel="loss a token", title=run_dir.name)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(file, dpi=120)
    pyplot.close(figure)


def _curve(points: dict[int, float]) -> tuple[list[int], list[float]]:
    steps = sorted(points)
    return steps, [points[step] for step in steps]
