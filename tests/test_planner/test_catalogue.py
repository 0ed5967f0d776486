"""The catalogue says what is known, what is assumed and what is missing."""

import pytest

from data import open_table
from planner.catalogue import incomplete_models, load_catalogue, proposable
from planner.model.charger import Current

CATALOGUE = load_catalogue()


def test_every_row_has_a_source_and_a_unique_id() -> None:
    rows = open_table("chargers/models")
    assert all(row.text("source") for row in rows)
    assert len({row.text("id") for row in rows}) == len(rows)
    assert len(CATALOGUE) + len(incomplete_models()) == len(rows)


def test_assumed_columns_exist_and_are_filled() -> None:
    for row in open_table("chargers/models"):
        for column in row.text("assumed").split():
            assert row.text(column), (row.text("id"), column)


@pytest.mark.parametrize(
    ("model", "kw", "code"),
    [("ac22-1", 22, "CHG-AC22-1"), ("ac22-2", 44, "CHG-AC22-2"), ("dc150", 150, "CHG-DC150")],
)
def test_generic_classes(model: str, kw: float, code: str) -> None:
    assert CATALOGUE[model].power_kw == kw
    assert CATALOGUE[model].price_code == code
    assert CATALOGUE[model].generic


def test_published_currents_of_terra_60() -> None:
    terra = CATALOGUE["abb-terra-60-ce"]
    assert (terra.max_input_a, terra.max_input_low_a) == (125, 138)
    assert {"efficiency", "power_factor"} <= set(terra.assumed)


def test_power_factor_times_efficiency_explains_kempower_input() -> None:
    unit = CATALOGUE["kempower-400"]
    assert unit.max_input_a == pytest.approx(502e3 / (3**0.5 * 400), rel=0.005)
    assert unit.power_kw / unit.efficiency / unit.power_factor < 502  # the data sheet wins


def test_ranges() -> None:
    for m in CATALOGUE.values():
        assert 1 < m.power_kw <= 600
        assert m.outlets >= 1
        assert m.phases in (1, 3)
        assert 0.9 <= m.efficiency <= 1
        assert 0.9 <= m.power_factor <= 1
        assert m.heavy_duty_kw is None or m.heavy_duty_kw <= m.power_kw


def test_only_generic_models_are_proposed() -> None:
    offered = proposable(CATALOGUE.values(), (22.0, 50.0))
    assert [m.id for m in offered] == ["ac22-1", "ac22-2", "dc50"]
    assert all(m.current is Current.AC for m in offered[:2])
