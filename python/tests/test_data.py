"""Encoded rows survive the way to disk and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ft_trainer.data import EncodedDataset, write_rows
from ft_trainer.errors import UserError
from ft_trainer.templates import Row

LENGTHS = [3, 1, 70_000, 2]


def make_rows() -> list[Row]:
    random = np.random.default_rng(0)
    return [(random.integers(0, 150_000, length, dtype=np.int32), random.random(length) < 0.5) for length in LENGTHS]


def assert_same(dataset: EncodedDataset, rows: list[Row]) -> None:
    assert len(dataset) == len(rows)
    for (ids, targets), (expected_ids, expected_targets) in zip(dataset, rows, strict=True):
        np.testing.assert_array_equal(ids, expected_ids)
        np.testing.assert_array_equal(targets, expected_targets)
        assert (ids.dtype, targets.dtype) == (np.int32, np.bool_)


def test_rows_written_one_by_one_come_back(tmp_path: Path) -> None:
    with write_rows(tmp_path / "data") as writer:
        for row in make_rows():
            writer.append(*row)
    dataset = EncodedDataset.load(tmp_path / "data")
    assert_same(dataset, make_rows())
    assert dataset.lengths.tolist() == LENGTHS
    assert dataset.lengths.dtype == np.int32
    assert isinstance(dataset.tokens, np.memmap)


def test_rows_in_memory_come_back(tmp_path: Path) -> None:
    EncodedDataset.from_rows(make_rows()).save(tmp_path / "data")
    assert_same(EncodedDataset.load(tmp_path / "data"), make_rows())


def test_indices_out_of_range() -> None:
    dataset = EncodedDataset.from_rows(make_rows())
    for index in (len(LENGTHS), -1):
        with pytest.raises(IndexError):
            dataset[index]


def test_files_that_are_missing_or_torn_are_named(tmp_path: Path) -> None:
    EncodedDataset.from_rows(make_rows()).save(tmp_path)
    np.save(tmp_path / "targets.npy", np.zeros(5, dtype=np.bool_))
    with pytest.raises(UserError, match="not complete"):
        EncodedDataset.load(tmp_path)
    (tmp_path / "tokens.npy").unlink()
    with pytest.raises(UserError) as raised:
        EncodedDataset.load(tmp_path)
    assert raised.value.code == "bad-encoded-data"


def test_an_error_while_writing_leaves_nothing_that_loads(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), write_rows(tmp_path) as writer:
        writer.append(*make_rows()[0])
        raise RuntimeError
    with pytest.raises(UserError):
        EncodedDataset.load(tmp_path)
