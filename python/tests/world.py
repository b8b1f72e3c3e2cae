"""Trains many run directories for one import of torch: every rank is a fork of a process that has loaded all it needs.

    python world.py RUN_DIR...

One after the other is trained as by ``ft_trainer train --run-dir RUN_DIR --attempt 1`` under torchrun, but for the
picture of the loss. A rank also writes the gradients of the ``RECORDED`` steps to ``gradients-STEP-RANK.safetensors``,
and its output to ``rank-N.log``.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import NoReturn

# Modules that a run would import on its way are imported here, once.
from safetensors.torch import save_file

from ft_trainer import train
from ft_trainer.config import load_plan
from ft_trainer.optimizer import ShardedOptimizer, Update
from ft_trainer.stage import build_stage

RECORDED = (1, 2)
"""LoRA's B starts as zero, so that only the second step has a gradient for A."""


def train_all(run_dirs: list[Path]) -> None:
    """Trains one run directory after the other; stops at the first that fails."""
    plans = {run_dir: load_plan(run_dir / "attempts" / "1" / "plan.json") for run_dir in run_dirs}
    for plan in {plan.model.path: plan for plan in plans.values()}.values():
        build_stage(plan, 0)
    # A rank's collector need not walk, and so copy, what all of them share.
    gc.freeze()
    for run_dir, plan in plans.items():
        port = free_port()
        ranks = [start(run_dir, rank, len(plan.ranks), port) for rank in range(len(plan.ranks))]
        wait_for(ranks, run_dir)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(run_dir: Path, rank: int, world_size: int, port: int) -> int:
    """Forks a rank; returns its process id."""
    child = os.fork()
    if child == 0:
        become(run_dir, rank, world_size, port)
    return child


def become(run_dir: Path, rank: int, world_size: int, port: int) -> NoReturn:
    """Lives and ends as one rank."""
    code = 1
    try:
        log = os.open(run_dir / f"rank-{rank}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ |= {
            "RANK": str(rank),
            "LOCAL_RANK": str(rank),
            "WORLD_SIZE": str(world_size),
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": str(port),
        }
        record_gradients(run_dir, rank)
        train.draw_loss_curve = lambda _run_dir, _file: None
        code = train.run(argparse.Namespace(run_dir=run_dir, attempt=1))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def record_gradients(run_dir: Path, rank: int) -> None:
    """Has the optimizer write what it is given, as ``backward`` left it."""
    step = ShardedOptimizer.step
    taken = 0

    def recording(self: ShardedOptimizer, loss: float, rate: float) -> Update:
        nonlocal taken
        taken += 1
        if taken in RECORDED:
            gradients = {name: p.grad.clone() for name, p in self.parameters.items() if p.grad is not None}
            save_file(gradients, run_dir / f"gradients-{taken}-{rank}.safetensors")
        return step(self, loss, rate)

    ShardedOptimizer.step = recording  # type: ignore[method-assign]


def wait_for(ranks: list[int], run_dir: Path) -> None:
    """Waits for all ranks; ends the others when one fails."""
    running = set(ranks)
    while running:
        child, status = os.wait()
        running.discard(child)
        if status != 0:
            for other in running:
                os.kill(other, signal.SIGKILL)
            sys.exit(f"{run_dir}: rank {ranks.index(child)} failed, see rank-{ranks.index(child)}.log")


if __name__ == "__main__":
    train_all([Path(argument) for argument in sys.argv[1:]])
