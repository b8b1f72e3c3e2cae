"""What transformers' attention is told, so that every card gets the fastest kernels that it has."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from transformers import masking_utils
from transformers.integrations import sdpa_attention

_FLASH_ATTENTION = (8, 0)
"""Compute capability from which on torch has flash attention; the kernels of earlier cards take no grouped queries."""


def _additive_mask(*args: Any, dtype: torch.dtype, **kwargs: Any) -> torch.Tensor:
    """Mask (B, 1, T, T) as numbers to add: 0 where a token may look, else the least there is, as transformers has it.

    Made on the card alone: transformers copies the 0 of its own from the host, which a CUDA graph cannot capture.
    """
    mask = masking_utils.sdpa_mask(*args, dtype=dtype, **kwargs | {"allow_is_causal_skip": False})
    return torch.zeros((), dtype=dtype, device=mask.device).masked_fill(~mask, torch.finfo(dtype).min)


def _mask_for_sdpa(
    *args: Any, kv_length: int, local_size: int | None = None, allow_is_causal_skip: bool = True, **kwargs: Any
) -> torch.Tensor | None:
    """The mask that SDPA's kernels take; None where it is causal and no more.

    transformers makes it of booleans, which SDPA then converts once a layer, and autograd keeps every one of them.
    While a CUDA graph is captured it makes one even where SDPA's causal kernels, three times as fast, do without.
    """
    if allow_is_causal_skip and (local_size is None or kv_length < local_size):
        return None
    return _additive_mask(*args, kv_length=kv_length, local_size=local_size, **kwargs)


def choose_kernels(device: torch.device) -> None:
    """Has keys and values repeated to all heads on cards before sm_80.

    Given fewer heads of them, SDPA would fall back to plain matrix products there, and hold all scores (B, H, T, T).
    """
    if device.type == "cuda" and torch.cuda.get_device_capability(device) < _FLASH_ATTENTION:
        sdpa_attention.use_gqa_in_sdpa = lambda attention_mask, key, value: False


@contextlib.contextmanager
def masks_for(positions: torch.Tensor | None) -> Iterator[None]:
    """While inside, transformers makes masks our way, and they keep the samples of a row apart in all kinds of layers.

    Takes the place of its own search for packed rows, which makes the host wait for the card in every forward pass.

    Args:
        positions: For packed rows, the place of every token in its sample (B, T); a sample starts at each 0.
    """
    samples = None if positions is None else (positions == 0).cumsum(-1)
    search, masks = masking_utils.find_packed_sequence_indices, masking_utils.ALL_MASK_ATTENTION_FUNCTIONS
    masking_utils.find_packed_sequence_indices = lambda position_ids: samples
    masks["sdpa"], masks["eager"] = _mask_for_sdpa, _additive_mask
    try:
        yield
    finally:
        masking_utils.find_packed_sequence_indices = search
        del masks["sdpa"], masks["eager"]
