"""The plan as the trainer reads it: typed views of ``plan.json`` (its schema lives in ``src/plan/schema.ts``).

Only what the trainer acts on is declared; unknown members are the planner's business and are ignored.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
import torch

from .errors import UserError

DTYPES = {"fp16": torch.float16, "bf16": torch.bfloat16, "fp32": torch.float32}


class _Json(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Base of every shape below: camelCase on disk, immutable in memory."""


class Emulated(_Json, frozen=True):
    """What a rank gets of a card that it shares: bytes it may allocate, and percent of the multiprocessors (MPS)."""

    memory_limit_bytes: int
    sm_percent: int | None


class Gpu(_Json, frozen=True):
    """A card by identity; the name is for people. ``emulated`` where it stands in for a smaller one."""

    uuid: str
    name: str
    emulated: Emulated | None = None


class Rank(_Json, frozen=True):
    """One process of the run."""

    rank: int
    replica: int
    stage: int
    gpu: Gpu | None


class Stage(_Json, frozen=True):
    """A contiguous range of decoder layers.

    Attributes:
        layers: Half-open.
        in_flight: Micro-batches whose activations it holds at once.
    """

    layers: tuple[int, int]
    in_flight: int


class Precision(_Json, frozen=True):
    """Storage and compute precision of the frozen weights; trainables are always fp32."""

    value: Literal["fp16", "bf16", "fp32"]

    @property
    def dtype(self) -> torch.dtype:
        """The torch dtype of frozen weights, of autocast, and of the tensors between stages."""
        return DTYPES[self.value]


class Model(_Json, frozen=True):
    """Where the base model comes from; ``path`` is null for a hub id that is found in the hub's cache.

    With ``weights`` ``random``, ``config`` holds its config.json and nothing is read from anywhere.
    """

    source: str
    path: str | None
    layers: int
    attention: Literal["sdpa", "eager"]
    weights: Literal["load", "random"] = "load"
    config: dict[str, Any] | None = None


class Lora(_Json, frozen=True):
    """LoRA as PEFT defines it; ``targets`` are module names such as ``q_proj``."""

    rank: int
    alpha: float
    dropout: float
    targets: list[str]


class Freeze(_Json, frozen=True):
    """Freeze-tuning: the last ``layers`` decoder layers are trained, everything else is frozen."""

    layers: int


class Optimizer(_Json, frozen=True):
    """AdamW's constants."""

    beta1: float
    beta2: float
    eps: float


class Training(_Json, frozen=True):
    """What is trained, on what, and how."""

    method: Literal["lora", "freeze"]
    lora: Lora | None
    freeze: Freeze | None
    batch_size: int
    group_by_length: bool
    epochs: float
    max_steps: int | None
    optimizer: Optimizer
    learning_rate: float
    scheduler: Literal["cosine", "linear", "constant"]
    warmup_ratio: float
    weight_decay: float
    max_grad_norm: float
    save_steps: int
    eval_ratio: float
    seed: int
    output: str | None


class RehearsalTime(_Json, frozen=True):
    """Predicted seconds of a step of the longest rows without its update, for so many micro-batches."""

    micro_batches: int
    seconds: float


class Throughput(_Json, frozen=True):
    """What the planner predicts of the speed; only the time that is left is reckoned from it."""

    step_seconds: float
    rehearsal: RehearsalTime


class Plan(_Json, frozen=True):
    """A finished plan: the trainer obeys it and decides nothing."""

    device: Literal["cuda", "cpu"]
    precision: Precision
    schedule: Literal["1f1b", "gpipe", "naive"]
    micro_batch_size: int
    packed_length: int | None
    graphed_length: int | None
    data_parallel: int
    transport: Literal["nccl", "host"]
    checkpointing: Literal["none", "full"]
    stages: list[Stage]
    ranks: list[Rank]
    model: Model
    training: Training
    throughput: Throughput

    @property
    def first_trained_layer(self) -> int:
        """Index of the lowest decoder layer with something to train; below it no gradient flows."""
        freeze = self.training.freeze
        if self.training.method == "freeze" and freeze is not None:
            return self.model.layers - freeze.layers
        return 0

    def gradient_crosses(self, boundary: int) -> bool:
        """Whether hidden states entering stage ``boundary`` need a gradient sent back to the stage before."""
        return boundary > 0 and self.stages[boundary].layers[0] > self.first_trained_layer


def load_plan(file: Path) -> Plan:
    """Reads ``plan.json``.

    Raises:
        UserError: ``bad-plan`` where the file is missing or does not have the plan's shape.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=Plan)
    except FileNotFoundError as error:
        raise UserError("bad-plan", f"{file}: no plan there", "Start the run again with ft-wizard.") from error
    except msgspec.DecodeError as error:
        raise UserError("bad-plan", f"{file}: {error}", "Make the plan again with ft-wizard plan.") from error


def newest_attempt(run_dir: Path) -> int:
    """Number of the newest attempt of a run directory.

    Raises:
        UserError: ``bad-run`` where there is none.
    """
    numbers = [int(folder.name) for folder in (run_dir / "attempts").glob("*") if folder.name.isdigit()]
    if not numbers:
        raise UserError("bad-run", f"{run_dir}: holds no attempt", "Give the folder of a run that was started.")
    return max(numbers)
