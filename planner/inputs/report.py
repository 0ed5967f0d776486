"""What an import did or asks, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from planner.inputs.problem import InputError

MOST_LINES = 10
MOST_KEPT = 200


class Action(StrEnum):
    """The five outcomes of an import, from harmless to grave."""

    ACCEPT = "accept"
    REPAIR = "repair"
    SKIP = "skip"
    ASK = "ask"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Note:
    """One line of an import report: what, where, why and what to do about it."""

    action: Action
    code: str
    place: str
    message: str
    remedy: str = ""

    @property
    def text(self) -> str:
        """The note as one sentence."""
        where = f"{self.place}: " if self.place else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{where}{self.message}{remedy}"

    def error(self, file: str) -> InputError:
        """Return the note as the error that stops an import."""
        question = self.action is Action.ASK
        remedy = self.remedy or "correct the file"
        return InputError(file, self.place, self.message, remedy, question=question)


def gravest(notes: Sequence[Note]) -> Action:
    """Return the gravest action among notes, `ACCEPT` for none."""
    order = list(Action)
    return max((n.action for n in notes), key=order.index, default=Action.ACCEPT)


class Report:
    """Collects notes while a file is read, line by line."""

    def __init__(self, accepted: frozenset[str] = frozenset()) -> None:
        self.notes: list[Note] = []
        self._accepted = accepted

    def say(
        self, action: Action, code: str, message: str, place: str = "", remedy: str = ""
    ) -> None:
        """Add a note; a question the user has answered with yes is only recorded."""
        if action is Action.ASK and code in self._accepted:
            action, remedy = Action.ACCEPT, "confirmed"
        self.notes.append(Note(action, code, place, message, remedy))

    def several(
        self, action: Action, code: str, lines: Sequence[tuple[str, str]], remedy: str = ""
    ) -> None:
        """Add one note per (place, message); a very long list ends with how many more."""
        for place, message in lines[:MOST_KEPT]:
            self.say(action, code, message, place, remedy)
        if len(lines) > MOST_KEPT:
            self.say(action, code, f"and {len(lines) - MOST_KEPT:,} more of this kind", "", remedy)


def shortened(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return notes for a screen: at most ten of one kind, then how many more there are."""
    shown: list[Note] = []
    counts = Counter(n.code for n in notes)
    seen: Counter[str] = Counter()
    for note in notes:
        seen[note.code] += 1
        if seen[note.code] <= MOST_LINES:
            shown.append(note)
        elif seen[note.code] == counts[note.code]:
            more = counts[note.code] - MOST_LINES
            shown.append(Note(note.action, note.code, "", f"and {more:,} more of this kind"))
    return tuple(shown)
