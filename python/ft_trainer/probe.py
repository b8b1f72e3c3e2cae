"""``probe``: what this Python environment holds, as one line of JSON. Needs only the standard library."""

from __future__ import annotations

import argparse
import json
import platform
from importlib import metadata
from typing import Any

PACKAGES = (
    "torch",
    "transformers",
    "peft",
    "accelerate",
    "safetensors",
    "huggingface-hub",
    "msgspec",
    "numpy",
    "matplotlib",
    "tensorboard",
    "jinja2",
    "sentencepiece",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of ``probe``."""
    parser.add_argument("--deep", action="store_true", help="import torch and say what its build serves (seconds)")


def run(args: argparse.Namespace) -> int:
    """Prints the Python version, the version of each package (null where it is missing) and torch's build."""
    print(json.dumps(_describe_environment() | _describe_torch(args.deep)))
    return 0


def _describe_environment() -> dict[str, str | None]:
    return {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _describe_torch(deep: bool) -> dict[str, Any]:
    """CUDA version and architectures of torch's build, ``13.0`` and ``["sm_75", ...]``; null when not asked.

    ``broken`` holds the reason where torch is installed and cannot be imported.
    """
    found: dict[str, Any] = {"cuda": None, "archList": None, "broken": None}
    if not deep:
        return found
    try:
        import torch
    except Exception as error:  # a missing or unloadable library is what this looks for
        return found | {"broken": f"{type(error).__name__}: {error}"}
    # get_arch_list() is empty where no card is usable, which says nothing about the build.
    flags = torch._C._cuda_getArchFlags() if torch.version.cuda else None
    return found | {"cuda": torch.version.cuda, "archList": flags.split() if flags else []}
