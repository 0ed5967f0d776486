"""Telling session tables from load profiles, maps and other tables by their first rows."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from planner.inputs import session_names as names
from planner.inputs.problem import InputError
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.profiles.text import decode, split
from planner.inputs.report import Report
from planner.inputs.session_columns import find_columns, holds_sessions
from planner.inputs.session_moments import moments

HEAD_BYTES = 20_000
_LOOKED_AT = 220
_MOST_JSON = 20_000_000
_ROUNDED_S = 60
"""Intervals may be written as 00:00 to 00:29."""
_SHARES = re.compile(
    r"\W*(percentage of charging|arrival time|day of the week)\W.*(public|private|home|work)",
    re.IGNORECASE,
)


def is_session_file(path: Path, head: bytes) -> bool:
    """Tell whether a text, JSON or gzip file is about sessions; `head` is its begin."""
    ending = path.suffix.casefold()
    if ending in {".csv", ".txt", ".tsv"}:
        return _is_text(head)
    if ending in {".json", ".jsonl", ".ndjson"}:
        return _is_json(path, head)
    # Settings of archetypes are refused by the reader of sessions, which says what to do.
    return ending in {".yaml", ".yml"} or (ending == ".gz" and _is_text(_unpacked(path)))


def are_sessions(rows: Sequence[Sequence[Value]], file: str = "") -> bool:
    """Tell a table of sessions from anything else, also from intervals that follow each other."""
    if not holds_sessions(rows):
        return False
    raw = RawTable(file, rows[:_LOOKED_AT], (), lambda _r, _c: "")
    try:
        begin, end, _zone = moments(raw, find_columns(raw), True, None)
    except InputError:
        return True  # the reader says what is open
    known = sorted((a.local_s, b.local_s) for a, b in zip(begin, end, strict=True) if a and b)
    following = sum(0 <= after - b <= _ROUNDED_S for (_a, b), (after, _b) in pairwise(known))
    return 2 * following < max(len(known) - 1, 1)


def _unpacked(path: Path) -> bytes:
    """Return the begin of what a gzip file holds, nothing where it is damaged."""
    try:
        with gzip.open(path) as stream:
            return stream.read(HEAD_BYTES)
    except (OSError, EOFError, zlib.error):
        return b""


def _is_text(head: bytes) -> bool:
    whole = head if len(head) < HEAD_BYTES else head[: head.rfind(b"\n") + 1]
    try:
        text = decode(whole, "", None, Report())
        rows = split(text, "", None, Report()).rows
    except InputError:
        return False
    # The reader of sessions says why shares are no sessions.
    return bool(_SHARES.match(text)) or are_sessions(rows)


def _is_json(path: Path, head: bytes) -> bool:
    """Look at the keys first, then at the stays."""
    from planner.inputs.session_json import read_json_sessions

    text = head.replace(b"\0", b"").decode("utf-8", "replace")
    keys = re.findall(r'"([^"]{1,60})"\s*:', text)
    if "FeatureCollection" in text or not names.names_sessions(keys):
        return False
    if path.stat().st_size > _MOST_JSON:
        return True
    try:
        read = decode(path.read_bytes(), path.name, None, Report())
        return are_sessions(read_json_sessions(read, path.name, Report()).rows)
    except InputError:
        return False
