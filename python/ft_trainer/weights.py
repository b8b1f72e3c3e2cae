"""Where a model's tensors lie on disk, and reading them one at a time: a rank never holds what is not its own."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
from safetensors import SafetensorError, safe_open

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
