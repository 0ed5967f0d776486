"""Keep the details of an internal fault in a local file; nothing is sent."""

from __future__ import annotations

import os
import tempfile
import traceback
from pathlib import Path


def state_folder() -> Path:
    """Return the user's folder for logs and recovery data, made on first use."""
    if "LOCALAPPDATA" in os.environ:
        base = Path(os.environ["LOCALAPPDATA"])
    else:
        base = Path(os.environ.get("XDG_STATE_HOME", "~/.local/state")).expanduser()
    folder = base / "ampyard"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir())
    return folder


def write_fault_log(fault: BaseException) -> Path:
    """Write the traceback of `fault` and return where."""
    path = state_folder() / "last-fault.txt"
    path.write_text("".join(traceback.format_exception(fault)), encoding="utf-8")
    return path
