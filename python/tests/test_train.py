"""A run from outside: resuming, stopping, evaluation, mixed precision, failures; every event has its declared shape."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from runs import PACKAGE_ROOT, events, make_plan, make_rows, make_run, train
from safetensors.torch import load_file
from tiny_models import VOCABULARY, make_checkpoint

ROWS = make_rows(24, VOCABULARY)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("model"), "llama")


def validate(run_dir: Path) -> None:
    schema = json.loads((PACKAGE_ROOT / "ft_trainer" / "schema" / "event.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for event in events(run_dir):
        validator.validate(event)


def test_losses_after_a_resume_equal_those_of_an_uninterrupted_run(model: Path, tmp_path: Path) -> None:
    lora = {"rank": 4, "alpha": 8.0, "dropout": 0.2, "targets": ["q_proj", "v_proj"]}
    plan = make_plan(model, "llama", [1, 3], lora=lora, maxSteps=8, saveSteps=4, evalRatio=0.2)
    whole = make_run(tmp_path / "whole", plan, ROWS)
    train(whole, 2)
    broken = make_run(tmp_path / "broken", plan, ROWS)
    shutil.copytree(whole / "checkpoints" / "step-4", broken / "checkpoints" / "step-4")

    train(broken, 2)

    expected = {event["step"]: event["loss"] for event in events(whole, "step")}
    resumed = {event["step"]: event["loss"] for event in events(broken, "step")}
    assert list(resumed) == [5, 6, 7, 8]
    assert resumed == {step: expected[step] for step in resumed}
    assert [e["loss"] for e in events(whole, "eval")][-1] == events(broken, "eval")[-1]["loss"]
    assert_same_adapter(whole, broken)
    validate(whole)


def test_dropout_is_the_same_however_the_model_is_split_and_recomputed(model: Path, tmp_path: Path) -> None:
    lora = {"rank": 4, "alpha": 8.0, "dropout": 0.3, "targets": ["q_proj", "v_proj"]}
    losses = []
    for splits, checkpointing in (([4], "none"), ([1, 3], "full")):
        plan = make_plan(model, "llama", splits, lora=lora, maxSteps=3, checkpointing=checkpointing)
        run_dir = make_run(tmp_path / checkpointing, plan, ROWS)
        train(run_dir, len(splits))
        losses.append([event["loss"] for event in events(run_dir, "step")])
    assert losses[1] == pytest.approx(losses[0], rel=1e-5)


def test_a_checkpoint_of_two_packed_stages_resumes_on_one_unpacked(model: Path, tmp_path: Path) -> None:
    changes: dict[str, Any] = {"maxSteps": 6, "saveSteps": 3, "evalRatio": 0.2}
    two = make_run(tmp_path / "two", make_plan(model, "llama", [1, 3], **changes, packedLength=48), ROWS)
    train(two, 2)
    one = make_run(tmp_path / "one", make_plan(model, "llama", [4], **changes), ROWS)
    shutil.copytree(two / "checkpoints" / "step-3", one / "checkpoints" / "step-3")

    train(one, 1)

    expected = [event["loss"] for event in events(two, "step")][3:]
    assert [event["loss"] for event in events(one, "step")] == pytest.approx(expected, rel=1e-5)
    assert events(one, "eval")[-1]["loss"] == pytest.approx(events(two, "eval")[-1]["loss"], rel=1e-5)


def test_a_stop_request_leaves_a_checkpoint_and_says_so(model: Path, tmp_path: Path) -> None:
    run_dir = make_run(tmp_path / "run", make_plan(model, "llama", [4], maxSteps=50), ROWS)
    (run_dir / "control" / "stop").touch()

    train(run_dir, 1)

    (done,) = events(run_dir, "done")
    assert (done["reason"], done["step"], done["output"]) == ("stopped", 1, None)
    assert [event["request"] for event in events(run_dir, "control")] == ["stop"]
    assert (run_dir / "checkpoints" / "step-1" / "state.json").is_file()
    assert not list((run_dir / "control").iterdir())
    validate(run_dir)


def test_fp16_learns_with_a_loss_scale_that_every_rank_shares(model: Path, tmp_path: Path) -> None:
    plan = make_plan(model, "llama", [2, 2], precision={"value": "fp16", "reason": "test"}, maxSteps=12)
    run_dir = make_run(tmp_path / "run", plan, ROWS)

    train(run_dir, 2)

    steps = events(run_dir, "step")
    taken = [step["loss"] for step in steps if not step["skipped"]]
    assert len(taken) >= 8
    assert all(math.log2(step["loss_scale"]).is_integer() for step in steps)
    assert min(taken[-3:]) < taken[0] - 0.02
    validate(run_dir)


def test_the_time_of_a_step_is_accounted_for(model: Path, tmp_path: Path) -> None:
    run_dir = make_run(tmp_path / "run", make_plan(model, "llama", [3, 1], maxSteps=6), ROWS)
    train(run_dir, 2)
    for step in events(run_dir, "step")[1:]:
        seconds = step["tokens"] / step["tokens_per_second"]
        for stage in events(run_dir, "stage"):
            if stage["step"] == step["step"]:
                assert stage["busy"] > 0
                # A step of this tiny model is a few hundredths of a second: allow for the scheduler's tick.
                assert stage["busy"] + stage["waiting"] == pytest.approx(seconds, rel=0.03, abs=0.02)


def test_a_broken_checkpoint_of_the_model_names_file_and_tensor(model: Path, tmp_path: Path) -> None:
    damaged = shutil.copytree(model, tmp_path / "damaged")
    index = json.loads((damaged / "model.safetensors.index.json").read_text())
    file = damaged / index["weight_map"]["model.layers.3.mlp.up_proj.weight"]
    file.write_bytes(file.read_bytes()[:-512])
    run_dir = make_run(tmp_path / "run", make_plan(damaged, "llama", [2, 2]), ROWS)

    train(run_dir, 2, expect=1)

    (error,) = events(run_dir, "error")
    assert error["code"] == "broken-checkpoint"
    assert file.name in error["message"]
    validate(run_dir)


def test_what_cannot_be_written_costs_no_checkpoint(model: Path, tmp_path: Path) -> None:
    plan = make_plan(model, "llama", [4], maxSteps=4, saveSteps=2)
    run_dir = make_run(tmp_path / "run", plan, ROWS)
    (run_dir / "checkpoints").mkdir()
    # Where the second checkpoint would be made stands a file.
    (run_dir / "checkpoints" / ".step-4.partial").write_text("")

    train(run_dir, 1, expect=1)

    assert [folder.name for folder in (run_dir / "checkpoints").glob("step-*")] == ["step-2"]
    assert [error["code"] for error in events(run_dir, "error")] == ["cannot-write"]


def assert_same_adapter(one: Path, other: Path) -> None:
    left, right = (load_file(run / "output" / "adapter_model.safetensors") for run in (one, other))
    assert left.keys() == right.keys()
    for name, values in left.items():
        assert values.equal(right[name]), name
