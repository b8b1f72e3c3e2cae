"""What is told before the first step: who held how much, and who did not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from runs import events, make_plan, make_rows, make_run, train
from tiny_models import VOCABULARY, make_checkpoint

from ft_trainer.memory import used_by_process
from ft_trainer.rehearsal import asked_bytes

ROWS = make_rows(20, VOCABULARY)


def test_every_rank_tells_what_it_held_before_the_first_step(tmp_path: Path) -> None:
    model = make_checkpoint(tmp_path / "model", "llama")
    run_dir = make_run(tmp_path / "run", make_plan(model, "llama", [1, 3], maxSteps=2), ROWS)

    told = train(run_dir, 2)

    before = [event["type"] for event in told[: next(i for i, event in enumerate(told) if event["type"] == "step")]]
    assert before.count("rehearsal") == 2
    longest = sorted((len(ids) for ids, _ in ROWS), reverse=True)[:6]
    for rank, event in enumerate(events(run_dir, "rehearsal")):
        assert (event["rank"], event["stage"], event["fits"]) == (rank, rank, True)
        assert event["reserved_bytes"] > 10**8, "a process that has imported torch holds more"
        assert event["outside_bytes"] is None
        assert event["tokens"] == sum(longest)
        assert 0 < event["busy"] <= event["seconds"]
    [calibration] = events(run_dir, "calibration")
    assert (calibration["source"], calibration["predicted"]) == ("rehearsal", 0.25)
    assert calibration["measured"] == pytest.approx(events(run_dir, "rehearsal")[0]["seconds"], abs=1e-6)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_what_does_not_fit_is_told_before_the_first_step(tmp_path: Path) -> None:
    model = make_checkpoint(tmp_path / "model", "llama", hidden_size=128, intermediate_size=256)
    plan = make_plan(model, "llama", [4], device="cuda", maxSteps=2)
    limit = 40 * 2**20
    uuid = f"GPU-{torch.cuda.get_device_properties(0).uuid}"
    emulated = {"memoryLimitBytes": limit, "smPercent": None}
    plan["ranks"][0]["gpu"] = {"uuid": uuid, "index": 0, "name": "a small one", "emulated": emulated}
    rows = [([5] * 4000, [True] * 4000)] * 6
    run_dir = make_run(tmp_path / "run", plan, rows)

    told = train(run_dir, 1, expect=1)

    assert [event["type"] for event in told if event["type"] in ("rehearsal", "step", "error")] == [
        "rehearsal",
        "error",
    ]
    (event,) = events(run_dir, "rehearsal")
    assert not event["fits"]
    assert event["reserved_bytes"] > limit
    assert events(run_dir, "error")[0]["code"] == "out-of-memory"


def test_the_driver_tells_what_a_process_holds() -> None:
    table = "812, 530\n813, 24100\n814, [N/A]\n"
    assert used_by_process(table, 813) == 24100 * 2**20
    assert used_by_process(table, 81) is None
    assert used_by_process(table, 814) is None
    assert used_by_process("", 813) is None


def test_torch_says_what_it_asked_for_in_vain() -> None:
    assert asked_bytes("CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of") == 2.5 * 2**30
    assert asked_bytes("CUBLAS_STATUS_ALLOC_FAILED") == 0
