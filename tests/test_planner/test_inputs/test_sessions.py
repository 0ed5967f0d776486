"""Session tables of operators: columns, times, units, and what is left out."""

import gzip
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from planner.inputs.problem import InputError
from planner.inputs.sessions import SessionOptions, read_sessions

ROWS = """arrival,departure,requested_energy (kWh),delivered_energy (kWh),station_id
2019-05-01 05:04:06-07:00,2019-05-01 17:56:21-07:00,44.85,44.875,AG-1F11
2019-05-01 05:40:27-07:00,2019-05-01 12:23:55-07:00,150.0,23.542,AG-1F01
2019-05-01 06:00:00-07:00,2019-05-01 06:01:00-07:00,5,0.1,AG-1F02
"""


def write(folder: Path, text: str, name: str = "s.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_delivered_energy_and_local_time(tmp_path: Path) -> None:
    table = read_sessions(write(tmp_path, ROWS))
    s = table.sessions
    assert table.monday == date(2019, 4, 29)
    assert s.energy_kwh == pytest.approx([44.875, 23.542])
    assert s.arrive_min[0] == pytest.approx(2 * 1440 + 5 * 60 + 4.1)
    assert s.horizon_days == 7
    assert table.dropped == (("with a stay under 3 min", 1),)


def test_gzip_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "s.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    np.testing.assert_array_equal(
        read_sessions(path).sessions.energy_kwh,
        read_sessions(write(tmp_path, ROWS)).sessions.energy_kwh,
    )


def test_other_names_units_and_two_digit_years(tmp_path: Path) -> None:
    text = "stationId;created;ended;Energy (Wh)\n7;0014-11-18 15:40:26;0014-11-18 17:11:04;7780\n"
    table = read_sessions(write(tmp_path, text))
    assert table.sessions.energy_kwh == pytest.approx([7.78])
    assert table.monday == date(2014, 11, 17)


def test_summer_time_does_not_lengthen_a_stay(tmp_path: Path) -> None:
    text = (
        "start,end,kWh\n2026-03-28T22:00:00+00:00,2026-03-29T08:00:00+01:00,30\n"
        "2026-03-30T22:00:00+01:00,2026-03-31T08:00:00+01:00,30\n"
    )
    s = read_sessions(write(tmp_path, text)).sessions
    assert (s.depart_min - s.arrive_min) == pytest.approx([540, 600])


def test_day_and_month_are_asked_where_both_fit(tmp_path: Path) -> None:
    text = "start,end,kWh\n03/04/2026 08:00,03/04/2026 10:00,10.5\n"
    with pytest.raises(InputError, match="day/month") as caught:
        read_sessions(write(tmp_path, text))
    assert caught.value.question
    table = read_sessions(write(tmp_path, text), SessionOptions(dayfirst=True))
    assert table.monday == date(2026, 3, 30)


def test_faster_sessions_keep_their_power_and_are_told(tmp_path: Path) -> None:
    rows = "".join(f"2026-01-05 {h:02}:00,2026-01-05 {h:02}:30,3\n" for h in range(8, 18))
    fast = "2026-01-05 18:00,2026-01-05 18:30,20.5\n"
    table = read_sessions(
        write(tmp_path, "start,end,kWh\n" + rows + fast), SessionOptions(plug_kw=7.4)
    )
    s = table.sessions
    assert table.above_plug_pct == pytest.approx(100 * 20.5 / 50.5)
    assert s.dc_kw[-1] == 50
    assert any(n.code == "SES-FASTER" for n in table.notes)
    assert (s.energy_kwh <= np.maximum(s.ac_kw, s.dc_kw) * 0.5 + 1e-9).all()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b,c\n1,2,3\n4,5,6\n", "no header"),
        ("start,end,kWh\n2026-01-05 08:00,2026-01-05 08:01,3\n", "no row is a usable"),
        ("", "empty"),
    ],
)
def test_useless_tables_are_named(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_sessions(write(tmp_path, text))


def test_damaged_gzip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "s.csv.gz"
    path.write_bytes(b"\x1f\x8b\x08garbage")
    with pytest.raises(InputError, match=r"s\.csv\.gz"):
        read_sessions(path)


def test_workbook_table(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Start", "End", "kWh"])
    for day in range(5, 15):
        times = [datetime(2026, 1, day, hour) for hour in (8, 12)]  # noqa: DTZ001
        sheet.append([*times, 11.5])
    book.save(tmp_path / "s.xlsx")
    table = read_sessions(tmp_path / "s.xlsx")
    assert table.sessions.energy_kwh == pytest.approx([11.5] * 10)


def test_public_traces(shared: Path) -> None:
    folder = shared / "samples" / "sessions" / "dev_sessions"
    jpl = read_sessions(folder / "acn_jpl_2019-05_08.csv.gz", SessionOptions(plug_kw=6.6))
    assert len(jpl.sessions) == 6026
    assert jpl.above_plug_pct == pytest.approx(0.1, abs=0.06)
    cal = read_sessions(folder / "acn_caltech_2019-05_08.csv.gz", SessionOptions(plug_kw=6.6))
    assert len(cal.sessions) == 3522
    assert cal.above_plug_pct == pytest.approx(3.6, abs=0.1)


LAYOUTS = [
    ("Start Date,Start Time,End Date,End Time,Total kWh\n28/08/2018,08:24,28/08/2018,11:36,12\n",
     8.4, 3.2),
    ("Plugged in,Duration (h),Energy consumed (kWh)\n2025-03-03T08:24:00,3.2,12\n", 8.4, 3.2),
    ("Start Date,Total Duration (hh:mm:ss),Energy (kWh)\n2025-03-03 08:24,3:12:00,12\n", 8.4, 3.2),
    ("UTCTransactionStart;UTCTransactionStop;ConnectedTime;TotalEnergy\n"
     "13/01/2019 08:24;13/01/2019 11:36;3,2;12,0\n", 8.4, 3.2),
    ("connectionTime,disconnectTime,kWhDelivered,timezone\n"
     '"Wed, 25 Apr 2018 15:24:00 GMT","Wed, 25 Apr 2018 18:36:00 GMT",12,America/Los_Angeles\n',
     8.4, 3.2),
    ("sessionId,kwhTotal,created,ended,startTime,endTime\n"
     "1,12,0014-11-18 08:24:00,0014-11-18 11:36:00,8,11\n", 8.4, 3.2),
]  # fmt: skip


@pytest.mark.parametrize(("text", "hour", "stay_h"), LAYOUTS)
def test_layouts_of_operators(tmp_path: Path, text: str, hour: float, stay_h: float) -> None:
    s = read_sessions(write(tmp_path, text)).sessions
    assert s.arrive_min % 1440 / 60 == pytest.approx([hour])
    assert (s.depart_min - s.arrive_min) / 60 == pytest.approx([stay_h])
    assert s.energy_kwh == pytest.approx([12.0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("start,end,kWh\n2026-05-18,2026-05-19,12\n", "dates without a time"),
        ("start,duration,kWh\n2026-05-18 08:00,95,12\n", "unit of the duration"),
        ("start,end,kWh,timezone\n2026-05-18T08:00Z,2026-05-18T09:00Z,9,Mars/Base\n", "time zone"),
    ],
)
def test_what_is_open_is_said(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_sessions(write(tmp_path, text))


def test_utc_is_told_and_moved(tmp_path: Path) -> None:
    path = write(tmp_path, "start,end,kWh\n2026-05-18T08:00Z,2026-05-18T09:00Z,9\n")
    assert any(n.code == "SES-UTC" for n in read_sessions(path).notes)
    moved = read_sessions(path, SessionOptions(zone="Europe/London"))
    assert moved.sessions.arrive_min % 1440 == pytest.approx([540])


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Ladestart;Ladeende;Energie (kWh)", "04.03.2024 07:05;04.03.2024 10:45;8,5"),
        ("Début de charge;Fin de charge;Énergie (kWh)", "14/03/2024 07:05;14/03/2024 10:45;8,5"),
        ("Date,Start Time,End Time,Energy Consumed (kWh)", "2024-03-04,07:05,10:45,8.5"),
        ("Ladebeginn;Ladedauer (Std);Verbrauch (Wh)", "04.03.2024 07:05;3:40;8500"),
    ],
)
def test_names_of_other_operators(tmp_path: Path, head: str, row: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{head}\n" + f"{row}\n" * 3, encoding="utf-8")
    s = read_sessions(path, SessionOptions(decimal="," if ",5" in row else None)).sessions
    assert s.arrive_min[0] % 1440 == 425
    assert s.depart_min[0] - s.arrive_min[0] == 220
    assert s.energy_kwh[0] == 8.5


def test_an_end_before_its_start_on_one_date_is_the_next_day(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Date,Start,End,kWh\n2024-03-04,22:00,06:00,20\n")
    table = read_sessions(path)
    assert table.sessions.depart_min[0] - table.sessions.arrive_min[0] == 480
    assert "SES-DATE" in {n.code for n in table.notes}


def test_what_is_doubtful_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = ["0014-11-03 08:00,0014-11-03 12:00,20,A", "0014-11-03 09:00,0014-11-03 11:00,9,A",
            "0014-11-04 12:00,0014-11-04 09:00,9,A"]  # fmt: skip
    path.write_text("arrival,departure,kWh,station\n" + "\n".join(rows) + "\n")
    table = read_sessions(path)
    assert {"SES-YEAR", "SES-OVERLAP"} <= {n.code for n in table.notes}
    assert table.dropped == (("that end before they begin", 1),)


def test_watt_hours_without_a_unit_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("start,end,energy\n2024-03-04 07:00,2024-03-04 10:00,8500\n")
    with pytest.raises(InputError, match="no kWh of a vehicle"):
        read_sessions(path)


@pytest.mark.parametrize(("night", "hours"), [("2024-03-30", 5), ("2024-10-26", 7)])
def test_a_night_of_changing_clocks_has_its_true_length(
    tmp_path: Path, night: str, hours: int
) -> None:
    path = tmp_path / "t.csv"
    morning = f"{night[:8]}{int(night[8:]) + 1}"
    path.write_text(f"arrival,departure,kWh\n{night} 23:00,{morning} 05:00,20\n")
    s = read_sessions(path, SessionOptions(zone="Europe/London")).sessions
    assert s.depart_min[0] - s.arrive_min[0] == 60 * hours
    assert s.arrive_min[0] % 1440 == 23 * 60


def test_an_end_in_the_hour_that_comes_twice_is_the_second(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("arrival,departure,kWh\n2024-10-27 01:40,2024-10-27 01:10,3\n")
    s = read_sessions(path, SessionOptions(zone="Europe/London")).sessions
    assert s.depart_min - s.arrive_min == pytest.approx([30])


def test_what_no_vehicle_takes_is_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    row = "2024-10-{0:02d} 08:00,2024-10-{0:02d} 12:00,{1}"
    rows = [row.format(d, 12) for d in range(1, 6)]
    path.write_text("\n".join(["arrival,departure,kWh", *rows, row.format(7, 99_999)]))
    table = read_sessions(path)
    assert table.dropped == (("with more than 1,000 kWh", 1),)
