"""Cross-entropy over the vocabulary, without ever holding the logits of a whole micro-batch."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from .batches import IGNORED
from .mesh import upload
from .stage import Stage

_LOGITS = 2**24
"""Logits that exist at one time; with their gradient they take 8 bytes each, 134 MB in all."""

_FEWEST_POSITIONS = 64
"""Positions at one time where the vocabulary is so large that fewer would leave a card idle."""


@torch.no_grad()
def token_loss(
    stage: Stage, hidden: torch.Tensor, labels: torch.Tensor, factor: float, *, with_gradient: bool
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Sum of the token losses of a micro-batch times ``factor``, and its gradient.

    The gradient is computed beside the loss, a chunk of positions after the other, while their logits are there:
    nothing is computed again, as the head is frozen and nothing comes after the loss (Hsu et al. 2024, Liger Kernel,
    section 3.2, has the idea; this is plain torch, for cards that Triton does not serve). Only positions that carry
    loss reach the head. ``torch.nn.functional.linear_cross_entropy`` (2.13) needs still less memory, but 2.6 to 3 times
    as long (``.dev/bench/loss.py``, CPU), and its gradients are not scaled before fp16 must hold them.

    Args:
        stage: The last stage; its head and its configuration are used.
        hidden: Normalized hidden states, (B, T, D).
        labels: Shifted labels on the host, (B, T), ``IGNORED`` where no loss is taken.
        factor: Loss scale over target tokens, above 0; applied before fp16 must hold a gradient.
        with_gradient: Whether the gradient is wanted.

    Returns:
        The scaled loss, a scalar in fp32, and the gradient of ``hidden`` in its dtype.
    """
    labels = labels.flatten()
    # Found on the host: to look for them on the card would make the host wait for it.
    positions = (labels != IGNORED).nonzero().squeeze(1)
    labels = upload(labels[positions], hidden.device).unsqueeze(1)
    positions = upload(positions, hidden.device)
    learned = hidden.flatten(0, 1).index_select(0, positions)
    weight, bias = stage.head.get_parameter("weight"), getattr(stage.head, "bias", None)
    soft_cap: float | None = getattr(stage.config, "final_logit_softcapping", None)
    total = torch.zeros((), device=hidden.device)
    gradient = torch.empty_like(learned)
    chunk = max(_FEWEST_POSITIONS, _LOGITS // weight.shape[0])
    for start in range(0, len(labels), chunk):
        part = slice(start, start + chunk)
        logits = F.linear(learned[part], weight, bias)
        if soft_cap:
            logits = logits.float().div_(soft_cap).tanh_().mul_(soft_cap)
        log_probabilities = F.log_softmax(logits, dim=1, dtype=torch.float32)
        total -= log_probabilities.gather(1, labels[part]).sum()
        if with_gradient:
            slope = 1 - (logits / soft_cap).square_() if soft_cap else None
            # factor x (softmax - one-hot), in the same place
            change = log_probabilities.add_(math.log(factor)).exp_()
            change.scatter_add_(1, labels[part], change.new_full((), -factor).expand_as(labels[part]))
            if slope is not None:
                change.mul_(slope)
            torch.mm(change.to(hidden.dtype), weight, out=gradient[part])
    if not with_gradient:
        return total * factor, None
    everywhere = torch.zeros_like(hidden)
    everywhere.flatten(0, 1).index_copy_(0, positions, gradient)
    return total * factor, everywhere
