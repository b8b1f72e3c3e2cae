"""Forward and backward passes of micro-batches through this rank's layers, kernel by kernel."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch.autograd.graph import GradientEdge, get_gradient_edge

from .stage import Stage


class Passes(Protocol):
    """How micro-batches are taken through a stage."""

    def forward(self, micro_batch: int, inputs: torch.Tensor, positions: torch.Tensor | None) -> torch.Tensor:
        """Hidden states (B, T, D) that a micro-batch leaves the stage with, outside any graph of autograd."""

    def backward(self, micro_batch: int, gradient: torch.Tensor) -> torch.Tensor | None:
        """Adds to the gradients of the parameters; returns that of the inputs, where they are hidden states."""


class _InFlight(NamedTuple):
    """What a micro-batch leaves behind until its backward pass.

    The end of its graph stands for the output, so that the output's memory is free once it has been used.
    """

    inputs: torch.Tensor
    end: GradientEdge


class EagerPasses:
    """Passes whose kernels are launched one by one, for batches of any shape."""

    def __init__(self, stage: Stage) -> None:
        """Passes through ``stage``."""
        self._stage = stage
        self._in_flight: dict[int, _InFlight] = {}

    def forward(self, micro_batch: int, inputs: torch.Tensor, positions: torch.Tensor | None) -> torch.Tensor:
        """See ``Passes``."""
        inputs.requires_grad_(self._stage.passes_gradient_on)
        output: torch.Tensor = self._stage(inputs, positions)
        self._in_flight[micro_batch] = _InFlight(inputs, get_gradient_edge(output))
        return output.detach()

    def backward(self, micro_batch: int, gradient: torch.Tensor) -> torch.Tensor | None:
        """See ``Passes``."""
        inputs, end = self._in_flight.pop(micro_batch)
        torch.autograd.backward(end, gradient)
        return inputs.grad
