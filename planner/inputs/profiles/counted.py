"""Values without stamps of their own: a list with its first moment and its interval beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from planner.inputs.profiles.raw import Value
from planner.inputs.profiles.series import INTERVALS_MIN
from planner.inputs.profiles.stamps import parse

_START = re.compile(r"start|begin|from|first", re.IGNORECASE)
_INTERVAL = re.compile(r"interval|resolution|step|period|freq", re.IGNORECASE)
_DURATION = re.compile(r"(?:PT)?(\d+)\s*(h|m|min|minutes|s|sec|seconds)?", re.IGNORECASE)
_FEWEST = 2


def counted(node: Mapping[str, Any]) -> tuple[list[str], list[Sequence[Value]]] | None:
    """Return header and rows with stamps counted from the start, None for other documents."""
    lists = {k: v for k, v in node.items() if isinstance(v, list) and len(v) >= _FEWEST}
    if len(lists) != 1:
        return None
    ((name, values),) = lists.items()
    if not all(v is None or isinstance(v, (int, float)) for v in values):
        return None
    start = next((s for k, v in node.items() if _START.search(k) and (s := _moment(v))), None)
    steps = (_minutes(k, v) for k, v in node.items() if _INTERVAL.search(k))
    minutes = next((m for m in steps if m), None)
    if start is None or minutes is None:
        return None
    text = "%Y-%m-%dT%H:%M:%S%z" if start.tzinfo else "%Y-%m-%d %H:%M:%S"
    stamps = ((start + timedelta(minutes=minutes * i)).strftime(text) for i in range(len(values)))
    return ["interval start", name], [list(row) for row in zip(stamps, values, strict=True)]


def _moment(value: Any) -> datetime | None:
    stamp = parse(value)
    if stamp is None:
        return None
    if stamp.offset_min is None:
        return datetime.fromtimestamp(stamp.local_s, UTC).replace(tzinfo=None)
    return datetime.fromtimestamp(stamp.local_s - 60 * stamp.offset_min, UTC)


def _minutes(key: str, value: Any) -> int | None:
    """Return an interval in minutes; 900 can only be seconds, PT15M says what it is."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    match = _DURATION.fullmatch(str(value).strip())
    if not match:
        return None
    number, unit = int(match[1]), (match[2] or "").casefold()
    if unit.startswith("h"):
        number *= 60
    elif unit.startswith("s") or (not unit and (re.search(r"sec|_s$", key) or number > 60)):
        number, rest = divmod(number, 60)
        number = 0 if rest else number
    return number if number in INTERVALS_MIN else None
