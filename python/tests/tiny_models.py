"""Tiny random checkpoints of every supported architecture, written the way people have them on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, PretrainedConfig

VOCABULARY = 64
LAYERS = 4

_COMMON: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "tie_word_embeddings": False,
}

ARCHITECTURES: dict[str, dict[str, Any]] = {
    "llama": {"model_type": "llama"},
    "llama-tied": {"model_type": "llama", "tie_word_embeddings": True},
    "mistral": {"model_type": "mistral", "sliding_window": 8},
    "qwen2": {"model_type": "qwen2", "use_sliding_window": True, "sliding_window": 8, "max_window_layers": 2},
    "qwen3": {"model_type": "qwen3", "head_dim": 16},
    "gemma2": {"model_type": "gemma2", "head_dim": 16, "sliding_window": 8, "tie_word_embeddings": True},
    "gemma3": {
        "model_type": "gemma3_text",
        "head_dim": 16,
        "sliding_window": 8,
        "sliding_window_pattern": 2,
        "tie_word_embeddings": True,
    },
    "phi3": {"model_type": "phi3"},
}

QV_TARGETS = {"phi3": ["qkv_proj"]}
"""LoRA targets of the role pair ``qv`` where they are not q_proj and v_proj."""

ATTENTION = {"gemma2": "eager"}
"""Attention an architecture must run with where it is not SDPA."""


def make_config(architecture: str, **overrides: Any) -> PretrainedConfig:
    """The configuration of a tiny model."""
    settings = _COMMON | ARCHITECTURES[architecture] | overrides
    return AutoConfig.for_model(settings.pop("model_type"), **settings)


def make_checkpoint(folder: Path, architecture: str, shard_size: str = "60KB", **overrides: Any) -> Path:
    """Writes config.json and safetensors (several shards) of a random model, fp32, weights large enough to matter."""
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(make_config(architecture, **overrides), dtype=torch.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim >= 2:
                parameter.normal_(0, 0.08)
            else:
                parameter.add_(torch.randn_like(parameter) * 0.05)
    model.save_pretrained(folder, max_shard_size=shard_size)
    return folder
