"""What a rank holds of its device's memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import torch

_QUERY = ["nvidia-smi", "--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"]
_QUERY_SECONDS = 30
"""A driver without persistence mode takes seconds to answer, for eight cards."""


def peak_bytes(device: torch.device) -> int:
    """Most memory held so far: reserved by the allocator on CUDA, resident size of the process on the CPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device)
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def outside_bytes(device: torch.device) -> int | None:
    """What the card holds for this process beside the allocator's memory: context, kernels, NCCL, graphs.

    None on the CPU, and where the driver does not tell, as in containers that number processes anew: where it tells of
    less than the allocator holds, the number is another process's.
    """
    if device.type != "cuda":
        return None
    try:
        told = subprocess.run(_QUERY, check=True, capture_output=True, text=True, timeout=_QUERY_SECONDS).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    used, reserved = used_by_process(told, os.getpid()), torch.cuda.memory_reserved(device)
    return None if used is None or used < reserved else used - reserved


def used_by_process(table: str, pid: int) -> int | None:
    """Bytes that ``pid`` holds by nvidia-smi's table of processes (pid, MiB); None where it is not told."""
    for line in table.splitlines():
        process, _, mebibytes = (part.strip() for part in line.partition(","))
        if process == str(pid) and mebibytes.isdigit():
            return int(mebibytes) * 2**20
    return None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a device had no memory left, be it for the allocator, cuBLAS or NCCL."""
    return isinstance(error, torch.cuda.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and "out of memory" in str(error)
    )
