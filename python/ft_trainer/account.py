"""``account``: bytes by kind of every stage, counted on the meta device; the planner must predict the same figures."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .adapters import byte_counts
from .config import load_plan
from .stage import build_stage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("--plan", type=Path, required=True, action="append", help="a plan.json; may be repeated")


def run(args: argparse.Namespace) -> int:
    """Prints one line ``{"stages": [{"weights", "trainables", "gradients", "optimizer"}]}`` per plan."""
    for file in args.plan:
        plan = load_plan(file)
        stages = [byte_counts(build_stage(plan, index)) for index in range(len(plan.stages))]
        print(json.dumps({"stages": stages}), flush=True)
    return 0
