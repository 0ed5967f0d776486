"""Text of map files: encodings by evidence, attributes as plain strings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from math import isnan
from typing import Any

from planner.inputs.encoding import decoded
from planner.inputs.maps.feature import RawMap
from planner.inputs.report import Action, Note

_LONGEST = 2_000
_LOST = "\ufffd"
# The first byte of a two-byte letter and a second one, both read as Windows-1252.
_TWICE = re.compile("[ÂÃÄÅ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|â€")
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


def with_mended_names(raw: RawMap) -> RawMap:
    """Put right names that were encoded twice, and say which names have lost a letter."""
    features, lost = list(raw.features), 0
    before, after, mended = "", "", 0
    for position, feature in enumerate(features):
        values = "".join(feature.tags.values())
        if values.isascii():
            continue
        lost += _LOST in values
        if not _TWICE.search(values):
            continue
        tags = {key: _once(value) for key, value in feature.tags.items()}
        if tags != feature.tags:
            mended += 1
            before, after = next((v, tags[k]) for k, v in feature.tags.items() if v != tags[k])
            features[position] = replace(feature, tags=tags)
    notes = []
    if mended:
        said = f"names of {mended:,} features were encoded twice; '{before[:40]}' now reads "
        notes.append(Note(Action.REPAIR, "MAP-NAMES", "", f"{said}'{after[:40]}'"))
    if lost:
        said = f"names of {lost:,} features hold letters that were lost before (�)"
        remedy = "export the map again as UTF-8 if the names matter"
        notes.append(Note(Action.ASK, "MAP-NAMES", "", said, remedy))
    return replace(raw, features=tuple(features), notes=(*raw.notes, *notes)) if notes else raw


def _once(text: str) -> str:
    """Return a text that was UTF-8, read as Windows-1252, as it was before."""
    if not _TWICE.search(text):
        return text
    try:
        return b"".join(_byte(c) for c in text).decode("utf-8")
    except UnicodeError:
        return text


def _byte(letter: str) -> bytes:
    return bytes([ord(letter)]) if ord(letter) < 256 else letter.encode("cp1252")


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
