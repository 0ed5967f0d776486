"""Typed reading of the inputs of a sum, with errors that name the key."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from grid.findings import Finding
from grid.trace import Trace
from planner.inputs.problem import InputError

Result = dict[str, object]
LARGEST, SMALLEST = 1e9, 1e-9
"""Beyond these no figure of an electrical installation has a meaning."""
MOST_ITEMS = 1000

_SYMBOLS = {"copper": "cu", "aluminium": "al", "aluminum": "al", "epr": "xlpe"}


@dataclass(frozen=True, slots=True)
class Topic:
    """One sum: name, what it does, its keys, what it gives, the function, an example."""

    name: str
    summary: str
    keys: tuple[str, ...]
    gives: str
    run: Callable[[Given], Result]
    example: str = ""


class Given:
    """Inputs of one sum; unknown keys are refused at once."""

    def __init__(self, topic: str, values: Mapping[str, object], keys: Sequence[str]) -> None:
        self._topic, self._values = topic, values
        self.assumed: dict[str, object] = {}
        unknown = [k for k in values if k not in keys]
        if unknown:
            raise self.wrong(unknown[0], "is not a key of this topic", f"use {', '.join(keys)}")

    def wrong(self, key: str, reason: str, remedy: str) -> InputError:
        """Return the error for one key."""
        return InputError(f"calc {self._topic}", f"key {key}", reason, remedy)

    def has(self, key: str) -> bool:
        """Whether a key is given and not null."""
        return self._values.get(key) is not None

    def raw(self, key: str) -> object:
        """Return what was given, unread."""
        return self._values.get(key)

    def number(
        self, key: str, default: float | None = None, *, least: float = 0.0, above: bool = True
    ) -> float:
        """Return a finite number above `least` (or from it on, with ``above=False``)."""
        value = self._values.get(key)
        if value is None:
            if default is None:
                raise self.wrong(key, "is missing", "give a number")
            self.assumed[key] = default
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key, f"is {_short(value)}, not a number", "give a number")
        if isinstance(value, int) and abs(value) > LARGEST:
            raise self.wrong(key, "is too large", f"give a value up to {LARGEST:g}")
        if not math.isfinite(value) or value < least or (above and value == least):
            bound = "above" if above else "at least"
            raise self.wrong(key, f"is {value:g}", f"give a value {bound} {least:g}")
        if abs(value) > LARGEST:
            raise self.wrong(key, f"is {value:g}", f"give a value up to {LARGEST:g}")
        if 0 < abs(value) < SMALLEST:
            raise self.wrong(key, f"is {value:g}", f"give a value from {SMALLEST:g} on")
        return float(value)

    def optional(self, key: str) -> float | None:
        """Return a number above zero, or None where the key is absent."""
        return self.number(key) if self.has(key) else None

    def count(self, key: str, default: int | None = None) -> int:
        """Return a whole number from 1 on."""
        value = self.number(key, default)
        if value != int(value):
            raise self.wrong(key, f"is {value:g}", "give a whole number")
        return int(value)

    def phases(self, default: int = 3) -> int:
        """Return the number of phases, 1 or 3."""
        value = self.count("phases", default)
        if value not in (1, 3):
            raise self.wrong("phases", f"is {value}", "give 1 or 3")
        return value

    def text(self, key: str, default: str = "", choices: Sequence[str] = ()) -> str:
        """Return a word, one of `choices` where given, whatever its case or common name."""
        value = self._values.get(key)
        if value is None:
            value = default
            if default:
                self.assumed[key] = default
        if not isinstance(value, str):
            raise self.wrong(key, f"is {_short(value)}", "give a word")
        if not choices:
            return value
        known = {c.casefold(): c for c in choices}
        word = value.strip().casefold()
        found = known.get(word) or known.get(_SYMBOLS.get(word, ""))
        if found is None:
            raise self.wrong(
                key, f"is {_short(value)}", f"use {', '.join(c for c in choices if c)}"
            )
        return found

    def either(self, *keys: str) -> str:
        """Return the first of several names of one input that is given, else the first name."""
        return next((k for k in keys if self.has(k)), keys[0])

    def flag(self, key: str) -> bool:
        """Return true or false, false where absent."""
        value = self._values.get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.wrong(key, f"is {_short(value)}", "use true or false")
        return value

    def part(self, key: str, keys: Sequence[str]) -> Given:
        """Return a nested object."""
        value = self._values.get(key)
        if not isinstance(value, Mapping):
            raise self.wrong(key, "is missing or no object", f"give {{{', '.join(keys)}}}")
        return Given(f"{self._topic}, {key}", value, keys)

    def parts(self, key: str, keys: Sequence[str]) -> tuple[Given, ...]:
        """Return a list of nested objects."""
        value = self._values.get(key)
        if not isinstance(value, list | tuple):
            raise self.wrong(key, "is missing or no list", "give a list")
        if len(value) > MOST_ITEMS:
            raise self.wrong(key, f"has {len(value)} items", f"give {MOST_ITEMS} at most")
        found = []
        for i, each in enumerate(value, 1):
            # A plain number stands for an object with the first key alone.
            plain = isinstance(each, int | float) and not isinstance(each, bool)
            item = {keys[0]: each} if plain else each
            if not isinstance(item, Mapping):
                raise self.wrong(f"{key}, item {i}", "is no object", f"give {{{', '.join(keys)}}}")
            found.append(Given(f"{self._topic}, {key} {i}", item, keys))
        return tuple(found)

    def numbers(self, key: str, count: int) -> tuple[float, ...]:
        """Return a list of `count` numbers from zero on."""
        value = self._values.get(key)
        fine = isinstance(value, list | tuple) and len(value) == count
        if not fine or not isinstance(value, list | tuple):
            raise self.wrong(key, "is no list of that length", f"give {count} numbers")
        each = Given(self._topic, {str(i): v for i, v in enumerate(value)}, list("0123456789"))
        return tuple(each.number(str(i), above=False) for i in range(count))


def _short(value: object) -> str:
    """Show what was given, without filling the screen with it."""
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"


def plain_trace(traces: Sequence[Trace]) -> list[dict[str, object]]:
    """Return traces as plain mappings."""
    return [asdict(t) for t in traces]


def plain_findings(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Return findings as plain mappings."""
    return [{**asdict(f), "severity": f.severity.value} for f in findings]
