"""Runs the micro-batches of a step through the stages: what is computed when, and what is kept meanwhile."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch.autograd.graph import GradientEdge, get_gradient_edge

from .batches import StepBatch
from .clock import Clock
from .config import Plan
from .loss import token_loss_sum
from .mesh import Mesh, upload
from .schedule import actions
from .stage import Stage
from .transport import connect_neighbours


class _InFlight(NamedTuple):
    """What a micro-batch leaves behind until its backward pass.

    The end of its graph stands for the output, so that the output's memory is free once it has been sent.
    """

    inputs: torch.Tensor
    end: GradientEdge


class Pipeline:
    """This rank's part of the schedule, for one replica."""

    def __init__(self, stage: Stage, plan: Plan, mesh: Mesh, clock: Clock) -> None:
        """A pipeline around this rank's stage; all ranks make theirs together."""
        self.stage = stage
        self.plan = plan
        self.mesh = mesh
        self.clock = clock
        self.neighbours = connect_neighbours(plan, mesh)
        self._in_flight: dict[int, _InFlight] = {}

    def train_step(self, batch: StepBatch, loss_scale: float) -> float:
        """Forward and backward over all micro-batches; gradients are left in ``.grad``, times ``loss_scale``.

        Returns:
            This replica's share of the step's loss (sum of its token losses over the *global* number of target
            tokens) on the last stage, 0 on the others.
        """
        self._expect(batch, training=True)
        total = torch.zeros((), device=self.mesh.device)
        plan, index = self.plan, self.stage.index
        for direction, micro_batch in actions(plan.schedule, index, len(plan.stages), len(batch.ids)):
            if direction == "forward":
                total += self._forward(batch, micro_batch, loss_scale)
            else:
                self._backward(micro_batch)
        self._finish()
        return float(total) / loss_scale

    def evaluate(self, batch: StepBatch) -> float:
        """The same loss without gradients."""
        self.stage.eval()
        self._expect(batch, training=False)
        total = torch.zeros((), device=self.mesh.device)
        with torch.no_grad():
            for micro_batch in range(len(batch.ids)):
                total += self._forward(batch, micro_batch, loss_scale=1.0)
        self._finish()
        self.stage.train()
        return float(total)

    def _forward(self, batch: StepBatch, micro_batch: int, loss_scale: float) -> torch.Tensor | float:
        """One micro-batch through this stage; returns its part of the loss on the last one."""
        receiver, sender = self.neighbours.inputs, self.neighbours.outputs
        device = self.mesh.device
        inputs = upload(batch.ids[micro_batch], device) if receiver is None else receiver.take()
        positions = None if batch.positions is None else upload(batch.positions[micro_batch], device)
        # Only now, and only if the stage before wants its gradient, does the graph of this stage begin at its input.
        inputs.requires_grad_(self.neighbours.input_gradients is not None and torch.is_grad_enabled())
        with self.clock.busy():
            output: torch.Tensor = self.stage(inputs, positions)
            if sender is None:
                factor = loss_scale / max(1, batch.target_tokens)
                output = token_loss_sum(self.stage, output, batch.labels[micro_batch], factor)
        if output.requires_grad:
            self._in_flight[micro_batch] = _InFlight(inputs, get_gradient_edge(output))
        if sender is None:
            return output.detach()
        sender.send(output.detach())
        return 0.0

    def _backward(self, micro_batch: int) -> None:
        """The gradients of one micro-batch; nothing on a stage below everything trained."""
        if micro_batch not in self._in_flight:
            return
        inputs, end = self._in_flight.pop(micro_batch)
        receiver, sender = self.neighbours.output_gradients, self.neighbours.input_gradients
        gradient = None if receiver is None else receiver.take()
        with self.clock.busy():
            torch.autograd.backward(end, gradient)
        if sender is not None:
            assert inputs.grad is not None
            sender.send(inputs.grad)

    def _expect(self, batch: StepBatch, *, training: bool) -> None:
        """Posts the first receives of a step. All ranks know its shapes from its rows, so none are exchanged."""
        micro_batches, rows, length = batch.ids.shape
        shape = (rows, length, self.stage.config.hidden_size)
        receivers = [self.neighbours.inputs, self.neighbours.output_gradients if training else None]
        for receiver in receivers:
            if receiver is not None:
                receiver.expect(micro_batches, shape)

    def _finish(self) -> None:
        """Waits for what is still being sent."""
        for sender in (self.neighbours.outputs, self.neighbours.input_gradients):
            if sender is not None:
                sender.finish()
