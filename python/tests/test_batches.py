"""Which rows a step takes, and how they are laid out as micro-batches."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from runs import make_plan, make_rows

from ft_trainer.batches import IGNORED, Sampler, collate, evaluation_batches, split_rows, total_steps
from ft_trainer.config import Plan
from ft_trainer.data import EncodedDataset


def plan(**changes: Any) -> Plan:
    return msgspec.convert(make_plan(Path("model"), "llama", [2, 2], **changes), Plan)


@pytest.fixture
def dataset() -> EncodedDataset:
    return EncodedDataset.from_rows((np.array(ids), np.array(flags)) for ids, flags in make_rows(20, 50))


@pytest.mark.parametrize("grouped", [False, True])
def test_an_epoch_visits_every_row_once_in_an_order_of_its_own(grouped: bool) -> None:
    sampler = Sampler(np.arange(20), np.arange(20) % 7, plan(batchSize=6, maxSteps=None, groupByLength=grouped))
    first, second = ([sampler.rows_of(e * 4 + s) for s in range(4)] for e in (0, 1))
    assert sorted(np.concatenate(first)) == sorted(np.concatenate(second)) == list(range(20))
    assert [len(batch) for batch in first] == [6, 6, 6, 2]
    assert not np.array_equal(np.concatenate(first), np.concatenate(second))


def test_rows_of_similar_length_share_a_step_and_steps_follow_no_trend() -> None:
    lengths = np.random.default_rng(2).integers(10, 1000, 2000)

    def longest(grouped: bool) -> np.ndarray:
        sampler = Sampler(np.arange(2000), lengths, plan(batchSize=10, groupByLength=grouped))
        return np.array([lengths[sampler.rows_of(step)].max() for step in range(200)])

    mean = lengths.mean()
    assert longest(True).mean() < 1.1 * mean < 1.5 * mean < longest(False).mean()
    assert abs(np.corrcoef(np.arange(200), longest(True))[0, 1]) < 0.2


def test_a_run_that_starts_midway_takes_the_rows_it_would_have_taken() -> None:
    def make() -> Sampler:
        return Sampler(np.arange(50), np.arange(50), plan(batchSize=6, groupByLength=True))

    whole = make()
    rows = [whole.rows_of(step) for step in range(12)]
    assert make().rows_of(11).tolist() == rows[11].tolist()


@pytest.mark.parametrize(
    ("epochs", "max_steps", "expected"), [(1.0, None, 4), (2.5, None, 10), (0.1, None, 1), (3, 7, 7)]
)
def test_total_steps(epochs: float, max_steps: int | None, expected: int) -> None:
    assert total_steps(20, plan(batchSize=6, epochs=epochs, maxSteps=max_steps)) == expected


@pytest.mark.parametrize(
    ("rows", "ratio", "held_out"), [(20, 0.0, 0), (20, 0.1, 2), (20, 0.01, 1), (3, 0.99, 2), (1, 0.5, 0)]
)
def test_held_out_rows_are_never_trained_on(rows: int, ratio: float, held_out: int) -> None:
    training, evaluation = split_rows(rows, ratio, seed=1)
    assert len(evaluation) == held_out
    assert sorted([*training, *evaluation]) == list(range(rows))
    assert sorted(np.concatenate([[], *evaluation_batches(evaluation, plan())])) == sorted(evaluation)


def test_replicas_together_hold_every_token_and_every_target_once(dataset: EncodedDataset) -> None:
    settings = plan(batchSize=6, microBatchSize=1, dataParallel=2)
    rows = np.array([3, 1, 4, 15, 9])
    parts = [collate(dataset, rows, settings, replica) for replica in range(2)]
    assert [part.ids.shape for part in parts] == [parts[0].ids.shape] * 2
    assert parts[0].ids.shape[:2] == (3, 1)
    assert parts[0].ids.shape[2] % 8 == 0
    real = sorted(int(t) for part in parts for t in part.ids.flatten() if t)
    assert real == sorted(int(t) for row in rows for t in dataset[int(row)][0])
    targets = sum(int((part.labels != IGNORED).sum()) for part in parts)
    assert targets == parts[0].target_tokens == sum(int(dataset[int(row)][1][1:].sum()) for row in rows)
    assert parts[0].tokens == sum(len(dataset[int(row)][0]) for row in rows)


def test_packed_samples_count_their_positions_anew_and_none_is_lost(dataset: EncodedDataset) -> None:
    settings = plan(batchSize=12, microBatchSize=2, dataParallel=2, packedLength=48)
    rows = np.arange(12)
    parts = [collate(dataset, rows, settings, replica) for replica in range(2)]
    assert all(part.ids.shape == parts[0].ids.shape for part in parts)
    assert parts[0].ids.shape[1:] == (2, 48)
    found = []
    for part in parts:
        assert part.positions is not None
        for ids, labels, positions in zip(
            part.ids.reshape(-1, 48), part.labels.reshape(-1, 48), part.positions.reshape(-1, 48), strict=True
        ):
            starts = [*np.flatnonzero(positions == 0).tolist(), 48]
            for start, end in itertools.pairwise(starts):
                assert positions[start:end].tolist() == list(range(end - start))
                found.append((ids[start:end].tolist(), labels[start:end].tolist()))
    expected = []
    for row in rows:
        ids, learned = (values.tolist() for values in dataset[int(row)])
        after = zip(ids[1:], learned[1:], strict=True)
        expected.append((ids, [*(token if flag else IGNORED for token, flag in after), IGNORED]))
    samples = [sample for sample in found if any(sample[0])]
    assert sorted(samples) == sorted(expected)
    assert parts[0].target_tokens == sum(label != IGNORED for _, labels in expected for label in labels)


def test_labels_are_the_next_token(dataset: EncodedDataset) -> None:
    batch = collate(dataset, np.array([2]), plan(), 0)
    ids, learned = dataset[2]
    for place in range(len(ids) - 1):
        expected = int(ids[place + 1]) if learned[place + 1] else IGNORED
        assert int(batch.labels[0, 0, place]) == expected
    assert bool((batch.labels[0, 0, len(ids) - 1 :] == IGNORED).all())
