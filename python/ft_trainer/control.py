"""Requests to a running trainer: files in ``control/`` of the run directory, seen by rank 0 at a step boundary."""

from __future__ import annotations

from pathlib import Path

NAMES = ("", "checkpoint", "stop")
"""Requests by code, the least urgent first; the code travels with the figures that ranks exchange each step."""


def pending(run_dir: Path) -> int:
    """Code of the most urgent request that waits, 0 for none."""
    return max((code for code, name in enumerate(NAMES) if name and (run_dir / "control" / name).exists()), default=0)


def acknowledge(run_dir: Path, code: int) -> None:
    """Removes a request that was carried out, and those it covers (a stop writes a checkpoint)."""
    for name in NAMES[1 : code + 1]:
        (run_dir / "control" / name).unlink(missing_ok=True)
