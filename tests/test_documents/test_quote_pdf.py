"""The quote: pages, words that equal the numbers, and inert user text."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pypdfium2
import pytest

from planner.documents import FORMATS
from planner.documents.quote.data import assemble
from planner.documents.quote.load_curve import busiest_day_kw, highest_by_hour_kw
from planner.model.site import LoadProfile

NASTY = '#panic("x") $x$ *b* \\ @ref <label> #sys'


def pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    words = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return words


@pytest.fixture(scope="module")
def quote_pages(tiny_project, tiny_outcome):
    return pages(FORMATS["pdf"].render(tiny_project, tiny_project.scenario, tiny_outcome))


def test_every_amount_of_the_quote_is_on_the_price_page(quote_pages, tiny_outcome) -> None:
    page = next(p for p in quote_pages if "Price Balanced" in p)
    quote = tiny_outcome.quote
    for amount in (quote.sum_lines, quote.net, quote.tax, quote.total):
        assert f"{amount:,.2f}" in page
    assert all(f"{line.amount:,.2f}" in page for line in quote.lines)


def test_every_circuit_finding_and_assumption_is_listed(quote_pages, tiny_outcome) -> None:
    text = " ".join(quote_pages).replace("\r\n", " ")
    assert all(
        f"{c.id} {c.sized.demand.from_id}" in text for c in tiny_outcome.design.circuits.values()
    )
    assert all(f.message[:40] in text for f in tiny_outcome.findings)
    assert all(a.value in text for a in tiny_outcome.assumptions)


def test_user_text_is_never_code(tiny_project, tiny_outcome) -> None:
    client = replace(tiny_project.client, client=NASTY, prepared_by=NASTY, reference=NASTY)
    project = replace(tiny_project, name=NASTY, client=client)
    cover = pages(FORMATS["pdf"].render(project, project.scenario, tiny_outcome))[0]
    assert cover.replace("\r\n", " ").count('#panic("x") $x$ *b*') == 5


def test_a_draft_says_why_and_an_offer_does_not(tiny_project, tiny_outcome) -> None:
    def draft(outcome) -> list[str]:
        return assemble(tiny_project, tiny_project.scenario, outcome)["draft"]

    assert draft(tiny_outcome) == ["1 assumption to confirm"]
    settled = tuple(replace(a, confirmed=True) for a in tiny_outcome.assumptions)
    assert draft(replace(tiny_outcome, assumptions=settled)) == []


def test_without_profile_and_supply_the_quote_still_stands(tiny_project, tiny_outcome) -> None:
    site = replace(tiny_project.site, profile=None, supply=None)
    words = " ".join(pages(FORMATS["pdf"].render(
        replace(tiny_project, site=site), tiny_project.scenario, tiny_outcome)))  # fmt: skip
    assert "existing load is not known" in words
    assert "electrical design is provisional" in words


def test_busiest_day_is_the_one_with_the_peak() -> None:
    load = np.zeros(3 * 24)
    load[24 + 7] = 50.0
    day = busiest_day_kw(load, 60)
    assert day.shape == (96,)
    assert day[28:32].tolist() == [50.0] * 4
    assert day.sum() == 200.0


def test_highest_load_is_at_local_time() -> None:
    kw = np.zeros(365 * 48)
    kw[200 * 48 + 2 * 11] = 99.0  # 11:00 UTC in July is 12:00 in London
    profile = LoadProfile(datetime(2025, 1, 1, tzinfo=UTC), 30, kw, "Europe/London", "test")
    assert np.flatnonzero(highest_by_hour_kw(profile) == 99.0).tolist() == [48, 49]
