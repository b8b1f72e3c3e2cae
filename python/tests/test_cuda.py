"""On a GPU: two ranks share one card over host transport, and cards of their own use NCCL; both equal the reference."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from reference import reference_run
from runs import make_plan, make_rows, make_run, on_cards, train
from tiny_models import ATTENTION, VOCABULARY, make_checkpoint

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")

AT_ONCE = 6
"""Trainings at a time: they are so small that starting them takes most of their time."""

TOLERANCE = {"fp32": 1e-3, "fp16": 1e-2, "bf16": 5e-2}
"""Relative; a few units of the last place of each format, over eight layers of sums."""


@dataclass(frozen=True)
class Case:
    """A training in two stages that must equal the reference."""

    precision: str
    method: str
    packed_length: int | None
    transport: str
    cards: int

    architecture = "llama"
    rows = make_rows(20, VOCABULARY, 40, 64)

    def plan(self, model: Path) -> dict[str, Any]:
        """Eight steps."""
        freeze = {"method": "freeze", "lora": None, "freeze": {"layers": 3}} if self.method == "freeze" else {}
        plan = make_plan(model, "llama", [3, 1], transport=self.transport, maxSteps=8, checkpointing="full", **freeze)
        plan |= {"precision": {"value": self.precision, "reason": "test"}, "packedLength": self.packed_length}
        on_cards(plan, self.cards)
        return plan


@dataclass(frozen=True)
class Graphed:
    """A training in two stages with dropout, by CUDA graphs or by kernels one by one."""

    architecture: str
    checkpointing: str
    graphed_length: int | None

    cards = 1
    rows = make_rows(20, VOCABULARY, 10, 60)

    def plan(self, model: Path) -> dict[str, Any]:
        """Five steps."""
        plan = make_plan(model, self.architecture, [1, 3], maxSteps=5, packedLength=64, microBatchSize=1)
        plan["model"]["attention"] = ATTENTION.get(self.architecture, "sdpa")
        plan |= {"checkpointing": self.checkpointing, "graphedLength": self.graphed_length}
        plan["training"]["lora"]["dropout"] = 0.2
        on_cards(plan, 1)
        return plan


ON_ONE_CARD = [
    Case(precision, method, packed_length, "host", cards=1)
    for precision, method, packed_length in itertools.product(TOLERANCE, ("lora", "freeze"), (None, 128))
]
ON_TWO_CARDS = [
    Case(precision, "lora", None, transport, cards=2)
    for precision, transport in itertools.product(("fp16", "bf16"), ("nccl", "host"))
]
# Gemma 2's eager attention is given masks, which a capture must be able to make.
GRAPHED = [
    tuple(Graphed(*axes, graphed_length) for graphed_length in (None, 64))
    for axes in (("llama", "none"), ("llama", "full"), ("gemma2", "full"))
]

Events = list[dict[str, Any]]
Told = dict[Case | Graphed, Future[Events]]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("models")
    size = {"hidden_size": 128, "intermediate_size": 256}
    return {name: make_checkpoint(folder / name, name, **size) for name in ("llama", "gemma2")}


@pytest.fixture(scope="module")
def told(
    models: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Told]:
    """The events of every training that the chosen tests ask for; they run in the background, a few at once."""
    params = [item.callspec.params for item in request.session.items if isinstance(item, pytest.Function)]
    cases = [case for chosen in params for case in chosen.get("cases", ()) if torch.cuda.device_count() >= case.cards]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            case: pool.submit(
                train, make_run(tmp_path_factory.mktemp("run"), case.plan(models[case.architecture]), case.rows), 2
            )
            for case in cases
        }


@pytest.mark.parametrize("cases", [(case,) for case in ON_ONE_CARD], ids=str)
def test_two_ranks_on_one_card_equal_the_reference(cases: tuple[Case], models: dict[str, Path], told: Told) -> None:
    check(cases[0], models["llama"], told[cases[0]].result())


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two CUDA devices")
@pytest.mark.parametrize("cases", [(case,) for case in ON_TWO_CARDS], ids=str)
def test_two_cards_equal_the_reference(cases: tuple[Case], models: dict[str, Path], told: Told) -> None:
    check(cases[0], models["llama"], told[cases[0]].result())


@pytest.mark.parametrize("cases", GRAPHED, ids=str)
def test_graphs_compute_what_kernels_one_by_one_compute(cases: tuple[Graphed, Graphed], told: Told) -> None:
    one_by_one, graphed = (
        [event["loss"] for event in told[case].result() if event["type"] == "step"] for case in cases
    )
    assert graphed == pytest.approx(one_by_one, rel=1e-5)


def check(case: Case, model: Path, told: Events) -> None:
    """Compares losses and gradient norms with the reference, and looks at the accounting of time and memory."""
    expected = reference_run(case.plan(model), case.rows)

    steps = [event for event in told if event["type"] == "step"]
    tolerance = TOLERANCE[case.precision]
    assert not any(step["skipped"] for step in steps[1:])
    assert [step["loss"] for step in steps] == pytest.approx(expected["losses"], rel=tolerance)
    assert [step["grad_norm"] for step in steps] == pytest.approx(expected["norms"], rel=5 * tolerance)
    for stage in (event for event in told if event["type"] == "stage"):
        assert stage["peak_reserved_bytes"] > 0
        assert stage["busy"] > 0
