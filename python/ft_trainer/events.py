"""``events.jsonl``: one JSON object a line, appended with a single write so that lines never interleave.

Rank 0 reports for all ranks. The exceptions are ``error`` and the ``rehearsal`` of a rank that ran out of memory: the
rank that fails appends them itself, because rank 0 may by then be waiting in a collective that never returns.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

VERSION = 1
FILE = "events.jsonl"


def make_event(type: str, **fields: Any) -> dict[str, Any]:
    """An event with its envelope: version, time (ISO 8601, UTC) and type."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"v": VERSION, "t": now, "type": type, **fields}


def append_event(run_dir: Path, type: str, **fields: Any) -> None:
    """Appends one event to the run's ``events.jsonl``; shapes are defined in ``src/run/events.ts``."""
    line = json.dumps(make_event(type, **fields), ensure_ascii=False, allow_nan=False) + "\n"
    descriptor = os.open(run_dir / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)
