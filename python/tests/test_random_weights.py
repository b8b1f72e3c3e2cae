"""Runs that only measure: random weights from a shape alone, rows of random tokens; nothing is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import torch
from runs import PACKAGE_ROOT, events, make_plan, make_rows, make_run, train
from tiny_models import ATTENTION, QV_TARGETS, VOCABULARY, make_config

from ft_trainer.__main__ import main
from ft_trainer.config import load_plan
from ft_trainer.data import EncodedDataset
from ft_trainer.stage import Stage, build_stage, load_stage

CPU = torch.device("cpu")


def random_plan(architecture: str, splits: list[int], **changes: Any) -> dict[str, Any]:
    """A plan without a folder: the shape stands in it."""
    plan = make_plan(Path("nowhere"), architecture, splits, **changes)
    config = make_config(architecture).to_dict()
    attention = ATTENTION.get(architecture, "sdpa")
    plan["training"]["lora"]["targets"] = QV_TARGETS.get(architecture, ["q_proj", "v_proj"])
    plan["model"] |= {"path": None, "weights": "random", "config": config, "attention": attention}
    return plan


def loaded(folder: Path, plan: dict[str, Any], index: int) -> Stage:
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    stage = build_stage(load_plan(file), index)
    load_stage(stage, load_plan(file), CPU)
    return stage


@pytest.mark.parametrize("architecture", ["llama", "llama-tied", "gemma2", "phi3"])
def test_every_split_draws_the_same_weights(architecture: str, tmp_path: Path) -> None:
    whole = loaded(tmp_path, random_plan(architecture, [4]), 0).state_dict()
    parts = [loaded(tmp_path, random_plan(architecture, [1, 3]), index).state_dict() for index in (0, 1)]
    assert {name for part in parts for name in part} >= {name for name in whole if "embed" in name or "layers" in name}
    for part in parts:
        for name, values in part.items():
            assert values.equal(whole[name]), name


@pytest.mark.parametrize(("architecture", "neutral"), [("qwen3", 1.0), ("gemma3", 0.0)])
def test_weights_are_those_of_an_untrained_model(architecture: str, neutral: float, tmp_path: Path) -> None:
    stage = loaded(tmp_path, random_plan(architecture, [4]), 0)
    matrices = [p for n, p in stage.named_parameters() if p.ndim == 2 and not p.requires_grad]
    drawn = torch.cat([matrix.flatten() for matrix in matrices])
    assert float(drawn.std()) == pytest.approx(0.02, rel=0.05)
    assert float(drawn.mean()) == pytest.approx(0, abs=1e-3)
    assert len({float(matrix.flatten()[0]) for matrix in matrices}) > len(matrices) // 2
    norms = [p for n, p in stage.named_parameters() if p.ndim == 1]
    assert norms
    assert all(bool((norm == neutral).all()) for norm in norms)


def test_a_run_without_model_or_dataset_trains_and_keeps_nothing(tmp_path: Path) -> None:
    plan = random_plan("llama", [2, 2], maxSteps=3)
    run_dir = make_run(tmp_path / "run", plan, make_rows(12, VOCABULARY))
    train(run_dir, 2)
    assert [event["step"] for event in events(run_dir, "step")] == [1, 2, 3]
    (done,) = events(run_dir, "done")
    assert (done["reason"], done["output"]) == ("finished", None)
    assert not list(run_dir.glob("checkpoints/*"))
    assert not (run_dir / "output").exists()


def synthesize(out: Path, *options: str) -> EncodedDataset:
    assert main(["synthesize", "--vocabulary", "50", "--cutoff", "16", "--seed", "3", "--out", str(out), *options]) == 0
    schema = json.loads((PACKAGE_ROOT / "ft_trainer" / "schema" / "data.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads((out / "data.json").read_text()))
    return EncodedDataset.load(out / "data")


def test_rows_are_as_long_as_listed_and_half_learned(tmp_path: Path) -> None:
    file = tmp_path / "lengths.json"
    file.write_text(json.dumps({"what": "test", "lengths": [5, 40, 2]}))
    rows = synthesize(tmp_path / "out", "--lengths", str(file))
    assert rows.lengths.tolist() == [5, 16, 2]
    assert [int(rows[row][1].sum()) for row in range(3)] == [3, 8, 1]
    assert not rows[0][1][:2].any()
    assert 0 <= rows.tokens.min() <= rows.tokens.max() < 50
    summary = json.loads((tmp_path / "out" / "data.json").read_text())
    assert summary["tokens"] | {"histogram": []} == {"total": 47, "longest": 40, "truncatedRows": 1, "histogram": []}
    assert summary["targetTokens"] == 12


def test_rows_without_a_file_fill_the_cutoff_and_repeat_with_the_seed(tmp_path: Path) -> None:
    one, other = (synthesize(tmp_path / name, "--rows", "4") for name in ("one", "other"))
    assert one.lengths.tolist() == [16] * 4
    assert np.array_equal(one.tokens, other.tokens)


@pytest.mark.parametrize(
    ("text", "named"),
    [('{"lengths": [5, 1]}', "lengths[1] is 1"), ('{"lengths": [5, 2.5]}', "lengths[1] is 2.5"), ("{", "no list")],
)
def test_a_bad_length_is_named(text: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lengths.json"
    file.write_text(text)
    options = ["--vocabulary", "50", "--cutoff", "16", "--seed", "3", "--lengths", str(file), "--out", str(tmp_path)]
    assert main(["synthesize", *options]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["code"] == "bad-dataset"
    assert named in told["message"]
    assert str(file) in told["message"]
