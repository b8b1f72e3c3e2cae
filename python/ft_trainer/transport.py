"""Boundary tensors between neighbouring stages, sent and received behind the computation.

A ``Sender`` and a ``Receiver`` are the two ends of one direction between two neighbours; tensors arrive in the order
they were sent. A receive is posted while the pass before it is computed, and the host waits for nothing but a tensor
that has not come yet.

nccl: Every direction of every pair has a communicator of its own, and so a stream. In a shared one a receive that is
posted early would hold up the sends behind it until its sender is ready, who may be waiting for one of those.

host: Tensors are copied to pinned memory, which torch keeps for reuse, and travel through gloo. This also serves cards
that cannot reach each other, and several ranks on one card, both of which NCCL refuses.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.distributed as dist

from .config import Plan
from .mesh import TIMEOUT, Mesh

_BACKLOG = 4
"""Sends under way at a time; a stage that is further ahead waits for its neighbour."""

_NCCL_CHANNELS = 4
"""Thread blocks (and buffers) of a communicator between two neighbours: enough for PCIe, which is 32 GB/s at most."""


@dataclass(frozen=True)
class Neighbours:
    """The ends that a stage holds; None where nothing is exchanged.

    Attributes:
        inputs: Hidden states from the stage before.
        outputs: Hidden states to the stage after.
        output_gradients: Their gradients from the stage after.
        input_gradients: Gradients to the stage before.
    """

    inputs: Receiver | None
    outputs: Sender | None
    output_gradients: Receiver | None
    input_gradients: Sender | None


def connect_neighbours(plan: Plan, mesh: Mesh) -> Neighbours:
    """Opens the directions between this stage and the ones beside it; all ranks call it together."""
    stages, stage, rank = len(plan.stages), mesh.rank.stage, mesh.rank.rank
    groups = _open_communicators(plan, mesh) if plan.transport == "nccl" else {}

    def receiver(peer: int) -> Receiver:
        kind = StagedReceiver if mesh.device != mesh.boundary_device else Receiver
        return kind(peer, groups.get((peer, rank)), plan.precision.dtype, mesh.device)

    def sender(peer: int) -> Sender:
        kind = StagedSender if mesh.device != mesh.boundary_device else DirectSender
        return kind(peer, groups.get((rank, peer)))

    return Neighbours(
        inputs=receiver(rank - 1) if stage > 0 else None,
        outputs=sender(rank + 1) if stage < stages - 1 else None,
        output_gradients=receiver(rank + 1) if stage < stages - 1 and plan.gradient_crosses(stage + 1) else None,
        input_gradients=sender(rank - 1) if plan.gradient_crosses(stage) else None,
    )


class Receiver:
    """The receiving end, for tensors that arrive where they are needed (NCCL on cards, gloo on the CPU)."""

    def __init__(self, peer: int, group: dist.ProcessGroup | None, dtype: torch.dtype, device: torch.device) -> None:
        """Receives from global rank ``peer``."""
        self._peer, self._group, self._dtype, self._device = peer, group, dtype, device
        # What is posted on the compute stream would start only after everything queued there.
        self._stream = torch.cuda.Stream(device) if device.type == "cuda" else None
        self._posted: deque[tuple[dist.Work, torch.Tensor]] = deque()

    def post(self, shape: tuple[int, ...]) -> None:
        """Makes ready for the next tensor. All ranks know the shapes of a step, so none are exchanged."""
        with self._beside_the_computation():
            buffer = self._buffer(shape)
            self._posted.append((_handle(dist.irecv(buffer, self._peer, self._group)), buffer))

    def take(self, shape: tuple[int, ...]) -> torch.Tensor:
        """The next tensor, on the device; the compute stream waits for it. Posts its receive if nobody has."""
        if not self._posted:
            self.post(shape)
        work, buffer = self._posted.popleft()
        work.wait()
        tensor = self._deliver(buffer)
        if self._stream is not None:
            tensor.record_stream(torch.cuda.current_stream())
        return tensor

    def _buffer(self, shape: tuple[int, ...]) -> torch.Tensor:
        return torch.empty(shape, dtype=self._dtype, device=self._device)

    def _deliver(self, buffer: torch.Tensor) -> torch.Tensor:
        return buffer

    def _beside_the_computation(self) -> contextlib.AbstractContextManager[object]:
        return contextlib.nullcontext() if self._stream is None else torch.cuda.stream(self._stream)


class StagedReceiver(Receiver):
    """The receiving end of host transport: what has come is copied to the card beside the computation."""

    def _buffer(self, shape: tuple[int, ...]) -> torch.Tensor:
        return torch.empty(shape, dtype=self._dtype, pin_memory=True)

    def _deliver(self, buffer: torch.Tensor) -> torch.Tensor:
        with self._beside_the_computation():
            tensor = buffer.to(self._device, non_blocking=True)
            arrived = torch.cuda.Event()
            arrived.record()
        torch.cuda.current_stream().wait_event(arrived)
        return tensor


class Sender(Protocol):
    """The sending end."""

    def send(self, tensor: torch.Tensor) -> None:
        """Sends a tensor that the compute stream has been told to make."""

    def finish(self) -> None:
        """Waits until everything has left."""


class DirectSender:
    """The sending end, for tensors that travel as they are (NCCL on cards, gloo on the CPU)."""

    def __init__(self, peer: int, group: dist.ProcessGroup | None) -> None:
        """Sends to global rank ``peer``."""
        self._peer, self._group = peer, group
        self._under_way: deque[tuple[dist.Work, torch.Tensor]] = deque()

    def send(self, tensor: torch.Tensor) -> None:
        """See ``Sender``."""
        tensor = tensor.contiguous()
        # A tensor must stay alive until it has left.
        self._under_way.append((_handle(dist.isend(tensor, self._peer, self._group)), tensor))
        while self._under_way and (len(self._under_way) > _BACKLOG or self._under_way[0][0].is_completed()):
            self._under_way.popleft()[0].wait()

    def finish(self) -> None:
        """See ``Sender``."""
        while self._under_way:
            self._under_way.popleft()[0].wait()


class StagedSender:
    """The sending end of host transport: tensors are copied to the host, and sent from there.

    gloo must be given what is already there, so a thread waits for each copy; the one that computes does not.
    """

    def __init__(self, peer: int, group: dist.ProcessGroup | None) -> None:
        """Sends to global rank ``peer``."""
        self._peer, self._group = peer, group
        self._stream = torch.cuda.Stream()
        self._copies: queue.SimpleQueue[tuple[torch.cuda.Event, torch.Tensor]] = queue.SimpleQueue()
        self._free = threading.Semaphore(_BACKLOG)
        self._failure: Exception | None = None
        threading.Thread(target=self._send_copies, name=f"send to rank {peer}", daemon=True).start()

    def send(self, tensor: torch.Tensor) -> None:
        """See ``Sender``."""
        self._acquire()
        self._stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._stream):
            copy = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True).copy_(tensor, non_blocking=True)
            copied = torch.cuda.Event()
            copied.record()
        tensor.record_stream(self._stream)
        self._copies.put((copied, copy))

    def finish(self) -> None:
        """See ``Sender``."""
        for _ in range(_BACKLOG):
            self._acquire()
        self._free.release(_BACKLOG)

    def _acquire(self) -> None:
        self._free.acquire()
        if self._failure is not None:
            raise self._failure

    def _send_copies(self) -> None:
        while True:
            copied, copy = self._copies.get()
            try:
                copied.synchronize()
                dist.send(copy, self._peer, self._group)
            except Exception as error:
                self._failure = error
            self._free.release()


def _open_communicators(plan: Plan, mesh: Mesh) -> dict[tuple[int, int], dist.ProcessGroup]:
    """A communicator for every direction (from, to) that this rank takes part in.

    NCCL opens one at its first use, which takes both ends: done here pair by pair, since in a step it would deadlock.
    """
    stages, me = len(plan.stages), mesh.rank.rank
    mine: dict[tuple[int, int], dist.ProcessGroup] = {}
    for first in (rank.rank for rank in plan.ranks if rank.stage < stages - 1):
        for source, target in ((first, first + 1), (first + 1, first)):
            options = dist.ProcessGroupNCCL.Options()
            options.config.max_ctas = _NCCL_CHANNELS
            group = dist.new_group([source, target], TIMEOUT, "nccl", options)
            if me not in (source, target) or not isinstance(group, dist.ProcessGroup):
                continue
            mine[source, target] = group
            token = torch.zeros(1, device=mesh.device)
            _handle(dist.isend(token, target, group) if me == source else dist.irecv(token, source, group)).wait()
    return mine


def _handle(work: dist.Work | None) -> dist.Work:
    """A transfer that was started; torch returns None to ranks outside the group."""
    assert work is not None
    return work
