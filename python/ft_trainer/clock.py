"""Busy and waiting time of a rank within a step, so that the pipeline's bubble can be seen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch


class Clock:
    """Adds up the spans in which this rank computes; what is left of the step is waiting.

    On CUDA the spans are pairs of events on the compute stream, so a stream that waits for a neighbour's tensor is
    not counted as busy, and the host is never made to wait inside a step. On the CPU the wall clock serves.
    """

    def __init__(self, device: torch.device) -> None:
        """A stopped clock for ``device``."""
        self._cuda = device.type == "cuda"
        self._spans: list[tuple[torch.cuda.Event | float, torch.cuda.Event | float]] = []
        self._start = self._mark()

    def restart(self) -> None:
        """Starts a step here, leaving out what came since the last one (an evaluation, a checkpoint)."""
        self._spans.clear()
        self._start = self._mark()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Counts what runs inside as computing."""
        start = self._mark()
        yield
        self._spans.append((start, self._mark()))

    def end_step(self) -> tuple[float, float]:
        """Busy and waiting seconds of the step; together they are its duration. The next step starts here.

        What ranks do between steps (reporting, choosing rows) is part of the next one, so that the durations add up to
        the wall clock and agree between ranks.
        """
        end = self._mark()
        if isinstance(end, torch.cuda.Event):
            end.synchronize()
        busy = sum(_seconds(start, stop) for start, stop in self._spans)
        total = _seconds(self._start, end)
        self._spans.clear()
        self._start = end
        return busy, max(0.0, total - busy)

    def _mark(self) -> torch.cuda.Event | float:
        if not self._cuda:
            return time.perf_counter()
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event


def _seconds(start: torch.cuda.Event | float, end: torch.cuda.Event | float) -> float:
    if isinstance(start, torch.cuda.Event) and isinstance(end, torch.cuda.Event):
        return float(start.elapsed_time(end)) / 1000.0
    assert isinstance(start, float) and isinstance(end, float)
    return end - start
