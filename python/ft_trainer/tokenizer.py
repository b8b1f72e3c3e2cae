"""The model's tokenizer, from a local folder or the hub; weights are never fetched for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .errors import UserError


def load_tokenizer(model: str) -> Any:
    """The tokenizer of a local folder or a hub id; its files alone are fetched. Code of the model's own is not run.

    Raises:
        UserError: ``no-tokenizer``.
    """
    from transformers import AutoTokenizer

    folder = Path(model).expanduser()
    if folder.is_absolute() and not folder.is_dir():
        raise UserError("no-tokenizer", f"{model}: there is no such folder.", "Check the model's path.")
    try:
        return AutoTokenizer.from_pretrained(str(folder) if folder.is_dir() else model, trust_remote_code=False)
    except (OSError, ValueError, ImportError, KeyError) as error:
        reason = str(error).strip().splitlines()[0]
        fix = "Check that the model's folder holds tokenizer.json, or that the hub (HF_ENDPOINT, HF_TOKEN) has it."
        raise UserError("no-tokenizer", f"{model}: its tokenizer cannot be loaded: {reason}", fix) from error
