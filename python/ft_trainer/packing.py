"""Packing: which samples share a row. Computed from lengths alone, so that every rank comes to the same answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pack(lengths: NDArray[np.int32], capacity: int) -> list[list[int]]:
    """Samples of each row by first-fit decreasing: the longest first, each into the first row that has room for it.

    Needs at most 11/9 of the fewest rows possible, and 6/9 of a row more (Dosa 2007).

    Args:
        lengths: Tokens of every sample (N), none above ``capacity``.
        capacity: Tokens of a row.

    Returns:
        Indices into ``lengths``, row by row, in the order in which they lie there.
    """
    rows: list[list[int]] = []
    room = np.zeros(len(lengths), dtype=np.int64)
    # Stable, so that samples of one length keep their order wherever this runs.
    for sample in np.argsort(-lengths.astype(np.int64), kind="stable").tolist():
        fitting = np.flatnonzero(room[: len(rows)] >= lengths[sample])
        if len(fitting) == 0:
            rows.append([])
            room[len(rows) - 1] = capacity
        row = int(fitting[0]) if len(fitting) else len(rows) - 1
        rows[row].append(sample)
        room[row] -= lengths[sample]
    return rows
