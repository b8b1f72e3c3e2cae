"""``synthesize``: rows of random tokens in place of a dataset, for runs that only measure. Needs no tokenizer."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from .data import write_rows
from .errors import UserError
from .inspect import histogram, write_summary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of ``synthesize``."""
    parser.add_argument("--vocabulary", required=True, type=int, help="ids are drawn below it")
    lengths = parser.add_mutually_exclusive_group(required=True)
    lengths.add_argument("--rows", type=int, help="so many rows of --cutoff tokens")
    lengths.add_argument("--lengths", type=Path, help='JSON file with the tokens of every row: {"lengths": [83, 195]}')
    parser.add_argument("--cutoff", required=True, type=int, help="tokens; longer rows are cut")
    parser.add_argument("--seed", required=True, type=int, help="of the ids")
    parser.add_argument("--out", required=True, type=Path, help="folder for data.json and data/")


def run(args: argparse.Namespace) -> int:
    """Writes ``data/*.npy``, then ``data.json``, as ``inspect`` does for text."""
    lengths = [args.cutoff] * args.rows if args.lengths is None else read_lengths(args.lengths)
    random = np.random.default_rng(args.seed)
    learned = 0
    with write_rows(args.out / "data") as writer:
        for length in (min(length, args.cutoff) for length in lengths):
            # As of an instruction sample, the second half is learned.
            targets = np.arange(length) >= length // 2
            writer.append(random.integers(0, args.vocabulary, length, dtype=np.int32), targets)
            learned += int(targets.sum())
    path = write_summary(args.out, _summarize(lengths, learned, args))
    print(json.dumps({"path": str(path)}, ensure_ascii=False))
    return 0


def read_lengths(path: Path) -> list[int]:
    """The lengths in a file such as ``{"what": "...", "lengths": [83, 195]}``, tokens.

    Raises:
        UserError: ``bad-dataset``, saying which of them is no length.
    """
    fix = 'Expected JSON such as {"lengths": [83, 195]}: whole numbers from 2 up.'
    try:
        lengths = json.loads(path.read_text("utf-8"))["lengths"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError("bad-dataset", f"{path}: no list of lengths: {error}", fix) from error
    if not isinstance(lengths, list) or not lengths:
        raise UserError("bad-dataset", f"{path}: lengths is not a list with anything in it.", fix)
    for place, length in enumerate(lengths):
        # A row of one token has no next one to learn.
        if type(length) is not int or length < 2:
            raise UserError("bad-dataset", f"{path}: lengths[{place}] is {json.dumps(length)}.", fix)
    return lengths


def _summarize(lengths: list[int], learned: int, args: argparse.Namespace) -> dict[str, Any]:
    """The content of ``data.json`` (``schema/data.json``)."""
    file = args.lengths and {"path": str(args.lengths.absolute()), "format": "lengths", "rows": len(lengths)}
    return {
        "version": 1,
        "files": [file] if file else [],
        "rows": len(lengths),
        "template": "none",
        "cutoffLength": args.cutoff,
        "tokens": {
            "total": sum(lengths),
            "longest": max(lengths),
            "truncatedRows": sum(length > args.cutoff for length in lengths),
            "histogram": histogram(Counter(lengths)),
        },
        "targetTokens": learned,
        "badRows": [],
        "contentHash": hashlib.sha256(
            json.dumps([lengths, args.vocabulary, args.cutoff, args.seed]).encode()
        ).hexdigest(),
        "sample": [],
    }
