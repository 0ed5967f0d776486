"""What the deliver step shows: what is ready, what waits, and which files to write."""

from __future__ import annotations

from dataclasses import dataclass

from grid.findings import Severity
from planner.documents import FORMATS as DOCUMENTS
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.site import Assumption
from ui.present.text import count, number

_NAMES = {
    "pdf": "Quote", "xlsx": "Bill of materials", "quote-xlsx": "Quote without cost",
    "gpkg": "Site plan", "html": "Web map", "geojson": "Plan layers", "csv": "Bill of materials",
    "svg": "Site plan", "dxf": "Site plan", "sld": "Single-line diagram",
    "sld-dxf": "Single-line diagram", "proof": "Load management", "year": "Year on the network",
    "pandapower": "Network for pandapower",
}  # fmt: skip


def _formats() -> tuple[tuple[str, str, str], ...]:
    """Return name, words and file kind of every document, those known by name first."""
    order = [n for n in _NAMES if n in DOCUMENTS] + [n for n in DOCUMENTS if n not in _NAMES]
    return tuple(
        (
            name, _NAMES.get(name) or DOCUMENTS[name].title.split(",")[0],
            DOCUMENTS[name].tail.rpartition(".")[2].upper().replace("GEOJSON", "GeoJSON"),
        )
        for name in order
    )  # fmt: skip


FORMATS = _formats()


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One line of the review; an assumption can be confirmed in place."""

    mark: Severity
    text: str
    detail: str
    assumption: Assumption | None = None


def waiting(project: Project, outcome: Outcome) -> tuple[Assumption, ...]:
    """Return assumptions nobody has confirmed."""
    confirmed = {a.id for a in project.site.assumptions if a.confirmed}
    return tuple(a for a in outcome.assumptions if not a.confirmed and a.id not in confirmed)


def review(project: Project, outcome: Outcome) -> tuple[ReviewItem, ...]:
    """Return what is fine and what is missing before delivery."""
    errors = sum(f.severity is Severity.ERROR for f in outcome.findings)
    lines = outcome.quote.lines
    priced = sum(line.amount != 0 for line in lines)
    dug = sum(t.length_m for t in outcome.design.trenches.values() if not t.existing_duct)
    items = [
        ReviewItem(
            Severity.ERROR if errors else Severity.OK,
            count(errors, "error") + " on the plan" if errors else "No errors on the plan",
            f"{number(outcome.passed_checks)} checks passed",
        ),
        ReviewItem(
            Severity.OK if priced == len(lines) else Severity.WARNING,
            f"{priced} of {count(len(lines), 'line')} priced",
            f"Price book {outcome.quote.price_book}",
        ),
        ReviewItem(
            Severity.INFO,
            "Quantities are taken off the plan",
            f"{number(dug, 1)} m trench, {count(len(outcome.design.chargers), 'charger')}",
        ),
    ]
    items += [
        ReviewItem(Severity.WARNING, a.subject or a.text, f"{a.text} {a.value}".strip(), a)
        for a in waiting(project, outcome)
    ]
    return tuple(items)


def export_text(chosen: int, *, draft: bool) -> str:
    """Name the export button by its result."""
    kind = "Export draft" if draft else "Export"
    return f"{kind}, {count(chosen, 'file')}"


def totals(outcome: Outcome) -> tuple[tuple[str, str, bool], ...]:
    """Return label, amount and emphasis of the lines below the table."""
    q = outcome.quote
    contingency = f"Contingency {number(q.terms.contingency_pct, 1)} %"
    rows = [("Sum of lines", q.sum_lines, False), (contingency, q.contingency, False)]
    if q.discount:
        rows.append((f"Discount {number(q.terms.discount_pct, 1)} %", -q.discount, False))
    rows.append((f"Total excl. {q.terms.tax_name}", q.net, True))
    rows.append((f"{q.terms.tax_name} {number(q.terms.tax_pct, 1)} %", q.tax, False))
    rows.append((f"Total incl. {q.terms.tax_name}", q.total, True))
    return tuple((text, number(value, 2), strong) for text, value, strong in rows)
