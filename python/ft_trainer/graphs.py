"""The same passes as CUDA graphs: the host launches one graph where it would launch thousands of kernels.

A layer of a small micro-batch is computed faster than a host can launch its kernels. A graph is captured once and
replayed for every micro-batch; in return shapes are fixed, and the tensors that it reads and writes stay in place.
"""

from __future__ import annotations

import torch

from .adapters import trainable_parameters
from .stage import Stage

_WARM_UP_PASSES = 2
"""Passes before capture, in which libraries take their workspaces (torch, CUDA semantics, Whole-network capture)."""


class _Slot:
    """The graphs for one micro-batch in flight, and the tensors through which it passes.

    Each slot has a memory pool of its own: what its forward pass keeps must not be touched before its backward pass,
    and graphs that share a pool may only be replayed in the order in which they were captured.
    """

    def __init__(self, stage: Stage, rows: int, length: int, packed: bool, stream: torch.cuda.Stream) -> None:
        """Captures both passes for (rows, length) tokens."""
        device, width = stage.device, stage.config.hidden_size
        if stage.is_first:
            self.inputs = torch.zeros((rows, length), dtype=torch.int64, device=device)
        else:
            self.inputs = torch.zeros((rows, length, width), dtype=stage.compute_dtype, device=device)
            self.inputs.requires_grad_(stage.passes_gradient_on)
        self.positions = torch.arange(length, device=device).expand(rows, length).contiguous() if packed else None
        self.gradient = torch.zeros((rows, length, width), dtype=stage.compute_dtype, device=device)
        with torch.cuda.stream(stream):
            for _ in range(_WARM_UP_PASSES):
                torch.autograd.backward(stage(self.inputs, self.positions), self.gradient)
        self.inputs.grad = None
        self._forward, self._backward = torch.cuda.CUDAGraph(), torch.cuda.CUDAGraph()
        for generator in stage.dropouts.generators:
            self._forward.register_generator_state(generator)
            self._backward.register_generator_state(generator)
        pool = torch.cuda.graph_pool_handle()
        # Other threads (NCCL's watchdog, senders) go on with what a capture forbids to the whole process by default.
        with torch.cuda.graph(self._forward, pool, stream, "thread_local"):
            self.output: torch.Tensor = stage(self.inputs, self.positions)
        with torch.cuda.graph(self._backward, pool, stream, "thread_local"):
            torch.autograd.backward(self.output, self.gradient)

    def forward(self, inputs: torch.Tensor, positions: torch.Tensor | None) -> torch.Tensor:
        """Replays the forward pass."""
        with torch.no_grad():
            self.inputs.copy_(inputs)
        if self.positions is not None and positions is not None:
            self.positions.copy_(positions)
        self._forward.replay()
        return self.output.detach().clone()

    def backward(self, gradient: torch.Tensor) -> torch.Tensor | None:
        """Replays the backward pass."""
        self.gradient.copy_(gradient)
        self._backward.replay()
        return None if self.inputs.grad is None else self.inputs.grad.clone()


class GraphedPasses:
    """Passes that replay graphs, for micro-batches of one shape."""

    def __init__(self, stage: Stage, slots: int, rows: int, length: int, *, packed: bool) -> None:
        """Captures the passes of ``stage`` through which gradients flow.

        Args:
            stage: A loaded stage on a CUDA device.
            slots: Micro-batches in flight at once, at most.
            rows: Rows of a micro-batch.
            length: Tokens of a row.
            packed: Whether rows hold several samples.
        """
        parameters = list(trainable_parameters(stage).values())
        # Graphs add to gradients where they lie, so these must be there before and stay.
        gradients = [torch.zeros_like(parameter) for parameter in parameters]
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        self._slots = [_Slot(stage, rows, length, packed, stream) for _ in range(slots)]
        torch.cuda.current_stream().wait_stream(stream)
        torch._foreach_zero_(gradients)

    def forward(self, micro_batch: int, inputs: torch.Tensor, positions: torch.Tensor | None) -> torch.Tensor:
        """See ``Passes``."""
        return self._slots[micro_batch % len(self._slots)].forward(inputs, positions)

    def backward(self, micro_batch: int, gradient: torch.Tensor) -> torch.Tensor | None:
        """See ``Passes``."""
        return self._slots[micro_batch % len(self._slots)].backward(gradient)
