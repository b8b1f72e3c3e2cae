"""Trains the demo beside the reference in every precision and lays the loss curves over each other.

    python .dev/curves.py [--device cuda|cpu] [--steps 150] [--at-once 6]

Writes docs/curves.svg and docs/curves.md, and fails where a curve is further from the reference than rounding takes the
reference itself. The trainer's runs share one card, a few at once. On the CPU, which has no fast fp16 and no CUDA
graphs, take few steps and ``--at-once 1``.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import math
import platform
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matplotlib
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))
sys.path.insert(0, str(Path(__file__).parents[1] / "python" / "tests"))
from parity import ALL_LINEAR
from reference import reference_run
from runs import events, make_plan, make_run, on_cards, train

from ft_trainer.data import EncodedDataset, write_rows
from ft_trainer.inspect import encode_files
from ft_trainer.rows import DataFile
from ft_trainer.templates import Template
from ft_trainer.tokenizer import load_tokenizer

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "python" / "ft_trainer" / "demo"
PICTURE, PAGE = ROOT / "docs" / "curves.svg", ROOT / "docs" / "curves.md"

FINER = {"fp32": "fp64", "fp16": "fp32", "bf16": "fp32"}
"""The format that each precision is a rounding of."""

LORA = {"rank": 8, "alpha": 16.0, "dropout": 0.0, "targets": ALL_LINEAR}
METHODS: dict[str, dict[str, Any]] = {
    "LoRA": {"lora": LORA, "learningRate": 1e-3},
    "freeze": {"method": "freeze", "lora": None, "freeze": {"layers": 2}, "learningRate": 3e-4},
}

PACKED_LENGTH = 128
WAYS: dict[str, dict[str, Any]] = {
    "two stages": {"microBatchSize": 2},
    "two stages, packed": {"microBatchSize": 1, "packedLength": PACKED_LENGTH},
}

LIMIT = 3.0
"""So many times what rounding makes may a curve's mean difference be. Two runs that round independently are the root of
two apart where either is one apart from the finer format; the rest is for chance."""

Curve = list[float]
Rows = list[tuple[list[int], list[bool]]]


def main() -> None:
    """Trains everything, then draws and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--at-once", type=int, default=6, help="runs of the trainer, two processes each")
    args = parser.parse_args()
    ours, references = train_all(demo_rows(), args)
    table = {
        (precision, method, way): (
            *apart(curve, references[precision, method]),
            *apart(references[precision, method], references[FINER[precision], method]),
            curve[-1],
            references[precision, method][-1],
        )
        for (precision, method, way), curve in ours.items()
    }
    draw(ours, references)
    PAGE.write_text(page(table, args))
    print(f"wrote {PICTURE.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")
    beyond = [" ".join(run) for run, (_, mean, _, rounding, *_) in table.items() if not mean <= LIMIT * rounding]
    if beyond:
        sys.exit(f"Further from the reference than rounding is: {'; '.join(beyond)}")


def demo_rows() -> Rows:
    """The demo's dataset, as ``inspect`` encodes it."""
    template = Template("auto", load_tokenizer(str(DEMO / "model")))
    with tempfile.TemporaryDirectory() as folder:
        with write_rows(Path(folder)) as writer:
            encode_files([DataFile(DEMO / "self-cognition.jsonl")], template, PACKED_LENGTH, writer)
        return [(ids.tolist(), targets.tolist()) for ids, targets in EncodedDataset.load(Path(folder))]


def train_all(
    rows: Rows, args: argparse.Namespace
) -> tuple[dict[tuple[str, str, str], Curve], dict[tuple[str, str], Curve]]:
    """Losses by step: ours by precision, method and way, the reference's by precision and method."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(args.at_once) as pool:
        running = {
            (precision, method, way): pool.submit(
                losses, Path(folder) / f"{precision}-{method}-{way}", plan(precision, method, WAYS[way], args), rows
            )
            for precision, method, way in itertools.product(FINER, METHODS, WAYS)
        }
        references = {}
        for precision, method in itertools.product(("fp64", *FINER), METHODS):
            told = plan(precision, method, {}, args)
            references[precision, method] = reference_run(told, rows)["losses"]
            print(f"{precision} {method}: reference trained", flush=True)
        return {run: curve.result() for run, curve in running.items()}, references


def plan(precision: str, method: str, way: dict[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    """Two stages of the demo model over host transport, with the constants of the recipe's defaults."""
    changes = {
        "batchSize": 8,
        "maxSteps": args.steps,
        "optimizer": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        "warmupRatio": 0.03,
        "weightDecay": 0.0,
        "saveSteps": 10**6,
    }
    made = make_plan(DEMO / "model", "llama", [4, 4], **changes, **METHODS[method], **way)
    made["precision"] = {"value": precision, "reason": "comparison"}
    if args.device == "cuda":
        on_cards(made, 1)
        made["graphedLength"] = made["packedLength"]
    return made


def losses(folder: Path, made: dict[str, Any], rows: Rows) -> Curve:
    """Trains with the trainer itself, under torchrun; NaN where an overflow had a step skipped."""
    run_dir = make_run(folder, made, rows)
    train(run_dir, 2)
    print(f"{folder.name}: trained", flush=True)
    return [math.nan if step["loss"] is None else step["loss"] for step in events(run_dir, "step")]


def differences(curve: Curve, reference: Curve) -> Curve:
    """How far apart two curves are at every step."""
    return [abs(a - b) for a, b in zip(curve, reference, strict=True)]


def apart(curve: Curve, reference: Curve) -> tuple[float, float]:
    """The largest and the mean difference, of the steps that neither skipped."""
    known = [difference for difference in differences(curve, reference) if math.isfinite(difference)]
    return max(known), sum(known) / len(known)


def draw(ours: dict[tuple[str, str, str], Curve], references: dict[tuple[str, str], Curve]) -> None:
    """A panel a precision and method, and below it the differences from its reference."""
    matplotlib.use("svg")
    from matplotlib import pyplot

    # Seen on light and on dark pages: nothing behind, grey lines and letters.
    grey, colours = "#8b949e", dict(zip(WAYS, ("#3b82f6", "#f97316"), strict=True))
    lettering = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    style: dict[str, Any] = dict.fromkeys(lettering, grey)
    style |= {"svg.fonttype": "none", "svg.hashsalt": "curves", "font.size": 9, "font.sans-serif": ["DejaVu Sans"]}
    pyplot.rcParams.update(style)
    figure = pyplot.figure(figsize=(10, 8), layout="constrained")
    grid = figure.add_gridspec(2 * len(METHODS), len(FINER), height_ratios=[3, 1.8] * len(METHODS))
    rows: list[Any] = [None] * 2 * len(METHODS)
    for (row, method), (column, precision) in itertools.product(enumerate(METHODS), enumerate(FINER)):
        reference, finer = references[precision, method], references[FINER[precision], method]
        steps = range(1, len(reference) + 1)
        upper = rows[2 * row] = figure.add_subplot(grid[2 * row, column], sharey=rows[2 * row])
        lower = rows[2 * row + 1] = figure.add_subplot(
            grid[2 * row + 1, column], sharex=upper, sharey=rows[2 * row + 1]
        )
        upper.plot(steps, reference, color=grey, alpha=0.5, linewidth=5, label="transformers + PEFT")
        rounding = "what rounding makes of it" if (row, column) == (0, 0) else None
        lower.plot(steps, differences(finer, reference), color=grey, alpha=0.5, linewidth=3, label=rounding)
        for (way, colour), dash in zip(colours.items(), ("-", (0, (2, 2))), strict=True):
            curve = ours[precision, method, way]
            upper.plot(steps, curve, color=colour, linewidth=1.3, linestyle=dash, label=f"ft-wizard, {way}")
            lower.plot(steps, differences(curve, reference), color=colour, linewidth=0.9, linestyle=dash)
        upper.set_title(f"{method}, {precision}")
        upper.tick_params(labelbottom=False, labelleft=column == 0)
        lower.tick_params(labelleft=column == 0)
        lower.set_yscale("log", nonpositive="mask")
        lower.minorticks_off()
        if column == 0:
            upper.set_ylabel("loss a token")
            lower.set_ylabel("difference")
        for axes in (upper, lower):
            axes.patch.set_alpha(0)
            axes.grid(alpha=0.2, color=grey)
    rows[-1].set_xlabel("optimizer step")
    lines, names = zip(*{name: (line, name) for line, name in _legend(figure)}.values(), strict=True)
    figure.legend(lines, names, loc="outside lower center", ncols=len(lines), frameon=False)
    figure.savefig(PICTURE, transparent=True, metadata={"Date": None})
    pyplot.close(figure)
    # Less than a tenth of a point is seen by nobody and is half of the file.
    PICTURE.write_text(re.sub(r"(\d\.\d)\d+", r"\1", PICTURE.read_text()))


def _legend(figure: Any) -> list[tuple[Any, str]]:
    handles = [axes.get_legend_handles_labels() for axes in figure.axes]
    return [pair for lines, names in handles for pair in zip(lines, names, strict=True)]


def page(table: dict[tuple[str, str, str], tuple[float, ...]], args: argparse.Namespace) -> str:
    """The figures as Markdown."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers", "peft"))
    where = torch.cuda.get_device_name() if args.device == "cuda" else f"CPU ({platform.machine()})"
    graphs = ", replayed as CUDA graphs" if args.device == "cuda" else ""
    lines = "\n".join(
        f"| {precision} | {method} | {way} | {' | '.join(f'{figure:.1e}' for figure in figures[:4])} | "
        f"{figures[4]:.4f} | {figures[5]:.4f} |"
        for (precision, method, way), figures in table.items()
    )
    return f"""# Loss curves

![Loss curves of the trainer over those of transformers and PEFT]({PICTURE.name})

The demo model (8 layers, hidden 128) learns the demo's dataset for {args.steps} steps of 8 samples, three times from
the same weights, in the same order: with plain transformers and PEFT in one process (`from_pretrained`,
`get_peft_model`, autocast and, in fp16, a gradient scaler; a loop of its own that shares no code with the trainer:
`python/tests/reference.py`), with the trainer in two stages over host transport on one device, and so again with
packed rows{graphs}. LoRA has rank 8 on all linear layers; freeze trains the last 2 layers. Written by
`python {" ".join([".dev/curves.py", *sys.argv[1:]])}`.

- {datetime.date.today().isoformat()}, {where}
- Python {platform.python_version()}, {packages}

The difference is that of the loss a token, at the worst of the steps and on average. Beside it stands what rounding
alone makes: the difference of the reference in that precision from the same reference in the next finer one (fp32 for
fp16 and bf16, fp64 for fp32), which is grey in the lower panels. Every mean is held to {LIMIT:g} times the mean that
rounding makes: two runs that round independently are 1.4 times as far from each other as from the finer format.

| precision | method | run | largest | mean | rounding, largest | rounding, mean | last loss | of the reference |
|---|---|---|---|---|---|---|---|---|
{lines}
"""


if __name__ == "__main__":
    main()
