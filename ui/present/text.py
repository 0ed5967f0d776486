"""Numbers as the reader sees them: thousands separated, true minus, a dash for none."""

from __future__ import annotations

import contextlib
import math
from datetime import UTC, date, datetime
from decimal import Decimal

from grid.model import Device
from planner.model.charger import ChargerModel, Current

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "CHF": "CHF ", "CAD": "CA$", "AUD": "A$"}

NONE = "–"


def number(value: float | Decimal | None, decimals: int = 0) -> str:
    """Format a number with thousands separators, or a dash for None."""
    if value is None or not math.isfinite(value):
        return NONE
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if float(text.replace(",", "")) == 0 else "−" + text[1:]
    return text


def money(value: Decimal | float, currency: str, decimals: int = 0) -> str:
    """Format an amount with its currency symbol before it: £12,345."""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    text = number(value, decimals)
    return f"−{symbol}{text[1:]}" if text.startswith("−") else f"{symbol}{text}"


def short_money(value: Decimal | float, currency: str) -> str:
    """Format an amount in thousands: £221k."""
    return f"{money(Decimal(value) / 1000, currency)}k"


def count(n: int, one: str, many: str = "") -> str:
    """Format a count with its noun: 1 bay, 2 bays."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def power(kw: float) -> str:
    """Format a charger's power without needless decimals: 22, 7.4."""
    return f"{kw:g}"


def charger_power(model: ChargerModel) -> str:
    """Format what a charger gives: 150 kW, or 2 × 22 kW where each outlet has its own."""
    if model.current is Current.AC and model.outlets > 1:
        return f"{model.outlets} × {power(model.outlet_kw)} kW"
    return f"{power(model.power_kw)} kW"


def class_kw(model: ChargerModel) -> float:
    """Return the power that says the class of a charger: of one outlet for AC."""
    return model.outlet_kw if model.current is Current.AC else model.power_kw


def sentence(text: str) -> str:
    """Return the text beginning with a capital."""
    return text[:1].upper() + text[1:]


def label_of(word: str) -> str:
    """Return an identifier in words: keep_out becomes Keep out."""
    return sentence(word.replace("_", " "))


def clipped(text: str, longest: int = 84) -> str:
    """Return the text, cut at a word with an ellipsis where it is long."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(",;:.") + " …"


_DAY_FORMATS = ("%d %b %Y", "%d %B %Y", "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")


def day_text(day: date) -> str:
    """Format a day: 22 Nov 2026."""
    return f"{day.day} {day:%b} {day.year}"


def read_day(text: str) -> date | None:
    """Read a day in one of the usual ways, day before month; None if it is none."""
    for form in _DAY_FORMATS:
        with contextlib.suppress(ValueError):
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC).date()
    return None


def significant(value: float, digits: int = 4) -> str:
    """Format a number with so many significant digits: 45.2, 0.1235, 12,345."""
    if value == 0 or not math.isfinite(value):
        return number(value, 0) if math.isfinite(value) else NONE
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = number(value, min(decimals, 6))
    return text.rstrip("0").rstrip(".") if "." in text else text


def device_text(device: Device) -> str:
    """Say which protective device it is: MCB 32 A, curve C, 10 kA."""
    curve = f", curve {device.curve}" if len(device.curve) == 1 else ""
    return f"{device.kind} {power(device.in_a)} A{curve}, {power(device.breaking_ka)} kA"
