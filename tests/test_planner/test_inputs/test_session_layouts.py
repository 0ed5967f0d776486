"""Session tables as operators export them: every layout says the same three sessions."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.inputs.inspect import inspect
from planner.inputs.kinds import kind_of
from planner.inputs.problem import InputError
from planner.inputs.session_cells import stay_h
from planner.inputs.sessions import SessionOptions, SessionTable, read_sessions

BERLIN = ZoneInfo("Europe/Berlin")
# The second crosses midnight; 25 tells day from month.
STAYS = (
    (datetime(2024, 3, 4, 7, 5), 8.5, 12.4),  # noqa: DTZ001 - the clock on the wall
    (datetime(2024, 3, 5, 22, 40), 8.25, 31.05),  # noqa: DTZ001
    (datetime(2024, 3, 25, 12, 30), 2.0, 4.2),  # noqa: DTZ001
)
Row = Callable[[datetime, datetime, float, float], str]


def table(head: str, row: Row) -> str:
    lines = [row(a, a + timedelta(hours=h), h, kwh) for a, h, kwh in STAYS]
    return "\n".join([head, *lines]) + "\n"


def hms(hours: float) -> str:
    return f"{int(hours):02d}:{round(hours * 60) % 60:02d}:00"


def comma(value: float) -> str:
    return f"{value}".replace(".", ",")


def check(read: SessionTable) -> None:
    s = read.sessions
    monday = datetime(2024, 3, 4)  # noqa: DTZ001
    arrive = [(a - monday).total_seconds() / 60 for a, _, _ in STAYS]
    assert s.arrive_min == pytest.approx(arrive, abs=0.5)
    assert s.depart_min - s.arrive_min == pytest.approx([60 * h for _, h, _ in STAYS], abs=0.5)
    assert s.energy_kwh == pytest.approx([kwh for *_, kwh in STAYS])


LAYOUTS: dict[str, str] = {
    "chargepoint": table(
        "Station Name,Start Date,Start Time Zone,End Date,Total Duration (hh:mm:ss),"
        "Charging Time (hh:mm:ss),Energy (kWh),GHG Savings (kg),Port Type,Latitude",
        lambda a, b, h, k: (
            f"HAMILTON 1,{a:%m/%d/%Y %I:%M:%S %p},PST,{b:%m/%d/%Y %I:%M:%S %p},"
            f"{hms(h)},{hms(h / 4)},{k},2.6,Level 2,37.44"
        ),
    ),
    "perth_and_kinross": table(
        "CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,Cost,Site",
        lambda a, b, h, k: f"50901,1,{a:%d/%m/%Y},{a:%H:%M},{b:%d/%m/%Y},{b:%H:%M},{k},£0,Perth",
    ),
    "boulder": table(
        "ObjectID,Station_Name,Start_Date___Time,Start_Time_Zone,End_Date___Time,"
        "Total_Duration__hh_mm_ss_,Charging_Time__hh_mm_ss_,Energy__kWh_",
        lambda a, b, h, k: (
            f"1,ST1,{a:%Y/%m/%d %H:%M:%S},MDT,{b:%Y/%m/%d %H:%M:%S},{hms(h)},{hms(h / 2)},{k}"
        ),
    ),
    "easee": table(
        "Charger;Session start;Session end;Energy consumption (kWh);Duration",
        lambda a, b, h, k: f"EH1;{a:%d.%m.%Y %H:%M};{b:%d.%m.%Y %H:%M};{comma(k)};{hms(h)[:5]}",
    ),
    "plug_and_charge_times": table(
        "Charging start,Charging end,Plug-in time,Plug-out time,Energy kWh",
        lambda a, b, h, k: f"{a + timedelta(minutes=5)},{a + timedelta(hours=1)},{a},{b},{k}",
    ),
    "german_clock": table(
        "Datum;Startzeit;Endzeit;Verbrauch in kWh",
        lambda a, b, h, k: f"{a:%d.%m.%Y};{a:%H:%M} Uhr;{b:%H:%M} Uhr;{comma(k)}",
    ),
    "german_apart": table(
        "Startdatum;Startzeit;Enddatum;Endzeit;Geladene Energie (kWh)",
        lambda a, b, h, k: f"{a:%d.%m.%Y};{a:%H:%M};{b:%d.%m.%Y};{b:%H:%M};{comma(k)}",
    ),
    "dutch": table(
        "Laadpaal;Starttijd;Eindtijd;Verbruik (kWh)",
        lambda a, b, h, k: f"B1;{a:%d-%m-%Y %H:%M};{b:%d-%m-%Y %H:%M};{comma(k)}",
    ),
    "norwegian": table(
        "Lader;Starttid;Sluttid;Energi (kWh)",
        lambda a, b, h, k: f"B1;{a:%d.%m.%Y %H:%M};{b:%d.%m.%Y %H:%M};{comma(k)}",
    ),
    "spanish": table(
        "Cargador;Fecha inicio;Fecha fin;Energía (kWh)",
        lambda a, b, h, k: f"B1;{a:%d/%m/%Y %H:%M};{b:%d/%m/%Y %H:%M};{comma(k)}",
    ),
    "spoken_stay_and_unit_in_cells": table(
        "Session start,Session duration,Energy delivered",
        lambda a, b, h, k: f"{a:%Y-%m-%d %H:%M},{int(h)}h {round(h * 60) % 60}m,{k} kWh",
    ),
    "iso_duration": table(
        "start,duration,kWh",
        lambda a, b, h, k: f"{a:%Y-%m-%dT%H:%M},PT{int(h)}H{round(h * 60) % 60}M,{k}",
    ),
    "seconds_and_watt_hours": table(
        "session_start,duration_seconds,energyWh",
        lambda a, b, h, k: f"{a:%Y-%m-%d %H:%M:%S},{h * 3600:.0f},{k * 1000:.0f}",
    ),
    "thousands": table(
        "Start,End,Energy (Wh)",
        lambda a, b, h, k: f'{a:%Y-%m-%d %H:%M},{b:%Y-%m-%d %H:%M},"{round(k * 1000):,}"',
    ),
    "two_meter_readings": table(
        "Transaction ID,Start Time,Stop Time,Meter Start (Wh),Meter Stop (Wh)",
        lambda a, b, h, k: f"1,{a:%Y-%m-%d %H:%M},{b:%Y-%m-%d %H:%M},98000,{98000 + k * 1000:.0f}",
    ),
    "lines_above_and_totals_below": "Report\nSite: Kestrel\n\n"
    + table("Start,End,kWh", lambda a, b, h, k: f"{a:%d/%m/%Y %H:%M},{b:%d/%m/%Y %H:%M},{k}")
    + "Total,,47.65\n",
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_says_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text(LAYOUTS[name], encoding="utf-8")
    check(read_sessions(path))
    assert kind_of(path) == "sessions"


def utc(a: datetime, hours: float = 0) -> datetime:
    return a.replace(tzinfo=BERLIN).astimezone(UTC) + timedelta(hours=hours)


UTC_LAYOUTS = {
    "elaadnl.csv": table(
        "TransactionId;UTCTransactionStart;UTCTransactionStop;StartCard;ConnectedTime;TotalEnergy",
        lambda a, b, h, k: f"1;{utc(a):%d/%m/%Y %H:%M};{utc(a, h):%d/%m/%Y %H:%M};9;{comma(h)};"
        f"{comma(k)}",
    ),
    "milliseconds.csv": table(
        "startTimestamp,endTimestamp,energyWh",
        lambda a, b, h, k: f"{utc(a).timestamp() * 1000:.0f},{utc(a, h).timestamp() * 1000:.0f},"
        f"{k * 1000:.0f}",
    ),
    "ocpi.json": json.dumps(
        {"status_code": 1000, "data": [
            {"start_date_time": f"{utc(a):%Y-%m-%dT%H:%M:%SZ}", "total_energy": k, "total_time": h,
             "end_date_time": f"{utc(a, h):%Y-%m-%dT%H:%M:%SZ}",
             "cdr_location": {"evse_uid": f"{k}", "coordinates": {"latitude": "52.5"}},
             "charging_periods": [{"start_date_time": "2024", "dimensions": []}] * 9}
            for a, h, k in STAYS
        ]}
    ),
    "lines.jsonl": "\n".join(
        json.dumps({"start": utc(a).timestamp(), "stop": utc(a, h).timestamp(), "kwh": k})
        for a, h, k in STAYS
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UTC_LAYOUTS)
def test_utc_is_moved_to_the_clock_of_the_site(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(UTC_LAYOUTS[name], encoding="utf-8")
    check(read_sessions(path, SessionOptions(zone="Europe/Berlin")))
    assert kind_of(path) == "sessions"


def test_acn_json_names_its_zone(tmp_path: Path) -> None:
    form = "%a, %d %b %Y %H:%M:%S GMT"
    items = [
        {"connectionTime": f"{utc(a):{form}}", "disconnectTime": f"{utc(a, h):{form}}",
         "kWhDelivered": k, "timezone": "Europe/Berlin", "spaceID": "CA-1", "userInputs": None}
        for a, h, k in STAYS
    ]  # fmt: skip
    path = tmp_path / "acn.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"_meta": {}, "_items": items}).encode()))
    check(read_sessions(path))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"_items": []}, "no list of sessions"),
        ([{"a": 1}, {"a": 2}], "no header with arrival"),
        ([{"start": "2024-03-04T07:00", "kwh": 3}] * 2, "no column holds departure"),
    ],
)
def test_json_without_sessions_is_named(tmp_path: Path, document: object, reason: str) -> None:
    path = tmp_path / "s.json"
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match=reason):
        read_sessions(path)


def workbook(path: Path, *rows: list[object], before: int = 0) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for at in range(before):
        sheet.append([f"Charging report, line {at}"])
    sheet.merge_cells("A1:C1") if before else None
    for row in rows:
        sheet.append(row)
    other = book.create_sheet("Summary")
    for month in range(1, 7):
        other.append([month, 10.0, 200.0])
    book.save(path)
    return path


CELLS: dict[str, Callable[[datetime], object]] = {
    "dates": lambda t: t,
    "text": lambda t: f"{t:%d/%m/%Y %H:%M}",
    "serial": lambda t: (t - datetime(1899, 12, 30)).total_seconds() / 86400,  # noqa: DTZ001
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_sheet_of_sessions_is_found_among_others(tmp_path: Path, kind: str) -> None:
    cell = CELLS[kind]
    rows = [[cell(a), cell(a + timedelta(hours=h)), k] for a, h, k in STAYS]
    path = workbook(tmp_path / "s.xlsx", ["Start", "End", "Energy (kWh)"], *rows, before=2)
    check(read_sessions(path))
    assert kind_of(path) == "sessions"


def test_repeated_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    text = table("Start,End,kWh", lambda a, b, h, k: f"{a},{b},{k}")
    path = tmp_path / "s.csv"
    path.write_text(text + text.split("\n", 1)[1])
    read = read_sessions(path)
    check(read)
    assert read.dropped == (("that repeat an earlier row", 3),)


def test_two_cars_alike_at_two_outlets_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    row = "2024-03-04 07:00,2024-03-04 09:00,12.0"
    path.write_text(f"Start,End,kWh,Connector\n{row},1\n{row},2\n")
    assert len(read_sessions(path).sessions) == 2


def test_time_under_charge_is_no_stay_and_said(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("Start,Charging time (hh:mm:ss),kWh\n2024-03-04 07:00,2:00:00,12\n")
    assert "SES-CHARGING" in {n.code for n in read_sessions(path).notes}


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.csv", '"Percentage of charging events","public"\n0,72\n1,44.9\n', "sums or shares"),
        ("b.csv", "Month,Sessions,kWh\n2024-01,30,400\n2024-02,33,420\n", "sums or shares"),
        ("c.csv", "arrival,departure,requested_energy\n2024-03-04 07:00,2024-03-04 08:00,9\n",
         "requested energy is no measure"),
        ("d.csv", "Start,Stop,Cost\n2024-03-04 07:00,2024-03-04 08:00,9\n", "holds energy"),
        ("e.yaml", "mean_park: 8\n", "file of settings"),
    ],
)  # fmt: skip
def test_what_is_no_session_table_is_told_why(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=reason):
        read_sessions(tmp_path / name)


def test_intervals_of_a_meter_are_no_sessions(tmp_path: Path) -> None:
    path = tmp_path / "load.csv"
    hours = [f"2024-06-03 {h:02d}:00,2024-06-03 {h:02d}:59,{h}" for h in range(24)]
    path.write_text("\n".join(["start,end,kWh", *hours]))
    assert kind_of(path) == "profile"


def test_inspect_tells_what_sessions_resemble(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(LAYOUTS["easee"])
    report = inspect(path)
    assert (report["kind"], report["action"]) == ("sessions", "accept")
    assert report["summary"]["total_kwh"] == 47.65
    assert report["summary"]["last_day"] == "2024-03-25"


def test_every_shared_aggregate_and_archetype_is_refused_in_a_sentence(shared: Path) -> None:
    folder = shared / "samples" / "sessions"
    files = [*folder.glob("elaad_ev2gym/*.csv"), *folder.glob("elvis_configs/*.yaml")]
    assert len(files) == 19
    for path in files:
        (finding,) = inspect(path)["findings"]
        assert finding["severity"] == "error"
        assert "archetype" in finding["remedy"]


@given(st.integers(0, 5 * 86400))
def test_a_stay_reads_the_same_however_it_is_written(seconds: int) -> None:
    h, m, s = seconds // 3600, seconds // 60 % 60, seconds % 60
    texts = (f"{h}:{m:02d}:{s:02d}", f"PT{h}H{m}M{s}S", f"{h} h {m} min {s} s",
             f"{h // 24} days {h % 24}:{m:02d}:{s:02d}")  # fmt: skip
    assert {round(3600 * (stay_h(text) or 0.0)) for text in texts} == {seconds}
