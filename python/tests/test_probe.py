"""The report on a Python environment, for one that holds everything and for one that holds nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from ft_trainer.probe import PACKAGES

PYTHON = Path(__file__).parents[1]


def probe(*options: str, isolated: bool = False) -> dict[str, object]:
    """Runs ``probe`` in a process of its own; isolated: without site-packages."""
    command = [sys.executable, *(["-S"] if isolated else []), "-m", "ft_trainer", "probe", *options]
    return json.loads(subprocess.run(command, cwd=PYTHON, check=True, capture_output=True, text=True).stdout)


def test_versions_of_this_environment() -> None:
    found = probe()
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert all(isinstance(found[name], str) for name in ("torch", "transformers", "peft", "accelerate"))
    assert found["cuda"] is None and found["archList"] is None


def test_deep_tells_the_build() -> None:
    found = probe("--deep")
    assert found["broken"] is None
    assert isinstance(found["archList"], list)
    assert bool(found["archList"]) == (found["cuda"] is not None)


def test_needs_no_package_and_says_what_is_missing() -> None:
    found = probe("--deep", isolated=True)
    assert all(found[name] is None for name in PACKAGES)
    assert str(found["broken"]).startswith("ModuleNotFoundError")


def test_asks_for_every_dependency() -> None:
    text = (PYTHON / "pyproject.toml").read_text()
    listed = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert listed
    assert set(re.findall(r'"([\w-]+)', listed[1])) <= set(PACKAGES)
