"""The fleet rota: stays between trips, energy of the last trip, clear refusals."""

from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from planner.demand.estimate import estimate
from planner.inputs.kinds import kind_of
from planner.inputs.problem import InputError
from planner.inputs.week_cells import days_of, minute_of_day
from planner.inputs.workbooks.rota import COLUMNS, has_rota, read_rota, write_template
from planner.model.demand import ROTA

VAN = ("Van 1", "Mon-Fri", "07:00", "16:30", 47, 0.4, 76, 90, 11, 80)


def rota(folder: Path, *rows: tuple[object, ...], use: str = "Consumption (kWh/km)") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Rota"
    labels = [f"{c.label} ({c.unit})" if c.unit else c.label for c in COLUMNS]
    sheet.append([use if label.startswith("Consumption") else label for label in labels])
    for row in rows:
        sheet.append(row)
    path = folder / "rota.xlsx"
    book.save(path)
    return path


def test_stays_between_trips(tmp_path: Path) -> None:
    item = read_rota(rota(tmp_path, VAN))
    assert item.archetype == ROTA
    assert len(item.visits) == 5
    first, last = item.visits[0], item.visits[-1]
    assert (first.arrive_min, first.depart_min) == (16.5 * 60, 1440 + 7 * 60)
    assert first.energy_kwh == pytest.approx(18.8)
    assert last.depart_min - last.arrive_min == (2 * 24 + 14.5) * 60  # over the weekend


def test_template_can_be_read_back(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.xlsx")
    assert has_rota(path)
    assert read_rota(path).visits[0].vehicle == "Van 1"


def test_night_shift_and_two_trips_a_day(tmp_path: Path) -> None:
    night = ("Bus 1", "daily", "22:00", "05:00", 100, 1.2, 350, 95, 0, 150)
    extra = ("Bus 1", "Sat", "10:00", "12:00", 20, 1.2, 350, 95, 0, 150)
    item = read_rota(rota(tmp_path, night, extra))
    assert len(item.visits) == 8
    assert {v.energy_kwh for v in item.visits} == {120.0, 24.0}


def test_consumption_per_hundred_kilometres(tmp_path: Path) -> None:
    row = (*VAN[:5], 40, *VAN[6:])
    item = read_rota(rota(tmp_path, row, use="Consumption (kWh/100 km)"))
    assert item.visits[0].energy_kwh == pytest.approx(18.8)


def test_sessions_repeat_every_week(tmp_path: Path) -> None:
    demand = estimate((read_rota(rota(tmp_path, VAN)),), 1)
    s = demand.sessions
    assert len(s) == 20
    assert s.energy_kwh == pytest.approx(18.8)
    assert np.diff(s.arrive_min)[:4] == pytest.approx(1440)
    assert demand.findings == ()
    assert "rota" in demand.notes[0].lower()


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({4: 400}, "E2", "the trip needs 160 kWh"),
        ({2: "soon"}, "C2", "time of departure is 'soon'"),
        ({1: "someday"}, "B2", "the days are 'someday'"),
        ({8: 0, 9: 0}, "I2", "neither AC nor DC"),
        ({6: -5}, "G2", "the battery is -5"),
        ({4: None}, "E2", "the distance is blank"),
    ],
)
def test_nonsense_names_its_cell(
    tmp_path: Path, change: dict[int, object], place: str, reason: str
) -> None:
    row = [change.get(n, v) for n, v in enumerate(VAN)]
    with pytest.raises(InputError, match=reason) as caught:
        read_rota(rota(tmp_path, tuple(row)))
    assert caught.value.place.endswith(place)


def test_a_van_cannot_be_in_two_places(tmp_path: Path) -> None:
    early = ("Van 1", "Mon", "12:00", "18:00", 10, 0.4, 76, 90, 11, 0)
    with pytest.raises(InputError, match="leaves again before it is back"):
        read_rota(rota(tmp_path, VAN, early))


def test_workbook_without_rota_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    assert not has_rota(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="no sheet 'Rota'"):
        read_rota(tmp_path / "other.xlsx")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Consumption (Wh/km)", 400),
        ("Consumption (kWh/mile)", 0.4 * 1.609344),
        ("Efficiency (mi/kWh)", 1 / (0.4 * 1.609344)),
        ("kWh/100 km", 40),
        ("Consumption", "40 kWh/100 km"),
        ("Consumption (km/kWh)", 2.5),
    ],
)
def test_consumption_in_the_units_of_makers(tmp_path: Path, header: str, value: object) -> None:
    item = read_rota(rota(tmp_path, (*VAN[:5], value, *VAN[6:]), use=header))
    assert item.visits[0].energy_kwh == pytest.approx(18.8)


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        ("Monday to Friday", [0, 1, 2, 3, 4]), ("Mo-Fr", [0, 1, 2, 3, 4]), (1, [0]),
        ("1-5", [0, 1, 2, 3, 4]), ("135", [0, 2, 4]), ("Mon and Wed", [0, 2]),
        ("Sat-Mon", [0, 5, 6]), ("weekend", [5, 6]), ("daily except Sunday", [0, 1, 2, 3, 4, 5]),
        (datetime(2026, 3, 4), [2]), ("", [0, 1, 2, 3, 4]),  # noqa: DTZ001 - a date in a sheet
        ("someday", None), ("8", None), ("daily except daily", None), ("Mon-Wed-Fri", None),
    ],
)  # fmt: skip
def test_days_as_people_write_them(days: str | float | datetime, wanted: list[int] | None) -> None:
    assert days_of(days) == wanted


@pytest.mark.parametrize(
    "value",
    ["07:30", "7.30", "7:30 am", "0730", 730, 7.5 / 24, datetime(2026, 3, 4, 7, 30)],  # noqa: DTZ001
)
def test_times_as_people_write_them(value: str | float | datetime) -> None:
    assert minute_of_day(value) == 450


@pytest.mark.parametrize("value", ["soon", 760, -1.0, True, None, "25:00", 1e300, float("nan")])
def test_what_is_no_time(value: str | float | None) -> None:
    assert minute_of_day(value) is None


def test_a_share_is_a_charge_in_per_cent(tmp_path: Path) -> None:
    item = read_rota(rota(tmp_path, (*VAN[:7], 0.9, *VAN[8:])))
    assert item.rota[0][7] == "90"


def test_totals_are_no_trip_and_repeated_rows_are_named(tmp_path: Path) -> None:
    total = ("Total", "", "", "", 47)
    assert len(read_rota(rota(tmp_path, VAN, total)).visits) == 5
    with pytest.raises(InputError, match="C3: a trip of Van 1 at this time stands above"):
        read_rota(rota(tmp_path, VAN, VAN))


def test_a_sheet_is_known_by_its_columns(tmp_path: Path) -> None:
    path = rota(tmp_path, VAN)
    book = openpyxl.load_workbook(path)
    book["Rota"].title = "Vans of the depot"
    book.save(path)
    assert kind_of(path) == "demand"
    assert len(read_rota(path).visits) == 5


def test_no_energy_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no trip uses energy"):
        read_rota(rota(tmp_path, (*VAN[:4], 0, *VAN[5:])))


def test_what_a_rota_leaves_open_is_told(tmp_path: Path) -> None:
    bare = ("Van 2", None, *VAN[2:7], None, 11, None)
    notes = estimate((read_rota(rota(tmp_path, VAN, bare)),), 1).notes
    assert "Fleet rota: 1 of 2 rows without charge on leaving, taken as 100 %." in notes
    assert any("DC power" in note for note in notes)
