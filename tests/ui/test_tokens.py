"""Every text and control colour keeps its contrast in both themes."""

import pytest

from planner.documents.palette import ink_on, kw_class
from ui.present.tokens import DARK, LIGHT, Tokens, contrast

THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


@THEMES
def test_text_reads_on_every_ground(tokens: Tokens) -> None:
    for role in (tokens.text, tokens.text2, tokens.text3, tokens.accent):
        assert min(contrast(role, ground) for ground in tokens.backgrounds) >= 4.5


@THEMES
def test_control_outline_shows_on_surface(tokens: Tokens) -> None:
    assert contrast(tokens.control, tokens.surface) >= 3.0


@THEMES
def test_text_on_accent_reads(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent_hover) >= 4.5


@THEMES
def test_severities_read_on_their_fill_and_grounds(tokens: Tokens) -> None:
    for signal in tokens.severity.values():
        assert contrast(signal.text, signal.fill) >= 5.7
        assert min(contrast(signal.text, ground) for ground in tokens.backgrounds) >= 4.5
        assert contrast(signal.glyph, signal.mark) >= 4.0


@THEMES
def test_numbers_read_on_every_kw_class(tokens: Tokens) -> None:
    for fill in tokens.kw.values():
        assert contrast(ink_on(fill), fill) >= 4.5


@THEMES
def test_plan_ink_shows_on_asphalt_and_grass(tokens: Tokens) -> None:
    plan = tokens.plan
    for ink in (plan.trench, plan.cable, plan.feeder, tokens.accent, plan.snapped):
        assert min(contrast(ink, plan.asphalt), contrast(ink, plan.grass)) >= 4.5


def test_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


@pytest.mark.parametrize(("power", "expected"), [(7.4, 22), (22, 22), (60, 50), (150, 150)])
def test_kw_class_is_the_one_reached(power: float, expected: float) -> None:
    assert kw_class(power) == expected
