"""Numbers with units as people write them: "300 kVA", "1.200,50", "0,35 ohm"."""

from __future__ import annotations

import re
from math import isfinite

_FACTORS: dict[str, dict[str, float]] = {
    "kVA": {"va": 1e-3, "kva": 1.0, "mva": 1e3},
    "MVA": {"va": 1e-6, "kva": 1e-3, "mva": 1.0, "gva": 1e3},
    "kW": {"w": 1e-3, "kw": 1.0, "mw": 1e3},
    "kWh": {"wh": 1e-3, "kwh": 1.0, "mwh": 1e3},
    "V": {"v": 1.0, "kv": 1e3},
    "kV": {"v": 1e-3, "kv": 1.0},
    "A": {"a": 1.0, "ka": 1e3, "amp": 1.0, "amps": 1.0},
    "kA": {"a": 1e-3, "ka": 1.0},
    "ohm": {"ohm": 1.0, "ohms": 1.0, "ω": 1.0, "mohm": 1e-3, "mω": 1e-3},
    "Hz": {"hz": 1.0},
    "%": {"%": 1.0, "percent": 1.0, "pct": 1.0, "per cent": 1.0},
    "km": {"km": 1.0, "m": 1e-3, "mi": 1.609344, "miles": 1.609344},
    "min": {"min": 1.0, "h": 60.0},
    "": {},
}
_NUMBER = re.compile(
    r"^[+-]?[0-9][0-9.,'\u00a0\u2009\u202f ]*(?:[eE][+-]?[0-9]+)?|^[+-]?[.,][0-9]+"
)


_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?:[ '][0-9]{3})+(?![0-9 '])")


class QuantityError(ValueError):
    """A text is no quantity of the wanted unit; the message completes "… is …"."""


def parse_number(text: str) -> float:
    """Read a number with a point or comma; refuse what could mean two numbers."""
    number = _number(text)
    if not isfinite(number):
        raise QuantityError(f"'{text.strip()[:40]}', too large a number")
    return number


def _number(text: str) -> float:
    raw = re.sub(r"[\u00a0\u2009\u202f' ]", "", text.strip().replace("−", "-"))
    spaced = re.sub(r"[\u00a0\u2009\u202f]", " ", text.strip())
    if re.search(r"[ ']", spaced) and not _SPACED.match(spaced):
        raise QuantityError(f"'{text.strip()[:40]}', not a number")
    if not re.fullmatch(r"[+-]?(?:[0-9][0-9.,]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?", raw, re.ASCII):
        raise QuantityError(f"'{text.strip()[:40]}', not a number")
    points, commas = raw.count("."), raw.count(",")
    if points and commas:
        decimal = "." if raw.rfind(".") > raw.rfind(",") else ","
        whole, _, fraction = raw.rpartition(decimal)
        thousands = "," if decimal == "." else "."
        if decimal in whole or not _grouped(whole, thousands):
            raise QuantityError(f"'{text.strip()[:40]}', not a number")
        return float(f"{whole.replace(thousands, '')}.{fraction}")
    mark = "." if points else ","
    if points + commas > 1:
        if not _grouped(raw, mark):
            raise QuantityError(f"'{text.strip()[:40]}', not a number")
        return float(raw.replace(mark, ""))
    if re.fullmatch(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}", raw):
        plain, small = raw.replace(mark, ""), raw.replace(mark, ".")
        raise QuantityError(f"'{text.strip()}', which could mean {plain} or {float(small):g}")
    return float(raw.replace(",", "."))


def _grouped(whole: str, mark: str) -> bool:
    """Tell whether thousands marks stand after every third digit."""
    return bool(re.fullmatch(rf"[+-]?[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})*", whole))


def parse_quantity(text: str, unit: str) -> tuple[float, str]:
    """Read "300 kVA" as a number of `unit`; also return the unit found, if any."""
    cleaned = text.strip()
    match = _NUMBER.match(cleaned.replace("−", "-"))
    if not match:
        raise QuantityError(f"'{cleaned[:40]}', not a number")
    found = cleaned[match.end() :].strip(" .[]()")
    return parse_number(match.group()) * unit_factor(found, unit), found


def unit_factor(found: str, unit: str) -> float:
    """Return what a value in unit `found` is multiplied by to be in `unit`."""
    if not found or found.casefold() == unit.casefold():
        return 1.0
    factor = _FACTORS.get(unit, {}).get(found.casefold().replace("ohms", "ohm"))
    # m and M differ by a billion; only the small letter is an ohm prefix here.
    if factor is None or (found[0] == "m" and found.casefold() in {"mva", "mw", "mwh"}):
        wanted = unit or "a plain number"
        raise QuantityError(f"in {found[:20]}, not in {wanted}")
    return factor
