"""Layouts of meter operators and portals: the right energy unaided, or a question.

Every layout is rebuilt here with three days of the same load; the sum is known.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from planner.inputs.kinds import kind_of
from planner.inputs.problem import InputError
from planner.inputs.profiles import ProfileOptions, read_profile, understand
from planner.inputs.report import Action

Rows = list[str]
HALF, QUARTER, HOUR = 30, 15, 60


def days(minutes: int, count: int = 3, first: datetime | None = None) -> list[datetime]:
    start = first or datetime(2024, 6, 13)  # noqa: DTZ001 - wall-clock time
    return [start + timedelta(minutes=minutes * i) for i in range(count * 24 * 60 // minutes)]


def kwh(index: int) -> float:
    return (index % 11) / 8 + 0.125


def total(minutes: int, count: int = 3) -> float:
    return sum(kwh(i) for i in range(count * 24 * 60 // minutes))


def comma(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")


def supplier_portal() -> tuple[Rows, int]:
    rows = [
        "Consumption (kwh), Estimated Cost Inc. Tax (p), Standing Charge Inc. Tax (p), Start, End"
    ]
    for i, t in enumerate(days(HALF)):
        end = t + timedelta(minutes=30)
        rows.append(
            f"{kwh(i)}, 3.5, 1.0, {t:%Y-%m-%dT%H:%M:%S+00:00}, {end:%Y-%m-%dT%H:%M:%S+00:00}"
        )
    return rows, HALF


def data_hub() -> tuple[Rows, int]:
    rows = ["timestamp (UTC),energyConsumption (kWh)"]
    return rows + [f"{t:%Y-%m-%d %H:%M},{kwh(i)}" for i, t in enumerate(days(HALF))], HALF


def date_from_to() -> tuple[Rows, int]:
    rows = ["Datum;von;bis;Wert (kWh);Status"]
    for i, t in enumerate(days(QUARTER)):
        end = t + timedelta(minutes=15)
        rows.append(f"{t:%d.%m.%Y};{t:%H:%M};{end:%H:%M};{comma(kwh(i))};W")
    return rows, QUARTER


def two_dates_two_clocks() -> tuple[Rows, int]:
    rows = ["Ab-Datum;Ab-Zeit;Bis-Datum;Bis-Zeit;Profilwert kW;Status"]
    for i, t in enumerate(days(QUARTER)):
        end = t + timedelta(minutes=15)
        kw = comma(4 * kwh(i))
        rows.append(f"{t:%d.%m.%Y};{t:%H:%M};{end:%d.%m.%Y};{end:%H:%M};{kw};gemessen")
    return rows, QUARTER


def unit_above_its_value() -> tuple[Rows, int]:
    rows = ["Identifiant PRM;Date de debut;Date de fin;Unite;Pas en minutes",
            "01234567890123;2024-06-13;2024-06-16;W;30", "Horodate;Valeur"]  # fmt: skip
    rows += [f"{t:%Y-%m-%dT%H:%M:%S}+02:00;{2000 * kwh(i):.0f}" for i, t in enumerate(days(HALF))]
    return rows, HALF


def hour_numbers() -> tuple[Rows, int]:
    rows = ["CUPS;Fecha;Hora;AE_kWh;REAL/ESTIMADO"]
    rows += [
        f"ES0021;{t:%d/%m/%Y};{t.hour + 1};{comma(kwh(i))};R" for i, t in enumerate(days(HOUR))
    ]
    return rows, HOUR


def hours_and_minutes_as_one_number() -> tuple[Rows, int]:
    rows = ["Date;Time;kWh"]
    rows += [f"{t:%Y%m%d};{t:%H%M};{comma(kwh(i))}" for i, t in enumerate(days(QUARTER))]
    return rows, QUARTER


def intervals_that_end_a_minute_early() -> tuple[Rows, int]:
    rows = [
        "Name,Jane",
        "Address,1 Street",
        "",
        "TYPE,DATE,START TIME,END TIME,USAGE (kWh),COST,NOTES",
    ]
    for i, t in enumerate(days(QUARTER)):
        end = t + timedelta(minutes=14)
        rows.append(f"Electric usage,{t:%Y-%m-%d},{t:%H:%M},{end:%H:%M},{kwh(i)},$0.05,")
    return rows, QUARTER


def clocks_across() -> tuple[Rows, int]:
    heads = [f"{m // 60 % 24:02d}:{m % 60:02d}" for m in range(30, 1441, 30)]
    rows = ["Meter,Date,Units," + ",".join(heads)]
    for day in range(3):
        date = datetime(2024, 6, 13) + timedelta(days=day)  # noqa: DTZ001
        values = ",".join(str(kwh(48 * day + i)) for i in range(48))
        rows.append(f"M1,{date:%d/%m/%Y},kWh,{values}")
    return rows, HALF


def periods_across() -> tuple[Rows, int]:
    rows = ["MPAN,Date," + ",".join(f"HH{n:02d}" for n in range(1, 49))]
    for day in range(3):
        date = datetime(2024, 6, 13) + timedelta(days=day)  # noqa: DTZ001
        values = ",".join(str(kwh(48 * day + i)) for i in range(48))
        rows.append(f"1200012345678,{date:%d/%m/%Y},{values}")
    return rows, HALF


def nem12() -> tuple[Rows, int]:
    rows = ["100,NEM12,202406200000,MDP,RETAILER"]
    for register, unit in (("E1", "KWH"), ("B1", "KWH")):
        rows.append(f"200,6305010123,E1B1,1,{register},N1,01009,{unit},30,")
        for day in range(3):
            date = datetime(2024, 6, 13) + timedelta(days=day)  # noqa: DTZ001
            values = ",".join(str(kwh(48 * day + i)) for i in range(48))
            rows.append(f"300,{date:%Y%m%d},{values},A,,,20240620000000,")
    return [*rows, "900"], HALF


def obis_headers() -> tuple[Rows, int]:
    rows = ["Zeitstempel;1-1:1.29.0;1-1:2.29.0", ";Bezug;Einspeisung", ";kWh;kWh"]
    rows += [f"{t:%d.%m.%y %H:%M};{comma(kwh(i))};{comma(i % 3)}" for i, t in enumerate(days(15))]
    return rows, QUARTER


def power_and_energy() -> tuple[Rows, int]:
    rows = ["Zeit\tLeistung [kW]\tArbeit [kWh]"]
    for i, t in enumerate(days(QUARTER)):
        rows.append(f"{t:%d.%m.%Y %H:%M}\t{comma(4 * kwh(i))}\t{comma(kwh(i))}")
    return rows, QUARTER


def spelled_unit() -> tuple[Rows, int]:
    rows = ["Date and time|Usage in kilowatt hours"]
    return rows + [f"{t:%d-%b-%Y %H:%M}|{kwh(i)}" for i, t in enumerate(days(HOUR))], HOUR


def epoch_seconds() -> tuple[Rows, int]:
    rows = ["ts,load_wh"]
    for i, t in enumerate(days(HOUR)):
        rows.append(f"{int(t.replace(tzinfo=UTC).timestamp())},{1000 * kwh(i):.0f}")
    return rows, HOUR


def totals_and_blank_lines() -> tuple[Rows, int]:
    rows = ['"Zeit";"Wert (kWh)"']
    rows += [f'"{t:%d.%m.%Y %H:%M}";"{comma(kwh(i))}"' for i, t in enumerate(days(QUARTER))]
    return [*rows, "", f"Summe;{comma(total(QUARTER))}", ""], QUARTER


def nem12_of_two_kinds() -> tuple[Rows, int]:
    rows = ["100,NEM12,202306150930,MDP,RETAILER"]
    for register, unit in (("E1", "KWH"), ("Q1", "KVARH")):
        rows.append(f"200,6305010123,E1Q1,1,{register},N1,01009,{unit},15,")
        for day in range(3):
            values = ",".join(str(kwh(96 * day + i)) for i in range(96))
            rows.append(f"300,202306{13 + day},{values},A,,,20230620000000,")
    return [*rows, "900"], QUARTER


def clock_ranges_in_one_cell() -> tuple[Rows, int]:
    rows = ["Datum;Uhrzeit von-bis;kWh"]
    for i, t in enumerate(days(QUARTER)):
        end = t + timedelta(minutes=15)
        rows.append(f"{t:%d.%m.%Y};{t:%H:%M}-{end:%H:%M};{comma(kwh(i))}")
    return rows, QUARTER


def unit_above_clocks_across() -> tuple[Rows, int]:
    heads = ";".join(f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 15))
    rows = ["Lastgang;Werk 2", "Einheit;kWh", "", f"Tag;{heads}"]
    for day in range(3):
        values = ";".join(comma(kwh(96 * day + i)) for i in range(96))
        rows.append(f"{13 + day}.06.2024;{values}")
    return rows, QUARTER


def epoch_milliseconds() -> tuple[Rows, int]:
    rows = ["time,kwh"]
    for i, t in enumerate(days(QUARTER)):
        rows.append(f"{int(t.replace(tzinfo=UTC).timestamp())}000,{kwh(i)}")
    return rows, QUARTER


def three_decimals_beside_dotted_dates() -> tuple[Rows, int]:
    rows = ["Zeit;Leistung [kW];Blindleistung [kvar]"]
    for i, t in enumerate(days(QUARTER)):
        rows.append(f"{t:%d.%m.%Y %H:%M};{comma(4 * kwh(i) + 1)};{comma(kwh(i) + 1)}")
    return rows, QUARTER


LAYOUTS: list[Callable[[], tuple[Rows, int]]] = [
    supplier_portal, data_hub, date_from_to, two_dates_two_clocks, unit_above_its_value,
    hour_numbers, hours_and_minutes_as_one_number, intervals_that_end_a_minute_early,
    clocks_across, periods_across, nem12, obis_headers, power_and_energy, spelled_unit,
    epoch_seconds, totals_and_blank_lines, nem12_of_two_kinds, clock_ranges_in_one_cell,
    unit_above_clocks_across, epoch_milliseconds,
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda f: f.__name__)
def test_layout_gives_its_energy_unaided(
    layout: Callable[[], tuple[Rows, int]], tmp_path: Path
) -> None:
    rows, minutes = layout()
    path = tmp_path / "export.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    assert kind_of(path) == "profile"
    profile = read_profile(path)
    assert profile.interval_min == minutes
    # Watts and watt-hours above are rounded to whole numbers, hence 0.1 %.
    assert profile.total_kwh == pytest.approx(total(minutes), rel=1e-3)
    assert len(profile.kw) == 3 * 24 * 60 // minutes


@pytest.mark.parametrize(("month", "day", "count"), [(3, 31, 46), (10, 27, 50)])
def test_numbered_periods_follow_the_clock_changes(
    tmp_path: Path, month: int, day: int, count: int
) -> None:
    rows = ["Date kWh," + ",".join(f"HH{n}" for n in range(1, 51))]
    for offset, periods in ((-1, 48), (0, count), (1, 48)):
        date = datetime(2024, month, day) + timedelta(days=offset)  # noqa: DTZ001
        cells = [f"{1 + n % 7}" if n < periods else "" for n in range(50)]
        rows.append(f"{date:%Y-%m-%d}," + ",".join(cells))
    (tmp_path / "hh.csv").write_text("\n".join(rows))
    profile = read_profile(tmp_path / "hh.csv")
    london = ZoneInfo("Europe/London")
    first = datetime(2024, month, day, tzinfo=london) - timedelta(days=1)
    assert (len(profile.kw), profile.start) == (96 + count, first.astimezone(UTC))


def test_a_comma_beside_dotted_dates_marks_decimals_unless_the_unit_is_small(
    tmp_path: Path,
) -> None:
    rows, _ = three_decimals_beside_dotted_dates()
    path = tmp_path / "load.csv"
    path.write_text("\n".join(rows))
    reading = understand(path)
    assert any("the comma marks decimals" in n.message for n in reading.notes)
    assert reading.profile.total_kwh == pytest.approx(total(QUARTER) + 3 * 24)
    path.write_text("\n".join(rows).replace("[kW]", "[W]"))
    with pytest.raises(InputError, match="may have a decimal mark or a thousands mark"):
        understand(path)


def test_rows_wider_than_the_others_are_listed_by_line(tmp_path: Path) -> None:
    rows = ["Zeit;kWh;Status"]
    rows += [f"{t:%d.%m.%Y %H:%M};{comma(kwh(i))};W" for i, t in enumerate(days(QUARTER))]
    rows[40] = rows[40].replace(",", ";") + ";x"
    path = tmp_path / "ragged.csv"
    path.write_text("\n".join(rows))
    notes = understand(path, ProfileOptions(fill="interpolate")).notes
    said = [(n.place, n.message) for n in notes if n.action is Action.SKIP]
    assert said == [("line 41", "the row has 5 columns, the others 3")]


def test_tariff_registers_can_be_summed(tmp_path: Path) -> None:
    rows = ["Zeit;HT kWh;NT kWh"]
    for i, t in enumerate(days(QUARTER)):
        high = 6 <= t.hour < 22
        rows.append(f"{t:%d.%m.%Y %H:%M};{comma(kwh(i) * high)};{comma(kwh(i) * (not high))}")
    path = tmp_path / "tariffs.csv"
    path.write_text("\n".join(rows))
    with pytest.raises(InputError, match=r"--column NAME\+NAME"):
        read_profile(path)
    both = read_profile(path, ProfileOptions(column="HT kWh+NT kWh"))
    assert both.total_kwh == pytest.approx(total(QUARTER), rel=1e-9)


def test_estimated_values_are_counted_and_shown(tmp_path: Path) -> None:
    rows = ["Zeit;kWh;Status"]
    for i, t in enumerate(days(QUARTER)):
        rows.append(f"{t:%d.%m.%Y %H:%M};{comma(kwh(i))};{'EST' if i % 5 == 0 else 'VAL'}")
    path = tmp_path / "e.csv"
    path.write_text("\n".join(rows))
    notes = understand(path).notes
    assert any(n.code == "PRF-ESTIMATED" and "58 values" in n.message for n in notes)
    assert all(n.action is not Action.ASK for n in notes)
