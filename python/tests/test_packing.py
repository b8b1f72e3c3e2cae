"""First-fit decreasing: every sample in one row, no row too full, and no more rows than promised."""

from __future__ import annotations

import numpy as np
import pytest

from ft_trainer.packing import pack


@pytest.mark.parametrize("seed", range(20))
def test_every_sample_lies_in_one_row_that_has_room(seed: int) -> None:
    random = np.random.default_rng(seed)
    capacity = int(random.integers(32, 256))
    lengths = random.integers(1, capacity + 1, int(random.integers(1, 80))).astype(np.int32)

    rows = pack(lengths, capacity)

    assert sorted(sample for row in rows for sample in row) == list(range(len(lengths)))
    assert all(lengths[row].sum() <= capacity for row in rows)
    # No row has room for what had to go into a later one.
    fills = [int(lengths[row].sum()) for row in rows]
    for place, fill in enumerate(fills):
        assert all(fill + lengths[sample] > capacity for row in rows[place + 1 :] for sample in row)


def test_no_more_rows_than_promised() -> None:
    # Samples cut from 40 full rows: the best packing has 40.
    random = np.random.default_rng(5)
    cuts = [np.sort(random.choice(np.arange(1, 100), 3, replace=False)) for _ in range(40)]
    lengths = np.concatenate([np.diff([0, *cut, 100]) for cut in cuts]).astype(np.int32)
    assert 40 <= len(pack(lengths, 100)) <= 11 / 9 * 40 + 6 / 9


def test_the_longest_come_first_and_equals_keep_their_order() -> None:
    assert pack(np.array([3, 7, 3, 5, 2], dtype=np.int32), 10) == [[1, 0], [3, 2, 4]]
