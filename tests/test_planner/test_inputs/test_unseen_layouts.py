"""Layouts in combinations that no sample has: the right energy or a question, never a wrong sum.

Each case is drawn from the traits that meter exports differ in. The sum is made
here from the same numbers as decimals, without any code of the product.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from planner.inputs.problem import InputError
from planner.inputs.profiles import ProfileOptions, understand
from planner.inputs.report import Action

WORDS = {
    "en": ("Timestamp", "Start", "End", "Date", "Time", "Consumption", "Status", "Unit", "Meter"),
    "de": ("Zeitpunkt", "Beginn", "Ende", "Datum", "Uhrzeit", "Verbrauch", "Status", "Einheit",
           "Zählpunkt"),
    "fr": ("Horodate", "Début", "Fin", "Date", "Heure", "Consommation", "Statut", "Unité",
           "Compteur"),
    "nl": ("Tijdstip", "Van", "Tot", "Datum", "Tijd", "Verbruik", "Status", "Eenheid", "Meter"),
    "it": ("Istante", "Inizio", "Fine", "Data", "Ora", "Consumo", "Stato", "Unità", "Contatore"),
}  # fmt: skip
ZONES = {"en": "Europe/London", "de": "Europe/Berlin", "fr": "Europe/Paris",
         "nl": "Europe/Amsterdam", "it": "Europe/Rome"}  # fmt: skip
REGIONS = {"en": "gb", "de": "de", "fr": "fr", "nl": "nl", "it": "it"}
FACTORS = {"kWh": Decimal(1), "Wh": Decimal("0.001"), "MWh": Decimal(1000)}
POWERS = {"kW": Decimal(1), "W": Decimal("0.001"), "MW": Decimal(1000)}
DAYS = (datetime(2024, 6, 10), datetime(2024, 3, 29), datetime(2024, 10, 25))  # noqa: DTZ001


@dataclass(frozen=True)
class Layout:
    """One combination of traits."""

    number: int
    language: str
    separator: str
    decimal: str
    encoding: str
    minutes: int
    unit: str
    unit_in: str
    time: str
    stamp: str
    first_day: datetime
    metadata: int
    quality: bool
    quoted: bool
    order: str
    totals: bool
    register: bool
    trailing: bool


def drawn(number: int) -> Layout:
    rng = random.Random(f"layout-{number}")
    language = rng.choice(list(WORDS))
    separator = rng.choice((";", ",", "\t", "|"))
    decimal = "." if separator == "," else rng.choice((".", ","))
    times = ("start", "end", "begin_end", "range", "date_time", "epoch", "iso_offset", "utc")
    return Layout(
        number, language, separator, decimal,
        rng.choice(("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "cp850")),
        rng.choice((15, 15, 30, 60, 5)), rng.choice((*FACTORS, *POWERS)),
        rng.choice(("header", "column", "metadata", "none")), rng.choice(times),
        rng.choice(("%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%Y%m%d%H%M",
                    "%d-%m-%y %H:%M", "%Y/%m/%d %H:%M")),
        rng.choice(DAYS), rng.choice((0, 0, 1, 4, 12)), rng.random() < 0.4, rng.random() < 0.3,
        rng.choice(("up", "up", "up", "down")), rng.random() < 0.2, rng.random() < 0.25,
        rng.random() < 0.2,
    )  # fmt: skip


def values(layout: Layout, count: int) -> list[Decimal]:
    rng = random.Random(f"values-{layout.number}")
    scale = Decimal(1000) if layout.unit in {"W", "Wh"} else Decimal(1)
    scale = Decimal("0.001") if layout.unit in {"MW", "MWh"} else scale
    return [Decimal(rng.randrange(150, 9_000)) / 1000 * scale for _ in range(count)]


def moments(layout: Layout) -> list[datetime]:
    """UTC starts of the intervals of four local days."""
    zone = ZoneInfo("UTC" if layout.time == "utc" else ZONES[layout.language])
    first = layout.first_day.replace(tzinfo=zone).astimezone(UTC)
    last = (layout.first_day + timedelta(days=4)).replace(tzinfo=zone).astimezone(UTC)
    count = round((last - first) / timedelta(minutes=layout.minutes))
    return [first + timedelta(minutes=layout.minutes * i) for i in range(count)]


def number_text(value: Decimal, layout: Layout) -> str:
    text = f"{value:f}".replace(".", layout.decimal)
    return f'"{text}"' if layout.quoted else text


def cells(layout: Layout, start: datetime) -> list[str]:
    """The cells that say when an interval is."""
    zone = ZoneInfo("UTC" if layout.time == "utc" else ZONES[layout.language])
    end = start + timedelta(minutes=layout.minutes)
    here, there = start.astimezone(zone), end.astimezone(zone)
    match layout.time:
        case "end":
            return [f"{there:{layout.stamp}}"]
        case "begin_end":
            return [f"{here:{layout.stamp}}", f"{there:{layout.stamp}}"]
        case "range":
            return [f"{here:%d.%m.%Y %H:%M} - {there:%d.%m.%Y %H:%M}"]
        case "date_time":
            return [f"{here:%d.%m.%Y}", f"{here:%H:%M}"]
        case "epoch":
            return [str(int(start.timestamp()))]
        case "iso_offset":
            return [here.isoformat(timespec="milliseconds")]
    return [f"{here:{layout.stamp}}"]


def header(layout: Layout) -> list[str]:
    stamp, begin, end, day, clock, load, status, unit, _ = WORDS[layout.language]
    times = {"begin_end": [begin, end], "date_time": [day, clock], "end": [f"{stamp} ({end})"],
             "utc": [f"{stamp} UTC"], "range": [day]}.get(layout.time, [stamp])  # fmt: skip
    names = [*times, f"{load} [{layout.unit}]" if layout.unit_in == "header" else load]
    names += [unit] if layout.unit_in == "column" else []
    names += [status] if layout.quality else []
    return [*names, *(["Register"] if layout.register else []), *([""] if layout.trailing else [])]


def export(layout: Layout) -> tuple[str, Decimal]:
    """Return the text of an export and the energy in it."""
    words = WORDS[layout.language]
    starts = moments(layout)
    amounts = values(layout, len(starts))
    hours = Decimal(layout.minutes) / 60
    power = layout.unit in POWERS
    factor = POWERS[layout.unit] * hours if power else FACTORS[layout.unit]
    rows, reading = [], Decimal(100_000)
    for start, amount in zip(starts, amounts, strict=True):
        reading += amount
        row = [*cells(layout, start), number_text(amount, layout)]
        row += [layout.unit] if layout.unit_in == "column" else []
        row += ["W"] if layout.quality else []
        row += [number_text(reading, layout)] if layout.register else []
        rows.append([*row, *([""] if layout.trailing else [])])
    if layout.order == "down":
        rows.reverse()
    about = [[words[8], "00012345"], ["Name", "Straße 5"], ["Export", "01.02.2025"]]
    lines = [about[i % 3] for i in range(layout.metadata)]
    lines += [[words[7], layout.unit]] if layout.unit_in == "metadata" else []
    lines += [[]] if lines else []
    lines += [header(layout), *rows]
    if layout.totals:
        lines.append(
            [{"de": "Summe"}.get(layout.language, "Total"), number_text(sum(amounts), layout)]
        )
    text = "\r\n".join(layout.separator.join(line) for line in lines) + "\r\n"
    return text, sum(amounts, Decimal(0)) * factor


def outcome(layout: Layout, folder: Path) -> tuple[str, str]:
    """Read a layout: "right", "asks" or "wrong", with what was said."""
    text, energy = export(layout)
    path = folder / f"layout-{layout.number}.csv"
    path.write_bytes(text.encode(layout.encoding, "replace"))
    options = ProfileOptions(region=REGIONS[layout.language])
    try:
        reading = understand(path, options)
    except InputError as error:
        return "asks" if error.question else "rejects", str(error)
    questions = [n.text for n in reading.notes if n.action is Action.ASK]
    if questions:
        return "asks", questions[0]
    same = abs(Decimal(reading.profile.total_kwh) - energy) <= energy * Decimal("1e-9")
    first = moments(layout)[0]
    if same and reading.profile.start == first:
        return "right", ""
    shown = f"{reading.profile.total_kwh} kWh from {reading.profile.start}"
    return "wrong", f"{shown}, not {energy} from {first}: {layout}\n{text[:600]}"


LAYOUTS = 60


def test_no_unseen_layout_is_read_wrong_without_a_word(tmp_path: Path) -> None:
    found = [(drawn(n), *outcome(drawn(n), tmp_path)) for n in range(LAYOUTS)]
    wrong = [said for _, kind, said in found if kind == "wrong"]
    assert wrong == [], wrong[0]
    told = [(kind, said, lay) for lay, kind, said in found if lay.unit_in != "none"]
    right = sum(1 for kind, _, _ in told if kind == "right")
    assert right >= 0.92 * len(told), [t for t in told if t[0] != "right"]
    assert [said for lay, kind, said in found if kind == "rejects"] == []


def test_a_layout_without_a_unit_asks_for_it(tmp_path: Path) -> None:
    found = [outcome(replace(drawn(n), unit_in="none"), tmp_path) for n in range(20)]
    assert {kind for kind, _ in found} == {"asks"}


@pytest.mark.parametrize("time", ["start", "end", "begin_end", "date_time", "iso_offset", "epoch"])
def test_summer_time_is_right_for_every_kind_of_stamp(time: str, tmp_path: Path) -> None:
    for first in DAYS:
        layout = replace(drawn(3), time=time, first_day=first, unit_in="header", minutes=15,
                         order="up", stamp="%d.%m.%Y %H:%M", totals=False)  # fmt: skip
        kind, said = outcome(layout, tmp_path)
        assert kind == "right", said
