"""Dataset files: JSON arrays and JSONL in three formats, read row by row into conversations.

A file that is not JSON is refused at once; a row that lacks what it needs is reported with its line and skipped.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import UserError
from .templates import Message

JSON_FIX = "Expected JSON: one object a line, or one array of objects, in UTF-8."
SURROGATE = re.compile("[\ud800-\udfff]")
SPACE = re.compile(r"[ \t\r\n]*")
ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
}
FORMAT_KEYS = {"instruction": "alpaca", "conversations": "sharegpt", "messages": "messages"}
"""The field that gives a row's format away."""


class BadRow(ValueError):
    """This row is of no use; the message says why."""


@dataclass
class DataFile:
    """One dataset file: what is in it is known when :meth:`conversations` has been read to its end."""

    path: Path
    format: str | None = None
    """``alpaca``, ``sharegpt`` or ``messages``, from the first good row."""
    rows: int = 0
    """Good rows so far."""
    bad: list[tuple[int, str]] = field(default_factory=list)
    """Line and reason of every row that was skipped."""

    def conversations(self) -> Iterator[tuple[int, list[Message]]]:
        """Line and conversation of every good row.

        Raises:
            UserError: ``bad-dataset`` when the file is not there, cannot be read or is not JSON.
        """
        for line, value in _read_values(self.path):
            try:
                name, messages = _parse_row(value, self.format)
            except BadRow as error:
                self.bad.append((line, str(error)))
                continue
            self.format = name
            self.rows += 1
            yield line, messages

    def reject(self, line: int, reason: str) -> None:
        """Counts a row as bad after all, one that turned out to be of no use later on."""
        self.rows -= 1
        self.bad.append((line, reason))


def _read_values(path: Path) -> Iterator[tuple[int, Any]]:
    """Line number (from 1) and value of every row of a file; JSONL is never in memory as a whole."""
    try:
        with path.open("rb") as file:
            lines = _decode_lines(path, file)
            first = next(((number, text) for number, text in lines if not text.isspace()), None)
            if first and first[1].lstrip().startswith("["):
                yield from _read_array(path, first[0], "".join([first[1], *(text for _, text in lines)]))
                return
            for number, text in itertools.chain([first] if first else [], lines):
                if not text.isspace():
                    yield number, _loads(path, number, text)
    except FileNotFoundError as error:
        raise UserError("bad-dataset", f"{path}: there is no such file.", "Check the dataset's path.") from error
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}."
        raise UserError("bad-dataset", message, "Check that it is a file that you may read.") from error


def _decode_lines(path: Path, file: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(file, start=1):
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise UserError("bad-dataset", f"{path}:{number}: not UTF-8 text.", JSON_FIX) from error


def _read_array(path: Path, line: int, text: str) -> Iterator[tuple[int, Any]]:
    """The elements of a JSON array whose text starts at ``line``, each with the line that it starts on."""
    decoder = json.JSONDecoder(parse_constant=_not_a_number)
    position = _skip_space(text, text.index("[") + 1)
    counted = 0
    while text[position : position + 1] != "]":
        line += text.count("\n", counted, position)
        counted = position
        try:
            value, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise _not_json(path, line + text.count("\n", counted, error.pos), error.msg) from error
        yield line, value
        position = _skip_space(text, position)
        if text[position : position + 1] == ",":
            position = _skip_space(text, position + 1)
        elif text[position : position + 1] != "]":
            wrong = "Expecting ',' delimiter" if position < len(text) else "the array is not closed"
            raise _not_json(path, line + text.count("\n", counted, position), wrong)
    after = _skip_space(text, position + 1)
    if after < len(text):
        raise _not_json(path, line + text.count("\n", counted, after), "Extra data")


def _skip_space(text: str, position: int) -> int:
    match = SPACE.match(text, position)
    return match.end() if match else position


def _loads(path: Path, line: int, text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_not_a_number)
    except json.JSONDecodeError as error:
        raise _not_json(path, line, error.msg) from error


def _not_json(path: Path, line: int, wrong: str) -> UserError:
    return UserError("bad-dataset", f"{path}:{line}: not JSON: {wrong}.", JSON_FIX)


def _not_a_number(_: str) -> None:
    """NaN is how pandas writes a field that is not there."""


def _parse_row(value: Any, expected: str | None) -> tuple[str, list[Message]]:
    """The format and the conversation of a row; ``expected`` is the file's format once it is known."""
    if not isinstance(value, dict):
        raise BadRow(f"expected an object, found {_kind(value)}")
    found = expected or next((name for key, name in FORMAT_KEYS.items() if key in value), None)
    if found is None:
        raise BadRow(f"has none of the fields {', '.join(FORMAT_KEYS)}")
    messages = _parse_alpaca(value) if found == "alpaca" else _parse_turns(value, found)
    system = _text(value, "system", optional=True)
    if system and messages[0]["role"] != "system":
        messages.insert(0, _message("system", system))
    _check_order(messages)
    return found, messages


def _parse_alpaca(row: dict[str, Any]) -> list[Message]:
    messages = []
    history = row.get("history") or []
    if not isinstance(history, list):
        raise BadRow(f"history is {_kind(history)}, expected pairs of question and answer")
    for pair in history:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
            raise BadRow("history has something else than pairs of question and answer")
        messages += [_message("user", pair[0]), _message("assistant", pair[1])]
    parts = (_text(row, "instruction"), _text(row, "input", optional=True))
    messages.append(_message("user", "\n".join(part for part in parts if part)))
    messages.append(_message("assistant", _text(row, "output")))
    return messages


def _parse_turns(row: dict[str, Any], name: str) -> list[Message]:
    key = next(key for key, value in FORMAT_KEYS.items() if value == name)
    turns = row.get(key)
    if not isinstance(turns, list) or not turns:
        raise BadRow(f"{key} is {_kind(turns)}, expected a list of turns")
    messages = []
    for turn in turns:
        if not isinstance(turn, dict):
            raise BadRow(f"{key} holds {_kind(turn)}, expected objects")
        role = turn.get("role", turn.get("from"))
        if role not in ROLES:
            raise BadRow(f"{key} has a turn of {json.dumps(role)}; known are {', '.join(ROLES)}")
        messages.append(_message(ROLES[role], _content(turn, key)))
    return messages


def _content(turn: dict[str, Any], key: str) -> str:
    """A turn's text; OpenAI's list of content parts is joined when all of them are text."""
    content = turn.get("content", turn.get("value"))
    if isinstance(content, list):
        texts = [part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)]
        if len(texts) < len(content):
            raise BadRow(f"{key} has a turn with parts that are not text")
        return "".join(texts)
    if not isinstance(content, str):
        raise BadRow(f"{key} has a turn whose text is {_kind(content)}")
    return content


def _message(role: str, content: str) -> Message:
    if role != "system" and not content.strip():
        raise BadRow("the answer is empty" if role == "assistant" else "the question is empty")
    if SURROGATE.search(content):
        raise BadRow("holds half of a surrogate pair, which is no character")
    return {"role": role, "content": content}


def _text(row: dict[str, Any], key: str, optional: bool = False) -> str:
    value = row.get(key)
    if value is None and optional:
        return ""
    if not isinstance(value, str):
        raise BadRow(f"{key} is {_kind(value)}" + ("" if value is None else ", expected text"))
    return value


def _check_order(messages: list[Message]) -> None:
    """An optional system message, then question and answer in turn, an answer last."""
    turns = [message["role"] for message in messages]
    if turns[0] == "system":
        turns = turns[1:]
    if not turns or turns[-1] != "assistant":
        raise BadRow("does not end with an answer")
    if any(role != ("user", "assistant")[index % 2] for index, role in enumerate(turns)):
        raise BadRow(f"turns do not alternate between user and assistant: {', '.join(turns)}")


def _kind(value: Any) -> str:
    names = {type(None): "missing", dict: "an object", list: "a list", bool: "a boolean", str: "text"}
    return names.get(type(value), "a number") if value != [] else "empty"
