"""Trains the whole matrix of python/tests/parity.py beside the reference and writes how far they are apart.

    npm run parity

Some ten minutes on two cores. Writes docs/parity.md, and fails where an error is beyond its limit.
"""

from __future__ import annotations

import datetime
import os
import platform
import sys
import tempfile
from dataclasses import asdict, astuple
from importlib.metadata import version
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "python" / "tests"))
from parity import LIMITS, SPLITS, Case, Errors, compare, matrix
from tiny_models import ARCHITECTURES

ROOT = Path(__file__).parents[1]
STEPS = 20
FILE = ROOT / "docs" / "parity.md"


def main() -> None:
    """Trains one architecture after the other."""
    torch.set_num_threads(1)
    errors: dict[Case, Errors] = {}
    for architecture in ARCHITECTURES:
        cases = [case for case in matrix() if case.architecture == architecture]
        with tempfile.TemporaryDirectory() as folder:
            errors |= compare(cases, Path(folder), STEPS)
        print(architecture, *(f"{name} {error:.1e}" for name, error in worst(errors, architecture).items()), flush=True)
    FILE.write_text(page(errors))
    print(f"wrote {FILE.relative_to(ROOT)}")
    beyond = {name: error for name, error in worst(errors).items() if not error <= LIMITS[name]}
    if beyond:
        sys.exit(f"Beyond the limits: {beyond}")


def worst(errors: dict[Case, Errors], architecture: str | None = None) -> dict[str, float]:
    """The largest error of each kind, of one architecture or of all."""
    chosen = [asdict(found) for case, found in errors.items() if architecture in (None, case.architecture)]
    return {name: max(found[name] for found in chosen) for name in LIMITS}


def page(errors: dict[Case, Errors]) -> str:
    """The result as Markdown."""
    packages = ("torch", "transformers", "peft", "accelerate", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    limits, found = (" | ".join(f"{values[name]:.1e}" for name in LIMITS) for values in (LIMITS, worst(errors)))
    rows = [
        " | ".join([*astuple(case)[:-1], *(f"{error:.1e}" for error in astuple(found))])
        for case, found in errors.items()
    ]
    table = "\n".join(f"| {row} |" for row in rows)
    splits = ", ".join(f"`{name}` is {'+'.join(map(str, split))}" for name, split in SPLITS.items())
    return f"""# Parity

How far the trainer is from plain transformers and PEFT in one process (`from_pretrained`, `get_peft_model`, a loop of
its own that shares no code with the trainer: `python/tests/reference.py`). Both train the same tiny random model on the
same samples, in fp32 on the CPU, for {STEPS} steps; the reference always with each sample in a row of its own. Written
by `npm run parity`.

- {datetime.date.today().isoformat()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores
- Python {platform.python_version()}, {versions}

Worst relative error: of the loss and the gradient norm of any step; of any tensor's gradient in the first two steps and
of any trained tensor at the end, by norm. Of 4 layers, {splits}. LoRA has rank 4; freeze trains the last 2 layers.
Checkpointing and schedule take turns.

| {len(errors)} cases | loss | norm | gradients | weights |
|---|---|---|---|---|
| worst | {found} |
| limit | {limits} |

| model | method | stages | rows | checkpointing | schedule | loss | norm | gradients | weights |
|---|---|---|---|---|---|---|---|---|---|
{table}
"""


if __name__ == "__main__":
    main()
