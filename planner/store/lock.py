"""The lock file beside an open project: who has it, on which machine, since when."""

from __future__ import annotations

import os
import secrets
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from planner.inputs.problem import InputError
from planner.store.atomic import is_running


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock; `user` is a name the user has chosen, or blank."""

    host: str
    user: str
    pid: int
    since: str
    id: str


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock of ours; `path` is None in a folder that cannot be written."""

    path: Path | None
    owner: Owner


class LockedError(InputError):
    """Somebody else has the project open."""

    def __init__(self, path: Path, owner: Owner) -> None:
        self.owner = owner
        name = owner.user or "somebody"
        super().__init__(
            path.name, "", f"{name} has had the project open on {owner.host} since {owner.since}",
            "open it read-only, or take it over", question=True,
        )  # fmt: skip


def lock_path(path: Path) -> Path:
    """Return the lock file of a project."""
    return path.with_name(f".~lock.{path.name}")


def acquire(path: Path, user: str = "", *, take_over: bool = False) -> Lock:
    """Lock a project; a lock left by a dead program of this machine is replaced."""
    since = datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%d %H:%M UTC")
    owner = Owner(socket.gethostname(), user, os.getpid(), since, secrets.token_hex(8))
    target = lock_path(path)
    for _ in range(3):
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            there = read_owner(target)
            if there is not None and not take_over and not _stale(there):
                raise LockedError(path, there) from None
            target.unlink(missing_ok=True)
            continue
        except OSError:
            return Lock(None, owner)
        try:
            os.write(handle, msgspec.json.encode(owner))
        finally:
            os.close(handle)
        return Lock(target, owner)
    return Lock(None, owner)


def release(lock: Lock) -> None:
    """Remove a lock if it is still ours."""
    if lock.path is None:
        return
    there = read_owner(lock.path)
    if there is not None and there.id == lock.owner.id:
        lock.path.unlink(missing_ok=True)


def read_owner(target: Path) -> Owner | None:
    """Return the owner in a lock file, None where it cannot be read."""
    try:
        return msgspec.json.decode(target.read_bytes()[:10_000], type=Owner)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        return None


def _stale(owner: Owner) -> bool:
    return owner.host == socket.gethostname() and not is_running(owner.pid)
