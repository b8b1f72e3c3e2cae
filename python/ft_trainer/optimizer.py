"""From the gradients of one rank to the same update everywhere: reduce, unscale, clip, then step or skip."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import nn

from .clock import Clock
from .config import Plan, Training
from .errors import FAILED, UserError
from .mesh import Mesh


def learning_rate(step: int, total: int, training: Training) -> float:
    """Learning rate of optimizer step ``step`` (from 0) of ``total``.

    Linear warm-up over ``ceil(total x warmupRatio)`` steps, whose last reaches the peak (the first already learns,
    unlike in ``transformers``, where it is 0), then constant, linear or half a cosine down to 0.
    """
    warmup = math.ceil(total * training.warmup_ratio)
    if step < warmup:
        return training.learning_rate * (step + 1) / warmup
    progress = (step - warmup) / max(1, total - warmup)
    decay = {"constant": 1.0, "linear": 1.0 - progress, "cosine": 0.5 * (1.0 + math.cos(math.pi * progress))}
    return training.learning_rate * decay[training.scheduler]


class LossScaler:
    """Dynamic loss scale for fp16, the same on all ranks because all see the same verdict.

    The constants are ``torch.amp.GradScaler``'s. A step is skipped when a gradient overflowed; for bf16 and fp32 the
    scale stays 1 and a step is skipped only when a gradient is not finite.
    """

    _GROWTH, _BACKOFF, _INTERVAL = 2.0, 0.5, 2000
    _PATIENCE = 30
    """Skipped steps in a row after which the run has diverged: 2^16 halves to 2^-14 in that many."""

    def __init__(self, enabled: bool) -> None:
        """A scaler at its initial 2^16, or at a constant 1."""
        self.enabled = enabled
        self.scale = 65536.0 if enabled else 1.0
        self.good_steps = 0
        self.skipped_in_a_row = 0

    def update(self, finite: bool) -> None:
        """Takes the verdict on a step.

        Raises:
            UserError: ``diverged`` where gradients have not been finite for many steps.
        """
        if finite:
            self.skipped_in_a_row = 0
            self.good_steps += 1
            if self.enabled and self.good_steps == self._INTERVAL:
                self.scale, self.good_steps = self.scale * self._GROWTH, 0
            return
        self.good_steps = 0
        self.skipped_in_a_row += 1
        if self.enabled:
            self.scale *= self._BACKOFF
        if self.skipped_in_a_row >= self._PATIENCE:
            raise UserError(
                "diverged",
                f"gradients were not finite for {self._PATIENCE} steps in a row",
                "Lower learningRate, or train in bf16 or fp32 if the cards can; then resume from a checkpoint.",
                FAILED,
            )

    def state(self) -> dict[str, float]:
        """What a checkpoint keeps."""
        return {"scale": self.scale, "goodSteps": self.good_steps, "skippedInARow": self.skipped_in_a_row}

    def restore(self, state: dict[str, float]) -> None:
        """Continues from a checkpoint's state."""
        self.scale = state["scale"]
        self.good_steps, self.skipped_in_a_row = int(state["goodSteps"]), int(state["skippedInARow"])


@dataclass(frozen=True)
class Update:
    """Outcome of an optimizer step.

    Attributes:
        loss: Mean loss a target token over all replicas; None where the step was skipped.
        grad_norm: Global gradient norm before clipping; None where the step was skipped.
    """

    loss: float | None
    grad_norm: float | None


class ShardedOptimizer:
    """AdamW over this rank's trainables, which may be none, in step with all other ranks.

    Attributes:
        parameters: This rank's trainables by name.
        scaler: The loss scale.
        steps_taken: Steps that were not skipped, the same on every rank (a rank without trainables counts too).
    """

    def __init__(self, parameters: dict[str, nn.Parameter], plan: Plan, mesh: Mesh, clock: Clock) -> None:
        """AdamW in fp32; vectors (norms, biases) are not decayed. The clock counts what is computed here as busy."""
        training = plan.training
        self.clock = clock
        self.parameters = parameters
        self.mesh = mesh
        self.replicas = plan.data_parallel
        self.max_grad_norm = training.max_grad_norm
        self.steps_taken = 0
        self.scaler = LossScaler(plan.precision.value == "fp16")
        groups = [
            {
                "params": [p for p in parameters.values() if p.ndim >= 2],
                "weight_decay": training.weight_decay,
            },
            {"params": [p for p in parameters.values() if p.ndim < 2], "weight_decay": 0.0},
        ]
        constants = training.optimizer
        self.adamw = (
            torch.optim.AdamW(
                [group for group in groups if group["params"]],
                lr=training.learning_rate,
                betas=(constants.beta1, constants.beta2),
                eps=constants.eps,
                fused=mesh.device.type == "cuda",
            )
            if parameters
            else None
        )

    def step(self, loss: float, rate: float) -> Update:
        """Reduces, clips and applies the gradients, or skips the step; the same on every rank. Clears gradients.

        Args:
            loss: This rank's share of the step's loss.
            rate: Learning rate.
        """
        gradients = self._gradients()
        if self.replicas > 1 and gradients:
            self._reduce(gradients)
        with self.clock.busy():
            square_sum = _square_sum(gradients)
        # Replicas hold equal gradients by now, so each adds its part of the same sum.
        total_square, loss = self.mesh.sum_over_world([square_sum / self.replicas, loss])
        norm = math.sqrt(total_square) / self.scaler.scale if math.isfinite(total_square) else math.inf
        finite = math.isfinite(norm)
        self.steps_taken += int(finite)
        if finite and self.adamw is not None:
            with self.clock.busy():
                clip = min(1.0, self.max_grad_norm / (norm + 1e-6))
                torch._foreach_mul_(gradients, clip / self.scaler.scale)
                for group in self.adamw.param_groups:
                    group["lr"] = rate
                self.adamw.step()
        self.scaler.update(finite)
        # Cleared where they lie: CUDA graphs add to them there.
        if gradients:
            torch._foreach_zero_(gradients)
        return Update(loss if finite else None, norm if finite else None)

    def rehearse(self) -> None:
        """Takes the memory that a step takes, and forgets the gradients; nothing is learned."""
        gradients = self._gradients()
        if self.replicas > 1 and gradients:
            self._reduce(gradients)
        if self.adamw is not None:
            for group in self.adamw.param_groups:
                for parameter in group["params"]:
                    self._allocate_moments(parameter)
        if gradients:
            torch._foreach_zero_(gradients)

    def _allocate_moments(self, parameter: nn.Parameter) -> None:
        """Adam's state as it begins; torch would allocate it in the first step."""
        assert self.adamw is not None
        if not self.adamw.state[parameter]:
            # Fused kernels count steps on the card.
            place = parameter.device if self.adamw.defaults["fused"] else "cpu"
            self.adamw.state[parameter] = {
                "step": torch.zeros((), dtype=torch.float32, device=place),
                "exp_avg": torch.zeros_like(parameter),
                "exp_avg_sq": torch.zeros_like(parameter),
            }

    def _gradients(self) -> list[torch.Tensor]:
        """Gradients of all trainables; one that no micro-batch reached counts as zero."""
        for parameter in self.parameters.values():
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        return [parameter.grad for parameter in self.parameters.values() if parameter.grad is not None]

    def _reduce(self, gradients: list[torch.Tensor]) -> None:
        """Sums gradients over the replicas in one flat message."""
        flat = self.mesh.sum_over_replicas(torch.cat([gradient.flatten() for gradient in gradients]))
        pieces = flat.split([gradient.numel() for gradient in gradients])
        for gradient, piece in zip(gradients, pieces, strict=True):
            gradient.copy_(piece.view_as(gradient))

    def moments(self) -> dict[str, dict[str, torch.Tensor]]:
        """Adam's state by parameter name: ``exp_avg``, ``exp_avg_sq`` and ``step``; empty before the rehearsal."""
        if self.adamw is None:
            return {}
        return {name: dict(self.adamw.state[p]) for name, p in self.parameters.items() if p in self.adamw.state}

    def restore_moments(self, name: str, state: dict[str, torch.Tensor]) -> None:
        """Puts Adam's state of one parameter back."""
        assert self.adamw is not None
        self.adamw.state[self.parameters[name]] = state


def _square_sum(tensors: list[torch.Tensor]) -> float:
    """Sum of all squares, added up in double precision."""
    if not tensors:
        return 0.0
    return float(torch.stack(torch._foreach_norm(tensors)).double().square().sum())
