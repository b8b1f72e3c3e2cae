"""Writes test/fixtures/model/transformers.json: the tensors of real models, which exactness.test.ts compares with ours.

    PYTHONDONTWRITEBYTECODE=1 python test/model/reference.py

needs torch and transformers, and `node` (22.18 or later, to read the catalogue) in the PATH. Models are built on the
meta device: shapes without memory, so 70B takes a second.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import torch
import transformers

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "src" / "model" / "catalogue.ts"
REFERENCE = ROOT / "test" / "fixtures" / "model" / "transformers.json"

Config = dict[str, Any]


def tiny(architecture: str, **fields: Any) -> Config:
    """A small config of odd measures: nothing divides or equals anything else by accident."""
    return {
        "architectures": [architecture],
        "hidden_size": 48,
        "intermediate_size": 100,
        "num_hidden_layers": 3,
        "num_attention_heads": 6,
        "vocab_size": 77,
        **fields,
    }


LLAMA, MISTRAL = "LlamaForCausalLM", "MistralForCausalLM"
QWEN2, QWEN3 = "Qwen2ForCausalLM", "Qwen3ForCausalLM"
GEMMA2, GEMMA3 = "Gemma2ForCausalLM", "Gemma3ForCausalLM"
PHI3 = "Phi3ForCausalLM"

CASES: dict[str, Config] = {
    "llama, all defaults": tiny(LLAMA),
    "llama, 3 kv heads": tiny(LLAMA, num_key_value_heads=3),
    "llama, 1 kv head, head_dim given": tiny(LLAMA, num_key_value_heads=1, head_dim=20),
    "llama, null kv heads and head_dim": tiny(LLAMA, num_key_value_heads=None, head_dim=None),
    "llama, tied": tiny(LLAMA, tie_word_embeddings=True),
    "llama, attention_bias": tiny(LLAMA, num_key_value_heads=2, attention_bias=True),
    "llama, mlp_bias": tiny(LLAMA, mlp_bias=True),
    "llama, both biases, tied": tiny(LLAMA, attention_bias=True, mlp_bias=True, tie_word_embeddings=True),
    "mistral, kv heads defaulted": tiny(MISTRAL, num_attention_heads=8),
    "mistral, 2 kv heads, head_dim given": tiny(MISTRAL, num_key_value_heads=2, head_dim=10),
    "mistral, 6 kv heads, tied": tiny(MISTRAL, num_key_value_heads=6, tie_word_embeddings=True),
    "mistral, attention_bias means nothing": tiny(MISTRAL, num_key_value_heads=3, attention_bias=True),
    "qwen2, kv heads defaulted": tiny(QWEN2, hidden_size=64, num_attention_heads=32),
    "qwen2, 2 kv heads, untied": tiny(QWEN2, num_key_value_heads=2),
    "qwen2, 3 kv heads, tied": tiny(QWEN2, num_key_value_heads=3, tie_word_embeddings=True),
    "qwen2, null kv heads, head_dim given": tiny(QWEN2, num_key_value_heads=None, head_dim=12),
    "qwen3, head_dim defaulted": tiny(QWEN3, num_key_value_heads=2),
    "qwen3, 1 kv head, head_dim given, tied": tiny(QWEN3, num_key_value_heads=1, head_dim=14, tie_word_embeddings=True),
    "qwen3, attention_bias": tiny(QWEN3, num_key_value_heads=3, head_dim=8, attention_bias=True),
    "gemma2, all defaults": tiny(GEMMA2, num_attention_heads=8),
    "gemma2, untied, attention_bias": tiny(
        GEMMA2, num_key_value_heads=3, head_dim=10, tie_word_embeddings=False, attention_bias=True
    ),
    "gemma3, all defaults": tiny(GEMMA3, num_attention_heads=8),
    "gemma3, 1 kv head, head_dim given": tiny(GEMMA3, num_key_value_heads=1, head_dim=24),
    "gemma3, untied, attention_bias": tiny(
        GEMMA3, num_key_value_heads=2, head_dim=10, tie_word_embeddings=False, attention_bias=True
    ),
    "phi3, all defaults": tiny(PHI3, pad_token_id=0),
    "phi3, 3 kv heads, tied": tiny(PHI3, num_key_value_heads=3, tie_word_embeddings=True, pad_token_id=0),
    "phi3, head_dim given": tiny(PHI3, num_key_value_heads=2, head_dim=10, pad_token_id=0),
}


def catalogue() -> dict[str, Config]:
    """The configs of the catalogue, by name, as the product reads them."""
    script = f"import('{CATALOGUE}').then(({{ catalogue }}) => console.log(JSON.stringify(catalogue)))"
    out = subprocess.run(["node", "-e", script], check=True, capture_output=True, text=True).stdout
    return {model["name"]: model["config"] for model in json.loads(out)}


def measure(config: Config) -> dict[str, Any]:
    """Parameters of the real model: one layer's tensors (all layers must have the same), and counts per part."""
    model_class = getattr(transformers, config["architectures"][0])
    fields = {name: value for name, value in config.items() if name != "architectures"}
    with torch.device("meta"):
        model = model_class(model_class.config_class(**fields))
    named = list(model.named_parameters(remove_duplicate=False))
    layers = [
        {name: list(parameter.shape) for name, parameter in layer.named_parameters()} for layer in model.model.layers
    ]
    assert all(layer == layers[0] for layer in layers), "the layers differ: one no longer stands for all"
    return {
        "config": config,
        "tied": model.lm_head.weight is model.model.embed_tokens.weight,
        "layers": len(layers),
        "layer": layers[0],
        "layerParameters": sum(parameter.numel() for parameter in model.model.layers[0].parameters()),
        "embeddingParameters": model.model.embed_tokens.weight.numel(),
        "finalNormParameters": model.model.norm.weight.numel(),
        "headParameters": model.lm_head.weight.numel(),
        # parameters() yields a shared tensor once.
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        # What save_pretrained would write besides: nothing. The rotary tables are non-persistent buffers.
        "persistentBuffers": len(model.state_dict()) - len(named),
        "maxPositions": model.config.max_position_embeddings,
    }


def main() -> None:
    reference = {
        "transformers": transformers.__version__,
        "cases": {name: measure(config) for name, config in CASES.items()},
        "catalogue": {name: measure(config) for name, config in catalogue().items()},
    }
    # One part a line, so that a difference can be read.
    text = json.dumps(reference, separators=(",", ":")).replace('},"', '},\n"')
    REFERENCE.write_text(text + "\n")


if __name__ == "__main__":
    main()
