"""The process mesh (data-parallel x pipeline) and its few collectives."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist

from .config import Plan, Rank

TIMEOUT = timedelta(hours=1)
"""How long a rank waits for its neighbours: eight ranks that load 70B from one hard disk take half an hour."""


@dataclass(frozen=True)
class Mesh:
    """Where this process stands.

    Attributes:
        rank: Its entry in the plan's rank table.
        device: Where it computes.
        boundary_device: Where tensors exchanged between stages live: the device for NCCL, the CPU for host transport.
        pipeline: Group of the stages of this replica.
        replicas: Group of the same stage in every replica.
    """

    rank: Rank
    device: torch.device
    boundary_device: torch.device
    pipeline: dist.ProcessGroup
    replicas: dist.ProcessGroup

    @property
    def is_reporter(self) -> bool:
        """Rank 0 writes the events of all ranks."""
        return self.rank.rank == 0

    def sum_over_replicas(self, tensor: torch.Tensor) -> torch.Tensor:
        """Sum of a tensor over the same stage of every replica, where the transport can carry it."""
        carried = tensor.to(self.boundary_device)
        dist.all_reduce(carried, group=self.replicas)
        return carried.to(tensor.device)

    def sum_over_world(self, values: list[float]) -> list[float]:
        """Element-wise sum over all ranks; identical on each of them. NaN and infinity survive it."""
        tensor = torch.tensor(values, dtype=torch.float64)
        dist.all_reduce(tensor)
        return tensor.tolist()

    def gather(self, values: list[float]) -> list[list[float]]:
        """Every rank's values, in rank order, known to all."""
        mine = torch.tensor(values, dtype=torch.float64)
        everyone = [torch.empty_like(mine) for _ in range(dist.get_world_size())]
        dist.all_gather(everyone, mine)
        return [row.tolist() for row in everyone]


def claim_card(plan: Plan) -> None:
    """Makes the planned card the only one this process sees. Call it before CUDA is touched.

    Cards are chosen by UUID: CUDA numbers them fastest first and nvidia-smi by bus.
    """
    gpu = plan.ranks[int(os.environ["RANK"])].gpu
    if plan.device == "cuda" and gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu.uuid
        if gpu.emulated is not None and gpu.emulated.sm_percent is not None:
            os.environ["CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"] = str(gpu.emulated.sm_percent)
    if plan.transport == "nccl":
        # Streams that share one of the 8 default queues wait for each other; no transfer may hold up its counterpart.
        os.environ["CUDA_DEVICE_MAX_CONNECTIONS"] = "32"


def connect(plan: Plan) -> Mesh:
    """Joins the process group started by torchrun and forms the mesh; pipeline neighbours are adjacent ranks.

    CPU tensors always travel through gloo; CUDA tensors through NCCL when the plan's transport is ``nccl``.
    """
    cuda = plan.device == "cuda"
    device = torch.device("cuda", 0) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
        limit_memory(plan.ranks[int(os.environ["RANK"])], device)
    dist.init_process_group("cpu:gloo,cuda:nccl" if plan.transport == "nccl" else "gloo", timeout=TIMEOUT)
    stages, replicas = len(plan.stages), plan.data_parallel
    pipeline, _ = dist.new_subgroups_by_enumeration(
        [[replica * stages + stage for stage in range(stages)] for replica in range(replicas)], TIMEOUT
    )
    same_stage, _ = dist.new_subgroups_by_enumeration(
        [[replica * stages + stage for replica in range(replicas)] for stage in range(stages)], TIMEOUT
    )
    boundary = device if plan.transport == "nccl" else torch.device("cpu")
    return Mesh(plan.ranks[dist.get_rank()], device, boundary, pipeline, same_stage)


def limit_memory(rank: Rank, device: torch.device) -> None:
    """Holds the allocator to the memory of the card that this one stands in for."""
    if rank.gpu is not None and rank.gpu.emulated is not None:
        total = torch.cuda.get_device_properties(device).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, rank.gpu.emulated.memory_limit_bytes / total), device)


def upload(tensor: torch.Tensor, device: torch.device) -> torch.Tensor:
    """A tensor of the host's on ``device``; the host does not wait for what the device is doing."""
    if device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)
