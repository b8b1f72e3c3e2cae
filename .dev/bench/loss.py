"""The loss over the vocabulary, three ways: whole logits, torch's fused function, and the trainer's chunks.

    python .dev/bench/loss.py [--positions 2048] [--hidden 1024] [--vocabulary 32000] [--device cpu|cuda] [--dtype bf16]

Each computes the loss of hidden states and their gradient for a frozen head, in a process of its own. Prints one JSON
line a way: milliseconds (median of 5), bytes that the peak lies above the inputs, and the relative error of the
gradient against fp32. ``torch.nn.functional.linear_cross_entropy`` is there from torch 2.13 on.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
from ft_trainer.loss import token_loss

DTYPES = {"fp16": torch.float16, "bf16": torch.bfloat16, "fp32": torch.float32}


def main() -> None:
    """Measures every way that this torch knows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in {"positions": 2048, "hidden": 1024, "vocabulary": 32000}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--dtype", choices=DTYPES, default="bf16")
    args = parser.parse_args()
    print(json.dumps({"torch": torch.__version__, **vars(args)}))
    ways = ["whole logits", *(["fused"] if hasattr(F, "linear_cross_entropy") else []), "chunks"]
    for way in ways:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(json.dumps(pool.apply(measure, (way, args))), flush=True)


def measure(way: str, args: argparse.Namespace) -> dict[str, Any]:
    """Time, memory and error of one way."""
    torch.manual_seed(1)
    device = torch.device(args.device)
    # Drawn in place, so that the peak before is what the inputs take.
    weight = torch.empty(args.vocabulary, args.hidden, dtype=DTYPES[args.dtype], device=device).normal_(0, 0.02)
    hidden = torch.empty(1, args.positions, args.hidden, dtype=weight.dtype, device=device).normal_().requires_grad_()
    labels = torch.randint(0, args.vocabulary, (1, args.positions))
    before = peak(device)
    gradient = compute(way, hidden, weight, labels)
    above = peak(device) - before
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        compute(way, hidden, weight, labels)
        if args.device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    exact = compute("whole logits", hidden.detach().float().requires_grad_(), weight.float(), labels)
    return {
        "way": way,
        "milliseconds": round(1000 * statistics.median(seconds), 1),
        "peakMB": round(above / 1e6),
        "gradientError": float(((gradient.float() - exact).norm() / exact.norm()).item()),
    }


def compute(way: str, hidden: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Gradient of the summed loss."""
    if way == "chunks":
        head = torch.nn.Linear(1, 1, bias=False)
        head.weight = torch.nn.Parameter(weight, requires_grad=False)
        stage: Any = SimpleNamespace(head=head, config=SimpleNamespace(final_logit_softcapping=None))
        _, gradient = token_loss(stage, hidden.detach(), labels, 1.0, with_gradient=True)
        assert gradient is not None
        return gradient
    rows, targets = hidden.flatten(0, 1), labels.flatten().to(hidden.device)
    if way == "fused":
        options = torch.nn.LinearCrossEntropyOptions()
        loss = F.linear_cross_entropy(rows, weight, targets, reduction="sum", options=options)
    else:
        loss = F.cross_entropy((rows @ weight.T).float(), targets, reduction="sum")
    return torch.autograd.grad(loss, hidden)[0]


def peak(device: torch.device) -> int:
    """Most memory so far: the allocator's on CUDA, the process's resident size on the CPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
