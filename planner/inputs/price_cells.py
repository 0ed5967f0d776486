"""Cells of a table of energy prices: months, days, hours and prices as people write them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from planner.charging.price import MONTHS, overlaps
from planner.inputs.quantity import QuantityError, parse_quantity
from planner.model.energy_price import EVERY_DAY, EnergyPrice, PriceWindow

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_GERMAN = {"mär": 3, "mai": 5, "okt": 10, "dez": 12}
_GERMAN_DAYS = {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6}
_ALL = {"", "all", "every day", "daily", "year", "whole year", "always", "1-12"}
_DAY_WORDS = {
    "weekday": (0, 1, 2, 3, 4), "weekdays": (0, 1, 2, 3, 4), "working days": (0, 1, 2, 3, 4),
    "weekend": (5, 6), "weekends": (5, 6),
}  # fmt: skip
_DASH = re.compile(r"\s*(?:[-–−]|\bto\b|\bbis\b)\s*")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::00)?\s*h?")
LOWEST, HIGHEST = -100.0, 1000.0
COLUMNS = ("name", "months", "days", "from", "to", "price")


class CellError(ValueError):
    """A cell that cannot be read: `column` of `COLUMNS`, what is wrong, and the remedy."""

    def __init__(self, column: str, reason: str, remedy: str) -> None:
        self.column, self.reason, self.remedy = column, reason, remedy
        super().__init__(f"{reason}; {remedy}")


def read_months(text: str) -> tuple[int, int]:
    """Read first and last month, such as "Nov-Feb"; blank means the whole year."""
    words = text.strip().casefold()
    if words in _ALL:
        return 1, 12
    parts = _DASH.split(words)
    found = [_month(part) for part in parts]
    if len(found) > 2 or None in found:
        raise CellError("months", f"months are '{text[:40]}'", "enter them like Nov-Feb")
    return found[0] or 1, found[-1] or 12


def _month(word: str) -> int | None:
    if word.isdigit():
        return int(word) if 1 <= int(word) <= 12 else None
    names = {name.casefold(): n for n, name in enumerate(MONTHS, 1)} | _GERMAN
    return names.get(word.rstrip(".")[:3]) if len(word) >= 3 else None


def read_days(text: str) -> tuple[int, ...]:
    """Read days of the week, such as "Mon-Fri" or "Sat, Sun"; blank means every day."""
    words = text.strip().casefold()
    if words in _ALL:
        return EVERY_DAY
    if words in _DAY_WORDS:
        return _DAY_WORDS[words]
    found = set[int]()
    for part in re.split(r"\s*[,;+/&]\s*", words):
        ends = [_day(word) for word in _DASH.split(part)]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None:
            raise CellError(
                "days", f"days are '{text[:40]}'", "enter them like Mon-Fri or Sat, Sun"
            )
        found |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}
    return tuple(sorted(found))


def _day(word: str) -> int | None:
    names = {name.casefold(): n for n, name in enumerate(DAYS)}
    word = word.strip().rstrip(".")
    german = len(word) == 2 or word.endswith("tag") or word == "mittwoch"
    return names.get(word[:3], _GERMAN_DAYS.get(word[:2]) if german else None)


def read_clock(text: str, column: str) -> int:
    """Read a time of day as minutes, 0 to 1,440."""
    match = _CLOCK.fullmatch(text.strip().casefold())
    minutes = int(match.group(1)) * 60 + int(match.group(2) or 0) if match else -1
    if match is None or int(match.group(2) or 0) > 59 or minutes > 1440:
        shown = f"'{text[:40]}'" if text.strip() else "blank"
        raise CellError(column, f"the time is {shown}", "enter it like 16:00, up to 24:00")
    return minutes


def read_price(text: str) -> float:
    """Read a price per kWh."""
    try:
        value, unit = parse_quantity(text, "")
    except QuantityError as error:
        shown = str(error) if text.strip() else "blank"
        raise CellError(
            "price", f"the price is {shown}", "enter a price per kWh, as 0.28"
        ) from None
    if unit or not math.isfinite(value) or not LOWEST <= value <= HIGHEST:
        raise CellError(
            "price", f"the price is '{text[:40]}'",
            f"enter a price per kWh from {LOWEST:g} to {HIGHEST:g} without a unit",
        )  # fmt: skip
    return value


def read_window(cells: Mapping[str, str]) -> PriceWindow:
    """Read a window from the texts of its cells, by `COLUMNS`."""
    months, days = read_months(cells["months"]), read_days(cells["days"])
    begin, end = read_clock(cells["from"], "from"), read_clock(cells["to"], "to")
    if begin in {end, 1440}:
        raise CellError(
            "to", f"the window from {clock(begin)} to {clock(end)} holds no time",
            "enter 00:00 to 24:00 for the whole day",
        )  # fmt: skip
    price = read_price(cells["price"])
    name = cells["name"].strip()[:60] or f"{clock(begin)} to {clock(end)}"
    return PriceWindow(name, price, begin, end, days, *months)


def cells_of(window: PriceWindow) -> tuple[str, ...]:
    """Write a window as the texts of its cells, in the order of `COLUMNS`."""
    return (
        window.name, months_text(window.from_month, window.to_month), days_text(window.days),
        clock(window.from_min), clock(window.to_min), f"{window.per_kwh:g}",
    )  # fmt: skip


def clock(minutes: int) -> str:
    """Write minutes of the day as a time."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def months_text(first: int, last: int) -> str:
    """Write months: "Nov–Feb", "All year"."""
    if (last - first) % 12 == 11:
        return "All"
    return MONTHS[first - 1] if first == last else f"{MONTHS[first - 1]}–{MONTHS[last - 1]}"


def days_text(days: tuple[int, ...]) -> str:
    """Write days of the week: "Mon–Fri", "Sat, Sun", "All"."""
    if len(days) == 7:
        return "All"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{DAYS[days[0]]}–{DAYS[days[-1]]}"
    return ", ".join(DAYS[d] for d in days)


def remarks(price: EnergyPrice) -> tuple[str, ...]:
    """Say which windows overlap: the one that stands first counts."""
    said = []
    for found in overlaps(price):
        name = price.windows[found.window].name
        before = " and ".join(f"'{price.windows[n].name}'" for n in found.earlier)
        if found.wholly:
            said.append(f"'{name}' never holds: {before} above covers all its hours.")
        else:
            said.append(f"'{name}' overlaps {before}, which stands above and counts there.")
    return tuple(said)
