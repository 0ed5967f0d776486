"""Text of map files: encodings by evidence, attributes as plain strings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isnan
from typing import Any

from planner.inputs.encoding import decoded
from planner.inputs.report import Action, Note

_LONGEST = 2_000
_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


def decode(content: bytes, file: str, encoding: str = "") -> tuple[str, list[Note]]:
    """Decode a text file; a guess is a repair, with the word that shows it."""
    found = decoded(content, file, encoding)
    if not found.guessed:
        return found.text, []
    evidence = f"; it reads '{found.sample}'" if found.sample else ""
    note = Note(
        Action.REPAIR, "MAP-ENCODING", found.place,
        f"the text was read as {found.guessed}{evidence}",
        "name another encoding with --encoding NAME if that looks wrong",
    )  # fmt: skip
    return found.text, [note]


def flat_tags(properties: Mapping[str, Any]) -> dict[str, str]:
    """Return attributes as strings: blanks dropped, long values cut, `other_tags` opened."""
    tags: dict[str, str] = {}
    for key, value in properties.items():
        if value is None or (isinstance(value, float) and isnan(value)):
            continue
        text = _plain(value)
        if not text:
            continue
        if key == "other_tags":
            tags |= {k: v for k, v in _HSTORE.findall(text) if k not in tags}
        else:
            tags[str(key)[:80]] = text
    return tags


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()[:_LONGEST]
