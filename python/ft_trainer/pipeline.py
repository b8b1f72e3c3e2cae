"""Runs the micro-batches of a step through the stages of one replica."""

from __future__ import annotations

from itertools import zip_longest

import torch

from .batches import StepBatch
from .clock import Clock
from .config import Plan
from .graphs import GraphedPasses
from .loss import token_loss
from .mesh import Mesh, upload
from .passes import EagerPasses, Passes
from .schedule import Action, actions, comes_of
from .stage import Stage
from .transport import Receiver, connect_neighbours


class Pipeline:
    """This rank's part of the schedule."""

    def __init__(self, stage: Stage, plan: Plan, mesh: Mesh, clock: Clock) -> None:
        """A pipeline around this rank's stage; all ranks make theirs together."""
        self.stage = stage
        self.plan = plan
        self.mesh = mesh
        self.clock = clock
        self.neighbours = connect_neighbours(plan, mesh)
        self.passes = _passes(stage, plan)
        self._loss_gradients: dict[int, torch.Tensor] = {}

    def train_step(self, batch: StepBatch, step: int, loss_scale: float) -> float:
        """Forward and backward over all micro-batches; gradients are left in ``.grad``, times ``loss_scale``.

        Returns:
            This replica's share of the step's loss (sum of its token losses over the *global* number of target
            tokens) on the last stage, 0 on the others.
        """
        total = torch.zeros((), device=self.mesh.device)
        order = self._order(self.stage.index, batch)
        for current, following in zip_longest(order, order[1:]):
            received = self._receive(current, following, batch)
            self.stage.dropouts.start(step, self.mesh.rank.replica, current.micro_batch)
            if current.direction == "forward":
                factor = loss_scale / max(1, batch.target_tokens)
                total += self._forward(batch, current.micro_batch, received, factor)
            elif self.stage.trains:
                self._backward(current.micro_batch, received)
        self._finish()
        return float(total) / loss_scale

    @torch.no_grad()
    def evaluate(self, batch: StepBatch) -> float:
        """The same loss without gradients."""
        self.stage.eval()
        total = torch.zeros((), device=self.mesh.device)
        order = [Action("forward", micro_batch) for micro_batch in range(len(batch.ids))]
        for current, following in zip_longest(order, order[1:]):
            received = self._receive(current, following, batch)
            total += self._forward(batch, current.micro_batch, received, 1.0 / max(1, batch.target_tokens))
        self._finish()
        self.stage.train()
        return float(total)

    def _order(self, stage: int, batch: StepBatch) -> tuple[Action, ...]:
        return actions(self.plan.stages[stage].in_flight, len(batch.ids))

    def _receive(self, current: Action, following: Action | None, batch: StepBatch) -> torch.Tensor | None:
        """What ``current`` needs of a neighbour; what comes next is already received while it is computed."""
        _, rows, length = batch.ids.shape
        shape = (rows, length, self.stage.config.hidden_size)
        receiver = self._receiver(current)
        received = None if receiver is None else receiver.take(shape)
        if following is not None and (next_receiver := self._receiver(following)) is not None:
            neighbour = self.stage.index + (1 if following.direction == "backward" else -1)
            if not comes_of(following, current, self._order(neighbour, batch)):
                next_receiver.post(shape)
        return received

    def _receiver(self, action: Action) -> Receiver | None:
        return self.neighbours.inputs if action.direction == "forward" else self.neighbours.output_gradients

    def _forward(
        self, batch: StepBatch, micro_batch: int, received: torch.Tensor | None, factor: float
    ) -> torch.Tensor | float:
        """One micro-batch through this stage; returns its part of the loss on the last one."""
        sender, device = self.neighbours.outputs, self.mesh.device
        inputs = upload(batch.ids[micro_batch], device) if received is None else received
        positions = None if batch.positions is None else upload(batch.positions[micro_batch], device)
        learns = self.stage.training and self.stage.trains
        loss: torch.Tensor | float = 0.0
        with self.clock.busy():
            if learns:
                output = self.passes.forward(micro_batch, inputs, positions)
            else:
                with torch.no_grad():
                    output = self.stage(inputs, positions)
            if sender is None:
                labels = batch.labels[micro_batch]
                loss, gradient = token_loss(self.stage, output, labels, factor, with_gradient=learns)
                if gradient is not None:
                    self._loss_gradients[micro_batch] = gradient
        if sender is not None:
            sender.send(output)
        return loss

    def _backward(self, micro_batch: int, received: torch.Tensor | None) -> None:
        """The gradients of one micro-batch."""
        sender = self.neighbours.input_gradients
        gradient = self._loss_gradients.pop(micro_batch) if received is None else received
        with self.clock.busy():
            input_gradient = self.passes.backward(micro_batch, gradient)
        if sender is not None:
            assert input_gradient is not None
            sender.send(input_gradient)

    def _finish(self) -> None:
        """Waits for what is still being sent."""
        for sender in (self.neighbours.outputs, self.neighbours.input_gradients):
            if sender is not None:
                sender.finish()


def _passes(stage: Stage, plan: Plan) -> Passes:
    """Graphs where the plan has them, and where there is anything to train."""
    length = plan.graphed_length
    if length is None or not stage.trains:
        return EagerPasses(stage)
    slots = plan.stages[stage.index].in_flight
    return GraphedPasses(stage, slots, plan.micro_batch_size, length, packed=plan.packed_length is not None)
