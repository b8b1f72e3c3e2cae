"""``train``: one rank of a plan, from an empty card to an exported result, in the order a run goes."""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from pathlib import Path

import torch.distributed as dist

from . import checkpoint, control
from .adapters import byte_counts, trainable_parameters
from .batches import Sampler, collate, evaluation_batches, split_rows, steps_per_epoch, total_steps
from .clock import Clock
from .config import Plan, load_plan
from .data import EncodedDataset
from .errors import FAILED, NeighbourFailed, UserError
from .events import append_event
from .export import export
from .memory import is_out_of_memory, peak_bytes
from .mesh import Mesh, claim_card, connect
from .optimizer import ShardedOptimizer, learning_rate
from .pipeline import Pipeline
from .rehearsal import Rehearsal, rehearse, report_rehearsal, reporting_overflow
from .report import Reporter, StepReport, draw_loss_curve
from .stage import Stage, build_stage, load_stage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("--run-dir", type=Path, required=True, help="run directory")
    parser.add_argument("--attempt", type=int, required=True, help="which attempts/N/plan.json to carry out")


def run(args: argparse.Namespace) -> int:
    """Runs this rank to the end; what goes wrong is appended to the events by the rank it happened on."""
    try:
        plan = load_plan(args.run_dir / "attempts" / str(args.attempt) / "plan.json")
        claim_card(plan)
        mesh = connect(plan)
        with reporting_overflow(args.run_dir, args.attempt, mesh):
            trainer = Trainer(args.run_dir, args.attempt, plan, mesh)
        trainer.run()
    except Exception as error:
        traceback.print_exc()
        _report_failure(args.run_dir, error)
        sys.stderr.flush()
        # Neighbours may be inside a collective with us: leave at once, torchrun ends them.
        os._exit(FAILED)
    dist.destroy_process_group()
    return 0


class Trainer:
    """This rank's part of the run."""

    def __init__(self, run_dir: Path, attempt: int, plan: Plan, mesh: Mesh) -> None:
        """Loads the stage, the data and, where there is one, the newest checkpoint; then rehearses."""
        self.run_dir, self.attempt, self.plan, self.mesh = run_dir, attempt, plan, mesh
        self.started = time.monotonic()
        self._phase("load")
        self.stage = self._load_stage()
        self.dataset = EncodedDataset.load(run_dir / "data")
        self.training, self.held_out = split_rows(len(self.dataset), plan.training.eval_ratio, plan.training.seed)
        self.keeps_result = plan.model.weights == "load"
        self.sampler = Sampler(self.training, self.dataset.lengths[self.training], plan)
        self.total_steps = total_steps(len(self.training), plan)
        self.clock = Clock(mesh.device)
        self.pipeline = Pipeline(self.stage, plan, mesh, self.clock)
        self.optimizer = ShardedOptimizer(trainable_parameters(self.stage.model), plan, mesh, self.clock)
        self.first_step = checkpoint.restore(run_dir, self.optimizer, mesh)
        rehearsal = self._rehearse()
        self.reporter: Reporter | None = None
        if mesh.is_reporter:
            self.reporter = Reporter(run_dir, attempt, plan, self.total_steps, self.first_step)
            self.reporter.calibrate(rehearsal.seconds, rehearsal.micro_batches)

    def run(self) -> None:
        """Trains to the end or until asked to stop."""
        self._phase("train")
        step = self.first_step
        stopped = False
        self.clock.restart()
        while step < self.total_steps and not stopped:
            request = self._step(step)
            step += 1
            is_last = step == self.total_steps
            stopped = control.NAMES[request] == "stop" and not is_last
            due = step % self.plan.training.save_steps == 0
            if due or request or (is_last and self.keeps_result):
                self._save(step)
            if (due or is_last) and len(self.held_out):
                self._evaluate(step)
            if due or request:
                self.clock.restart()
            if request and self.reporter:
                control.acknowledge(self.run_dir, request)
                self.reporter.event("control", request=control.NAMES[request], step=step)
        self._finish(step, stopped)

    def _load_stage(self) -> Stage:
        """Builds and loads this rank's layers; the bytes counted go into a ``load`` event a rank."""
        begun = time.monotonic()
        stage = build_stage(self.plan, self.mesh.rank.stage)
        load_stage(stage, self.plan, self.mesh.device)
        counts = byte_counts(stage)
        kinds = list(counts)
        everyone = self.mesh.gather([time.monotonic() - begun, *(float(counts[kind]) for kind in kinds)])
        if self.mesh.is_reporter:
            for rank, (seconds, *numbers) in zip(self.plan.ranks, everyone, strict=True):
                append_event(
                    self.run_dir,
                    "load",
                    rank=rank.rank,
                    stage=rank.stage,
                    layers=list(self.plan.stages[rank.stage].layers),
                    device=rank.gpu.name if rank.gpu and self.plan.device == "cuda" else "cpu",
                    seconds=round(seconds, 3),
                    accounted={kind: int(number) for kind, number in zip(kinds, numbers, strict=True)},
                )
        return stage

    def _rehearse(self) -> Rehearsal:
        """Takes now what memory the run will take at most, and tells it."""
        self._phase("rehearse")
        rehearsal = rehearse(
            self.pipeline, self.optimizer, self.clock, self.dataset, self.training, self.plan, self.mesh
        )
        report_rehearsal(self.run_dir, self.attempt, rehearsal, self.mesh, self.plan)
        return rehearsal

    def _step(self, step: int) -> int:
        """One optimizer step (``step`` counts from 0); returns the code of a request that all ranks have agreed on."""
        rows = self.sampler.rows_of(step)
        batch = collate(self.dataset, rows, self.plan, self.mesh.rank.replica)
        rate = learning_rate(step, self.total_steps, self.plan.training)
        scale = self.optimizer.scaler.scale
        loss = self.pipeline.train_step(batch, step, scale)
        update = self.optimizer.step(loss, rate)
        busy, waiting = self.clock.end_step()
        request = control.pending(self.run_dir) if self.mesh.is_reporter else 0
        ranks = self.mesh.gather([busy, waiting, float(peak_bytes(self.mesh.device)), float(request)])
        if self.reporter:
            self.reporter.step(
                StepReport(
                    step=step + 1,
                    epoch=(step + 1) / steps_per_epoch(len(self.training), self.plan),
                    loss=update.loss,
                    grad_norm=update.grad_norm,
                    lr=rate,
                    tokens=batch.tokens,
                    seconds=busy + waiting,
                    loss_scale=scale if self.optimizer.scaler.enabled else None,
                ),
                ranks,
                whole=len(rows) == self.plan.training.batch_size,
            )
        return int(ranks[0][3])

    def _evaluate(self, step: int) -> None:
        """Mean token loss over the held-out rows."""
        self._phase("eval")
        total, targets, tokens = 0.0, 0, 0
        for rows in evaluation_batches(self.held_out, self.plan):
            batch = collate(self.dataset, rows, self.plan, self.mesh.rank.replica)
            total += self.pipeline.evaluate(batch) * batch.target_tokens
            targets += batch.target_tokens
            tokens += batch.tokens
        (total,) = self.mesh.sum_over_world([total])
        if self.reporter:
            self.reporter.evaluation(step, total / max(1, targets), len(self.held_out), tokens)
        self._phase("train")

    def _save(self, step: int) -> None:
        """Writes a checkpoint."""
        saved = checkpoint.save(self.run_dir, step, self.optimizer, self.plan, self.mesh)
        if self.reporter:
            self.reporter.event("checkpoint", step=step, path=str(saved.path), bytes=saved.bytes)

    def _finish(self, step: int, stopped: bool) -> None:
        """Exports from the last checkpoint, unless the run was stopped or its weights were random.

        Rank 0 does it alone: the others may leave.
        """
        if self.reporter:
            output = None
            if not stopped and self.keeps_result:
                self._phase("save")
                output = export(self.run_dir, checkpoint.existing(self.run_dir)[-1], self.plan)
                draw_loss_curve(self.run_dir, output / "loss.png")
            self.reporter.event(
                "done",
                reason="stopped" if stopped else "finished",
                step=step,
                loss=self.reporter.last_loss,
                seconds=round(time.monotonic() - self.started, 3),
                output=str(output) if output else None,
            )
            self.reporter.close()

    def _phase(self, phase: str) -> None:
        if self.mesh.is_reporter:
            append_event(self.run_dir, "phase", phase=phase)


def _report_failure(run_dir: Path, error: Exception) -> None:
    """Appends the ``error`` event, unless this rank only noticed that a neighbour was gone."""
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    told = _explain(chain)
    if told is not None:
        append_event(run_dir, "error", rank=int(os.environ.get("RANK", "0")), **told)


def _explain(chain: list[BaseException]) -> dict[str, str] | None:
    """Code, message and fix for a failure; None for a broken connection, whose cause lies on another rank."""
    for error in chain:
        if isinstance(error, UserError):
            return {"code": error.code, "message": error.message, "fix": error.fix}
        if is_out_of_memory(error):
            return {
                "code": "out-of-memory",
                "message": f"this card ran out of memory: {str(error).splitlines()[0]}",
                "fix": "Look with nvidia-smi for what else holds its memory, then resume, with --gpus on other cards "
                "if need be; a new run with a lower microBatchSize or cutoffLength takes less.",
            }
    root = chain[-1]
    if (
        isinstance(root, NeighbourFailed | dist.DistError)
        or "gloo" in str(root)
        or "Connection closed by peer" in str(root)
    ):
        return None
    return {
        "code": "trainer-crash",
        "message": f"{type(root).__name__}: {root}",
        "fix": "See trainer.log in the run directory; ft-wizard resume continues from the last checkpoint.",
    }
