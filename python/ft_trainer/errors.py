"""Errors a person can do something about, and how every subcommand reports them."""

from __future__ import annotations

import errno
from pathlib import Path

INPUT = 2
FAILED = 1
ENVIRONMENT = 4
INTERRUPTED = 130


class UserError(Exception):
    """A mistake or an obstacle that the user can mend; anything else raised is a bug of ours.

    Args:
        code: Stable, kebab-case, e.g. ``bad-dataset``.
        message: What is wrong and where (``file:line`` where there is one).
        fix: What to do about it, one sentence.
        exit_code: As in the command line's table: 1 failed, 2 input, 3 refused, 4 environment.
    """

    def __init__(self, code: str, message: str, fix: str, exit_code: int = INPUT) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix
        self.exit_code = exit_code

    def as_dict(self) -> dict[str, str]:
        """The last line of stdout of a subcommand that failed."""
        return {"type": "error", "code": self.code, "message": self.message, "fix": self.fix}


class NeighbourFailed(Exception):
    """Another rank has failed and tells why; this one only has to end."""


def cannot_write(what: Path, error: Exception) -> UserError:
    """An ``OSError`` or safetensors' own error while writing: ``no-space`` where it says so, else ``cannot-write``."""
    text = str(error)
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or any(
        sign in text for sign in ("No space left", "quota exceeded", "File too large")
    )
    fix = "Free some disk space" if full else "Make that place writable"
    return UserError(
        "no-space" if full else "cannot-write",
        f"{what} could not be written: {text}",
        f"{fix}, then: ft-wizard resume.",
        ENVIRONMENT,
    )
