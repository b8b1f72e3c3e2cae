"""Which attention kernels a card is given."""

from __future__ import annotations

import pytest
import torch
from transformers.integrations import sdpa_attention

from ft_trainer.attention import choose_kernels


@pytest.mark.parametrize(("capability", "shared"), [((6, 1), False), ((7, 5), False), ((8, 6), True), ((9, 0), True)])
def test_cards_without_flash_attention_get_keys_for_every_head(
    capability: tuple[int, int], shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sdpa_attention, "use_gqa_in_sdpa", sdpa_attention.use_gqa_in_sdpa)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    heads: list[tuple[int, ...]] = []
    attend = torch.nn.functional.scaled_dot_product_attention

    def record(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, **options: object) -> torch.Tensor:
        heads.append((key.shape[1], value.shape[1]))
        return attend(query, key, value, **options)

    module = torch.nn.Module()
    module.num_key_value_groups, module.is_causal = 4, True
    query, key, value = torch.randn(1, 8, 5, 16), torch.randn(1, 2, 5, 16), torch.randn(1, 2, 5, 16)
    expected, _ = sdpa_attention.sdpa_attention_forward(module, query, key, value, None)

    choose_kernels(torch.device("cuda"))
    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", record)
    output, _ = sdpa_attention.sdpa_attention_forward(module, query, key, value, None)

    assert heads == [(2, 2) if shared else (8, 8)]
    torch.testing.assert_close(output, expected)
