"""``download``: fetches a model into Hugging Face's own cache before any rank starts, reporting progress as events."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from huggingface_hub import HfApi, hf_hub_download, try_to_load_from_cache
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

from .errors import ENVIRONMENT, INPUT, UserError
from .events import append_event, make_event

_WANTED = (".json", ".safetensors", ".model", ".txt", ".jinja")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("--model", required=True, help="hub id")
    parser.add_argument("--run-dir", type=Path, help="run directory that gets the events; stdout without it")


def run(args: argparse.Namespace) -> int:
    """Downloads file by file (each resumes where it broke off) and prints ``{"path": folder}`` last.

    Raises:
        UserError: ``model-not-found``, ``model-gated`` or ``hub-unreachable``.
    """
    try:
        info = HfApi().model_info(args.model, files_metadata=True)
        folder = Path()
        for sibling in info.siblings or []:
            if not sibling.rfilename.endswith(_WANTED) or "/" in sibling.rfilename:
                continue
            folder = _fetch(args, sibling.rfilename, sibling.size, str(info.sha)).parent
    except GatedRepoError as error:
        raise UserError(
            "model-gated",
            f"{args.model}: the hub wants you to accept its terms first",
            "Accept them, set HF_TOKEN.",
            INPUT,
        ) from error
    except RepositoryNotFoundError as error:
        raise UserError(
            "model-not-found",
            f"{args.model}: the hub has no such model",
            "Check the name; private ones need HF_TOKEN.",
            INPUT,
        ) from error
    except (HfHubHTTPError, OSError) as error:
        raise UserError(
            "hub-unreachable",
            f"{args.model}: {error}",
            "Check the network, or set HF_ENDPOINT to a mirror.",
            ENVIRONMENT,
        ) from error
    print(json.dumps({"path": str(folder)}), flush=True)
    return 0


def _fetch(args: argparse.Namespace, file: str, size: int | None, revision: str) -> Path:
    """One file, from the cache where it is there already; a ``download`` event before and after."""
    cached = try_to_load_from_cache(args.model, file, revision=revision)
    if isinstance(cached, str):
        return Path(cached)
    _report(args.run_dir, file, 0, size)
    path = Path(hf_hub_download(args.model, file, revision=revision))
    _report(args.run_dir, file, path.stat().st_size, size)
    return path


def _report(run_dir: Path | None, file: str, done: int, size: int | None) -> None:
    fields = {"file": file, "bytes": done, "totalBytes": size}
    if run_dir is None:
        print(json.dumps(make_event("download", **fields)), flush=True)
    else:
        append_event(run_dir, "download", **fields)
