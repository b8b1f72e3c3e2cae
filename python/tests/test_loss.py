"""The chunked cross-entropy equals torch's on whole logits, in value and in gradient."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from ft_trainer import loss as loss_module
from ft_trainer.batches import IGNORED
from ft_trainer.loss import token_loss

VOCABULARY, WIDTH = 50, 16


def stage_with(dtype: torch.dtype, soft_cap: float | None) -> Any:
    """What the loss needs of a last stage."""
    torch.manual_seed(1)
    head = nn.Linear(WIDTH, VOCABULARY, bias=False).to(dtype).requires_grad_(False)
    return SimpleNamespace(head=head, config=SimpleNamespace(final_logit_softcapping=soft_cap))


@pytest.mark.parametrize("soft_cap", [None, 3.0])
@pytest.mark.parametrize("targets", [0, 1, 300])
def test_equals_cross_entropy_over_whole_logits(
    soft_cap: float | None, targets: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loss_module, "_LOGITS", 70 * VOCABULARY)  # several chunks, the last of them partial
    stage = stage_with(torch.float32, soft_cap)
    hidden = torch.randn(4, 100, WIDTH, requires_grad=True)
    labels = torch.full((400,), IGNORED)
    labels[torch.randperm(400)[:targets]] = torch.randint(0, VOCABULARY, (targets,))
    labels = labels.view(4, 100)

    ours, our_gradient = token_loss(stage, hidden, labels, 0.5, with_gradient=True)
    logits = stage.head(hidden)
    logits = logits if soft_cap is None else soft_cap * torch.tanh(logits / soft_cap)
    whole = 0.5 * F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum")
    (gradient,) = torch.autograd.grad(whole, hidden)

    torch.testing.assert_close(ours, whole)
    torch.testing.assert_close(our_gradient, gradient)


def test_gradients_are_scaled_before_fp16_holds_them() -> None:
    stage = stage_with(torch.float16, None)
    hidden = (torch.randn(1, 8, WIDTH) / 10).half()
    labels = torch.randint(0, VOCABULARY, (1, 8))
    # Unscaled, gradients this small would be nothing in fp16.
    _, unscaled = token_loss(stage, hidden, labels, 1e-9, with_gradient=True)
    _, scaled = token_loss(stage, hidden, labels, 1e-9 * 2**26, with_gradient=True)
    assert unscaled is not None and not unscaled.any()
    assert scaled is not None and scaled.count_nonzero() > 100
