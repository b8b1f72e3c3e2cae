"""Where a model's tensors come from, one at a time: the disk, or chance. A rank never holds what is not its own."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
from safetensors import SafetensorError, safe_open
from transformers import CONFIG_MAPPING, AutoConfig, PretrainedConfig

from .config import Model
from .errors import UserError

_INDEX = "model.safetensors.index.json"


def model_folder(model: Model) -> Path:
    """The folder of the base model: the plan's path, or the hub's cache for a hub id.

    Raises:
        UserError: ``model-not-found`` where neither holds it.
    """
    if model.path is not None:
        folder = Path(model.path)
        if not folder.is_dir():
            raise UserError("model-not-found", f"{folder}: no such folder", "Give --model a folder that exists.")
        return folder
    try:
        return Path(snapshot_download(model.source, local_files_only=True))
    except (LocalEntryNotFoundError, HfHubHTTPError, ValueError) as error:
        raise UserError(
            "model-not-found",
            f"{model.source}: not in the Hugging Face cache",
            "Start the run with ft-wizard, which downloads it first, or give --model a local folder.",
        ) from error


def model_config(model: Model) -> PretrainedConfig:
    """The model's configuration: the plan's own where the weights are random, else the one beside them.

    Raises:
        UserError: ``model-not-found``.
    """
    if model.config is not None:
        kind: Any = CONFIG_MAPPING[model.config["model_type"]]
        return kind.from_dict(model.config)
    return AutoConfig.from_pretrained(model_folder(model))


def is_complete(folder: Path) -> bool:
    """Whether all weights are there: every file the index names, or without one any file at all."""
    if not (folder / _INDEX).is_file():
        return any(folder.glob("*.safetensors"))
    weight_map = json.loads((folder / _INDEX).read_text())["weight_map"]
    return all((folder / file).is_file() for file in weight_map.values())


class Checkpoint:
    """The safetensors files of a model folder, as one mapping from tensor name to tensor."""

    def __init__(self, folder: Path) -> None:
        """Finds the files; reads no tensor.

        Raises:
            UserError: ``no-safetensors`` where the folder has none.
        """
        self.folder = folder
        if (folder / _INDEX).is_file():
            weight_map = json.loads((folder / _INDEX).read_text())["weight_map"]
            self.files: dict[str, Path] = {name: folder / file for name, file in weight_map.items()}
        else:
            self.files = {}
            for file in sorted(folder.glob("*.safetensors")):
                with safe_open(file, framework="pt") as tensors:
                    self.files |= dict.fromkeys(tensors.keys(), file)
        if not self.files:
            raise UserError(
                "no-safetensors",
                f"{folder}: holds no .safetensors file",
                "Convert the checkpoint: AutoModelForCausalLM.from_pretrained(...).save_pretrained(...).",
            )

    def __contains__(self, name: str) -> bool:
        """Whether a tensor of that name is stored."""
        return name in self.files

    def read(self, name: str) -> torch.Tensor:
        """One tensor, on the CPU and as stored; it is mapped from the file, not held as anonymous memory.

        Raises:
            UserError: ``missing-tensor`` or ``broken-checkpoint``, naming file and tensor.
        """
        file = self.files.get(name)
        if file is None:
            raise UserError(
                "missing-tensor",
                f"{self.folder}: the checkpoint has no tensor {name}",
                "Check that config.json belongs to these weights, or fetch the checkpoint again.",
            )
        try:
            with safe_open(file, framework="pt") as tensors:
                return tensors.get_tensor(name)  # type: ignore[no-any-return]
        except (OSError, SafetensorError) as error:
            raise UserError(
                "broken-checkpoint", f"{file}: cannot read {name}: {error}", "Fetch that file again."
            ) from error


class RandomWeights:
    """Weights drawn on the card that holds them, as an untrained model has them; nothing passes through the host.

    A tensor depends on the seed, its name, its dtype and the kind of device, not on the split.
    """

    def __init__(self, config: PretrainedConfig, seed: int, device: torch.device) -> None:
        """Weights for a model of that configuration."""
        self._deviation = float(getattr(config, "initializer_range", 0.02))
        self._tied = bool(config.tie_word_embeddings)
        # Gemma's norms multiply by 1 + weight.
        self._norm = 0.0 if config.model_type.startswith("gemma") else 1.0
        self._seed = seed
        self._device = device

    def __contains__(self, name: str) -> bool:
        """Whether there is a tensor of that name: a tied head is the embedding once more."""
        return not (self._tied and name == "lm_head.weight")

    def make(self, name: str, like: torch.Tensor) -> torch.Tensor:
        """Matrices are normal with the configuration's deviation (0.02 for most), norms neutral, biases zero."""
        values = torch.empty(like.shape, dtype=like.dtype, device=self._device)
        if like.ndim == 1:
            return values.fill_(0.0 if name.endswith(".bias") else self._norm)
        generator = torch.Generator(self._device).manual_seed((self._seed << 32) | zlib.crc32(name.encode()))
        return values.normal_(0.0, self._deviation, generator=generator)
