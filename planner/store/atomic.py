"""Writing a file so that either the old or the new one is there, whole.

Order is part of the contract: write the temporary file beside the target,
fsync it, verify it, back up the old one, replace, fsync the folder.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path

from planner.inputs.problem import InputError

_RETRIES = 5
_STALE_S = 3_600
_UNCHANGED = "the file on disk is unchanged"


def write_atomically(
    target: Path,
    content: bytes,
    verify: Callable[[Path], None],
    back_up: Callable[[Path], None] | None = None,
) -> None:
    """Replace `target` by `content`; on any failure the old file stays as it is."""
    target = Path(os.path.realpath(target))  # a link keeps pointing at the file
    temporary = target.with_name(f".~{target.name[:180]}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        try:
            _write(temporary, content, _mode(target))
            verify(temporary)
            if back_up is not None and target.exists():
                back_up(target)
            _replace(temporary, target)
        except BaseException:
            _remove(temporary)
            raise
    except OSError as error:
        raise failed(target, error) from error
    try:
        _sync_folder(target.parent)
    except OSError as error:
        raise InputError(
            target.name, "", "written, but the drive did not confirm it",
            "save again, or to another drive",
        ) from error  # fmt: skip


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write and fsync a new file."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, mode)
    try:
        view = memoryview(content)
        while view:
            written = os.write(handle, view)
            if written <= 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            view = view[written:]
        os.fsync(handle)
    finally:
        os.close(handle)


def _mode(target: Path) -> int:
    """Return the permissions of the old file, the usual ones for a new file."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        return 0o666


def _replace(temporary: Path, target: Path) -> None:
    """Replace the target; on Windows another program may hold it for a moment."""
    for attempt in range(_RETRIES + 1):
        try:
            os.replace(temporary, target)  # noqa: PTH105 - one place for all system calls
        except PermissionError:
            if sys.platform != "win32" or attempt == _RETRIES:
                raise
            time.sleep(0.05 * 2**attempt)
        else:
            return


def _sync_folder(folder: Path) -> None:
    """Make the replacement itself durable; Windows has no such call."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems cannot sync a folder; the file itself is written.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:
            raise
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    """Delete a temporary file; the start-up sweep takes what is left."""
    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:
        return


def sweep(folder: Path, now_s: float | None = None) -> list[Path]:
    """Delete temporary files of dead processes that are older than an hour."""
    now_s = time.time() if now_s is None else now_s
    removed = []
    for path in folder.glob(".~*.tmp"):
        owner = path.name.removesuffix(".tmp").rpartition(".")[2].partition("-")[0]
        try:
            old = now_s - path.stat().st_mtime > _STALE_S
        except OSError:
            continue
        if old and owner.isdigit() and not is_running(int(owner)):
            _remove(path)
            removed.append(path)
    return removed


def is_running(pid: int) -> bool:
    """Tell whether a process of this machine is alive."""
    if sys.platform == "win32":
        return _is_running_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _is_running_windows(pid: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(0x1000, False, pid)
    if not handle:
        return False
    kernel.CloseHandle(handle)
    return True


def failed(target: Path, error: OSError) -> InputError:
    """Say in one sentence why a file could not be written."""
    reasons = {
        errno.ENOSPC: ("the disk is full", "free some space or save to another drive"),
        errno.EDQUOT: ("your quota is used up", "free some space or save to another drive"),
        errno.EFBIG: ("the disk takes no file of this size", "save to another drive"),
        errno.EACCES: ("the folder or file may not be written", "save under another name"),
        errno.EPERM: ("the folder or file may not be written", "save under another name"),
        errno.EROFS: ("the drive is read-only", "save to another drive"),
        errno.ENOENT: ("the folder is gone", "save to another folder"),
        errno.EIO: ("the drive reports an error", "save to another drive"),
        errno.ENAMETOOLONG: ("the name is too long", "choose a shorter name"),
    }
    text = (error.strerror or "unknown error").lower()
    reason, remedy = reasons.get(error.errno or 0, (text, "save to another folder"))
    return InputError(target.name, "", f"not saved: {reason}", f"{remedy}; {_UNCHANGED}")
