"""From encoded rows to the micro-batches of an optimizer step, the same on every rank without a word between them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from .config import Plan
from .data import EncodedDataset
from .packing import pack

IGNORED = -100
"""Label of positions without loss, as torch's cross-entropy expects it."""

_LENGTH_MULTIPLE = 8
"""Tensor cores want dimensions in multiples of 8 (NVIDIA, Matrix Multiplication Background, section 3)."""


@dataclass(frozen=True)
class StepBatch:
    """One optimizer step of one replica.

    Attributes:
        ids: Token ids, right-padded, (M, B, T) int64. No attention mask is needed for the padding: under causal
            attention a real token never sees what stands to its right.
        labels: Next-token labels already shifted left by one, (M, B, T) int64, ``IGNORED`` where no loss is taken.
        positions: With packing, the place of every token in its sample, from 0, (M, B, T) int64; the padding counts
            as one more sample. None where each row holds one sample.
        tokens: Non-padding input tokens of the step over *all* replicas.
        target_tokens: Tokens that carry loss over *all* replicas; the step's loss is normalized by it.
    """

    ids: torch.Tensor
    labels: torch.Tensor
    positions: torch.Tensor | None
    tokens: int
    target_tokens: int


def split_rows(rows: int, eval_ratio: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers for training and for evaluation, both sorted; at least one row stays on either side if asked."""
    held_out = 0 if eval_ratio == 0 or rows < 2 else min(rows - 1, max(1, round(rows * eval_ratio)))
    order = np.random.default_rng((seed, 0)).permutation(rows)
    return np.sort(order[held_out:]), np.sort(order[:held_out])


def total_steps(rows: int, plan: Plan) -> int:
    """Optimizer steps of the whole run: ``maxSteps``, else ``epochs`` passes whose last batch may be smaller."""
    if plan.training.max_steps is not None:
        return plan.training.max_steps
    return max(1, math.ceil(steps_per_epoch(rows, plan) * plan.training.epochs))


def steps_per_epoch(rows: int, plan: Plan) -> int:
    """Optimizer steps of one pass over the training rows."""
    return math.ceil(rows / plan.training.batch_size)


def training_rows(rows: np.ndarray, step: int, plan: Plan) -> np.ndarray:
    """Rows of optimizer step ``step`` (from 0): every epoch is a fresh permutation drawn from the seed."""
    epoch, place = divmod(step, steps_per_epoch(len(rows), plan))
    size = plan.training.batch_size
    order = _epoch_order(len(rows), epoch, plan.training.seed)
    chosen: np.ndarray = rows[order[place * size : (place + 1) * size]]
    return chosen


@lru_cache(maxsize=1)
def _epoch_order(rows: int, epoch: int, seed: int) -> np.ndarray:
    """The order of an epoch, shuffled once for all its steps."""
    return np.random.default_rng((seed, 1, epoch)).permutation(rows)


def evaluation_batches(rows: np.ndarray, plan: Plan) -> Iterator[np.ndarray]:
    """The held-out rows in order, ``batchSize`` at a time."""
    for start in range(0, len(rows), plan.training.batch_size):
        yield rows[start : start + plan.training.batch_size]


def collate(dataset: EncodedDataset, rows: np.ndarray, plan: Plan, replica: int, pad_id: int) -> StepBatch:
    """Lays the samples of a step out as micro-batches and returns the part of one replica.

    All micro-batches of a step share one shape, because pipeline stages exchange tensors of static shape: rows are
    padded to the longest sample of the step, or with packing to the row length of the whole run. Rows are dealt to
    the replicas in turn; what is missing to whole micro-batches is filled up with empty rows, which carry no loss.
    """
    replicas, size, packed = plan.data_parallel, plan.micro_batch_size, plan.packed_length
    lengths = dataset.lengths[rows]
    together = [[sample] for sample in range(len(rows))] if packed is None else pack(lengths, packed)
    length = packed or math.ceil(int(lengths.max()) / _LENGTH_MULTIPLE) * _LENGTH_MULTIPLE
    micro_batches = math.ceil(len(together) / (size * replicas))
    shape = (replicas, micro_batches * size, length)
    ids = np.full(shape, pad_id, dtype=np.int64)
    labels = np.full(shape, IGNORED, dtype=np.int64)
    positions = np.broadcast_to(np.arange(length), shape).copy()
    for place, samples in enumerate(together):
        at = (place % replicas, place // replicas)
        start = 0
        for sample in samples:
            tokens, learned = dataset[int(rows[sample])]
            end = start + len(tokens)
            ids[at][start:end] = tokens
            labels[at][start : end - 1] = np.where(learned[1:], tokens[1:], IGNORED)
            positions[at][start:end] = np.arange(len(tokens))
            start = end
        positions[at][start:] = np.arange(length - start)
    mine = (micro_batches, size, length)
    return StepBatch(
        ids=torch.from_numpy(ids[replica].reshape(mine)),
        labels=torch.from_numpy(labels[replica].reshape(mine)),
        positions=None if packed is None else torch.from_numpy(positions[replica].reshape(mine)),
        tokens=int(lengths.sum()),
        target_tokens=int((labels != IGNORED).sum()),
    )
