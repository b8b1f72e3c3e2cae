"""Encoded rows: tokenized once by ``inspect``, then memory-mapped by every rank.

Three flat arrays in a folder: ``tokens.npy`` (int32), ``targets.npy`` (bool, the tokens that carry loss) and
``offsets.npy`` (int64, rows + 1), where row i is ``tokens[offsets[i]:offsets[i + 1]]``.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from .errors import UserError
from .templates import Row


@dataclass(frozen=True)
class EncodedDataset:
    """Rows of token ids with their targets; a sequence of ``(ids (L) int32, targets (L) bool)``."""

    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    targets: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> Row:
        """Ids and targets of one row, views on the arrays."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        here = slice(int(self.offsets[index]), int(self.offsets[index + 1]))
        return self.tokens[here], self.targets[here]

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """Tokens of every row (N)."""
        return np.diff(self.offsets).astype(np.int32)

    @cached_property
    def target_tokens(self) -> NDArray[np.int64]:
        """Tokens of every row that carry loss (N)."""
        sums: NDArray[np.int64] = np.add.reduceat(self.targets, self.offsets[:-1], dtype=np.int64)
        return sums

    @classmethod
    def from_rows(cls, rows: Iterable[Row]) -> EncodedDataset:
        """In memory; for as many rows as fit there."""
        ids, targets = zip(*rows, strict=True)
        offsets = np.cumsum([0, *(len(row) for row in ids)], dtype=np.int64)
        return cls(np.concatenate(ids).astype(np.int32), offsets, np.concatenate(targets).astype(np.bool_))

    def save(self, folder: Path) -> None:
        """Writes the three arrays into ``folder``, which is made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("tokens", "offsets", "targets"):
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> EncodedDataset:
        """Maps the arrays of ``folder`` into memory, read-only.

        Raises:
            UserError: ``bad-encoded-data`` when they are not there or do not belong together.
        """
        try:
            tokens, offsets, targets = (
                np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
                for name in ("tokens", "offsets", "targets")
            )
        except (OSError, ValueError) as error:
            message = f"{folder}: the encoded rows cannot be read: {error}"
            raise UserError("bad-encoded-data", message, "Start the run anew; inspect writes them.") from error
        if not len(offsets) or not offsets[-1] == len(tokens) == len(targets):
            message = f"{folder}: the encoded rows are not complete."
            raise UserError("bad-encoded-data", message, "Start the run anew; inspect writes them.")
        return cls(tokens, offsets, targets)


class RowWriter:
    """Appends rows to the three files of a folder, of which only the offsets are kept in memory."""

    def __init__(self, tokens: NpyAppender, targets: NpyAppender) -> None:
        """Takes the two files whose rows it fills."""
        self._tokens = tokens
        self._targets = targets
        self.offsets = array("q", [0])

    def append(self, ids: NDArray[np.int32], targets: NDArray[np.bool_]) -> None:
        """Adds a row: token ids (L) and whether each carries loss (L)."""
        self._tokens.append(ids)
        self._targets.append(targets)
        self.offsets.append(self.offsets[-1] + len(ids))


class NpyAppender:
    """A one-dimensional ``.npy`` file that grows: numpy leaves room in the header for the final length."""

    def __init__(self, file: BinaryIO, dtype: Any) -> None:
        """Starts the file with an empty array."""
        self._file = file
        self._dtype = np.dtype(dtype)
        self._length = 0
        self._write_header()

    def append(self, values: NDArray[Any]) -> None:
        """Adds ``values`` (L) to the end."""
        self._file.write(values.astype(self._dtype, copy=False).tobytes())
        self._length += len(values)

    def finish(self) -> None:
        """Puts the final length into the header."""
        self._file.seek(0)
        self._write_header()

    def _write_header(self) -> None:
        descr = npy.dtype_to_descr(self._dtype)
        header = {"descr": descr, "fortran_order": False, "shape": (self._length,)}
        npy.write_array_header_1_0(self._file, header)


@contextmanager
def write_rows(folder: Path) -> Iterator[RowWriter]:
    """A writer into ``folder`` whose files are complete when the block is left without an error."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        files = [
            NpyAppender(stack.enter_context((folder / f"{name}.npy").open("wb")), dtype)
            for name, dtype in (("tokens", np.int32), ("targets", np.bool_))
        ]
        writer = RowWriter(*files)
        yield writer
        for file in files:
            file.finish()
    np.save(folder / "offsets.npy", np.frombuffer(writer.offsets, dtype=np.int64))
