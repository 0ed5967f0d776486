"""The operation log: every committed edit on disk before the next one, and its replay.

One JSON line per edit, appended and fsynced, in the user's state folder. The
header names the base by checksum and generation; which log fits which file is
decided by those, never by time. A log is deleted only by `discard` or when a
save has made it needless. The bytes of an attachment stand in a folder beside
the log, once, and are on disk before the line that names their checksum.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.store import backups, manifest
from planner.store.atomic import failed, is_running, write_atomically
from planner.store.codec import CodecError
from planner.store.patch import Patch, apply, difference, plain_tree, project_of
from planner.store.project_file import SUFFIX, load, pack, read_stamp
from planner.store.state import project_key, state_folder
from planner.store.upgrades import SCHEMA
from planner.store.verified import Stamp

FORMAT = "ampyard-log"


@dataclass(frozen=True, slots=True)
class Header:
    """First line of a log: whose edits these are and what they build upon."""

    format: str
    schema: int
    app_version: str
    project: str
    path: str
    sha256: str
    generation: int
    pid: int
    host: str
    started: str


@dataclass(frozen=True, slots=True)
class Line:
    """One edit: its number, when, what the menu called it, and the patch."""

    n: int
    at: str
    text: str
    patch: Patch


@dataclass(frozen=True, slots=True)
class Recovery:
    """A log that was left behind; `torn` says that it could not be read to its end."""

    log: Path
    header: Header
    lines: tuple[Line, ...]
    torn: bool

    @property
    def edits(self) -> int:
        """Number of edits that can be replayed."""
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A replayed project and the `base` it was replayed on.

    `copy` says that it must be saved under another name.
    """

    project: Project
    base: Project
    replayed: int
    path: Path | None
    copy: bool
    said: str


def log_folder() -> Path:
    """Return the folder of all logs."""
    return state_folder() / "log"


class OperationLog:
    """An open log; `append` returns when the edit is on disk."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle = handle
        self._count = 0
        self._kept: set[str] = set()

    @classmethod
    def start(cls, project: Project, path: Path | None, stamp: Stamp | None) -> OperationLog:
        """Begin a log for a project just opened, saved or, without path, made."""
        folder = log_folder()
        name = project_key(path) if path else "unsaved"
        target = folder / f"{name}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if path is None or stamp is None:
                # Nothing on disk to build upon: keep the base beside the log.
                path = target.with_suffix(SUFFIX)
                content = pack(project, 1)
                write_atomically(path, content, lambda _p: None)
                stamp = Stamp(manifest.checksum(content), 1, SCHEMA, manifest.app_version())
            header = Header(
                FORMAT, SCHEMA, manifest.app_version(), project.name, os.path.realpath(path),
                stamp.sha256, stamp.generation, os.getpid(), socket.gethostname(), _now(),
            )  # fmt: skip
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
            log = cls(target, os.open(target, flags, 0o600))
            log._write(header)
        except OSError as error:
            raise failed(target, error) from error
        return log

    def append(self, before: Project, after: Project, text: str) -> None:
        """Record one edit; an edit that changed nothing leaves no line."""
        patch = difference(before, after)
        if not patch:
            return
        try:
            if before.attachments is not after.attachments:
                self._keep(before, after)
            self._write(Line(self._count + 1, _now(), text, patch))
        except OSError as error:
            raise failed(self.path, error) from error
        self._count += 1

    def _keep(self, before: Project, after: Project) -> None:
        """Put the bytes of new attachments beside the log."""
        known = set(map(id, before.attachments.values()))
        for content in after.attachments.values():
            digest = manifest.checksum(content) if id(content) not in known else ""
            if digest and digest not in self._kept:
                folder = _parts(self.path)
                folder.mkdir(exist_ok=True)
                write_atomically(folder / digest, content, lambda _p: None)
                self._kept.add(digest)

    def rebase(self, project: Project, path: Path, stamp: Stamp) -> OperationLog:
        """After a successful save: begin a new log, then drop this one."""
        fresh = OperationLog.start(project, path, stamp)
        self.discard()
        return fresh

    def close(self) -> None:
        """Close the file and leave it where it is."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def discard(self) -> None:
        """Close and delete the log: its edits are saved or the user does not want them."""
        self.close()
        _delete(self.path)

    def _write(self, value: Header | Line) -> None:
        body = msgspec.json.encode(value)
        digest = hashlib.sha256(body).hexdigest()[:16].encode()
        view = memoryview(digest + b" " + body + b"\n")
        while view:
            view = view[os.write(self._handle, view) :]
        os.fsync(self._handle)


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")


def _parts(log: Path) -> Path:
    return log.with_suffix(".parts")


def _delete(log: Path) -> None:
    log.unlink(missing_ok=True)
    log.with_suffix(SUFFIX).unlink(missing_ok=True)
    shutil.rmtree(_parts(log), ignore_errors=True)


def discard(recovery: Recovery) -> None:
    """Delete a log that the user does not want."""
    _delete(recovery.log)


def left_behind() -> list[Recovery]:
    """Return the logs with edits whose program no longer runs, the newest last."""
    found = []
    folder = log_folder()
    for parts in folder.glob("*.parts"):  # of a log whose deletion was cut short
        if not parts.with_suffix(".jsonl").exists():
            shutil.rmtree(parts, ignore_errors=True)
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        recovery = read_log(path)
        if recovery is None or not recovery.lines or recovery.header.schema > SCHEMA:
            continue
        header = recovery.header
        if header.host == socket.gethostname() and is_running(header.pid):
            continue
        found.append(recovery)
    return sorted(found, key=lambda r: r.header.generation)


def read_log(path: Path) -> Recovery | None:
    """Read a log up to its first damaged line; None where not even the header is whole."""
    try:
        raw = path.read_bytes().split(b"\n")
    except OSError:
        return None
    header = _checked(raw[0], Header)
    if header is None or header.format != FORMAT:
        return None
    lines: list[Line] = []
    torn = False
    for number, text in enumerate(raw[1:], 1):
        if not text and number == len(raw) - 1:
            break
        line = _checked(text, Line)
        if line is None or line.n != number:
            torn = True
            break
        lines.append(line)
    return Recovery(path, header, tuple(lines), torn)


def _checked(text: bytes, kind: type) -> Any:
    """Decode one line if its checksum is right."""
    digest, _, body = text.partition(b" ")
    if hashlib.sha256(body).hexdigest()[:16].encode() != digest:
        return None
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError):
        return None


def recover(recovery: Recovery) -> Recovered:
    """Replay a log on its base; where the base has changed, into a copy."""
    header = recovery.header
    path = Path(header.path)
    base, copy = _base(recovery)
    project, replayed = _replayed(base, recovery)
    edits = "edit" if recovery.edits == 1 else "edits"
    of = f" of {recovery.edits}" if replayed < recovery.edits else ""
    said = f"{replayed}{of} {edits} recovered"
    if recovery.torn:
        said += "; the log ends in the middle of one"
    unsaved = path.parent == log_folder()
    if copy:
        said += "; the file has been changed meanwhile, so they go into a copy"
        path = path.with_name(f"{path.stem} (recovered){SUFFIX}")
    return Recovered(project, base, replayed, None if unsaved else path, copy, said)


def _base(recovery: Recovery) -> tuple[Project, bool]:
    """Find the state the edits build upon: the file, a backup of it, or the changed file."""
    header = recovery.header
    path = Path(header.path)
    candidates = [path, *(b.path for b in backups.list_backups(path))]
    for candidate in candidates:
        try:
            if read_stamp(candidate).sha256 == header.sha256:
                return load(candidate), candidate != path
        except InputError:
            continue
    return load(path), True


def _replayed(base: Project, recovery: Recovery) -> tuple[Project, int]:
    """Replay as many edits as give a project; later ones are left out."""
    whole = msgspec.json.encode(plain_tree(base))
    held = {manifest.checksum(content): content for content in base.attachments.values()}
    parts = _parts(recovery.log)

    def contents(digest: str) -> bytes | None:
        if digest not in held and digest.isalnum() and (parts / digest).is_file():
            held[digest] = (parts / digest).read_bytes()
        content = held.get(digest)
        return content if content is not None and manifest.checksum(content) == digest else None

    whole_log = _attempt(whole, recovery.lines, contents)
    if whole_log is not None:
        return whole_log, len(recovery.lines)
    best, low, high = base, 0, len(recovery.lines) - 1
    while low < high:  # the longest beginning that can be read
        middle = (low + high + 1) // 2
        project = _attempt(whole, recovery.lines[:middle], contents)
        if project is None:
            high = middle - 1
        else:
            best, low = project, middle
    return best, low


def _attempt(
    whole: bytes, lines: tuple[Line, ...], contents: Callable[[str], bytes | None]
) -> Project | None:
    tree = msgspec.json.decode(whole)
    try:
        for line in lines:
            apply(tree, line.patch)
        return project_of(tree, contents)
    except (CodecError, OSError):
        return None
