"""What stands between a draft and an offer."""

from __future__ import annotations

from grid.findings import Severity
from planner.model.outcome import Outcome
from planner.model.site import Assumption


def open_assumptions(outcome: Outcome) -> tuple[Assumption, ...]:
    """Return what nobody has confirmed yet."""
    return tuple(a for a in outcome.assumptions if not a.confirmed)


def is_draft(outcome: Outcome) -> bool:
    """Tell whether errors, unpriced lines or unconfirmed assumptions remain."""
    return bool(open_points(outcome))


def open_points(outcome: Outcome) -> tuple[str, ...]:
    """Say in short what keeps the document a draft."""
    errors = sum(f.severity is Severity.ERROR for f in outcome.findings)
    points = (
        (errors, "finding of severity error", "findings of severity error"),
        (len(outcome.quote.unpriced), "line without a price", "lines without a price"),
        (len(open_assumptions(outcome)), "assumption to confirm", "assumptions to confirm"),
    )
    return tuple(f"{n} {one if n == 1 else many}" for n, one, many in points if n)
