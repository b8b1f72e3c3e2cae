"""The sharded trainer equals plain transformers + PEFT: losses, norms, gradients and trained weights.

A part of the matrix that brings any two of its values together; ``npm run parity`` tries all of it.
"""

from __future__ import annotations

from dataclasses import asdict

import parity
import pytest
from parity import LIMITS, Case, Errors

STEPS = 4
"""Two epochs."""

REPLICAS = [
    Case("llama", "lora-all", "2", "padded", "none", "1f1b", replicas=2),
    Case("gemma3", "freeze", "uneven", "packed", "full", "1f1b", replicas=2),
]
CASES = [*parity.pairwise(parity.matrix()), *REPLICAS]


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> dict[Case, Errors]:
    """All cases, trained by ranks that share one import of torch."""
    return parity.compare(CASES, tmp_path_factory.mktemp("parity"), STEPS)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_training_equals_the_reference(case: Case, errors: dict[Case, Errors]) -> None:
    found = asdict(errors[case])
    assert {name: error for name, error in found.items() if not error <= LIMITS[name]} == {}


def test_any_two_values_of_the_matrix_meet_in_a_case() -> None:
    met = set().union(*map(parity.pairs, CASES))
    assert set().union(*map(parity.pairs, parity.matrix())) <= met
    assert len(CASES) < len(parity.matrix()) / 5
