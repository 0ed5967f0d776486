"""What stands between a draft and a quote that can be sent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grid.findings import Severity
from planner.model.outcome import Outcome

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One line of the review: done, or what is still to do.

    `assumption` holds the id to confirm where that is the remedy.
    """

    severity: Severity
    title: str
    detail: str
    assumption: str = ""


def review(outcome: Outcome) -> tuple[ReviewItem, ...]:
    """Return the review of an outcome; only all-`OK` items lift the draft mark."""
    items = [_errors(outcome), _priced(outcome), _metres(outcome)]
    items += [
        ReviewItem(Severity.WARNING, a.subject, f"{a.text} {a.value}".strip(), a.id)
        for a in outcome.assumptions
        if not a.confirmed
    ]
    return tuple(items)


def is_draft(outcome: Outcome) -> bool:
    """Whether documents of this outcome carry the draft mark."""
    return any(item.severity is not Severity.OK for item in review(outcome))


def _errors(outcome: Outcome) -> ReviewItem:
    errors = sum(f.severity is Severity.ERROR for f in outcome.findings)
    passed = f"{outcome.passed_checks} checks passed"
    if errors:
        noun = "error" if errors == 1 else "errors"
        return ReviewItem(Severity.ERROR, f"{errors} {noun} on the plan", passed)
    return ReviewItem(Severity.OK, "No errors on the plan", passed)


def _priced(outcome: Outcome) -> ReviewItem:
    lines = outcome.quote.lines
    open_lines = [line.bom.description for line in lines if line.unit_price <= 0]
    if len(lines) < len(outcome.bom.lines) or open_lines:
        missing = len(outcome.bom.lines) - len(lines) + len(open_lines)
        return ReviewItem(Severity.ERROR, f"{missing} lines have no price", ", ".join(open_lines))
    book = f"Price book {outcome.quote.price_book}"
    return ReviewItem(Severity.OK, f"{len(lines)} of {len(lines)} lines priced", book)


def _metres(outcome: Outcome) -> ReviewItem:
    """Compare trench metres ordered with trench metres drawn, each counted once."""
    dug = {t.id: t.length_m for t in outcome.design.trenches.values() if not t.existing_duct}
    drawn = Decimal(str(sum(dug.values())))
    ordered = sum(
        (line.net for line in outcome.bom.lines if line.code.startswith("TRENCH-")), Decimal(0)
    )
    detail = f"{drawn:.1f} m trench, {len(outcome.design.chargers)} chargers"
    if abs(drawn - ordered) > _CENT * max(len(dug), 1):
        return ReviewItem(
            Severity.ERROR, "Quantities differ from the plan", f"{detail}; ordered {ordered:.1f} m"
        )
    return ReviewItem(Severity.OK, "Quantities match the plan", detail)
