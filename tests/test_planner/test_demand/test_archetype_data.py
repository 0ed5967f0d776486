"""What is drawn for an archetype against the open data its tables come from."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from data import open_table
from planner.demand.archetypes import load_archetypes
from planner.demand.draw import draw
from planner.demand.mixture import Part, quantiles_kwh

KINDS = load_archetypes()
ELAAD = {"workplace": "workplace", "destination": "public", "residential": "private"}
ELVIS = {
    "retail": "customer_parking_day",
    "public_fast": "tankstelle_city",
    "motorway": "gasstation_speedway",
    "park_and_ride": "PnR",
}


def column(folder: Path, file: str, name: str) -> np.ndarray:
    path = folder / "samples" / "sessions" / "elaad_ev2gym" / file
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return np.array([float(row[name]) for row in csv.DictReader(stream)])


def farthest(drawn: np.ndarray, exceeded: np.ndarray) -> float:
    """Largest distance from a table of values exceeded by 0, 1, .. 100 % of events."""
    below = np.searchsorted(np.sort(drawn), exceeded, side="right") / len(drawn)
    return float(np.abs(below - (1 - np.arange(101) / 100)).max())


@pytest.mark.parametrize("key", ELAAD)
def test_stays_and_energies_drawn_are_those_of_elaadnl(shared: Path, key: str) -> None:
    cars = draw(KINDS[key], 200, 203, np.random.default_rng(1))
    stay = column(shared, "distribution-of-connection-time.csv", ELAAD[key])
    energy = column(shared, "distribution-of-energy-demand.csv", ELAAD[key])
    assert farthest(cars.stay_min / 60, stay) < 0.03
    assert farthest(cars.energy_kwh, energy) < 0.06
    assert cars.energy_kwh.mean() == pytest.approx(energy.mean(), rel=0.05)


@pytest.mark.parametrize("key", ELAAD)
def test_arrivals_are_the_published_quarter_hours(shared: Path, key: str) -> None:
    quarters = column(shared, "distribution-of-arrival.csv", ELAAD[key])
    hours = quarters.reshape(24, 4).sum(axis=1) / quarters.sum()
    assert KINDS[key].hourly[0] == pytest.approx(hours, abs=2e-4)


@pytest.mark.parametrize("key", ELVIS)
def test_arrivals_and_weekdays_are_those_of_elvis(shared: Path, key: str) -> None:
    path = shared / "samples" / "sessions" / "elvis_configs" / f"{ELVIS[key]}.yaml"
    text = path.read_text(encoding="utf-8").partition("disconnect_by_time")[0]
    week = np.array([float(v) for v in re.findall(r"\d+\.\d+", text)]).reshape(7, 24)
    for hourly, days in zip(KINDS[key].hourly, (week[:5], week[5:]), strict=True):
        assert hourly == pytest.approx(days.sum(axis=0) / days.sum(), abs=5e-4)
    assert KINDS[key].weekdays == pytest.approx(week.sum(axis=1) / week.sum(axis=1).max(), abs=1e-3)


def test_a_mixture_has_the_quantiles_of_its_parts() -> None:
    one = quantiles_kwh((Part(1, 2.0, 0.5),), np.array([0.5, 0.8413447]))
    assert one == pytest.approx(np.exp([2.0, 2.5]), rel=1e-3)
    two = quantiles_kwh((Part(1, 1.0, 0.01), Part(3, 4.0, 0.01)), np.array([0.1, 0.9]))
    assert np.log(two) == pytest.approx([1.0, 4.0], abs=0.02)


@pytest.mark.parametrize("table", ["arrivals", "weekdays", "dwell", "energy", "vehicles", "taper"])
def test_what_has_no_open_source_is_marked(table: str) -> None:
    """A planning assumption is flagged, and what is not flagged names a data set."""
    for row in open_table(f"demand/{table}"):
        assert row.flag("assumed") or re.search(
            r"ElaadNL|ELVIS|ACN|SpiceEV", row.text("source")
        ), row.cells  # fmt: skip
        assert "assumption" not in row.text("source") or row.flag("assumed"), row.cells


def test_assumed_vehicles_are_told() -> None:
    assert all("vehicles" in kind.assumed for kind in KINDS.values())
