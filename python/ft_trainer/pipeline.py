"""The pipeline schedule. The only file that knows ``torch.distributed.pipelining``."""

from __future__ import annotations

from typing import Any

import torch
from torch.distributed.pipelining import PipelineStage, Schedule1F1B, ScheduleGPipe
from torch.distributed.pipelining.schedules import PipelineScheduleSingle

from .batches import StepBatch
from .clock import Clock
from .config import Plan
from .loss import token_loss_sum
from .mesh import Mesh
from .stage import Stage


class _TimedStage(PipelineStage):
    """A stage of torch's pipeline that reports to the clock when it computes."""

    clock: Clock

    def forward_one_chunk(self, *args: Any, **kwargs: Any) -> Any:
        with self.clock.busy():
            return super().forward_one_chunk(*args, **kwargs)

    def backward_one_chunk(self, *args: Any, **kwargs: Any) -> Any:
        with self.clock.busy():
            return super().backward_one_chunk(*args, **kwargs)


class Pipeline:
    """Runs the micro-batches of a step through the stages of one replica.

    The stage and schedule are made anew for every step, which costs about 0.2 ms: shapes between stages are static,
    and all ranks derive the same ones from the same rows.
    """

    def __init__(self, stage: Stage, plan: Plan, mesh: Mesh, clock: Clock) -> None:
        """A pipeline around this rank's stage."""
        self.stage = stage
        self.plan = plan
        self.mesh = mesh
        self.clock = clock

    def train_step(self, batch: StepBatch, loss_scale: float) -> float:
        """Forward and backward over all micro-batches; gradients are left in ``.grad``, times ``loss_scale``.

        Returns:
            This replica's share of the step's loss (sum of its token losses over the *global* number of target
            tokens) on the last stage, 0 on the others.
        """
        return self._run(batch, loss_scale, train=True)

    def evaluate(self, batch: StepBatch) -> float:
        """The same loss without gradients."""
        self.stage.eval()
        try:
            return self._run(batch, 1.0, train=False)
        finally:
            self.stage.train()

    def _run(self, batch: StepBatch, loss_scale: float, *, train: bool) -> float:
        factor = loss_scale / max(1, batch.target_tokens)
        total = torch.zeros((), device=self.mesh.device)

        def loss_function(hidden: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
            with self.clock.busy():
                return token_loss_sum(self.stage, hidden, labels) * factor

        together = 1 if self.plan.schedule == "naive" else batch.ids.shape[0]
        for first in range(0, batch.ids.shape[0], together):
            ids = batch.ids[first : first + together].flatten(0, 1)
            labels = batch.labels[first : first + together].flatten(0, 1)
            schedule = self._schedule(together, ids.shape[0] // together, ids.shape[1], loss_function)
            arguments = (ids,) if self.stage.is_first else ()
            options: dict[str, Any] = {}
            if batch.positions is not None:
                options["positions"] = batch.positions[first : first + together].flatten(0, 1)
            losses: list[torch.Tensor] = []
            if self.stage.is_last:
                options |= {"target": labels, "losses": losses}
            if train:
                schedule.step(*arguments, return_outputs=False, **options)
            else:
                schedule.eval(*arguments, **options)
            total = sum((loss.detach() for loss in losses), start=total)
        return float(total) / loss_scale

    def _schedule(self, micro_batches: int, rows: int, length: int, loss_function: Any) -> PipelineScheduleSingle:
        """A schedule for that many micro-batches of (rows, length) tokens."""
        plan, index = self.plan, self.stage.index
        stages = len(plan.stages)
        hidden_size: int = self.stage.config.hidden_size

        def boundary(at: int) -> torch.Tensor:
            """What enters stage ``at``, as a shape: ids, or hidden states that may carry a gradient."""
            if at == 0:
                return torch.empty((rows, length), dtype=torch.int64, device="meta")
            return torch.empty(
                (rows, length, hidden_size),
                dtype=self.stage.compute_dtype,
                device="meta",
                requires_grad=at < stages and plan.gradient_crosses(at),
            )

        timed = _TimedStage(
            self.stage,
            index,
            stages,
            self.mesh.boundary_device,
            input_args=(boundary(index),),
            output_args=(boundary(index + 1),),
            group=self.mesh.pipeline,
        )
        timed.clock = self.clock
        # 1F1B needs a micro-batch for every stage; a last, partial batch may have fewer.
        kind = Schedule1F1B if plan.schedule == "1f1b" and micro_batches >= stages else ScheduleGPipe
        return kind(timed, micro_batches, loss_fn=loss_function, scale_grads=False)
