"""Templates: how a conversation becomes text, which of it is learned, and token ids with their target mask.

``auto`` is the tokenizer's own chat template; the named ones are the rows of ``FORMATS``. Either way the text
is tokenized as one string, so that training sees the very tokens that inference will.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jinja2 import TemplateError
from numpy.typing import NDArray

from .errors import UserError

Message = dict[str, str]
"""``{"role": "system" | "user" | "assistant", "content": text}``."""

Span = tuple[int, int]
"""Half-open range of characters."""

Row = tuple[NDArray[np.int32], NDArray[np.bool_]]
"""Token ids (L) and whether each is a target (L)."""


@dataclass(frozen=True)
class Format:
    """A named template. ``{bos}`` and ``{eos}`` are the tokenizer's own tokens, empty where it has none."""

    system: str
    """Around ``{content}`` of the system message; put into the first turn where that says ``{system}``."""
    prompt: str
    """From the start of a turn to where the model begins to answer, around the user's ``{content}``."""
    answer: str
    """What is learned, around the assistant's ``{content}``."""
    between: str = ""
    """Between an answer and the next turn; not learned."""
    stop: str | None = None
    """Text that ends an answer where it is not the tokenizer's end of text."""


FORMATS = {
    # tatsu-lab/stanford_alpaca, without the sentence in front; later turns as LLaMA-Factory puts them
    "alpaca": Format(
        system="{content}\n\n",
        prompt="{system}### Instruction:\n{content}\n\n### Response:\n",
        answer="{content}{eos}",
        between="\n\n",
    ),
    # TigerResearch/TigerBot, train/train_sft.py
    "tigerbot": Format(
        system="{content}",
        prompt="{system}\n\n### Instruction:\n{content}\n\n### Response:\n",
        answer="{content}{eos}",
    ),
    # openai/openai-python, chatml.md
    "chatml": Format(
        system="<|im_start|>system\n{content}<|im_end|>\n",
        prompt="{system}<|im_start|>user\n{content}<|im_end|>\n<|im_start|>assistant\n",
        answer="{content}<|im_end|>",
        between="\n",
        stop="<|im_end|>",
    ),
    # meta-llama/llama, llama/generation.py
    "llama2": Format(
        system="<<SYS>>\n{content}\n<</SYS>>\n\n",
        prompt="{bos}[INST] {system}{content} [/INST]",
        answer=" {content} {eos}",
    ),
}


@dataclass(frozen=True)
class Piece:
    """A part of the text that is learned, or is not."""

    text: str
    learned: bool


@dataclass(frozen=True)
class Rendered:
    """A conversation as text. ``learned`` holds the ranges that carry loss, in order."""

    text: str
    learned: tuple[Span, ...]

    def pieces(self) -> list[Piece]:
        """The text cut where learning starts and stops."""
        pieces, position = [], 0
        for start, end in self.learned:
            pieces += [Piece(self.text[position:start], False), Piece(self.text[start:end], True)]
            position = end
        pieces.append(Piece(self.text[position:], False))
        return [piece for piece in pieces if piece.text]


class UnrenderableRow(ValueError):
    """This conversation cannot be rendered; others may."""


class Template:
    """A named template, or a tokenizer's own (``auto``), together with the tokenizer."""

    def __init__(self, name: str, tokenizer: Any) -> None:
        """Checks that the two go together.

        Raises:
            UserError: ``unknown-template``, ``no-chat-template``, ``no-end-of-text``,
                ``template-not-supported`` or ``tokenizer-not-supported``.
        """
        self.name = name
        self.tokenizer = tokenizer
        self._format = FORMATS.get(name)
        by_name = f"Choose a template by name: {', '.join(FORMATS)}."
        if name != "auto" and self._format is None:
            message = f'There is no template "{name}".'
            raise UserError("unknown-template", message, f"Use auto, or one of {', '.join(FORMATS)}.")
        if not tokenizer.is_fast:
            message = f"The tokenizer {type(tokenizer).__name__} cannot say which text a token came from."
            fix = "Save the model's tokenizer in the tokenizer.json format, and use that."
            raise UserError("tokenizer-not-supported", message, fix)
        if self._format:
            if "{eos}" in self._format.answer and not tokenizer.eos_token:
                message = f"Template {name} ends an answer with an end-of-text token; the tokenizer has none."
                raise UserError("no-end-of-text", message, "Set eos_token in its tokenizer_config.json.")
            return
        if not tokenizer.chat_template:
            message = "The model's tokenizer has no chat template of its own, which template auto needs."
            raise UserError("no-chat-template", message, by_name)
        try:
            self._tail, self._closing = self._own_closing()
        except UnrenderableRow as error:
            message = f"The tokenizer's chat template cannot be used for training: {error}."
            raise UserError("template-not-supported", message, by_name) from error

    @property
    def stop_strings(self) -> list[str]:
        """Text that ends an answer, beside the end-of-text tokens of the model and its tokenizer."""
        return [self._format.stop] if self._format and self._format.stop else []

    def render(self, messages: Sequence[Message]) -> Rendered:
        """The whole conversation, which ends with an answer; every answer in it is learned.

        Raises:
            UnrenderableRow: when the tokenizer's own template refuses this conversation.
        """
        return self._render_named(messages) if self._format else self._render_own(messages)

    def prompt(self, messages: Sequence[Message]) -> str:
        """The conversation, which ends with a question, up to where the model begins to answer."""
        if not self._format:
            return self._apply(messages, add_generation_prompt=True)
        # an empty answer is left open, and cut off again
        rendered = self._render_named([*messages, {"role": "assistant", "content": ""}])
        return rendered.text[: rendered.learned[-1][0]]

    def prompt_ids(self, messages: Sequence[Message]) -> list[int]:
        """Token ids of :meth:`prompt`."""
        ids: list[int] = self.tokenizer(self.prompt(messages), add_special_tokens=False)["input_ids"]
        return self._leading(ids) + ids

    def encode(self, conversations: Sequence[Rendered]) -> list[Row]:
        """Token ids and target masks. A token is a target when it lies wholly within a learned range."""
        batch = self.tokenizer([one.text for one in conversations], add_special_tokens=False)
        rows = []
        for index, conversation in enumerate(conversations):
            ids = batch["input_ids"][index]
            leading = self._leading(ids)
            encoding, length = batch[index], len(conversation.text)
            targets = np.zeros(len(leading) + len(ids), dtype=np.bool_)
            for start, end in conversation.learned:
                first = _first_token_from(encoding, start, length)
                last = _first_token_from(encoding, end, length)
                targets[len(leading) + first : len(leading) + last] = True
            rows.append((np.array(leading + ids, dtype=np.int32), targets))
        return rows

    def shown(self, conversation: Rendered) -> list[Piece]:
        """The conversation in pieces, with the beginning-of-text token where the ids have it."""
        ids = self.tokenizer(conversation.text, add_special_tokens=False)["input_ids"]
        first = [Piece(self.tokenizer.bos_token, False)] if self._leading(ids) else []
        return first + conversation.pieces()

    def _leading(self, ids: Sequence[int]) -> list[int]:
        """The beginning-of-text token, if the tokenizer puts one and the text does not already hold it.

        A tokenizer's own template is taken at its word: what it does not write, inference does not see.
        """
        bos = self.tokenizer.bos_token_id
        if not self._format or bos is None or list(ids[:1]) == [bos]:
            return []
        return [bos] if self.tokenizer("a")["input_ids"][0] == bos else []

    def _render_named(self, messages: Sequence[Message]) -> Rendered:
        form = self._format
        assert form is not None
        tokens = {"bos": self.tokenizer.bos_token or "", "eos": self.tokenizer.eos_token or ""}
        text, system = "", ""
        learned: list[Span] = []
        for message in messages:
            content = message["content"]
            if message["role"] == "system":
                system = form.system.format(content=content)
            elif message["role"] == "user":
                text += form.between if learned else ""
                text += form.prompt.format(content=content, system=system, **tokens)
                system = ""
            else:
                start = len(text)
                text += form.answer.format(content=content, **tokens)
                learned.append((start, len(text)))
        return Rendered(text, tuple(learned))

    def _render_own(self, messages: Sequence[Message]) -> Rendered:
        """Finds the answers in the tokenizer's own rendering of the whole conversation.

        An answer begins where the rendering of all before it, asking for an answer, ends. Templates that
        render earlier turns differently once later ones are there (Mistral moves the system message, Qwen3
        drops thoughts) leave fewer answers to learn than there are; the last one must be found.
        """
        text = self._apply(messages)
        learned = []
        *earlier, last = [index for index, message in enumerate(messages) if message["role"] == "assistant"]
        for index in earlier:
            content = messages[index]["content"].strip()
            start = self._answer_start(text, messages[:index])
            found = -1 if start is None else text.find(content, start)
            if start is not None and found >= 0:
                end = found + len(content)
                learned.append((start, end + _common_length(text[end:], self._closing)))
        start = self._answer_start(text, messages[:last])
        end = len(text) - len(self._tail)
        if start is None or start > end or not text.endswith(self._tail):
            message = "the chat template renders its last answer otherwise than after its question alone"
            raise UnrenderableRow(f"{message}; a template chosen by name will not")
        return Rendered(text, (*learned, (start, end + len(self._closing))))

    def _answer_start(self, text: str, before: Sequence[Message]) -> int | None:
        """Where the answer to ``before`` starts in ``text``, or None when it is not rendered the same there.

        What asks for the answer may differ at its end: reasoning models open their thoughts there, and close
        them at once in a finished conversation.
        """
        prompt = self._apply(before, add_generation_prompt=True)
        if text.startswith(prompt):
            return len(prompt)
        return _common_length(text, prompt) if text.startswith(self._apply(before)) else None

    def _own_closing(self) -> tuple[str, str]:
        """All that the tokenizer's template writes after a last answer, and what of it is learned.

        Space behind the end-of-text token is not: generation has stopped there.
        """
        probe = "\N{MIDDLE DOT}answer\N{MIDDLE DOT}"
        question, answer = {"role": "user", "content": "question"}, {"role": "assistant", "content": probe}
        _, _, tail = self._apply([question, answer]).partition(probe)
        before, eos, after = tail.partition(self.tokenizer.eos_token or "\0")
        return tail, tail if after.strip() else before + eos

    def _apply(self, messages: Sequence[Message], add_generation_prompt: bool = False) -> str:
        def apply(messages: Sequence[Message]) -> str:
            return str(
                self.tokenizer.apply_chat_template(
                    list(messages), tokenize=False, add_generation_prompt=add_generation_prompt
                )
            )

        try:
            return apply(messages)
        except TemplateError as error:
            if messages[0]["role"] != "system":
                raise UnrenderableRow(f"the chat template refuses it: {error}") from error
        try:
            return apply(_system_in_first_question(messages))
        except TemplateError as error:
            raise UnrenderableRow(f"the chat template refuses it: {error}") from error


def _common_length(one: str, other: str) -> int:
    """How many characters two texts share from the start."""
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return index
    return min(len(one), len(other))


def _first_token_from(encoding: Any, position: int, length: int) -> int:
    """Index of the first token that starts at character ``position`` or after it."""
    for character in range(position, length):
        token = encoding.char_to_token(character)
        if token is not None:
            return int(token) if encoding.token_to_chars(token)[0] >= position else int(token) + 1
    return len(encoding.ids)


def _system_in_first_question(messages: Sequence[Message]) -> list[Message]:
    """For templates that know no system message (Gemma 2): in front of the first question."""
    system, *rest = messages
    question = {"role": "user", "content": f"{system['content']}\n\n{rest[0]['content']}"}
    return [question, *rest[1:]]
