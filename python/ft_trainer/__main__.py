"""``python -m ft_trainer SUBCOMMAND``: argv to subcommand; a subcommand's imports happen only when it is called."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

from .errors import INTERRUPTED, UserError

SUBCOMMANDS = {
    "train": "train one rank of a plan (started by torchrun)",
    "inspect": "read and encode the dataset",
    "synthesize": "make up rows of random tokens",
    "download": "fetch a model from the hub into its cache",
    "account": "count each stage's bytes without loading weights",
    "chat": "talk to the result of a run",
    "probe": "say what this Python environment holds",
}


def main(argv: list[str]) -> int:
    """Runs one subcommand and returns its exit code; a ``UserError`` becomes the last line of stdout."""
    parser = argparse.ArgumentParser(prog="ft_trainer", description=__doc__)
    parser.add_argument("subcommand", choices=SUBCOMMANDS)
    name = parser.parse_args(argv[:1]).subcommand
    module = importlib.import_module(f".{name}", __package__)
    options = argparse.ArgumentParser(prog=f"ft_trainer {name}", description=SUBCOMMANDS[name])
    module.add_arguments(options)
    try:
        return int(module.run(options.parse_args(argv[1:])))
    except UserError as error:
        print(json.dumps(error.as_dict(), ensure_ascii=False), flush=True)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
