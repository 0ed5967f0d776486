"""Where Ampyard keeps backups and logs: the user's state folder, never beside projects."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

VARIABLE = "AMPYARD_STATE"


def state_folder() -> Path:
    """Return the folder for backups and logs; the environment may name another."""
    if given := os.environ.get(VARIABLE):
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "Ampyard"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Ampyard"
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "ampyard"


def project_key(path: Path) -> str:
    """Return a name for a project's state: its stem and a hash of its whole path."""
    real = os.path.realpath(path)
    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in path.stem)[:60]
    return f"{stem}-{hashlib.sha256(os.fsencode(real)).hexdigest()[:12]}"
