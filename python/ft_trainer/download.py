"""``download``: fetches a model into Hugging Face's own cache before any rank starts, reporting progress as events."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi, hf_hub_download, snapshot_download, try_to_load_from_cache
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)
from huggingface_hub.utils import tqdm

from .errors import ENVIRONMENT, INPUT, UserError
from .events import append_event, make_event
from .weights import is_complete

_WANTED = (".json", ".safetensors", ".model", ".txt", ".jinja")
_SECONDS_BETWEEN_REPORTS = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("--model", required=True, help="hub id")
    parser.add_argument("--run-dir", type=Path, help="run directory that gets the events; stdout without it")


def run(args: argparse.Namespace) -> int:
    """Downloads file by file (each resumes where it broke off) and prints ``{"path": folder}`` last.

    A model that the cache holds whole is taken from there without asking the hub: a resumed run needs no network, and
    goes on with the weights it began with.

    Raises:
        UserError: ``model-not-found``, ``model-gated`` or ``hub-unreachable``.
    """
    folder = _cached(args.model)
    if folder is None:
        _report(args.run_dir, "phase", phase="download")
        folder = _fetch_all(args.model, args.run_dir)
    print(json.dumps({"path": str(folder)}), flush=True)
    return 0


def _cached(model: str) -> Path | None:
    try:
        folder = Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, ValueError):
        return None
    return folder if is_complete(folder) else None


def _fetch_all(model: str, run_dir: Path | None) -> Path:
    """All files as of one commit, which is then what the cache knows as the model's main branch."""
    try:
        info = HfApi().model_info(model, files_metadata=True)
        folder = None
        for sibling in info.siblings or []:
            if sibling.rfilename.endswith(_WANTED) and "/" not in sibling.rfilename:
                folder = _fetch(model, sibling.rfilename, sibling.size, str(info.sha), run_dir).parent
        if folder is None:
            raise UserError("model-not-found", f"{model}: holds no model.", "Check the name.", INPUT)
        # The hub's client notes the branch only where it is asked for a branch. The ranks find the model by it.
        branch = folder.parent.parent / "refs" / "main"
        branch.parent.mkdir(exist_ok=True)
        branch.write_text(str(info.sha))
        return folder
    except GatedRepoError as error:
        raise UserError(
            "model-gated",
            f"{model}: the hub wants you to accept its terms first",
            "Accept them, set HF_TOKEN.",
            INPUT,
        ) from error
    except RepositoryNotFoundError as error:
        raise UserError(
            "model-not-found",
            f"{model}: the hub has no such model",
            "Check the name; private ones need HF_TOKEN.",
            INPUT,
        ) from error
    except (HfHubHTTPError, OSError) as error:
        raise UserError(
            "hub-unreachable",
            f"{model}: {error}",
            "Check the network, or set HF_ENDPOINT to a mirror.",
            ENVIRONMENT,
        ) from error


def _fetch(model: str, file: str, size: int | None, revision: str, run_dir: Path | None) -> Path:
    """One file, from the cache where it is there already; ``download`` events before, every second, and after."""
    cached = try_to_load_from_cache(model, file, revision=revision)
    if isinstance(cached, str):
        return Path(cached)

    def report(done: int) -> None:
        _report(run_dir, "download", file=file, bytes=done, totalBytes=size)

    report(0)
    # The last byte is reported once, when the file is in its place.
    bar = _reporting(lambda done: None if done == size else report(done))
    path = Path(hf_hub_download(model, file, revision=revision, tqdm_class=bar))
    report(path.stat().st_size)
    return path


def _reporting(report: Callable[[int], None]) -> type[tqdm]:
    """A progress bar in name only: what the hub's client tells it goes to ``report``, now and then."""

    class Reporting(tqdm):  # type: ignore[misc]  # tqdm is not typed
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options | {"disable": True})
            self._done = int(options.get("initial") or 0)
            self._told = time.monotonic()

        def update(self, n: float | None = 1) -> None:
            self._done += int(n or 0)
            if time.monotonic() - self._told >= _SECONDS_BETWEEN_REPORTS:
                self._told = time.monotonic()
                report(self._done)

    return Reporting


def _report(run_dir: Path | None, type: str, **fields: Any) -> None:
    if run_dir is None:
        print(json.dumps(make_event(type, **fields)), flush=True)
    else:
        append_event(run_dir, type, **fields)
