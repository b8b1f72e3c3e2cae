"""Loads what a training left with plain transformers and PEFT, and compares it with the base model.

usage: load_result.py BASE RESULT PROMPT

Prints one JSON object: the greedy answers ``before`` and ``after``, the largest ``difference`` of a logit, and the
names of the parameters of the model that have ``changed`` (none where an adapter stands beside them).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel

base_path, result, prompt = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(result)
ids = tokenizer.apply_chat_template(
    [{"role": "user", "content": prompt}], add_generation_prompt=True, return_tensors="pt", return_dict=True
)


def load(path: str) -> PreTrainedModel:
    """In fp32, as the ranks on the CPU compute."""
    return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32).eval()


@torch.no_grad()
def examine(model: torch.nn.Module) -> tuple[str, torch.Tensor]:
    """The answer, and the logits (T, V) of the prompt."""
    answer = model.generate(**ids, do_sample=False, max_new_tokens=128)[0, ids["input_ids"].shape[1] :]
    return tokenizer.decode(answer, skip_special_tokens=True).strip(), model(**ids).logits[0]


base = load(base_path)
before, logits = examine(base)
is_adapter = (Path(result) / "adapter_config.json").is_file()
trained = PeftModel.from_pretrained(load(base_path), result).eval() if is_adapter else load(result)
after, trained_logits = examine(trained)
original = base.state_dict()
values = {} if is_adapter else trained.state_dict()
print(
    json.dumps(
        {
            "before": before,
            "after": after,
            "difference": float((trained_logits - logits).abs().max()),
            "changed": [name for name, value in values.items() if not torch.equal(value, original[name])],
        }
    )
)
