"""A rank that stands on a part of a card claims that part and no more."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from runs import make_plan

from ft_trainer.config import load_plan
from ft_trainer.mesh import claim_card, limit_memory


def plan_with(folder: Path, gpu: dict[str, Any]) -> Any:
    plan = make_plan(Path("nowhere"), "LlamaForCausalLM", [2, 2], device="cuda")
    for rank in plan["ranks"]:
        rank["gpu"] = {"uuid": "GPU-7", "index": 0, "name": "card", **gpu}
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    return load_plan(file)


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Shares of the card that were set as limits."""
    found: list[float] = []
    for name in ("CUDA_VISIBLE_DEVICES", "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: SimpleNamespace(total_memory=1000))
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", lambda share, _: found.append(share))
    return found


@pytest.mark.parametrize(("limit", "percent", "share"), [(250, 12, 0.25), (4000, None, 1.0)])
def test_an_emulated_card_is_a_part_of_the_real_one(
    limit: int, percent: int | None, share: float, limits: list[float], tmp_path: Path
) -> None:
    plan = plan_with(tmp_path, {"emulated": {"memoryLimitBytes": limit, "smPercent": percent}})
    claim_card(plan)
    limit_memory(plan.ranks[1], torch.device("cpu"))
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "GPU-7"
    assert os.environ["CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"] == ("" if percent is None else "12")
    assert limits == [share]


def test_a_whole_card_has_no_limit(limits: list[float], tmp_path: Path) -> None:
    plan = plan_with(tmp_path, {})
    claim_card(plan)
    limit_memory(plan.ranks[1], torch.device("cpu"))
    assert os.environ["CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"] == ""
    assert limits == []
