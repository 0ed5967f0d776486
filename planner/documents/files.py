"""Write a file all at once or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from planner.inputs.problem import InputError


def write_bytes(path: Path, content: bytes) -> None:
    """Write beside the target, flush to disk, then replace the target in one step."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except PermissionError as error:
        raise InputError(
            path.name, "", "it cannot be written; another program may have it open",
            "close it there, or choose another folder",
        ) from error  # fmt: skip
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise InputError(path.name, "", reason, "choose another folder") from error
    finally:
        temporary.unlink(missing_ok=True)
