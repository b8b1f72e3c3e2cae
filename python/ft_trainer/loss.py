"""Cross-entropy over the vocabulary, without ever holding the logits of a whole micro-batch."""

from __future__ import annotations

from typing import Any

import torch

from .batches import IGNORED
from .mesh import upload
from .stage import Stage

_LOGITS = 2**24
"""Logits that exist at one time; with their gradient they take 8 bytes each, 134 MB in all."""

_FEWEST_POSITIONS = 64
"""Positions at one time where the vocabulary is so large that fewer would leave a card idle."""


def token_loss_sum(stage: Stage, hidden: torch.Tensor, labels: torch.Tensor, factor: float) -> torch.Tensor:
    """Sum of the token losses of a micro-batch times ``factor``, a scalar in fp32.

    Only positions that carry loss reach the head.

    Args:
        stage: The last stage; its head, which is frozen, and its configuration are used.
        hidden: Normalized hidden states, (B, T, D).
        labels: Shifted labels on the host, (B, T), ``IGNORED`` where no loss is taken.
        factor: Loss scale over target tokens; gradients are computed with it at once, so that fp16 can hold them.
    """
    labels = labels.flatten()
    # Found on the host: to look for them on the card would make the host wait for it.
    positions = (labels != IGNORED).nonzero().squeeze(1)
    hidden = hidden.flatten(0, 1).index_select(0, upload(positions, hidden.device))
    head = stage.head
    soft_cap = getattr(stage.config, "final_logit_softcapping", None)
    bias = getattr(head, "bias", None)
    with torch.autocast(hidden.device.type, enabled=False):
        loss: torch.Tensor = _ScaledCrossEntropy.apply(  # type: ignore[no-untyped-call]
            hidden.to(stage.compute_dtype),
            head.weight,
            bias,
            upload(labels[positions], hidden.device),
            factor,
            soft_cap,
        )
    return loss


class _ScaledCrossEntropy(torch.autograd.Function):
    """``factor * sum(cross_entropy(soft_cap(hidden @ weight.T + bias), labels))`` for a frozen head.

    The gradient of the hidden states is computed beside the loss, a chunk of positions after the other, while the
    logits are there: nothing is computed again, and logits never outlive their chunk. (Hsu et al. 2024, Liger Kernel,
    section 3.2, has the idea; this is plain torch, for cards that Triton does not serve.)
    """

    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        labels: torch.Tensor,
        factor: float,
        soft_cap: float | None,
    ) -> torch.Tensor:
        """Hidden (N, D), weight (V, D), labels (N,)."""
        total = torch.zeros((), device=hidden.device)
        gradient = torch.empty_like(hidden) if ctx.needs_input_grad[0] else None
        chunk = max(_FEWEST_POSITIONS, _LOGITS // weight.shape[0])
        for start in range(0, len(labels), chunk):
            part = slice(start, start + chunk)
            logits = torch.nn.functional.linear(hidden[part], weight, bias).float()
            if soft_cap is not None:
                logits.div_(soft_cap).tanh_().mul_(soft_cap)
            label = labels[part].unsqueeze(1)
            normalizer = logits.logsumexp(1, keepdim=True)
            total += (normalizer - logits.gather(1, label)).sum()
            if gradient is not None:
                slope = 1 - (logits / soft_cap).square_() if soft_cap is not None else None
                # softmax - one-hot, in place of the logits
                change = logits.sub_(normalizer).exp_().scatter_add_(1, label, logits.new_full(label.shape, -1.0))
                if slope is not None:
                    change.mul_(slope)
                torch.mm(change.mul_(factor).to(hidden.dtype), weight, out=gradient[part])
        ctx.save_for_backward(gradient)
        return total * factor

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor, None, None, None, None, None]:
        """The loss is the end of the graph: ``upstream`` is 1, or a factor of the caller's."""
        (gradient,) = ctx.saved_tensors
        return gradient * upstream[0].to(gradient.dtype), None, None, None, None, None
