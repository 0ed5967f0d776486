"""The year on the network as one page: figures, worst hours, checks, pictures."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from planner.documents.palette import LIGHT
from planner.documents.plan.svg import clean
from planner.documents.year import words
from planner.documents.year.pictures import WIDE, pictures
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.model.year import YearResult

STYLE = f"""
body {{ margin: 32px auto; max-width: 720px; font: 14px/1.45 Inter, system-ui, sans-serif;
  color: {LIGHT.text}; background: {LIGHT.surface}; }}
h1 {{ font-size: 22px; margin: 0 0 4px; }} h2 {{ font-size: 14px; margin: 26px 0 6px; }}
p {{ color: {LIGHT.text2}; margin: 4px 0 14px; }}
dl {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(126px, 1fr)); gap: 12px;
  margin: 18px 0; }}
dt {{ font-size: 20px; font-weight: 600; }} dd {{ margin: 0; font-size: 12px;
  color: {LIGHT.text2}; }} div.item {{ display: flex; flex-direction: column; }}
table {{ border-collapse: collapse; width: 100%; font-size: 12px; }}
th {{ text-align: left; color: {LIGHT.text2}; border-bottom: 1.5px solid {LIGHT.text};
  font-weight: 500; }} td {{ border-bottom: 1px solid {LIGHT.border}; vertical-align: top; }}
th, td {{ padding: 4px 8px 4px 0; }} .n {{ text-align: right; white-space: nowrap; }}
svg {{ max-width: 100%; height: auto; }} .half {{ display: inline-block; width: 49%; }}
"""


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the page as UTF-8; nothing in it loads or runs."""
    body = [f"<h1>The year on the network</h1><p>{_safe(project.name)}, {_safe(scenario.name)}</p>"]
    if outcome.year is None:
        body.append("<p>The year was not computed for this design.</p>")
    else:
        body += _year(outcome.year)
    page = (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        f"<title>{_safe(project.name)}, year</title><style>{STYLE}</style></head>"
        f"<body>{''.join(body)}</body></html>\n"
    )
    return page.encode()


def _year(year: YearResult) -> Iterable[str]:
    items = "".join(
        f'<div class="item"><dt>{_safe(value)}</dt><dd>{_safe(said)}</dd></div>'
        for value, said in words.facts(year)
    )
    yield f"<dl>{items}</dl><p>{_safe(words.method(year))}</p>"
    for title, svg in pictures(year).items():
        half = "" if f'width="{WIDE:g}"' in svg[:120] else ' class="half"'
        yield f"<section{half}><h2>{_safe(title)}</h2>{svg}</section>"
    yield f"<h2>Worst hours</h2>{_table(words.HOURS_HEAD, words.hour_rows(year, 10), {2, 3, 4})}"
    yield f"<h2>Checks</h2>{_table(words.CHECKS_HEAD, words.check_rows(year), {2, 3})}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], right: set[int]) -> str:
    def cells(kind: str, row: Sequence[str]) -> str:
        return "".join(
            f"<{kind}{' class=n' if n in right else ''}>{_safe(words)}</{kind}>"
            for n, words in enumerate(row)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><tr>{cells('th', head)}</tr>{body}</table>"


def _safe(said: str) -> str:
    return html.escape(clean(said), quote=True)
