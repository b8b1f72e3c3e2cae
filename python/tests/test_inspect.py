"""``inspect`` end to end: the files it writes, and the datasets that it refuses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import DEMO

from ft_trainer.__main__ import main
from ft_trainer.data import EncodedDataset
from ft_trainer.inspect import histogram

SCHEMA = json.loads((DEMO.parent / "schema" / "data.json").read_text("utf-8"))
GOOD = {"instruction": "Who are you?", "output": "I am Pip."}


def inspect(out: Path, *datasets: Path, template: str = "auto", cutoff: int = 64, model: Path = DEMO / "model") -> int:
    argv = ["inspect", "--model", str(model), "--template", template, "--cutoff", str(cutoff), "--out", str(out)]
    return main(argv + [part for path in datasets for part in ("--dataset", str(path))])


def read_summary(out: Path) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads((out / "data.json").read_text("utf-8"))
    jsonschema.validate(summary, SCHEMA)
    return summary


def last_error(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    error: dict[str, str] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert error["type"] == "error"
    assert error["fix"]
    return error


def test_the_demo_dataset_is_sound(tmp_path: Path) -> None:
    assert inspect(tmp_path, DEMO / "self-cognition.jsonl", cutoff=128) == 0
    summary = read_summary(tmp_path)
    assert summary["badRows"] == []
    assert summary["files"][0]["format"] == "messages"
    assert summary["tokens"]["truncatedRows"] == 0
    assert sum(bin["rows"] for bin in summary["tokens"]["histogram"]) == summary["rows"]


def test_figures_agree_with_the_encoded_rows(tmp_path: Path, write_rows_file: Callable[..., Path]) -> None:
    long = {"instruction": "Hello!", "output": "and on " * 60}
    cut_off = {"instruction": "and on " * 60, "output": "Hello!"}
    first = write_rows_file(GOOD, long, {"instruction": "q", "output": ""}, cut_off, GOOD, GOOD)
    second = write_rows_file(
        {"messages": [{"role": "user", "content": "1"}, {"role": "assistant", "content": "2"}]}, name="second.jsonl"
    )
    assert inspect(tmp_path, first, second) == 0
    summary = read_summary(tmp_path)
    dataset = EncodedDataset.load(tmp_path / "data")

    assert summary["files"] == [
        {"path": str(first), "format": "alpaca", "rows": 4},
        {"path": str(second), "format": "messages", "rows": 1},
    ]
    assert summary["rows"] == len(dataset) == 5
    assert dataset.lengths.max() == 64 < summary["tokens"]["longest"]
    assert summary["tokens"]["truncatedRows"] == 1
    assert summary["tokens"]["total"] == dataset.lengths.sum() - 64 + summary["tokens"]["longest"]
    assert summary["targetTokens"] == dataset.targets.sum()
    assert summary["tokenizer"]["highestId"] == max(int(dataset[row][0].max()) for row in range(len(dataset)))
    assert summary["tokenizer"]["highestId"] < summary["tokenizer"]["tokens"]
    assert [(bad["line"], bad["reason"]) for bad in summary["badRows"]] == [
        (3, "the answer is empty"),
        (4, "the answer begins after the cut-off of 64 tokens"),
    ]


def test_the_sample_is_the_first_row_as_the_model_sees_it(
    tmp_path: Path, write_rows_file: Callable[..., Path], demo_tokenizer: Any
) -> None:
    inspect(tmp_path, write_rows_file(GOOD), template="alpaca")
    sample = read_summary(tmp_path)["sample"]
    ids, targets = EncodedDataset.load(tmp_path / "data")[0]
    assert demo_tokenizer.decode(ids) == "".join(piece["text"] for piece in sample)
    assert demo_tokenizer.decode(ids[targets]) == "".join(piece["text"] for piece in sample if piece["learned"])


def test_the_hash_follows_content_template_and_cutoff(tmp_path: Path, write_rows_file: Callable[..., Path]) -> None:
    def hash_of(*rows: Any, **options: Any) -> str:
        inspect(tmp_path, write_rows_file(*rows), **options)
        return str(read_summary(tmp_path)["contentHash"])

    first = hash_of(GOOD)
    assert first == hash_of(GOOD)
    others = [hash_of(GOOD, GOOD), hash_of(GOOD, template="alpaca"), hash_of(GOOD, cutoff=65)]
    assert len({first, *others}) == 4


def test_bins_cover_every_length() -> None:
    assert histogram(Counter({1: 2, 8: 1, 9: 4, 20: 1, 25: 1})) == [
        {"upTo": 8, "rows": 3},
        {"upTo": 12, "rows": 4},
        {"upTo": 16, "rows": 0},
        {"upTo": 24, "rows": 1},
        {"upTo": 32, "rows": 1},
    ]


@pytest.mark.parametrize(
    ("rows", "code", "message"),
    [
        ([], "bad-dataset", ": there are no rows."),
        ([GOOD, {"text": "x"}, {"text": "y"}], "bad-dataset", ":2: instruction is missing (2 of 3 rows are bad)."),
        (
            [{"instruction": "and on " * 60, "output": "x"}],
            "answers-cut-off",
            ":1: the answer begins after the cut-off of 64 tokens",
        ),
    ],
)
def test_datasets_of_little_use_are_refused(
    tmp_path: Path,
    write_rows_file: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
    rows: list[Any],
    code: str,
    message: str,
) -> None:
    path = write_rows_file(*rows)
    assert inspect(tmp_path, path) == 2
    error = last_error(capsys)
    assert error["code"] == code
    assert error["message"].startswith(f"{path}{message}")
    assert not (tmp_path / "data.json").exists()


def test_a_line_that_is_not_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(GOOD) + "\n{broken\n")
    assert inspect(tmp_path, path) == 2
    assert last_error(capsys)["message"].startswith(f"{path}:2: not JSON")


def test_a_model_without_a_tokenizer(
    tmp_path: Path, write_rows_file: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    for model in (tmp_path / "empty", tmp_path / "none"):
        assert inspect(tmp_path, write_rows_file(GOOD), model=model) == 2
        error = last_error(capsys)
        assert error["code"] == "no-tokenizer"
        assert str(model) in error["message"]
