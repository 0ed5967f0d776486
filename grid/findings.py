"""What a check found: a value, not an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters; `OK` records a check that passed."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check.

    Attributes
    ----------
    code
        Stable identifier such as ``WIRE-DROP`` that tests and users can name.
    subject
        Id of the object concerned (circuit, board, charger, bay, layer ...).
    place
        Where it is, in the user's words: "Circuit P1 to C12, row B".
    clause
        Rule and clause, empty where none applies.
    value, limit, unit
        The number found, the number allowed and their common unit.
    message, fix
        One sentence each: what is the matter, and what to do now.
    """

    code: str
    severity: Severity
    subject: str
    place: str
    message: str
    clause: str = ""
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    fix: str = ""


def worst(findings: tuple[Finding, ...]) -> Severity:
    """Return the gravest severity among findings, `OK` for none."""
    order = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    return next((s for s in order if any(f.severity is s for f in findings)), Severity.OK)
