"""Cross-entropy over the vocabulary, without ever holding the logits of a whole micro-batch."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch.utils.checkpoint import checkpoint

from .batches import IGNORED
from .stage import Stage

_CHUNK = 1024
"""Target positions whose logits exist at one time; (1024, V) in fp32 is 131 MB at V = 32,000."""


def token_loss_sum(stage: Stage, hidden: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Sum of the token losses of a micro-batch, fp32.

    Only positions that carry loss reach the head, in chunks whose logits are recomputed in the backward pass.

    Args:
        stage: The last stage; its head and configuration are used.
        hidden: Normalized hidden states, (B, T, D).
        labels: Shifted labels, (B, T), ``IGNORED`` where no loss is taken.
    """
    labels = labels.to(hidden.device)
    learned = labels != IGNORED
    hidden, labels = hidden[learned], labels[learned]
    # Starts from the hidden states so that a micro-batch without targets still has a graph to walk back.
    total = hidden.float().sum() * 0.0
    for start in range(0, len(labels), _CHUNK):
        total = total + checkpoint(
            _chunk_loss,
            stage,
            hidden[start : start + _CHUNK],
            labels[start : start + _CHUNK],
            use_reentrant=False,
            preserve_rng_state=False,
        )
    return total


def _chunk_loss(stage: Stage, hidden: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Loss sum of some positions: hidden (N, D), labels (N,)."""
    with stage.autocast():
        logits = stage.head(hidden)
    logits = logits.float()
    soft_cap = getattr(stage.config, "final_logit_softcapping", None)
    if soft_cap:
        logits = soft_cap * torch.tanh(logits / soft_cap)
    return F.cross_entropy(logits, labels, reduction="sum")
