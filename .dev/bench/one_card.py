"""One card, one rank: the trainer against Hugging Face's Trainer with PEFT, on the same model, data and batch size.

    python .dev/bench/one_card.py [--steps 20] [--packed-length 2048] [--layers 32] [--hidden 4096] ...

A Llama-shaped model of random weights (7B by default), bf16, LoRA r=16 on q and v, 8 samples a step whose lengths are
those of an instruction dataset (``instruction-lengths.json``). Prints one JSON line a side: tokens/s over the settled
steps (non-padding tokens over wall-clock seconds) and the most memory that the allocator reserved. Every side runs in
a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "python" / "tests"))
from runs import events, make_plan, make_run, train

LENGTHS: list[int] = json.loads((Path(__file__).parent / "instruction-lengths.json").read_text())["lengths"]
BATCH = 8
SETTLED = 4
"""Steps that are not counted: kernels are loaded and memory is taken in them."""


def main() -> None:
    """Runs the sides one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in {"layers": 32, "hidden": 4096, "ffn": 11008, "heads": 32, "vocabulary": 32000}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--steps", type=int, default=len(LENGTHS) // BATCH)
    parser.add_argument("--packed-length", type=int, default=2048, help="tokens of a packed row")
    parser.add_argument("--sides", default="hf-checkpointing,hf,padded,packed,packed-kept")
    parser.add_argument("--hugging-face", choices=["checkpointing", "keeping"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.hugging_face:
        print(json.dumps(hugging_face(args, checkpointing=args.hugging_face == "checkpointing")))
        return
    print(json.dumps({"torch": torch.__version__, "card": torch.cuda.get_device_name(), "steps": args.steps}))
    for side in args.sides.split(","):
        if side.startswith("hf"):
            how = "checkpointing" if side.endswith("checkpointing") else "keeping"
            command = [sys.executable, __file__, *sys.argv[1:], "--hugging-face", how]
            told = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
            print(told.stdout.splitlines()[-1] if told.returncode == 0 else f"{side} failed", flush=True)
        else:
            print(json.dumps(ours(side, args)), flush=True)


def shape(args: argparse.Namespace) -> dict[str, Any]:
    """The model's config.json."""
    return {
        "model_type": "llama",
        "architectures": ["LlamaForCausalLM"],
        "hidden_size": args.hidden,
        "intermediate_size": args.ffn,
        "num_hidden_layers": args.layers,
        "num_attention_heads": args.heads,
        "num_key_value_heads": args.heads,
        "vocab_size": args.vocabulary,
        "max_position_embeddings": 4096,
        "rms_norm_eps": 1e-5,
        "tie_word_embeddings": False,
    }


def rows(args: argparse.Namespace) -> list[tuple[list[int], list[bool]]]:
    """Random tokens of the lengths; the second half of each sample is learned."""
    generator = torch.Generator().manual_seed(1)
    made = []
    for length in LENGTHS:
        ids = torch.randint(3, args.vocabulary, (length,), generator=generator).tolist()
        made.append((ids, [place >= length // 2 for place in range(length)]))
    return made


def hugging_face(args: argparse.Namespace, *, checkpointing: bool) -> dict[str, Any]:
    """``transformers.Trainer`` with PEFT as its documentation has it; batches are padded to their longest sample."""
    from peft import LoraConfig, get_peft_model
    from transformers import CONFIG_MAPPING, AutoModelForCausalLM, Trainer, TrainerCallback, TrainingArguments

    with torch.device("cuda"):
        config = CONFIG_MAPPING["llama"].from_dict(shape(args))
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model = get_peft_model(
        model, LoraConfig(task_type="CAUSAL_LM", r=16, lora_alpha=32, target_modules=["q_proj", "v_proj"])
    )
    model.enable_input_require_grads()
    tokens: list[int] = []

    def collate(samples: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        longest = max(len(sample["ids"]) for sample in samples)
        tokens.append(sum(len(sample["ids"]) for sample in samples))
        pad = [longest - len(sample["ids"]) for sample in samples]
        return {
            "input_ids": torch.tensor([s["ids"] + [0] * p for s, p in zip(samples, pad, strict=True)]),
            "attention_mask": torch.tensor([[1] * (longest - p) + [0] * p for p in pad]),
            "labels": torch.tensor([s["labels"] + [-100] * p for s, p in zip(samples, pad, strict=True)]),
        }

    class Stopwatch(TrainerCallback):
        """Takes the time from the first settled step to the end."""

        def on_step_begin(self, arguments: Any, state: Any, control: Any, **_: Any) -> None:
            if state.global_step == SETTLED:
                torch.cuda.synchronize()
                self.started = time.perf_counter()

        def on_train_end(self, arguments: Any, state: Any, control: Any, **_: Any) -> None:
            torch.cuda.synchronize()
            self.seconds = time.perf_counter() - self.started

    stopwatch = Stopwatch()
    samples = [
        {"ids": ids, "labels": [i if wanted else -100 for i, wanted in zip(ids, learned, strict=True)]}
        for ids, learned in rows(args)
    ]
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            per_device_train_batch_size=BATCH,
            max_steps=args.steps,
            bf16=True,
            gradient_checkpointing=checkpointing,
            learning_rate=2e-4,
            logging_steps=args.steps,
            save_strategy="no",
            report_to=[],
            remove_unused_columns=False,
            disable_tqdm=True,
        )
        Trainer(model, arguments, train_dataset=samples, data_collator=collate, callbacks=[stopwatch]).train()
    return {
        "side": "HF Trainer + PEFT" + (", checkpointing" if checkpointing else ""),
        "tokensPerSecond": round(sum(tokens[SETTLED : args.steps]) / stopwatch.seconds),
        "peakGiB": round(torch.cuda.max_memory_reserved() / 2**30, 1),
    }


def ours(side: str, args: argparse.Namespace) -> dict[str, Any]:
    """The trainer itself, under torchrun: ``padded``, ``packed``, or ``packed-kept`` (without checkpointing)."""
    packed = side.startswith("packed")
    plan = make_plan(
        Path("random"),
        "LlamaForCausalLM",
        [args.layers],
        device="cuda",
        packedLength=args.packed_length if packed else None,
        graphedLength=args.packed_length if packed else None,
        checkpointing="none" if side.endswith("kept") else "full",
        microBatchSize=1 if packed else BATCH,
    )
    plan["precision"] = {"value": "bf16", "reason": "benchmark"}
    plan["model"] |= {"weights": "random", "config": shape(args)}
    lora = {"rank": 16, "alpha": 32.0, "dropout": 0.0, "targets": ["q_proj", "v_proj"]}
    plan["training"] |= {"batchSize": BATCH, "maxSteps": args.steps, "lora": lora, "warmupRatio": 0.0}
    plan["training"] |= {"learningRate": 2e-4, "saveSteps": 10**6}
    plan["ranks"][0]["gpu"] = {
        "uuid": f"GPU-{torch.cuda.get_device_properties(0).uuid}",
        "index": 0,
        "name": torch.cuda.get_device_name(),
    }
    with tempfile.TemporaryDirectory() as folder:
        train(make_run(Path(folder) / "run", plan, rows(args)), 1)
        steps = [e for e in events(Path(folder) / "run", "step") if e["step"] > SETTLED]
        stages = [e for e in events(Path(folder) / "run", "stage") if e["step"] > SETTLED]
    return {
        "side": f"ft-wizard, {side}",
        "tokensPerSecond": round(sum(e["tokens"] for e in steps) / sum(e["busy"] + e["waiting"] for e in stages)),
        "busyShare": round(sum(e["busy"] for e in stages) / sum(e["busy"] + e["waiting"] for e in stages), 3),
        "peakGiB": round(max(e["peak_reserved_bytes"] for e in stages) / 2**30, 1),
    }


if __name__ == "__main__":
    main()
