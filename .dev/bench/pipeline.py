"""What a pipeline schedule gains over one card at a time: the real trainer, both sides in one run.

    python .dev/bench/pipeline.py [--layers 24] [--hidden 2048] [--precision fp16] [--steps 6] [--device cuda|cpu]

Makes a Llama-shaped checkpoint of random weights, trains a few steps of LoRA with every schedule and transport that
the machine allows, and prints one JSON line each: tokens/s (median of the steps after the second), busy share and
peak memory of every rank. Ranks share cards where there are fewer cards than ranks (host transport only).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

sys.path.insert(0, str(Path(__file__).parents[2] / "python" / "tests"))
from runs import events, make_plan, make_rows, make_run, train


def main() -> None:
    """Runs every case and prints its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in {"layers": 24, "hidden": 2048, "ffn": 5504, "heads": 16, "vocabulary": 32000}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--length", type=int, default=1024, help="tokens of every row")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--precision", choices=["fp32", "fp16", "bf16"], default="fp16")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    cards = torch.cuda.device_count() if args.device == "cuda" else 0
    print(json.dumps({"torch": torch.__version__, "cards": [torch.cuda.get_device_name(i) for i in range(cards)]}))
    with tempfile.TemporaryDirectory() as folder:
        model = make_model(Path(folder) / "model", args)
        transports = ["host", "nccl"] if cards >= args.ranks else ["host"]
        for transport in transports:
            for schedule in ["naive", "1f1b"]:
                plan = plan_for(model, args, cards, transport, schedule)
                print(json.dumps(measure(Path(folder) / f"{transport}-{schedule}", plan, args)), flush=True)


def make_model(folder: Path, args: argparse.Namespace) -> Path:
    """A checkpoint of random weights in the compute precision, one file a layer, never whole in memory."""
    config = AutoConfig.for_model(
        "llama",
        hidden_size=args.hidden,
        intermediate_size=args.ffn,
        num_hidden_layers=args.layers,
        num_attention_heads=args.heads,
        num_key_value_heads=args.heads,
        vocab_size=args.vocabulary,
        max_position_embeddings=4096,
        tie_word_embeddings=False,
        architectures=["LlamaForCausalLM"],
    )
    folder.mkdir()
    config.save_pretrained(folder)
    dtype = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[args.precision]
    with torch.device("meta"):
        shapes = {n: p.shape for n, p in AutoModelForCausalLM.from_config(config).named_parameters()}
    weight_map: dict[str, str] = {}
    for layer in [str(i) for i in range(args.layers)] + ["rest"]:
        mine = [n for n in shapes if (n.split(".")[2] if n.startswith("model.layers.") else "rest") == layer]
        file = f"model-{layer}.safetensors"
        save_file({n: random_weight(shapes[n], dtype) for n in mine}, folder / file, {"format": "pt"})
        weight_map |= dict.fromkeys(mine, file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
    return folder


def random_weight(shape: torch.Size, dtype: torch.dtype) -> torch.Tensor:
    """Norms of one, everything else normal with the usual 0.02."""
    return torch.ones(shape, dtype=dtype) if len(shape) == 1 else (torch.randn(shape) * 0.02).to(dtype)


def plan_for(model: Path, args: argparse.Namespace, cards: int, transport: str, schedule: str) -> dict[str, Any]:
    """LoRA r=16 on q,v, full checkpointing; naive takes the whole batch at once, as ``device_map`` would."""
    share, extra = divmod(args.layers, args.ranks)
    splits = [share + (stage < extra) for stage in range(args.ranks)]
    plan = make_plan(model, "LlamaForCausalLM", splits, device=args.device, transport=transport, schedule=schedule)
    plan["precision"] = {"value": args.precision, "reason": "benchmark"}
    plan["checkpointing"] = "full"
    plan["microBatchSize"] = args.batch if schedule == "naive" else 1
    lora = {"rank": 16, "alpha": 32.0, "dropout": 0.0, "targets": ["q_proj", "v_proj"]}
    plan["training"] |= {"batchSize": args.batch, "maxSteps": args.steps, "cutoffLength": args.length, "lora": lora}
    for rank in plan["ranks"] if cards else []:
        card = rank["stage"] % cards
        uuid = f"GPU-{torch.cuda.get_device_properties(card).uuid}"
        rank["gpu"] = {"uuid": uuid, "index": card, "name": torch.cuda.get_device_name(card)}
    return plan


def measure(run_dir: Path, plan: dict[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    """Trains and reads the figures from the run's own events."""
    rows = make_rows(4 * args.batch, args.vocabulary, args.length, args.length + 1)
    train(make_run(run_dir, plan, rows), args.ranks)
    settled = [e for e in events(run_dir) if e["type"] in ("step", "stage") and e["step"] > 2]
    steps = [e for e in settled if e["type"] == "step"]
    ranks = [[e for e in settled if e["type"] == "stage" and e["rank"] == r] for r in range(args.ranks)]
    return {
        "transport": plan["transport"],
        "schedule": plan["schedule"],
        "microBatchSize": plan["microBatchSize"],
        "tokensPerSecond": round(statistics.median(e["tokens_per_second"] for e in steps)),
        "losses": [round(e["loss"], 4) for e in steps],
        "busyShare": [
            round(sum(e["busy"] for e in rank) / sum(e["busy"] + e["waiting"] for e in rank), 3) for rank in ranks
        ],
        "peakGiB": [round(max(e["peak_reserved_bytes"] for e in rank) / 2**30, 2) for rank in ranks],
    }


if __name__ == "__main__":
    main()
