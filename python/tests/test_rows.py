"""Dataset files as people have them, and what is wrong with some of their rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ft_trainer.errors import UserError
from ft_trainer.rows import DataFile
from ft_trainer.templates import Message

QA = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
GOOD = {"instruction": "q", "output": "a"}


def read(path: Path) -> tuple[DataFile, list[list[Message]]]:
    file = DataFile(path)
    return file, [messages for _, messages in file.conversations()]


@pytest.mark.parametrize(
    ("row", "name", "expected"),
    [
        (GOOD, "alpaca", QA),
        (
            {"instruction": "q", "input": "more", "output": "a"},
            "alpaca",
            [{"role": "user", "content": "q\nmore"}, QA[1]],
        ),
        ({"instruction": "q", "input": None, "output": "a", "history": [["q", "a"]]}, "alpaca", [*QA, *QA]),
        ({**GOOD, "system": "S"}, "alpaca", [{"role": "system", "content": "S"}, *QA]),
        (
            {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
            "sharegpt",
            QA,
        ),
        (
            {"system": "S", "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
            "sharegpt",
            [{"role": "system", "content": "S"}, *QA],
        ),
        ({"conversations": QA}, "sharegpt", QA),
        ({"messages": QA}, "messages", QA),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "q"}]}, QA[1]], "id": 7},
            "messages",
            QA,
        ),
    ],
)
def test_formats(write_rows_file: Callable[..., Path], row: dict[str, Any], name: str, expected: list[Message]) -> None:
    file, conversations = read(write_rows_file(row))
    assert (file.format, conversations, file.bad) == (name, [expected], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"instruction": "q", "output": " \n"}, "the answer is empty"),
        ({"instruction": "", "output": "a"}, "the question is empty"),
        ({"instruction": "q"}, "output is missing"),
        ({"instruction": "q", "output": 42}, "output is a number, expected text"),
        ({"instruction": "q", "output": "a", "history": [["q"]]}, "history has something else than pairs"),
        ({"prompt": "q"}, "has none of the fields instruction, conversations, messages"),
        (["q", "a"], "expected an object, found a list"),
        ({"messages": []}, "messages is empty, expected a list of turns"),
        ({"messages": QA[:1]}, "does not end with an answer"),
        ({"messages": QA[1:]}, "turns do not alternate"),
        ({"messages": [QA[0], *QA]}, "turns do not alternate between user and assistant: user, user, assistant"),
        ({"messages": [{"role": "tool", "content": "x"}, *QA]}, 'a turn of "tool"; known are system, user'),
        ({"messages": [QA[0], {"role": "assistant", "content": None}]}, "a turn whose text is missing"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}, QA[1]]},
            "parts that are not text",
        ),
    ],
)
def test_bad_rows_are_skipped_with_line_and_reason(write_rows_file: Callable[..., Path], row: Any, reason: str) -> None:
    file, conversations = read(
        write_rows_file({"messages": QA}, row) if "messages" in row else write_rows_file(GOOD, row)
    )
    if isinstance(row, dict) and "prompt" in row:
        reason = "instruction is missing"  # the file is known to be alpaca by then
    assert conversations == [QA]
    ((line, why),) = file.bad
    assert line == 2
    assert reason in why


def test_the_first_good_row_decides_the_format(write_rows_file: Callable[..., Path]) -> None:
    file, conversations = read(write_rows_file({"instruction": "q"}, {"x": 1}, {"messages": QA}, GOOD))
    assert file.format == "messages"
    assert conversations == [QA]
    assert [line for line, _ in file.bad] == [1, 2, 4]
    assert "none of the fields" in file.bad[1][1]


def test_bom_crlf_blank_lines_and_nan(tmp_path: Path) -> None:
    path = tmp_path / "windows.jsonl"
    row = '{"instruction": "q", "input": NaN, "output": "a"}'
    path.write_bytes(f"\ufeff\r\n{row}\r\n  \r\n{row}".encode())
    file, conversations = read(path)
    assert conversations == [QA, QA]
    assert file.bad == []


def test_half_a_surrogate_pair_is_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "emoji.jsonl"
    path.write_text(json.dumps(GOOD) + '\n{"instruction": "q", "output": "\\ud83d"}\n')
    file, _ = read(path)
    assert file.bad == [(2, "holds half of a surrogate pair, which is no character")]


def test_an_array_has_the_lines_of_its_elements(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text("\n" + json.dumps([GOOD, {"instruction": "q"}, GOOD, {}], indent=2))
    file, conversations = read(path)
    assert conversations == [QA, QA]
    # the array opens on line 2; elements take 4, 3, 4 lines and one
    assert [line for line, _ in file.bad] == [7, 14]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"instruction": "q", "output": "a"}\nnot json\n', ":2: not JSON: Expecting value."),
        ('{"instruction": "q"\n', ":1: not JSON: Expecting ',' delimiter."),
        ('[\n{"a": 1},\n{"a": }\n]', ":3: not JSON: Expecting value."),
        ('[\n{"a": 1}\n{"a": 2}\n]', ":3: not JSON: Expecting ',' delimiter."),
        ('[\n{"a": 1}\n', ":3: not JSON: the array is not closed."),
        ('[\n{"a": 1}\n]\nmore', ":4: not JSON: Extra data."),
        ("instruction,output\nq,a\n", ":1: not JSON: Expecting value."),
    ],
)
def test_what_is_not_json_is_refused_with_its_line(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(UserError) as raised:
        read(path)
    assert raised.value.code == "bad-dataset"
    assert raised.value.message == f"{path}{where}"


def test_text_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "gbk.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b"\n" + '{"instruction": "你"}'.encode("gbk"))
    with pytest.raises(UserError, match=":2: not UTF-8 text"):
        read(path)


def test_a_file_that_is_not_there_and_one_that_is_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(UserError) as raised:
            read(path)
        assert raised.value.code == "bad-dataset"
        assert str(path) in raised.value.message
