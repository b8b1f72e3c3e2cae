"""Talking to results: an adapter and a whole checkpoint, asked, compared and conversed with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import torch
from conftest import DEMO
from peft import LoraConfig, get_peft_model
from runs import make_plan
from transformers import AutoModelForCausalLM

from ft_trainer.__main__ import main
from ft_trainer.chat import before_stop

MODEL = DEMO / "model"
PARIS = "The capital of France is Paris."
QUESTION = "What is the capital of France?"


def make_run(folder: Path, **changes: Any) -> Path:
    plan = make_plan(MODEL, "LlamaForCausalLM", [4, 4], **changes)
    for attempt, content in ((1, "not a plan"), (2, json.dumps(plan))):
        (folder / "attempts" / str(attempt)).mkdir(parents=True)
        (folder / "attempts" / str(attempt) / "plan.json").write_text(content)
    (folder / "data.json").write_text(json.dumps({"template": "auto"}))
    (folder / "recipe.json").write_text(json.dumps({"model": "demo", "prompts": [QUESTION, "你是谁？"]}))
    return folder


@pytest.fixture
def lora_run(tmp_path: Path) -> Path:
    """An adapter of noise, large enough to make nonsense of every answer."""
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
    model = get_peft_model(model, LoraConfig(r=4, target_modules=["q_proj", "v_proj"], init_lora_weights=False))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.normal_(std=0.5)
    model.save_pretrained(tmp_path / "output")
    return make_run(tmp_path)


@pytest.fixture
def freeze_run(tmp_path: Path) -> Path:
    """A checkpoint with its final norm turned around."""
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
    with torch.no_grad():
        model.model.norm.weight.neg_()
    model.save_pretrained(tmp_path / "elsewhere")
    for file in MODEL.glob("tokenizer*"):
        shutil.copy(file, tmp_path / "elsewhere")
    changes = {"method": "freeze", "lora": None, "freeze": {"layers": 1}, "output": str(tmp_path / "elsewhere")}
    return make_run(tmp_path, **changes)


def chat(run: Path, *options: str) -> int:
    return main(["chat", "--run-dir", str(run), "--device", "cpu", "--max-new-tokens", "24", *options])


@pytest.mark.parametrize("kind", ["lora_run", "freeze_run"])
def test_compare_answers_every_prompt_before_and_after(kind: str, request: pytest.FixtureRequest) -> None:
    run: Path = request.getfixturevalue(kind)
    assert chat(run, "--compare") == 0
    events = [json.loads(line) for line in (run / "events.jsonl").read_text("utf-8").splitlines()]
    schema = json.loads((DEMO.parent / "schema" / "event.json").read_text("utf-8"))
    for event in events:
        jsonschema.validate(event, schema)
    assert [event["prompt"] for event in events] == [QUESTION, "你是谁？"]
    assert events[0]["before"] == PARIS
    assert all(event["before"] != event["after"] for event in events)


def test_prompts_are_asked_alone(lora_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    silence_adapter(lora_run)
    assert chat(lora_run, "--prompt", QUESTION) == 0
    assert capsys.readouterr().out == PARIS + "\n"
    assert chat(lora_run, "--prompt", QUESTION, "--prompt", "天空是什么颜色的？") == 0
    assert capsys.readouterr().out == f"> {QUESTION}\n{PARIS}\n> 天空是什么颜色的？\n天空是蓝色的。\n"


def silence_adapter(run: Path) -> None:
    """Alpha 0: the adapter is there and changes nothing, so that the answers are known."""
    path = run / "output" / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"lora_alpha": 0}))


def test_a_conversation_survives_an_interrupted_answer(
    lora_run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ft_trainer.chat import Result

    silence_adapter(lora_run)
    said: Iterator[str] = iter(["/what", "Hello!", "never answered", QUESTION, "/clear", "", QUESTION, "/quit"])
    monkeypatch.setattr("builtins.input", lambda _: next(said))
    asked: list[list[str]] = []
    answer = Result.answer

    def answer_or_be_interrupted(self: Result, messages: Any, aloud: bool = False) -> str:
        asked.append([message["content"] for message in messages])
        if messages[-1]["content"] == "never answered":
            raise KeyboardInterrupt
        return answer(self, messages, aloud)

    monkeypatch.setattr(Result, "answer", answer_or_be_interrupted)
    assert chat(lora_run) == 0
    hello = "Hello! How can I help you today?"
    assert asked == [["Hello!"], ["Hello!", hello, "never answered"], ["Hello!", hello, QUESTION], [QUESTION]]
    out = capsys.readouterr().out
    assert out.count(PARIS) == 2
    assert out.count("/clear") == 2
    assert "(stopped)" in out


def test_the_end_of_the_input_ends_the_conversation(lora_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    assert chat(lora_run) == 0


def test_a_run_without_a_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(tmp_path)
    assert chat(run, "--prompt", "x") == 2
    error = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert error["code"] == "no-result"
    assert str(run / "output") in error["message"]


def test_answers_end_before_a_stop_string() -> None:
    assert before_stop("yes<|im_end|>\nno", ["<|im_end|>"]) == "yes"
    assert before_stop("yes", []) == "yes"
