"""Green Button (ESPI) XML: interval readings of energy or power."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

from planner.inputs.problem import InputError
from planner.inputs.profiles.columns import ask_about_export
from planner.inputs.profiles.finish import Reading, finish
from planner.inputs.profiles.numbers import LARGEST
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.series import usual_step_s
from planner.inputs.profiles.times import Resolved, local_text
from planner.inputs.report import Action, Report

MAX_BYTES = 100_000_000
_ESPI = "{http://naesb.org/espi}"
_REVERSE = "19"  # energy from the customer to the network (NAESB REQ.21, FlowDirectionKind)
_UNITS = {"72": "Wh", "38": "W"}


def read_green_button(path: Path, options: ProfileOptions, report: Report) -> Reading:
    """Read the interval readings of a Green Button file and sum nothing but those."""
    from defusedxml import ElementTree

    if path.stat().st_size > MAX_BYTES:
        raise InputError(path.name, "", "the file is larger than 100 MB", "export a shorter period")
    try:
        root = ElementTree.fromstring(path.read_bytes(), forbid_dtd=True)
    except Exception as error:  # defusedxml and expat raise several kinds
        name = type(error).__name__
        if name in {"DTDForbidden", "EntitiesForbidden", "ExternalReferenceForbidden"}:
            raise InputError(
                path.name, "", "the file holds a document type (DTD) or XML entities, "
                "which load data never need",
                "ask the sender for a plain export",
            ) from None  # fmt: skip
        line = getattr(error, "position", (0, 0))[0]
        raise InputError(
            path.name, f"line {line}" if line else "", "the XML is damaged or cut off",
            "export it again",
        ) from None  # fmt: skip
    readings = list(root.iter(f"{_ESPI}IntervalReading"))
    if not readings:
        raise InputError(
            path.name, "", "this XML holds no Green Button interval readings",
            "export interval data as Green Button, CSV or XLSX",
        )  # fmt: skip
    rows = sorted(_reading(r, path.name, n) for n, r in enumerate(readings, 1))
    utc = np.array([start for start, _, _ in rows], dtype=np.int64)
    values = np.array([value for _, _, value in rows])
    steps = [length for _, length, _ in rows]
    step_s = max(set(steps), key=steps.count) or usual_step_s(utc)
    unit, power = _unit(root, options, report)
    zone = options.zone or _zone(root)
    report.say(Action.ACCEPT, "PRF-LAYOUT", f"Green Button, {len(rows):,} interval readings")
    flows = {_text(flow) for flow in root.iter(f"{_ESPI}flowDirection")}
    if flows == {_REVERSE}:
        ask_about_export("the flow direction is 'reverse' (19), which", report)
    _compare_blocks(root, len(rows) * step_s, report)
    resolved = Resolved(utc, np.arange(len(utc)), step_s, zone, partial(local_text, ZoneInfo(zone)))
    return finish(path.name, resolved, values * 10.0**power, unit, options, report)


def _reading(element: Element, file: str, number: int) -> tuple[int, int, float]:
    """Return start, duration and value of one reading."""
    start = element.find(f"{_ESPI}timePeriod/{_ESPI}start")
    length = element.find(f"{_ESPI}timePeriod/{_ESPI}duration")
    value = element.find(f"{_ESPI}value")
    try:
        seconds = int(_text(length)) if length is not None else 0
        moment, amount = int(_text(start)), float(int(_text(value)))
        if not 0 <= moment < 4_102_444_800 or not 0 <= seconds <= 86_400 * 31:
            raise ValueError
        if abs(amount) > LARGEST:
            raise ValueError
    except (AttributeError, TypeError, ValueError, OverflowError):
        raise InputError(
            file, f"reading {number}", "start, duration or value is no whole number",
            "export it again",
        ) from None  # fmt: skip
    return moment, seconds, amount


def _text(element: Element | None) -> str:
    return (element.text or "") if element is not None else ""


def _unit(root: Element, options: ProfileOptions, report: Report) -> tuple[str, int]:
    """Return unit and power of ten from the reading type."""
    uoms = {e.text.strip() for e in root.iter(f"{_ESPI}uom") if e.text}
    powers = {e.text.strip() for e in root.iter(f"{_ESPI}powerOfTenMultiplier") if e.text}
    try:
        power = int(powers.pop()) if len(powers) == 1 else 0
    except ValueError:
        power = 0
    unit = _UNITS.get(uoms.pop(), "") if len(uoms) == 1 else ""
    if abs(power) > 9:
        power = 0
    return options.unit or unit, power


def _zone(root: Element) -> str:
    """Return a fixed zone from the offset that the file gives, UTC without one."""
    offset = next(iter(root.iter(f"{_ESPI}tzOffset")), None)
    try:
        hours = int(_text(offset)) / 3600 if offset is not None else 0
    except (TypeError, ValueError):
        return "UTC"
    if not hours or hours != int(hours) or not -12 <= hours <= 14:
        return "UTC"
    return f"Etc/GMT{-int(hours):+d}"


def _compare_blocks(root: Element, seconds: int, report: Report) -> None:
    """Say where a block declares another length than its readings have."""
    declared = 0
    for block in root.iter(f"{_ESPI}IntervalBlock"):
        length = block.find(f"{_ESPI}interval/{_ESPI}duration")
        if length is not None and length.text and length.text.strip().isdigit():
            declared += int(length.text)
    if declared and declared != seconds:
        report.say(
            Action.ACCEPT, "PRF-BLOCK",
            f"the file declares {declared / 3600:,.0f} hours but holds {seconds / 3600:,.0f}; "
            "only the readings are counted",
        )  # fmt: skip
