"""From encoded rows to the micro-batches of an optimizer step, the same on every rank without a word between them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from .config import Plan
from .data import EncodedDataset
from .packing import pack

IGNORED = -100
"""Label of positions without loss, as torch's cross-entropy expects it."""

_PAD_ID = 0
"""Any valid id serves: padding stands to the right of everything real and carries no loss."""

_LENGTH_MULTIPLE = 8
"""Tensor cores want dimensions in multiples of 8 (NVIDIA, Matrix Multiplication Background, section 3)."""

_POOL_STEPS = 50
_LEAST_POOLS = 4
"""Steps whose rows are sorted together, but at most a quarter of the rows: as Hugging Face's sampler has it."""


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


class Sampler:
    """Which rows each optimizer step takes: every epoch is a fresh permutation of them, drawn from the seed.

    With ``groupByLength`` rows of similar length share a step. As in Hugging Face's ``LengthGroupedSampler``, a
    permutation is cut into pools that are sorted by length; here the steps are then shuffled, so that lengths follow
    no trend. The rows that are left over for a last, smaller step are those the permutation left there.
    """

    def __init__(self, rows: np.ndarray, lengths: np.ndarray, plan: Plan) -> None:
        """A sampler of ``rows``, row numbers (N); ``lengths`` are their tokens (N)."""
        self.rows = rows
        self.lengths = lengths
        self.plan = plan
        self._epoch = -1
        self._order = np.empty(0, dtype=np.int64)

    def rows_of(self, step: int) -> np.ndarray:
        """Row numbers of optimizer step ``step``, which counts from 0 over all epochs."""
        epoch, place = divmod(step, steps_per_epoch(len(self.rows), self.plan))
        if epoch != self._epoch:
            self._epoch, self._order = epoch, self._order_of(epoch)
        size = self.plan.training.batch_size
        chosen: np.ndarray = self.rows[self._order[place * size : (place + 1) * size]]
        return chosen

    def _order_of(self, epoch: int) -> np.ndarray:
        training = self.plan.training
        random = np.random.default_rng((training.seed, 1, epoch))
        order = random.permutation(len(self.rows))
        if not training.group_by_length:
            return order
        size = training.batch_size
        whole = len(order) // size * size
        pool = size * max(1, min(_POOL_STEPS, len(order) // (_LEAST_POOLS * size)))
        pools = [order[start : min(start + pool, whole)] for start in range(0, whole, pool)]
        by_length = [rows[np.argsort(self.lengths[rows], kind="stable")] for rows in pools]
        steps = random.permutation(np.concatenate([*by_length, order[:0]]).reshape(-1, size))
        return np.concatenate([steps.flatten(), order[whole:]])


def evaluation_batches(rows: np.ndarray, plan: Plan) -> Iterator[np.ndarray]:
    """The held-out rows in order, ``batchSize`` at a time."""
    for start in range(0, len(rows), plan.training.batch_size):
        yield rows[start : start + plan.training.batch_size]


def collate(dataset: EncodedDataset, rows: np.ndarray, plan: Plan, replica: int) -> StepBatch:
    """Lays the samples of a step out as micro-batches and returns the part of one replica.

    All micro-batches of a step share one shape, because pipeline stages exchange tensors of static shape: rows are
    padded to the longest sample of the step, or with packing to the row length of the whole run. Rows are dealt to
    the replicas in turn; what is missing to whole micro-batches is filled up with empty rows, which carry no loss.
    """
    replicas, size, packed = plan.data_parallel, plan.micro_batch_size, plan.packed_length
    lengths = dataset.lengths[rows]
    together = [[sample] for sample in range(len(rows))] if packed is None else pack(lengths, packed)
    length = plan.graphed_length or packed or math.ceil(int(lengths.max()) / _LENGTH_MULTIPLE) * _LENGTH_MULTIPLE
    micro_batches = math.ceil(len(together) / (size * replicas))
    shape = (replicas, micro_batches * size, length)
    ids = np.full(shape, _PAD_ID, dtype=np.int64)
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
