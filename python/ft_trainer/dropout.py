"""Dropout whose masks depend on where in the run they are drawn, not on what was drawn before.

Every layer draws from a generator of its own, seeded anew for every pass of every micro-batch. A layer that is computed
again drops the same units without any state being kept; a resumed run continues as if it had never stopped; and the
split over cards changes nothing.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class SeededDropout(nn.Module):
    """``nn.Dropout`` with a generator of its own."""

    def __init__(self, probability: float, source: LayerSource) -> None:
        """Drops with ``probability`` what the layer's source says."""
        super().__init__()
        self.probability = probability
        self.source = source

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """(..., D) in and out."""
        if not self.training:
            return hidden
        kept = torch.empty(hidden.shape, dtype=torch.bool, device=hidden.device)
        kept.bernoulli_(1 - self.probability, generator=self.source.generator)
        return hidden * kept * (1 / (1 - self.probability))


class LayerSource:
    """Random numbers of one decoder layer."""

    def __init__(self, layer: int) -> None:
        """Random numbers for the layer of that index in the whole model."""
        self.layer = layer
        self.generator: torch.Generator | None = None


class DropoutSources:
    """Random numbers of the layers of a stage; empty where nothing is dropped."""

    def __init__(self, model: Any, seed: int) -> None:
        """Replaces the dropout modules in the model's layers.

        Attention weights are never dropped, whatever the configuration says: the kernels that do it draw from torch's
        own generator, and no published decoder model of today asks for it.
        """
        self._seed = seed
        self._sources: list[LayerSource] = []
        model.config.attention_dropout = 0.0
        for index, layer in enumerate(model.model.layers):
            source = LayerSource(index)
            for parent in list(layer.modules()):
                if hasattr(parent, "attention_dropout"):
                    parent.attention_dropout = 0.0
                for name, module in list(parent.named_children()):
                    if isinstance(module, nn.Dropout) and module.p > 0:
                        setattr(parent, name, SeededDropout(module.p, source))
                        if source not in self._sources:
                            self._sources.append(source)

    def place(self, device: torch.device) -> None:
        """Says where the layers compute."""
        for source in self._sources:
            source.generator = torch.Generator(device)

    @property
    def generators(self) -> list[torch.Generator]:
        """Of all layers that drop anything."""
        return [source.generator for source in self._sources if source.generator is not None]

    def start(self, *where: int) -> None:
        """Begins a pass of a micro-batch: ``where`` is its step, replica and number."""
        for source in self._sources:
            assert source.generator is not None
            source.generator.manual_seed(hash((self._seed, source.layer, *where)) & 0x7FFF_FFFF_FFFF)
