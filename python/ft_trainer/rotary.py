"""Rotary embeddings in three kernels forward and three backward, over whole tensors."""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch import nn

_NAME = "apply_rotary_pos_emb"
_FAMILIES = frozenset({"llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3_text"})
"""Models that rotate whole heads by halves; Phi-3 may rotate a part of each."""


class _Tables:
    """Cosines and signed sines of the pass under way, spelled out for every head.

    Elementwise kernels are several times faster on tensors of one layout than where they must broadcast. One pair is
    kept, since the layers of a pass share it and passes follow one another.
    """

    def __init__(self) -> None:
        self._made_from: tuple[torch.Tensor, tuple[int, ...]] | None = None
        self._pair: tuple[torch.Tensor, torch.Tensor] | None = None

    def of(self, like: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Tables like queries or keys (B, T, H, D), from (B, T, D) for all heads."""
        known = self._made_from is not None and self._made_from[0] is cos and self._made_from[1] == like.shape
        if self._pair is None or not known:
            left, right = sin.chunk(2, dim=-1)
            signed = torch.cat((-left, right), dim=-1)
            self._pair = (
                torch.empty_like(like).copy_(cos.unsqueeze(2)),
                torch.empty_like(like).copy_(signed.unsqueeze(2)),
            )
            self._made_from = (cos, tuple(like.shape))
        return self._pair


_queries, _keys = _Tables(), _Tables()


class _Rotation(torch.autograd.Function):
    """Rotates pairs (x[i], x[i + D/2]) by angles whose cosines and sines are given (Su et al. 2021, section 3.4.2)."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, tables: _Tables, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        """Queries or keys (B, H, T, D) in and out; cos and sin (B, T, D)."""
        ctx.tables, ctx.angles = tables, (cos, sin)
        return _rotate(x, tables, ctx.angles, 1)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None, None]:
        """Rotates the gradient back."""
        (gradient,) = gradients
        return _rotate(gradient, ctx.tables, ctx.angles, -1), None, None, None


def _rotate(x: torch.Tensor, tables: _Tables, angles: tuple[torch.Tensor, torch.Tensor], sense: int) -> torch.Tensor:
    """Computed as (B, T, H, D), which is how queries, keys and their gradients lie in memory."""
    x = x.transpose(1, 2)
    every_cos, signed_sin = tables.of(x, *angles)
    # Concatenated as 8-byte words, of which there are fewer.
    left, right = x.view(torch.int64).chunk(2, dim=-1)
    swapped = torch.cat((right, left), dim=-1).view(x.dtype)
    return (x * every_cos).addcmul_(swapped, signed_sin, value=sense).transpose(1, 2)


def _apply_rotary(
    q: torch.Tensor, k: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Takes the place of transformers' function of that name: queries, keys (B, H, T, D); cos, sin (B, T, D)."""
    return (
        _Rotation.apply(q, _queries, cos, sin),  # type: ignore[no-untyped-call]
        _Rotation.apply(k, _keys, cos, sin),  # type: ignore[no-untyped-call]
    )


def speed_up_rotary(model: nn.Module) -> None:
    """Puts the rotation above in the place of the model's own."""
    if getattr(model.config, "model_type", None) in _FAMILIES:
        setattr(sys.modules[type(model).__module__], _NAME, _apply_rotary)
