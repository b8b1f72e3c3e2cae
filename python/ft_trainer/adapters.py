"""What is trained: LoRA adapters injected by PEFT, or the last layers unfrozen. Trainables are always fp32."""

from __future__ import annotations

import math
import zlib
from typing import Any

import torch
import torch.nn.functional as F
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import Linear as LoraLinear
from torch import nn

from .config import Lora, Plan

ADAPTER = "default"
"""PEFT's name for the only adapter; it appears in parameter names and is left out of saved ones."""


class _LeanLoraLinear(LoraLinear):  # type: ignore[misc]
    """PEFT's LoRA of a linear layer, for the one adapter that there is: the same sum in fewer kernels.

    PEFT casts the input up to the adapter's fp32 (autocast casts it straight down again), scales the update and adds it
    in kernels of their own. Here the second product is added, scaled, to the output where it lies.
    """

    def forward(self, x: torch.Tensor, *_args: Any, **_kwargs: Any) -> torch.Tensor:
        """(..., in) to (..., out)."""
        rows = x.flatten(0, -2)
        output: torch.Tensor = self.base_layer(rows)
        low = F.linear(self.lora_dropout[ADAPTER](rows), self.lora_A[ADAPTER].weight)
        up = self.lora_B[ADAPTER].weight.to(low.dtype)
        return output.addmm_(low, up.T, alpha=self.scaling[ADAPTER]).view(*x.shape[:-1], -1)


def lora_config(lora: Lora, base_model: str | None = None) -> LoraConfig:
    """The plan's LoRA in PEFT's words."""
    return LoraConfig(
        task_type="CAUSAL_LM",
        base_model_name_or_path=base_model,
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=sorted(lora.targets),
        bias="none",
    )


def make_trainable(model: nn.Module, plan: Plan) -> None:
    """Freezes the model and adds what the plan trains, on the meta device: nothing is allocated.

    LoRA is injected with ``low_cpu_mem_usage`` so that adapters stay on meta; freeze-tuning turns the parameters of
    the last layers trainable. Every trainable is fp32 afterwards (an fp16 one cannot be unscaled by a loss scaler).
    """
    model.requires_grad_(False)
    training = plan.training
    if training.method == "lora" and training.lora is not None:
        inject_adapter_in_model(lora_config(training.lora), model, ADAPTER, low_cpu_mem_usage=True)
    elif training.freeze is not None:
        for layer in model.get_submodule("model.layers")[plan.first_trained_layer :]:  # type: ignore[index]
            layer.requires_grad_(True)
    for module in model.modules():
        if isinstance(module, LoraLinear):
            module.__class__ = _LeanLoraLinear
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.to(torch.float32)


def is_adapter(name: str) -> bool:
    """Whether that parameter is a LoRA matrix rather than a weight of the base model."""
    return ".lora_A." in name or ".lora_B." in name


def initial_adapter(name: str, shape: torch.Size, seed: int) -> torch.Tensor:
    """PEFT's initial values for a LoRA matrix (Kaiming-uniform A, zero B), the same for every split.

    The generator is seeded by the run's seed and the parameter's name, so neither the number of stages nor the order
    of construction changes what training starts from.
    """
    values = torch.zeros(shape, dtype=torch.float32)
    if ".lora_A." in name:
        generator = torch.Generator().manual_seed((seed << 32) | zlib.crc32(name.encode()))
        nn.init.kaiming_uniform_(values, a=math.sqrt(5), generator=generator)
    return values


def saved_name(name: str) -> str:
    """Name of an injected LoRA parameter as PEFT writes it in ``adapter_model.safetensors``."""
    return "base_model.model." + name.replace(f".{ADAPTER}.", ".")


def trainable_parameters(module: nn.Module) -> dict[str, nn.Parameter]:
    """Trained parameters by name, in the model's order."""
    return {name: parameter for name, parameter in module.named_parameters() if parameter.requires_grad}


def byte_counts(module: nn.Module) -> dict[str, int]:
    """Bytes by kind of one stage, the same four that the planner predicts exactly.

    ``weights``: frozen parameters as stored; ``trainables`` and ``gradients``: fp32; ``optimizer``: Adam's two moments.
    """
    counts: dict[str, Any] = {"weights": 0, "trainables": 0}
    for parameter in module.parameters():
        counts["trainables" if parameter.requires_grad else "weights"] += parameter.numel() * parameter.element_size()
    return {**counts, "gradients": counts["trainables"], "optimizer": 2 * counts["trainables"]}
