"""Notes of an import in the window's words: questions first, options by their control."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grid.findings import Severity
from planner.inputs.report import Action, Note, shortened
from ui.present.text import count, sentence

_OPTION = re.compile(r"--([a-z][a-z-]*)")
_TOLD = re.compile(r",? as told by --[a-z-]+(?: [a-z]+)?")
_ACCEPT = re.compile(r"--accept ([A-Za-z0-9_-]+)")
_MARKS = {
    Action.ACCEPT: Severity.INFO, Action.REPAIR: Severity.INFO, Action.SKIP: Severity.WARNING,
    Action.ASK: Severity.WARNING, Action.REJECT: Severity.ERROR,
}  # fmt: skip
_WORDS = {
    "unit": "Choose the unit", "zone": "Choose the time zone",
    "fill": "Choose how gaps are closed", "duplicates": "Choose which value counts",
    "negative": "Say what negative values are", "dayfirst": "Choose the order of day and month",
    "column": "Choose the value column", "register": "Say whether the values are meter readings",
    "resample": "Agree to one interval", "start": "Give the first time",
    "peak": "Give the peak", "annual": "Give the energy of a year",
    "decimal": "Choose the decimal mark", "separator": "Choose the separator",
    "sheet": "Choose the sheet", "encoding": "Choose the encoding",
    "stamps": "Choose what the times mark", "accept": "Confirm it",
    "crs": "Choose the coordinate system", "clip": "Choose one place",
    "role": "Choose a role", "at": "Say where it lies", "layer": "Choose the layer",
    "scale": "Give the printed scale", "page": "Choose the page",
    "plug-kw": "Give the rating of the outlets",
}  # fmt: skip
_ALIASES = {"peak-kw": "peak", "annual-kwh": "annual"}


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note: `answers` are the controls that settle it, `accept` the code to confirm."""

    severity: Severity
    text: str
    remedy: str = ""
    answers: tuple[str, ...] = ()
    accept: str = ""


def note_row(note: Note) -> NoteRow:
    """Say a note in the window's words."""
    message = _TOLD.sub(", as chosen", note.message)
    text = sentence(f"{message}.")
    if note.place:  # a file's name stays as it is written
        plain = set("._").isdisjoint(note.place)
        text = f"{sentence(note.place) if plain else note.place}: {message}."
    found = dict.fromkeys(_ALIASES.get(o, o) for o in _OPTION.findall(note.remedy))
    answers = tuple(option for option in found if option in _WORDS)
    accept = _ACCEPT.search(note.remedy)
    remedy = sentence(note.remedy)
    if answers:
        words = [_WORDS[option] for option in answers]
        remedy = " or ".join([words[0], *(w[:1].lower() + w[1:] for w in words[1:])])
    code = accept.group(1) if accept else ""
    done = note.action in {Action.ACCEPT, Action.REPAIR} and not answers
    return NoteRow(_MARKS[note.action], text, "" if done else remedy, answers, code)


def note_rows(questions: Sequence[Note], notes: Sequence[Note]) -> tuple[NoteRow, ...]:
    """Return questions first, then the other notes, ten of a kind, the gravest first."""
    order = list(Action)
    rest = [n for n in shortened(notes) if n.action is not Action.ASK]
    rest.sort(key=lambda n: -order.index(n.action))
    return tuple(note_row(n) for n in (*questions, *rest))


def open_words(questions: int) -> str:
    """Say why an import cannot be taken yet."""
    verb = "is" if questions == 1 else "are"
    return f"{count(questions, 'question')} {verb} open." if questions else ""
