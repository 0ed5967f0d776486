"""The encoding of a text file, by evidence: option, mark, zero bytes, UTF-8, else a guess."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from planner.inputs.problem import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PROBE = 200
_ASK = "name the encoding with --encoding NAME"
# Old programs write the letters of Western Europe at other places than Windows does.
_OLDER = (("cp850", "DOS (code page 850)"), ("mac_roman", "Mac Roman"))
_USUAL = frozenset("äöüßÄÖÜéèêëàâçîïôûùáíóúñåæøÅÆØÉÈÀÇÁÍÓÚÑãõìòÊÔ")
_IN_WORD = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text; `guessed` says how it was read where nothing declares it, with a sample word."""

    text: str
    guessed: str = ""
    place: str = ""
    sample: str = ""


def decoded(content: bytes, file: str, encoding: str | None = None) -> Decoded:
    """Return the text of a file; what cannot be told is a question."""
    if name := encoding or next((n for mark, n in _MARKS if content.startswith(mark)), ""):
        return Decoded(_as(content, name, file))
    for odd, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        probe = content[odd:_PROBE:2]
        if probe.count(0) > 0.8 * len(probe):
            return Decoded(_as(content, name, file), "UTF-16 without a mark")
    try:
        return Decoded(content.decode("utf-8"))
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
    return _guess(content, file, f"line {line}")


def _guess(content: bytes, file: str, place: str) -> Decoded:
    """Read a text as Windows-1252, or as an older encoding where only that gives usual letters."""
    found: list[tuple[str, str, str, int]] = []
    for name, words in (("cp1252", "Windows-1252, not UTF-8"), *_OLDER):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        odd = sum(1 for c in _IN_WORD.findall(text) if c not in _USUAL)
        found.append((text, words, _sample(text), odd))
    if not found or found[0][1] != "Windows-1252, not UTF-8":
        raise InputError(
            file, place, "the text is neither UTF-8 nor Windows-1252", _ASK, question=True
        )
    best = min(found, key=lambda f: f[3])
    text, words, sample, _ = best if best[3] == 0 else found[0]
    return Decoded(text, words, place, sample)


def _sample(text: str) -> str:
    word = next((w for w in re.findall(r"\S+", text) if re.search(r"[^\W\d_]", w)
                 and not w.isascii()), "")  # fmt: skip
    return re.sub(r"^\W+|\W+$", "", word)[:40]


def _as(content: bytes, encoding: str, file: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError:
        raise InputError(
            file, "", f"there is no encoding '{encoding[:40]}'", "use utf-8, cp1252 or utf-16"
        ) from None
    except UnicodeError as broken:
        start = broken.start if isinstance(broken, UnicodeDecodeError) else 0
        line = content.count(b"\n", 0, start) + 1
        raise InputError(
            file, f"line {line}", f"the text is not {encoding}", _ASK, question=True
        ) from None
