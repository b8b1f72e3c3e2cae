"""RMS norms of frozen weights as one kernel; transformers runs six, and keeps fp32 copies for the backward pass."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

_PLAIN = frozenset(f"{family}RMSNorm" for family in ("Llama", "Mistral", "Qwen2", "Qwen3", "Phi3"))
"""Classes that compute ``weight * normalized(x)``. Gemma's add 1 to the weight in fp32, which the kernel cannot."""


class FusedRMSNorm(nn.Module):
    """``x / sqrt(mean(x^2) + eps) * weight`` over the last dimension, computed in fp32 and rounded once."""

    def __init__(self, weight: nn.Parameter, eps: float) -> None:
        """Takes over the weight (D,) of the norm that it replaces."""
        super().__init__()
        self.weight = weight
        self.eps = eps

    def forward(self, hidden_states: torch.Tensor) -> torch.Tensor:
        """(..., D) in and out, in the dtype of the input."""
        # Autocast would upcast to fp32 around a kernel that already computes in it.
        with torch.autocast(hidden_states.device.type, enabled=False):
            weight = self.weight.to(hidden_states.dtype)
            return F.rms_norm(hidden_states, weight.shape, weight, self.eps)


def fuse_norms(model: nn.Module) -> None:
    """Replaces the norms that are not trained; call it when it is known what is."""
    for parent in list(model.modules()):
        for name, norm in list(parent.named_children()):
            if type(norm).__name__ in _PLAIN and not norm.get_parameter("weight").requires_grad:
                setattr(parent, name, FusedRMSNorm(norm.get_parameter("weight"), float(norm.variance_epsilon)))  # type: ignore[arg-type]
