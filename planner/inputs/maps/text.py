"""Text of map files: encodings by evidence, attributes as plain strings."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from math import isnan
from typing import Any

from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST = 2_000
_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


def decode(content: bytes, file: str, encoding: str = "") -> tuple[str, list[Note]]:
    """Decode a text file: by option, by mark, as UTF-8, else as Windows-1252 with a note."""
    if encoding:
        return _as(content, encoding, file), []
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _as(content, name, file), []
    if content[1:40:2].count(0) > 10:
        return _as(content, "utf-16-le", file), [_said("UTF-16 without a mark")]
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise InputError(
            file, f"line {line}", "the text is neither UTF-8 nor Windows-1252",
            "name the encoding with --encoding NAME", question=True,
        ) from None  # fmt: skip
    sample = next((w for w in re.findall(r"\w+", text) if not w.isascii()), "")
    return text, [_said("Windows-1252, not UTF-8", f"line {line}", f"; it reads '{sample[:40]}'")]


def _said(what: str, place: str = "", evidence: str = "") -> Note:
    return Note(
        Action.REPAIR, "MAP-ENCODING", place, f"the text was read as {what}{evidence}",
        "name another encoding with --encoding NAME if that looks wrong",
    )  # fmt: skip


def _as(content: bytes, encoding: str, file: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError:
        raise InputError(
            file, "", f"there is no encoding called '{encoding[:40]}'", "use utf-8 or cp1252"
        ) from None
    except UnicodeDecodeError as broken:
        raise InputError(
            file, f"byte {broken.start}", f"the text is not {encoding}",
            "name the right encoding with --encoding NAME", question=True,
        ) from None  # fmt: skip


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
