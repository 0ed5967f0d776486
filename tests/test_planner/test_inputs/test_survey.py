"""Counts of parked cars: both layouts, and the archetype they were made from."""

import json
from pathlib import Path

import numpy as np
import pytest

from planner.cli import main
from planner.demand.estimate import estimate
from planner.demand.matching import _presence as presence
from planner.demand.matching import match_counts, match_sessions
from planner.inputs.new_project import _demand as demand
from planner.inputs.problem import InputError
from planner.inputs.survey import read_survey
from planner.model.demand import DemandInput

WIDE = "Hour,Weekday,Weekend\n" + "".join(
    f"{h:02}:00,{n},{n // 10}\n"
    for h, n in enumerate(
        [0] * 6 + [5, 30, 80, 110, 115, 112, 105, 108, 104, 90, 60, 25, 8] + [0] * 5
    )
)


@pytest.mark.parametrize("kind", ["workplace", "hotel", "retail", "depot_vans"])
def test_an_archetype_is_found_again(kind: str) -> None:
    rng = np.random.default_rng(1)
    cars = rng.poisson(80 * presence(7)[kind]).astype(float)
    cars[rng.random((7, 24)) < 0.5] = np.nan
    best = match_counts(cars)[0]
    assert best.archetype == kind
    assert best.cars_per_day == pytest.approx(80, rel=0.1)


@pytest.mark.parametrize("kind", ["workplace", "residential", "motorway"])
def test_sessions_resemble_their_own_archetype(kind: str) -> None:
    sessions = estimate((DemandInput(kind, 30),), 5).sessions
    best = match_sessions(sessions)[0]
    assert best.archetype == kind
    assert best.distance < 0.07


def test_days_across_and_rows_per_count_say_the_same(tmp_path: Path) -> None:
    wide, long = tmp_path / "wide.csv", tmp_path / "long.csv"
    wide.write_text(WIDE)
    rows = [line.split(",") for line in WIDE.splitlines()[1:]]
    text = "".join(f"2026-05-18,{h},{n}\nSaturday,{h},{m}\n" for h, n, m in rows)
    long.write_text("Day;Time;Cars\n".replace(";", ",") + text)
    a, b = read_survey(wide), read_survey(long)
    assert a.fits[0].archetype == b.fits[0].archetype == "workplace"
    assert np.array_equal(a.cars[0], b.cars[0])
    assert np.array_equal(a.cars[5], b.cars[5])
    assert np.isnan(b.cars[2]).all()


def test_the_share_of_electric_cars_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "count.csv"
    path.write_text(WIDE)
    (item,) = demand(f"{path}:25")
    assert item.archetype == "workplace"
    assert item.drivers_per_day == pytest.approx(
        read_survey(path).fits[0].cars_per_day / 4, abs=0.1
    )
    with pytest.raises(InputError, match="electric"):
        demand(f"{path}:")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "no header"),
        ("Hour,Mon\n8,12\n", "too few"),
        ("Hour,Mon\n" + "8,many\n" * 7, "no number of cars"),
        ("Hour,Mon\n" + "25,4\n" * 7, "no hour"),
        ("Day,Hour,Cars\n" + "Someday,8,4\n" * 7, "no day"),
        ("Hour,Mon\n" + "".join(f"{h},0\n" for h in range(9)), "no car"),
    ],
)
def test_useless_counts_are_named(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "count.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=reason):
        read_survey(path)


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "count.csv"
    path.write_text(WIDE)
    assert main(["survey", str(path)]) == 0
    assert "Workplace" in capsys.readouterr().out
    rows = "".join(
        f"2026-03-{d:02} 08:{m:02},2026-03-{d:02} 16:00,{5 + m / 10}\n"
        for d in range(2, 30)
        for m in range(0, 50, 10)
    )
    table = tmp_path / "s.csv"
    table.write_text("arrival,departure,energy kWh\n" + rows)
    assert main(["sessions", str(table), "--learn", "2026-03-02..2026-03-15", "--json",
                 "--predict", "2026-03-16..2026-03-29"]) == 0  # fmt: skip
    told = json.loads(capsys.readouterr().out)["prediction"]
    assert told["cars_per_day"] == pytest.approx(told["recorded_cars_per_day"], rel=0.1)
    assert main(["sessions", str(table), "--learn", "2026-03-02..2026-03-15",
                 "--predict", "2026-03-16..2026-03-29"]) == 0  # fmt: skip
    assert "nine months in ten" in capsys.readouterr().out
    assert main(["sessions", str(table), "--learn", "March"]) == 2
    assert main(["sessions", str(table), "--learn", "2026", "--predict", "2026-04"]) == 2
