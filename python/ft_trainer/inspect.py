"""``inspect``: reads the dataset, encodes it once for all ranks, and says what is in it (``data.json``)."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import Any

from .data import RowWriter, write_rows
from .errors import UserError
from .rows import DataFile
from .templates import Piece, Rendered, Template, UnrenderableRow
from .tokenizer import load_tokenizer

BATCH = 512
"""Rows tokenized at a time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of ``inspect``."""
    parser.add_argument("--model", required=True, help="local folder or hub id")
    parser.add_argument("--dataset", required=True, action="append", type=Path, help="JSON or JSONL file")
    parser.add_argument("--template", default="auto", help="auto, or a template's name")
    parser.add_argument("--cutoff", required=True, type=int, help="tokens; longer rows are cut")
    parser.add_argument("--out", required=True, type=Path, help="folder for data.json and data/")


def run(args: argparse.Namespace) -> int:
    """Writes ``data/*.npy``, then ``data.json``: whoever finds that one finds all."""
    template = Template(args.template, load_tokenizer(args.model))
    files = [DataFile(path.absolute()) for path in args.dataset]
    with write_rows(args.out / "data") as writer:
        found = encode_files(files, template, args.cutoff, writer)
    check_usable(files)
    summary = summarize(files, template, args.cutoff, found)
    path = write_summary(args.out, summary)
    print(json.dumps({"path": str(path)}, ensure_ascii=False))
    return 0


def write_summary(folder: Path, summary: dict[str, Any]) -> Path:
    """Writes ``data.json``, whole or not at all, and returns its path."""
    path = folder / "data.json"
    partial = path.with_suffix(".json.partial")
    partial.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    partial.replace(path)
    return path


@dataclass
class Findings:
    """What encoding learns about the rows that stay."""

    lengths: Counter[int] = field(default_factory=Counter)
    """Rows by their tokens before they are cut."""
    target_tokens: int = 0
    """Tokens that carry loss, after the cut."""
    highest_id: int = 0
    """Of all tokens, after the cut."""
    sample: list[Piece] = field(default_factory=list)


def encode_files(files: Sequence[DataFile], template: Template, cutoff: int, writer: RowWriter) -> Findings:
    """Writes every usable row, cut to ``cutoff`` tokens; rows that the cut leaves nothing to learn are bad ones."""
    found = Findings()
    for file in files:
        for batch in _batches(_rendered(file, template), BATCH):
            rows = template.encode([conversation for _, conversation in batch])
            for (line, conversation), (ids, targets) in zip(batch, rows, strict=True):
                learned = int(targets[:cutoff].sum())
                if not learned:
                    file.reject(line, f"the answer begins after the cut-off of {cutoff} tokens")
                    continue
                found.sample = found.sample or template.shown(conversation)
                found.lengths[len(ids)] += 1
                found.target_tokens += learned
                found.highest_id = max(found.highest_id, int(ids[:cutoff].max()))
                writer.append(ids[:cutoff], targets[:cutoff])
    return found


def _rendered(file: DataFile, template: Template) -> Iterator[tuple[int, Rendered]]:
    for line, messages in file.conversations():
        try:
            yield line, template.render(messages)
        except UnrenderableRow as error:
            file.reject(line, str(error))


def _batches(rows: Iterable[tuple[int, Rendered]], size: int) -> Iterator[list[tuple[int, Rendered]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def check_usable(files: Sequence[DataFile]) -> None:
    """A file without rows, or with more bad rows than good ones, is not what its user takes it for.

    Raises:
        UserError: ``bad-dataset``, ``answers-cut-off``.
    """
    for file in files:
        if not file.rows and not file.bad:
            raise UserError("bad-dataset", f"{file.path}: there are no rows.", "Choose a file that has some.")
        if len(file.bad) > file.rows:
            reason, _ = Counter(reason for _, reason in file.bad).most_common(1)[0]
            line = next(line for line, why in file.bad if why == reason)
            message = f"{file.path}:{line}: {reason} ({len(file.bad)} of {file.rows + len(file.bad)} rows are bad)."
            if "cut-off" in reason:
                raise UserError("answers-cut-off", message, "Raise cutoffLength.")
            fix = "Rows are alpaca (instruction, output), sharegpt (conversations) or OpenAI messages."
            raise UserError("bad-dataset", message, fix)


def summarize(files: Sequence[DataFile], template: Template, cutoff: int, found: Findings) -> dict[str, Any]:
    """The content of ``data.json``; its schema is ``schema/data.json``."""
    return {
        "version": 1,
        "files": [{"path": str(file.path), "format": file.format, "rows": file.rows} for file in files],
        "rows": sum(file.rows for file in files),
        "template": template.name,
        "cutoffLength": cutoff,
        "tokens": {
            "total": sum(length * rows for length, rows in found.lengths.items()),
            "longest": max(found.lengths),
            "truncatedRows": sum(rows for length, rows in found.lengths.items() if length > cutoff),
            "histogram": histogram(found.lengths),
        },
        "targetTokens": found.target_tokens,
        "badRows": [
            {"file": str(file.path), "line": line, "reason": reason}
            for file in files
            for line, reason in sorted(file.bad)
        ],
        "tokenizer": {"tokens": len(template.tokenizer), "highestId": found.highest_id},
        "contentHash": content_hash([file.path for file in files], template, cutoff),
        "sample": [{"text": piece.text, "learned": piece.learned} for piece in found.sample],
    }


def histogram(lengths: Counter[int]) -> list[dict[str, int]]:
    """Rows by length, in bins that end at 8, 12, 16, 24, 32, 48 and so on up to the longest."""
    bins: list[dict[str, int]] = []
    previous, longest = 0, max(lengths)
    for edge in (size for power in count(3) for size in (2**power, 3 * 2 ** (power - 1))):
        rows = sum(rows for length, rows in lengths.items() if previous < length <= edge)
        bins.append({"upTo": edge, "rows": rows})
        if edge >= longest:
            break
        previous = edge
    return bins


def content_hash(paths: Sequence[Path], template: Template, cutoff: int) -> str:
    """SHA-256, hex, over all that the encoded rows depend on."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        digest.update(b"\0")
    settings = [template.name, cutoff, template.tokenizer.chat_template]
    digest.update(json.dumps(settings).encode())
    digest.update(template.tokenizer.backend_tokenizer.to_str().encode())
    return digest.hexdigest()
