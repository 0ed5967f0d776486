"""Meter exports: every layout trait and content class on small generated files."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from planner.inputs.problem import InputError
from planner.inputs.profiles import ProfileOptions, Reading, read_profile, understand
from planner.inputs.report import Action
from planner.model.site import LoadProfile

# Wall-clock times, as exports write them, have no zone.
START = datetime(2024, 6, 3)  # noqa: DTZ001
Write = Callable[..., Path]


@pytest.fixture
def export(tmp_path: Path) -> Write:
    def write(lines: list[str], encoding: str = "utf-8", name: str = "load.csv") -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join(lines).encode(encoding))
        return path

    return write


def stamps(count: int, minutes: int = 15, start: datetime = START) -> Iterator[datetime]:
    return (start + timedelta(minutes=minutes * i) for i in range(count))


def plain(count: int = 96, minutes: int = 15, start: datetime = START) -> list[str]:
    rows = [f"{t:%Y-%m-%d %H:%M},{10 + i % 7}" for i, t in enumerate(stamps(count, minutes, start))]
    return ["timestamp,kW", *rows]


def total(count: int, minutes: int = 15) -> float:
    return sum(10 + i % 7 for i in range(count)) * minutes / 60


def codes(reading: Reading, action: Action) -> set[str]:
    return {n.code for n in reading.notes if n.action is action}


def read_flat(path: Path, **options: object) -> LoadProfile:
    """Read a file whose values are all equal on purpose."""
    accepted = frozenset({"PRF-CONSTANT"})
    return read_profile(path, ProfileOptions(accepted=accepted, **options))  # type: ignore[arg-type]


def asked(path: Path, **options: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read_profile(path, ProfileOptions(**options))  # type: ignore[arg-type]
    assert caught.value.question, str(caught.value)
    return caught.value


def rejected(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_profile(path)
    assert not caught.value.question, str(caught.value)
    return str(caught.value)


def test_kw_at_interval_start(export: Write) -> None:
    profile = read_profile(export(plain()), ProfileOptions(zone="UTC"))
    assert profile.total_kwh == pytest.approx(total(96), abs=1e-9)
    assert profile.start == START.replace(tzinfo=UTC)
    assert not profile.kw.flags.writeable


@pytest.mark.parametrize(
    ("unit", "factor"), [("kWh", 4), ("Wh", 4e-3), ("W", 1e-3), ("kW", 1), ("MWh", 4e3)]
)
def test_unit_from_header(export: Write, unit: str, factor: float) -> None:
    lines = plain()
    lines[0] = f"timestamp,Verbrauch [{unit}]"
    assert read_profile(export(lines)).total_kwh == pytest.approx(total(96) * factor, rel=1e-12)


def test_decimal_comma_and_trailing_separator(export: Write) -> None:
    rows = [f"{t:%d.%m.%Y %H:%M};1.200,50;G;" for t in stamps(96)]
    profile = read_flat(export(["Zeit;Leistung (kW);Qualität;", *rows]))
    assert profile.peak_kw == 1200.5
    assert profile.zone == "Europe/Berlin"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(export: Write, encoding: str) -> None:
    rows = [f"{t:%d.%m.%Y %H:%M};1,5" for t in stamps(96)]
    path = export(["sep=;", "Straße;Zähler kWh", *rows], encoding)
    assert read_flat(path).total_kwh == pytest.approx(144.0)


def test_metadata_before_the_header(export: Write) -> None:
    meta = ["Contract;4711", "Meter;0001", "Period;01.06.2024", "", "Begin;End;Value in kWh"]
    rows = [
        f"{t:%d.%m.%Y %H:%M};{t + timedelta(minutes=15):%d.%m.%Y %H:%M};0,5" for t in stamps(96)
    ]
    assert read_flat(export(meta + rows)).total_kwh == pytest.approx(48.0)


def test_interval_end_stamps_are_recognised_and_said(export: Write) -> None:
    rows = [f"{t + timedelta(minutes=15):%Y-%m-%d %H:%M},1" for t in stamps(96)]
    reading = understand(export(["time,kWh", *rows]), ProfileOptions(zone="UTC"))
    assert reading.profile.start == START.replace(tzinfo=UTC)
    assert any("interval ends" in n.message for n in reading.notes)


def test_24_00_is_the_next_midnight(export: Write) -> None:
    rows = [f"{START:%d.%m.%Y};{m // 60:02d}:{m % 60:02d};2" for m in range(15, 24 * 60 + 15, 15)]
    profile = read_flat(export(["Datum;Zeit;kWh", *rows]), zone="UTC")
    assert (len(profile.kw), profile.start) == (96, START.replace(tzinfo=UTC))


def test_range_in_one_cell(export: Write) -> None:
    rows = [
        f"{t:%d.%m.%Y %H:%M} - {t + timedelta(hours=1):%d.%m.%Y %H:%M};0,2" for t in stamps(48, 60)
    ]
    assert read_flat(export(["Datum;Verbrauch - Einheit kWh", *rows])).interval_min == 60


def test_one_row_per_day(export: Write) -> None:
    clocks = ";".join(f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 24 * 60, 30))
    days = [f"{START + timedelta(days=d):%d.%m.%Y};" + ";".join(["1,5"] * 48) for d in range(3)]
    profile = read_flat(export([f"Datum kWh;{clocks}", *days]))
    assert (len(profile.kw), profile.total_kwh) == (144, pytest.approx(216.0))


def test_unit_in_its_own_column_and_ids_ignored(export: Write) -> None:
    rows = [f"12345678;{t:%d.%m.%Y %H:%M};0,25;KWH;VAL" for t in stamps(96)]
    reading = understand(export(["Anlage;Zeitpunkt;Wert;Einheit;Qualität", *rows]))
    assert reading.unit_read == "kWh"
    assert reading.profile.total_kwh == pytest.approx(24.0)


def test_utc_offsets_across_the_spring_change(export: Write) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2024, 3, 30, 23, tzinfo=UTC)
    moments = [(first + timedelta(minutes=15 * i)).astimezone(berlin) for i in range(192)]
    profile = read_flat(export(["time;kWh", *(f"{t.isoformat()};1" for t in moments)]))
    assert (len(profile.kw), profile.start, profile.zone) == (192, first, "Europe/Berlin")


@pytest.mark.parametrize(("day", "values"), [((2024, 3, 30), 188 + 96), ((2024, 10, 26), 196 + 96)])
def test_local_days_of_23_and_25_hours(
    export: Write, day: tuple[int, int, int], values: int
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(*day, tzinfo=berlin).astimezone(UTC)
    moments = [(first + timedelta(minutes=15 * i)).astimezone(berlin) for i in range(values)]
    rows = [f"{t:%Y-%m-%d %H:%M},{50 + i % 5}" for i, t in enumerate(moments)]
    profile = read_profile(export(["timestamp,kW", *rows]))
    assert (len(profile.kw), profile.start, profile.zone) == (values, first, "Europe/Berlin")
    assert profile.filled == 0


def test_a_spring_hour_that_exists_is_asked_about(export: Write) -> None:
    path = export(plain(96 * 3, start=datetime(2024, 3, 30)))  # noqa: DTZ001
    assert "--zone" in asked(path).remedy
    assert len(read_profile(path, ProfileOptions(zone="UTC")).kw) == 288


def test_newest_first_is_sorted_and_said(export: Write) -> None:
    lines = plain()
    reading = understand(export([lines[0], *reversed(lines[1:])]), ProfileOptions(zone="UTC"))
    assert "PRF-ORDER" in codes(reading, Action.REPAIR)
    assert reading.profile.kw[:3].tolist() == [10, 11, 12]


def test_a_gap_is_asked_about_and_filled_on_consent(export: Write) -> None:
    lines = plain(192)
    del lines[50:62]
    error = asked(export(lines))
    assert (error.place, "12 of 192" in error.reason) == (
        "2024-06-03 12:15 to 2024-06-03 15:15",
        True,
    )
    filled = read_profile(export(lines), ProfileOptions(fill="interpolate"))
    assert (filled.filled, len(filled.kw)) == (12, 192)
    assert min(filled.kw) >= 10


def test_the_leap_day_is_named(export: Write) -> None:
    lines = plain(96 * 4, start=datetime(2024, 2, 27))  # noqa: DTZ001
    del lines[1 + 96 * 2 : 1 + 96 * 3]
    assert "29 February" in asked(export(lines)).reason


def test_duplicates_never_double_the_energy(export: Write) -> None:
    lines = plain(192)
    path = export(lines + lines[40:80])
    assert "40 times occur more than once" in asked(path).reason
    assert understand(path).profile.total_kwh == pytest.approx(total(192))
    once = read_profile(path, ProfileOptions(duplicates="mean"))
    assert once.total_kwh == pytest.approx(total(192))


def test_unit_unknown_shows_both_readings(export: Write) -> None:
    lines = plain(48, 30)
    lines[0] = "timestamp,Value"
    error = asked(export(lines))
    assert "peak is 32 kW" in error.reason
    assert "as kW 16 kW" in error.reason
    assert read_profile(export(lines), ProfileOptions(unit="kWh")).peak_kw == 32


def test_a_normalised_series_is_scaled_to_what_the_user_gives(export: Write) -> None:
    rows = [f"{t:%Y-%m-%d %H:%M};{(i % 96) / 95:.4f}" for i, t in enumerate(stamps(192))]
    path = export(["time;p", *rows])
    assert "--peak-kw" in asked(path).remedy
    assert read_profile(path, ProfileOptions(peak_kw=250)).peak_kw == pytest.approx(250)


def test_a_register_is_differenced_over_its_roll_over(export: Write) -> None:
    rows = [
        f"{t:%Y-%m-%d %H:%M};{(99_990 + 2 * i + i % 3) % 100_000}" for i, t in enumerate(stamps(97))
    ]
    path = export(["time;meter kWh", *rows])
    assert "register" in asked(path).reason
    profile = read_profile(path, ProfileOptions(register=True))
    assert profile.total_kwh == pytest.approx(192)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({5: "-4"}, "PRF-NEGATIVE"),
        ({5: "100000"}, "PRF-SPIKE"),
        (dict.fromkeys(range(192), "100"), "PRF-CONSTANT"),
        (dict.fromkeys(range(150), "7"), "PRF-CONSTANT"),
    ],
)
def test_implausible_content_is_asked_about(
    export: Write, change: dict[int, str], code: str
) -> None:
    lines = plain(192)
    for index, value in change.items():
        lines[1 + index] = lines[1 + index].split(",")[0] + "," + value
    path = export(lines)
    assert code in codes(understand(path), Action.ASK)
    if code != "PRF-NEGATIVE":
        assert read_profile(path, ProfileOptions(accepted=frozenset({code})))


def test_dates_in_the_future_are_asked_about(export: Write) -> None:
    options = ProfileOptions(today=START.date() - timedelta(days=10))
    assert "PRF-DATES" in codes(understand(export(plain()), options), Action.ASK)


def test_interval_change_is_resampled_with_its_energy(export: Write) -> None:
    late = START + timedelta(days=1)
    rows = [f"{t:%Y-%m-%d %H:%M};1,5" for t in stamps(96)]
    rows += [f"{t:%Y-%m-%d %H:%M};6,5" for t in stamps(24, 60, late)]
    path = export(["Zeit;kWh", *rows])
    assert "from 15 to 60 min" in asked(path).reason
    profile = read_flat(path, resample=True)
    assert (len(profile.kw), profile.total_kwh) == (192, pytest.approx(96 * 1.5 + 24 * 6.5))


def test_day_and_month_that_fit_both_ways_are_asked_about(export: Write) -> None:
    rows = [f"{d:02d}/{d:02d}/2024 {h:02d}:00,5" for d in range(1, 9) for h in range(24)]
    path = export(["Date,kW", *rows])
    assert "--dayfirst" in asked(path).remedy


@pytest.mark.parametrize("shape", ["%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d-%b-%Y %H:%M"])
def test_orders_that_only_one_reading_makes_regular(export: Write, shape: str) -> None:
    lines = ["Time,kW", *(f"{t:{shape}},{i % 9}" for i, t in enumerate(stamps(192)))]
    profile = read_profile(export(lines), ProfileOptions(zone="UTC"))
    assert profile.start == START.replace(tzinfo=UTC)


def test_several_meters_are_a_question(export: Write) -> None:
    rows = [f"{t:%Y-%m-%d %H:%M};{i % 5},5;{i % 3},5" for i, t in enumerate(stamps(96))]
    path = export(["Zeit;Meter A kWh;Meter B kWh", *rows])
    assert "Meter A" in asked(path).reason
    assert read_profile(path, ProfileOptions(column="Meter B kWh")).total_kwh == pytest.approx(144)


def test_reactive_and_export_columns_are_left_alone(export: Write) -> None:
    rows = [f"{t:%Y-%m-%d %H:%M};{i % 5};3;1;9" for i, t in enumerate(stamps(100))]
    path = export(["Zeit;Bezug kWh;Einspeisung kWh;kvarh;Temperatur", *rows])
    assert read_profile(path).total_kwh == pytest.approx(200)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["timestamp,kW", "2024-03-28 00:00,5"], "only one value"),
        (["timestamp,kW"], "no row holds a time and a number"),
        ([""], "the file is empty"),
        (["<html><body>log in</body></html>"], "a web page"),
        (plain(40), "cover 10 hours"),
    ],
)
def test_what_cannot_be_a_profile_is_refused(export: Write, lines: list[str], message: str) -> None:
    assert message in rejected(export(lines))


def test_comma_as_separator_and_decimal_mark_is_refused_with_its_line(export: Write) -> None:
    lines = ["timestamp,kW", *(f"{t:%Y-%m-%d %H:%M},51,962" for t in stamps(96))]
    assert "line 2: the row has 3 columns, the header 2" in rejected(export(lines))


def test_bad_cells_are_listed_by_address(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Timestamp", "kW"])
    odd = ["#REF!", "n/a", True, "1.234,5", "1,234.5", "12 kW", "１２"]
    for i, t in enumerate(stamps(96)):
        sheet.append([t, odd[i - 1] if 1 <= i <= len(odd) else 10 + i % 7])
    path = tmp_path / "load.xlsx"
    book.save(path)
    reading = understand(path)
    bad = [n.place for n in reading.notes if n.code == "PRF-BAD-VALUE"]
    assert bad == [f"sheet Sheet, B{r}" for r in range(3, 10)]
    assert "PRF-GAP" in codes(reading, Action.ASK)


def test_two_tables_in_a_workbook_are_a_question(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("North", "South"):
        sheet = book.create_sheet(name)
        for t in stamps(96):
            sheet.append([t, 5.0 + t.hour])
    path = tmp_path / "load.xlsx"
    book.save(path)
    assert "--sheet" in asked(path).remedy


def espi(readings: int, prologue: str = "") -> str:
    body = "".join(
        f"<IntervalReading><timePeriod><duration>3600</duration><start>{1293868800 + 3600 * i}"
        f"</start></timePeriod><value>{500 + i}</value></IntervalReading>"
        for i in range(readings)
    )
    return (
        f'<?xml version="1.0"?>{prologue}<feed xmlns="http://naesb.org/espi">'
        f"<ReadingType><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType>"
        f"<IntervalBlock><interval><duration>999999</duration></interval>{body}</IntervalBlock></feed>"
    )


def test_green_button_sums_its_readings(export: Write) -> None:
    reading = understand(export([espi(30)], name="load.xml"))
    assert reading.profile.total_kwh == pytest.approx(sum(500 + i for i in range(30)) / 1000)
    assert any(n.code == "PRF-BLOCK" for n in reading.notes)


def test_green_button_with_entities_is_refused(export: Write) -> None:
    prologue = '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    assert "entities" in rejected(export([espi(30, prologue)], name="load.xml"))


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(content=st.binary(max_size=300))
@example(content=b"\xfe\xff")  # a mark and nothing after it
def test_no_bytes_cause_anything_but_an_input_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_profile(path)


SAMPLES = {
    "at_NetzNOEv2.csv": (1248, 495.539, 8.928),
    "at_EnergienetzeSteiermarkLeistung.csv": (2880, 104.659, 3.932),
    "at_VorarlbergNetz.csv": (192, 9.472, 1.820),
    "at_stromnetz.graz.csv": (384, 60.392, 5.068),
    "at_hallag.xlsx": (720, 205.57, 1.65),
    "us_greenbutton_sample.xml": (362, 291.018, 1.290),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_real_exports_give_their_energy_unaided(shared: Path, name: str) -> None:
    profile = read_profile(shared / "samples" / "profiles" / name)
    count, kwh, peak = SAMPLES[name]
    assert (len(profile.kw), profile.filled) == (count, 0)
    assert profile.total_kwh == pytest.approx(kwh, abs=1e-9 * kwh)
    assert profile.peak_kw == pytest.approx(peak, abs=5e-4)


def test_the_benchmark_series_asks_for_its_year_and_peak(shared: Path) -> None:
    path = shared / "samples" / "profiles" / "simbench_LoadProfile.csv"
    assert {"PRF-JUMP", "PRF-NORMALISED"} <= codes(understand(path), Action.ASK)
    options = ProfileOptions(
        peak_kw=1, start=datetime(2016, 1, 1, tzinfo=UTC), zone="UTC", column="G0_0_pload"
    )
    assert read_profile(path, options).total_kwh == pytest.approx(3364.316275, abs=1e-6)
