"""What the user takes away: a LoRA adapter in PEFT's format, or after freeze-tuning a complete checkpoint."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from .adapters import lora_config, saved_name
from .checkpoint import trained_tensors
from .config import Plan
from .errors import cannot_write
from .weights import Checkpoint, model_folder

_TOKENIZER_FILES = (
    "tokenizer*",
    "special_tokens_map.json",
    "chat_template*",
    "vocab*",
    "merges.txt",
    "added_tokens.json",
)


def output_folder(run_dir: Path, plan: Plan) -> Path:
    """Where the result of a run goes."""
    return Path(plan.training.output) if plan.training.output else run_dir / "output"


def export(run_dir: Path, checkpoint: Path, plan: Plan) -> Path:
    """Writes the result of a finished run from its last checkpoint and returns its folder.

    Raises:
        UserError: ``no-space`` or ``cannot-write``; the checkpoint stays, so that resuming exports again.
    """
    folder = output_folder(run_dir, plan)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if plan.training.method == "lora":
            _export_adapter(folder, checkpoint, plan)
        else:
            _export_model(folder, checkpoint, plan)
    except (OSError, SafetensorError) as error:
        raise cannot_write(folder, error) from error
    return folder


def _export_adapter(folder: Path, checkpoint: Path, plan: Plan) -> None:
    """``adapter_model.safetensors`` and ``adapter_config.json`` as PEFT writes them, and the tokenizer beside them."""
    assert plan.training.lora is not None
    tensors: dict[str, torch.Tensor] = {}
    for name, file in trained_tensors(checkpoint).items():
        with safe_open(file, framework="pt") as stored:
            tensors[saved_name(name)] = stored.get_tensor(name)
    save_file(tensors, folder / "adapter_model.safetensors", {"format": "pt"})
    base = plan.model.path or plan.model.source
    config = lora_config(plan.training.lora, base)
    config.inference_mode = True
    config.save_pretrained(folder)
    _copy_tokenizer(model_folder(plan.model), folder)


def _export_model(folder: Path, checkpoint: Path, plan: Plan) -> None:
    """The base model's own files, with the trained tensors written over the old ones in place.

    A trained tensor has the shape and, on disk, the dtype of the one it replaces, so its bytes fit exactly: no shard
    is ever held in memory.
    """
    base = model_folder(plan.model)
    weights = Checkpoint(base)
    for file in sorted(set(weights.files.values())):
        shutil.copyfile(file, folder / file.name)
    for pattern in ("*.json", *_TOKENIZER_FILES):
        _copy_matching(base, folder, pattern)
    for name, trained_file in trained_tensors(checkpoint).items():
        with safe_open(trained_file, framework="pt") as stored:
            _overwrite(folder / weights.files[name].name, name, stored.get_tensor(name))


def _overwrite(file: Path, name: str, values: torch.Tensor) -> None:
    """Replaces one tensor's bytes inside a safetensors file (8-byte header length, JSON header, then the data)."""
    dtypes = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
    with file.open("r+b") as stream:
        header_length = int.from_bytes(stream.read(8), "little")
        entry = json.loads(stream.read(header_length))[name]
        begin, end = entry["data_offsets"]
        data = values.to(dtypes[entry["dtype"]]).contiguous().flatten().view(torch.uint8).numpy()
        assert data.nbytes == end - begin
        stream.seek(8 + header_length + begin)
        stream.write(data.data)


def _copy_tokenizer(base: Path, folder: Path) -> None:
    for pattern in _TOKENIZER_FILES:
        _copy_matching(base, folder, pattern)


def _copy_matching(source: Path, target: Path, pattern: str) -> None:
    for file in source.glob(pattern):
        if file.is_file():
            shutil.copyfile(file, target / file.name)
