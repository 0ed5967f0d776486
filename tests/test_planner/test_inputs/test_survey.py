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
    capsys.readouterr()
    assert main(["sessions", str(table)]) == 0
    assert "but not alike" in capsys.readouterr().out
    assert main(["sessions", str(table), "--learn", "March"]) == 2
    assert main(["sessions", str(table), "--learn", "2026", "--predict", "2026-04"]) == 2


HOURS = dict(zip(range(7, 19), (10, 40, 70, 80, 82, 75, 76, 78, 70, 50, 25, 10), strict=True))


def sheet(head: str, row: str) -> str:
    lines = [row.format(h=h, h2=h + 1, n=n, w=n // 10) for h, n in HOURS.items()]
    return "\n".join([head, *lines]) + "\n"


LAYOUTS = {
    "ranges": sheet("Hour,Mon,Sat", "{h}-{h2},{n},{w}"),
    "german": sheet("Uhrzeit;Mo-Fr;Samstag", "{h}:00;{n};{w}"),
    "labels_with_cars": sheet("Time,Mon cars,Sat cars", "{h:02}:00-{h2:02}:00,{n},{w}"),
    "totals_below": sheet("Hour,Mon,Sat", "{h},{n},{w}") + "Total,666,60\n",
    "dates_across": sheet("Hour,2026-03-02,2026-03-07", "{h}:00,{n},{w}"),
    "moments": sheet("Time,Cars", "2026-03-02 {h:02}:00,{n}")
    + sheet("", "2026-03-07 {h:02}:00,{w}"),
    "british_dates": sheet("Date,Time,Count", "23/03/2026,{h}:00,{n}")
    + sheet("", "28/03/2026,{h}:00,{w}"),
    "transposed": "Day," + ",".join(f"{h:02}:00" for h in HOURS)
    + "\nMon," + ",".join(str(n) for n in HOURS.values())
    + "\nSat," + ",".join(str(n // 10) for n in HOURS.values()) + "\n",
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_of_a_survey_says_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / "count.csv"
    path.write_text(LAYOUTS[name])
    cars = read_survey(path).cars
    assert cars[0, 7:19].tolist() == list(HOURS.values())
    assert cars[5, 7:19].tolist() == [n // 10 for n in HOURS.values()]
    assert np.isnan(cars[6]).all()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (sheet("Hour,Mon", "{h}:00,{n} %"), "line 2: '10 %' is a share"),
        (sheet("Time,In,Out", "{h}:00,{n},{w}"), "cars that come and go"),
        (sheet("Date,Time,Cars", "04/03/2026,{h}:00,{n}"), "day/month and as month/day"),
        (sheet("Day,Hour,Cars", "Someday,{h},{n}"), "line 2: 'Someday' is no day"),
        (sheet("Hour,Mon", "{h}:99,{n}"), "'7:99' is no hour"),
    ],
)
def test_counts_that_cannot_be_used_are_named(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "count.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=reason):
        read_survey(path)


def test_counts_without_a_day_are_of_a_working_day_and_said(tmp_path: Path) -> None:
    path = tmp_path / "count.csv"
    path.write_text(sheet("Hour,Cars", "{h},{n}"))
    survey = read_survey(path)
    assert np.isnan(survey.cars[5]).all()
    assert "working day" in survey.notes[0]


@pytest.mark.parametrize("name", ["sessions.xlsx", "sessions.json"])
def test_sessions_of_any_kind_of_file_are_a_demand(tmp_path: Path, name: str) -> None:
    import openpyxl

    rows = [(f"2026-03-0{d}T08:00", f"2026-03-0{d}T16:00", 12.5) for d in range(2, 7)]
    path = tmp_path / name
    if name.endswith("json"):
        keys = ("start", "end", "kwh")
        path.write_text(json.dumps([dict(zip(keys, row, strict=True)) for row in rows]))
    else:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in (("Start", "End", "kWh"), *rows):
            book.active.append(row)
        book.save(path)
    (item,) = demand(str(path))
    assert (item.archetype, len(item.visits)) == ("recorded", 5)
