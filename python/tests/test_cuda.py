"""On a GPU: two ranks share one card over host transport, and cards of their own use NCCL; both equal the reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from reference import reference_run
from runs import events, make_plan, make_rows, make_run, on_cards, train
from tiny_models import VOCABULARY, make_checkpoint

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")

TOLERANCE = {"fp32": 1e-3, "fp16": 1e-2, "bf16": 5e-2}
"""Relative; a few units of the last place of each format, over eight layers of sums."""


@pytest.mark.parametrize("precision", ["fp32", "fp16", "bf16"])
@pytest.mark.parametrize("method", ["lora", "freeze"])
@pytest.mark.parametrize("packed_length", [None, 128])
def test_two_ranks_on_one_card_equal_the_reference(
    precision: str, method: str, packed_length: int | None, tmp_path: Path
) -> None:
    check(tmp_path, precision, method, transport="host", cards=1, packed_length=packed_length)


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two CUDA devices")
@pytest.mark.parametrize("precision", ["fp16", "bf16"])
@pytest.mark.parametrize("transport", ["nccl", "host"])
def test_two_cards_equal_the_reference(precision: str, transport: str, tmp_path: Path) -> None:
    check(tmp_path, precision, "lora", transport=transport, cards=2)


@pytest.mark.parametrize("checkpointing", ["none", "full"])
def test_graphs_compute_what_kernels_one_by_one_compute(checkpointing: str, tmp_path: Path) -> None:
    model = make_checkpoint(tmp_path / "model", "llama", hidden_size=128, intermediate_size=256)
    rows = make_rows(20, VOCABULARY, 10, 60)
    losses = []
    for graphed_length in (None, 64):
        plan = make_plan(model, "llama", [1, 3], maxSteps=5, packedLength=64, microBatchSize=1)
        plan |= {"checkpointing": checkpointing, "graphedLength": graphed_length}
        plan["training"]["lora"]["dropout"] = 0.2
        on_cards(plan, 1)
        run_dir = make_run(tmp_path / str(graphed_length), plan, rows)
        train(run_dir, 2)
        losses.append([step["loss"] for step in events(run_dir, "step")])
    assert losses[1] == pytest.approx(losses[0], rel=1e-5)


def check(
    folder: Path, precision: str, method: str, transport: str, cards: int, packed_length: int | None = None
) -> None:
    """Trains 8 steps in two stages and compares losses, gradient norms, and the accounting of time and memory."""
    changes: dict[str, Any] = {"method": "freeze", "lora": None, "freeze": {"layers": 3}} if method == "freeze" else {}
    model = make_checkpoint(folder / "model", "llama", hidden_size=128, intermediate_size=256)
    plan = make_plan(model, "llama", [3, 1], transport=transport, maxSteps=8, **changes)
    plan |= {"precision": {"value": precision, "reason": "test"}, "checkpointing": "full"}
    plan["packedLength"] = packed_length
    on_cards(plan, cards)
    rows = make_rows(20, VOCABULARY, 40, 64)
    run_dir = make_run(folder / "run", plan, rows)

    train(run_dir, 2)
    expected = reference_run(plan, rows)

    steps = events(run_dir, "step")
    tolerance = TOLERANCE[precision]
    assert not any(step["skipped"] for step in steps[1:])
    assert [step["loss"] for step in steps] == pytest.approx(expected["losses"], rel=tolerance)
    assert [step["grad_norm"] for step in steps] == pytest.approx(expected["norms"], rel=5 * tolerance)
    for stage in events(run_dir, "stage"):
        assert stage["peak_reserved_bytes"] > 0
        assert stage["busy"] > 0
