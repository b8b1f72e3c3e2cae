"""What the model sees of a conversation, and which of it is learned."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import byte_tokenizer, sentencepiece_tokenizer

from ft_trainer.errors import UserError
from ft_trainer.templates import FORMATS, Message, Template, UnrenderableRow

# condensed from the models' own, keeping what makes each of them awkward
CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LLAMA2 = (
    "{% for m in messages %}{% if m.role == 'user' %}{{ bos_token + '[INST] ' + m.content.strip() + ' [/INST]' }}"
    "{% elif m.role == 'assistant' %}{{ ' ' + m.content.strip() + ' ' + eos_token }}"
    "{% else %}{{ raise_exception('no system here') }}{% endif %}{% endfor %}"
)
QWEN3 = (
    "{% set ns = namespace(last=0) %}"
    "{% for m in messages %}{% if m.role == 'user' %}{% set ns.last = loop.index0 %}{% endif %}{% endfor %}"
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' }}"
    "{% if m.role == 'assistant' and loop.index0 > ns.last %}{{ '<think>\n\n</think>\n\n' }}{% endif %}"
    "{{ m.content + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
DEEPSEEK = (
    "{% for m in messages %}{% if m.role == 'user' %}{{ '<User>' + m.content }}"
    "{% else %}{{ '<Assistant>' + m.content + eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<Assistant><think>\n' }}{% endif %}"
)
MISTRAL = (
    "{% set s = messages[0].content if messages[0].role == 'system' else '' %}"
    "{% for m in messages if m.role != 'system' %}{% if m.role == 'user' %}"
    "{{ '[INST] ' + (s + '\n' if s and m == messages[-1] or s and m == messages[-2] else '') + m.content }}"
    "{{ ' [/INST]' }}{% else %}{{ ' ' + m.content + eos_token }}{% endif %}{% endfor %}"
)


def talk(*contents: str, system: str | None = None) -> list[Message]:
    messages = [{"role": "system", "content": system}] if system else []
    roles = ("user", "assistant")
    return messages + [{"role": roles[i % 2], "content": text} for i, text in enumerate(contents)]


def learned(template: Template, messages: list[Message]) -> list[str]:
    return [piece.text for piece in template.render(messages).pieces() if piece.learned]


def decoded(template: Template, messages: list[Message]) -> tuple[str, str]:
    """All that the ids say, and what the targets among them say."""
    ((ids, targets),) = template.encode([template.render(messages)])
    return template.tokenizer.decode(ids), template.tokenizer.decode(ids[targets])


def test_alpaca_is_as_the_guide_has_it() -> None:
    template = Template("alpaca", byte_tokenizer())
    text, target = decoded(template, talk("1+1?", "2"))
    assert text == "### Instruction:\n1+1?\n\n### Response:\n2<eos>"
    assert target == "2<eos>"


def test_tigerbot_repeats_itself_over_turns() -> None:
    template = Template("tigerbot", byte_tokenizer())
    text, target = decoded(template, talk("a", "b", "c", "d"))
    assert text == ("\n\n### Instruction:\na\n\n### Response:\nb<eos>\n\n### Instruction:\nc\n\n### Response:\nd<eos>")
    assert target == "b<eos>d<eos>"


def test_llama2_agrees_with_the_models_own_template() -> None:
    tokenizer = byte_tokenizer(LLAMA2, bos="<s>")
    messages = talk("a", "b", "c", "d")
    own, named = Template("auto", tokenizer), Template("llama2", tokenizer)
    assert own.render(messages) == named.render(messages)
    assert learned(named, messages) == [" b <eos>", " d <eos>"]
    assert named.render(talk("a", "b", system="S")).text == "<s>[INST] <<SYS>>\nS\n<</SYS>>\n\na [/INST] b <eos>"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("system", [None, "Be brief."])
def test_the_prompt_is_what_stands_before_the_answer(name: str, system: str | None) -> None:
    template = Template(name, byte_tokenizer(bos="<s>"))
    messages = talk("a", "b", "中文？", "好。", system=system)
    prompt = template.prompt_ids(messages[:-1])
    ((ids, targets),) = template.encode([template.render(messages)])
    assert ids[: len(prompt)].tolist() == prompt
    assert targets[len(prompt) :].all()


@pytest.mark.parametrize("name", FORMATS)
def test_one_beginning_of_text_where_the_tokenizer_puts_one(name: str) -> None:
    with_bos, without = byte_tokenizer(bos="<s>"), byte_tokenizer()
    ((ids, targets),) = Template(name, with_bos).encode([Template(name, with_bos).render(talk("a", "b"))])
    assert ids.tolist().count(with_bos.bos_token_id) == 1
    assert ids[0] == with_bos.bos_token_id
    assert not targets[0]
    assert Template(name, with_bos).shown(Template(name, with_bos).render(talk("a", "b")))[0].text[:3] == "<s>"
    assert "<s>" not in decoded(Template(name, without), talk("a", "b"))[0]


@pytest.mark.parametrize("source", [CHATML, QWEN3, DEEPSEEK, LLAMA2])
def test_auto_gives_the_ids_that_transformers_gives(source: str) -> None:
    tokenizer = byte_tokenizer(source, bos="<s>")
    messages = talk("你是谁？", "我是 Pip。", "and?", "that is all")
    ((ids, _),) = Template("auto", tokenizer).encode([Template("auto", tokenizer).render(messages)])
    assert ids.tolist() == tokenizer.apply_chat_template(messages)["input_ids"]


def test_auto_learns_every_answer_with_its_end() -> None:
    template = Template("auto", byte_tokenizer(CHATML))
    assert learned(template, talk("a", "b", "c", "d")) == ["b<|im_end|>\n", "d<|im_end|>\n"]


def test_space_behind_the_end_of_text_is_not_learned(demo_tokenizer: Any) -> None:
    template = Template("auto", demo_tokenizer)
    assert learned(template, talk("a", "b", "c", "d")) == ["b<|im_end|>", "d<|im_end|>"]


def test_thoughts_that_a_template_closes_are_learned_where_they_stand() -> None:
    template = Template("auto", byte_tokenizer(QWEN3))
    messages = talk("a", "b", "c", "think")
    assert learned(template, messages) == ["b<|im_end|>\n", "<think>\n\n</think>\n\nthink<|im_end|>\n"]


def test_a_generation_prompt_that_opens_thoughts_is_not_part_of_the_answer() -> None:
    assert learned(Template("auto", byte_tokenizer(DEEPSEEK)), talk("a", "b")) == ["b<eos>"]


def test_turns_that_a_template_rewrites_later_are_context_only() -> None:
    template = Template("auto", byte_tokenizer(MISTRAL))
    assert learned(template, talk("a", "b", "c", "d")) == [" b<eos>", " d<eos>"]
    assert learned(template, talk("a", "b", "c", "d", system="S")) == [" d<eos>"]


def test_a_system_message_goes_into_the_question_where_the_template_refuses_it() -> None:
    template = Template("auto", byte_tokenizer(LLAMA2, bos="<s>"))
    assert template.render(talk("a", "b", system="S")).text == "<s>[INST] S\n\na [/INST] b <eos>"


def test_answers_that_look_like_what_follows_them() -> None:
    template = Template("auto", byte_tokenizer(CHATML))
    assert learned(template, talk("im_end", "im_end", "e", "e")) == ["im_end<|im_end|>\n", "e<|im_end|>\n"]


def test_a_token_across_the_border_belongs_to_the_prompt(demo_tokenizer: Any) -> None:
    """A tokenizer may merge the prompt's last line break with the answer's first one."""
    template = Template("alpaca", demo_tokenizer)
    rendered = template.render(talk("a", " b"))
    ((ids, targets),) = template.encode([rendered])
    text = demo_tokenizer.decode(ids[targets])
    assert rendered.text.endswith(text)
    assert len(text) <= len(" b<|im_end|>")


def test_chinese_answers_are_whole(demo_tokenizer: Any) -> None:
    """Characters that take several tokens begin and end the answer."""
    text, target = decoded(Template("alpaca", demo_tokenizer), talk("龘？", "龘靐齉"))
    assert text.endswith(target)
    assert target == "龘靐齉<|im_end|>"


@pytest.mark.parametrize(
    ("name", "expected"), [("alpaca", ["b", "▁", "好", "</s>"]), ("llama2", ["▁", "b", "▁", "好", "▁", "</s>"])]
)
def test_word_marks_do_not_shift_what_is_learned(name: str, expected: list[str]) -> None:
    messages = talk("a", "b 好")
    tokenizer = sentencepiece_tokenizer(Template(name, byte_tokenizer()).render(messages).text)
    template = Template(name, tokenizer)
    ((ids, targets),) = template.encode([template.render(messages)])
    assert tokenizer.convert_ids_to_tokens(ids[targets]) == expected
    assert ids.tolist() == tokenizer(template.render(messages).text.removeprefix("<s>"))["input_ids"]


def test_batches_encode_as_single_rows_do(demo_tokenizer: Any) -> None:
    template = Template("auto", demo_tokenizer)
    rendered = [template.render(talk("a" * n, "b" * (5 - n))) for n in range(1, 5)]
    for row, (ids, targets) in zip(rendered, template.encode(rendered), strict=True):
        ((one_ids, one_targets),) = template.encode([row])
        np.testing.assert_array_equal(ids, one_ids)
        np.testing.assert_array_equal(targets, one_targets)


def test_stop_strings() -> None:
    assert Template("chatml", byte_tokenizer()).stop_strings == ["<|im_end|>"]
    assert Template("alpaca", byte_tokenizer()).stop_strings == []


@pytest.mark.parametrize(
    ("name", "code"), [("vicuna", "unknown-template"), ("auto", "no-chat-template"), ("tigerbot", "no-end-of-text")]
)
def test_what_does_not_go_together_is_refused(name: str, code: str) -> None:
    tokenizer = byte_tokenizer()
    tokenizer.eos_token = None
    with pytest.raises(UserError) as raised:
        Template(name, tokenizer)
    assert raised.value.code == code
    if name != "tigerbot":
        assert "alpaca, tigerbot, chatml, llama2" in raised.value.fix


def test_a_template_that_refuses_everything_is_refused() -> None:
    with pytest.raises(UserError, match="only with tools") as raised:
        Template("auto", byte_tokenizer("{{ raise_exception('only with tools') }}"))
    assert raised.value.code == "template-not-supported"


def test_a_conversation_that_the_template_refuses_is_a_bad_row() -> None:
    source = "{% if messages[0].content == 'x' %}{{ raise_exception('no x') }}{% endif %}" + CHATML
    with pytest.raises(UnrenderableRow, match="no x"):
        Template("auto", byte_tokenizer(source)).render(talk("x", "y"))
