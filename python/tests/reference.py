"""What the trainer must equal: plain transformers and PEFT in one process. Imports nothing of ``ft_trainer``."""

from __future__ import annotations

import math
import zlib
from typing import Any

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

DTYPES = {"fp64": torch.float64, "fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def reference_run(plan: dict[str, Any], rows: list[tuple[list[int], list[bool]]]) -> dict[str, Any]:
    """Trains as the plan says, every sample in a row of its own; precision ``fp64`` is there for comparison.

    Returns:
        ``losses`` and ``norms`` of every step; ``gradients`` of steps 1 and 2, before clipping, and the final
        ``weights``, by the model's parameter names.
    """
    training = plan["training"]
    dtype = DTYPES[plan["precision"]["value"]]
    mixed = dtype.itemsize < 4
    # Trained weights start from what is stored, not from what half of its bits can hold.
    model = AutoModelForCausalLM.from_pretrained(
        plan["model"]["path"],
        dtype=torch.float32 if mixed else dtype,
        attn_implementation=plan["model"]["attention"],
    )
    model.to(plan["device"]).train()
    if training["method"] == "lora":
        model = _with_lora(model, training)
    else:
        model.requires_grad_(False)
        model.model.layers[-training["freeze"]["layers"] :].requires_grad_(True)
    for parameter in model.parameters():
        if not parameter.requires_grad:
            parameter.data = parameter.data.to(dtype)
    trained = {name.removeprefix("base_model.model."): p for name, p in model.named_parameters() if p.requires_grad}
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in trained.values() if p.ndim > 1], "weight_decay": training["weightDecay"]},
            {"params": [p for p in trained.values() if p.ndim == 1], "weight_decay": 0.0},
        ],
        betas=(training["optimizer"]["beta1"], training["optimizer"]["beta2"]),
        eps=training["optimizer"]["eps"],
    )
    scaler = torch.amp.GradScaler(plan["device"], enabled=dtype == torch.float16)
    losses, norms, gradients = [], [], {}
    for step in range(training["maxSteps"]):
        for group in optimizer.param_groups:
            group["lr"] = _rate(step, training)
        with torch.autocast(plan["device"], dtype if mixed else None, enabled=mixed):
            loss = _mean_token_loss(model, [rows[i] for i in _batch(step, len(rows), training)])
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        if step < 2:
            gradients[step + 1] = {name: p.grad.clone() for name, p in trained.items() if p.grad is not None}
        norms.append(float(torch.nn.utils.clip_grad_norm_(trained.values(), training["maxGradNorm"])))
        losses.append(float(loss.detach()))
        scaler.step(optimizer)
        scaler.update()
    weights = {name: p.detach() for name, p in trained.items()}
    return {"losses": losses, "norms": norms, "gradients": gradients, "weights": weights}


def _with_lora(model: Any, training: dict[str, Any]) -> Any:
    """LoRA through ``get_peft_model``; A is Kaiming-uniform from a generator seeded by run seed and parameter name."""
    lora = training["lora"]
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=lora["rank"],
        lora_alpha=lora["alpha"],
        lora_dropout=lora["dropout"],
        target_modules=lora["targets"],
    )
    model = get_peft_model(model, config)
    for name, parameter in model.named_parameters():
        if "lora_A" in name:
            seed = (training["seed"] << 32) | zlib.crc32(name.removeprefix("base_model.model.").encode())
            bound = math.sqrt(6 / ((1 + 5) * parameter.shape[1]))
            values = torch.empty(parameter.shape).uniform_(-bound, bound, generator=torch.Generator().manual_seed(seed))
            parameter.data.copy_(values)
    return model


def _batch(step: int, rows: int, training: dict[str, Any]) -> list[int]:
    """Row numbers of a step: a fresh permutation an epoch; the last batch of an epoch may be smaller."""
    size = training["batchSize"]
    epoch, place = divmod(step, math.ceil(rows / size))
    return np.random.default_rng((training["seed"], 1, epoch)).permutation(rows).tolist()[place * size :][:size]


def _mean_token_loss(model: Any, rows: list[tuple[list[int], list[bool]]]) -> torch.Tensor:
    """Mean over all target tokens of the batch, one padded forward pass with an attention mask."""
    longest = max(len(ids) for ids, _ in rows)
    padding = [longest - len(ids) for ids, _ in rows]
    labels = [
        [token if learned else -100 for token, learned in zip(ids, flags, strict=True)] + [-100] * pad
        for (ids, flags), pad in zip(rows, padding, strict=True)
    ]
    targets = torch.tensor(labels, device=model.device)[:, 1:]
    ids = torch.tensor([ids + [0] * pad for (ids, _), pad in zip(rows, padding, strict=True)], device=model.device)
    mask = torch.tensor([[1] * (longest - pad) + [0] * pad for pad in padding], device=model.device)
    logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1].float()
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100)


def _rate(step: int, training: dict[str, Any]) -> float:
    """Linear warm-up, then half a cosine."""
    total = training["maxSteps"]
    warmup = math.ceil(total * training["warmupRatio"])
    if step < warmup:
        return training["learningRate"] * (step + 1) / warmup
    return training["learningRate"] * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2
