"""What Ampyard would do with a file: accept, repair, skip, ask or reject, and why.

Contract: `inspect` never raises for what a file holds and changes nothing. The
result is plain data of schema 1 with units in the key names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import msgspec

from planner.inputs.guarded import guarded, too_large
from planner.inputs.kinds import KINDS, kind_of
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note, gravest

SCHEMA = 1
_SEVERITY = {
    Action.ACCEPT: "info", Action.REPAIR: "info", Action.SKIP: "warning", Action.ASK: "warning",
    Action.REJECT: "error",
}  # fmt: skip
Summary = dict[str, Any]


def inspect(path: Path, kind: str | None = None) -> dict[str, Any]:
    """Say what would be done with a file; `kind` is one of `KINDS`, None to find it out."""
    path = Path(path)
    found = kind or ""
    try:
        found = kind or kind_of(path)
        notes, summary = _READERS[found](path)
    except InputError as error:
        return refusal(path, found, error)
    except MemoryError:
        return refusal(path, found, too_large(path.name))
    except Exception as error:  # a reader's own fault must not look like the user's
        reason = f"the file made the reader fail ({type(error).__name__})"
        remedy = "keep the file and report it; nothing was imported"
        notes, summary = (Note(Action.REJECT, "INPUT-FAULT", "", reason, remedy),), {}
    return _report(path, found, notes, summary)


def inspect_all(paths: Sequence[Path], kind: str | None = None) -> Iterator[dict[str, Any]]:
    """Inspect files in a process of its own, which a hostile file can only end."""
    results = guarded(_inspected, [(path, kind) for path in paths])
    for path, result in zip(paths, results, strict=True):
        if isinstance(result, InputError):
            yield refusal(path, kind or "", result)
        else:
            yield msgspec.json.decode(result, type=dict[str, Any])


def _inspected(path: Path, kind: str | None, _told: Callable[[Path], None]) -> bytes:
    return msgspec.json.encode(inspect(path, kind))


def refusal(path: Path, kind: str, error: InputError) -> dict[str, Any]:
    """Return the report of a file that cannot be used, or only after an answer."""
    action = Action.ASK if error.question else Action.REJECT
    code = f"INPUT-{action.value.upper()}"
    return _report(path, kind, (Note(action, code, error.place, error.reason, error.remedy),), {})


def _report(path: Path, kind: str, notes: Sequence[Note], summary: Summary) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "file": path.name,
        "kind": kind or "unknown",
        "action": gravest(notes).value,
        "findings": [_finding(n) for n in notes],
        "summary": {k: _plain(v) for k, v in summary.items()},
    }


def _finding(note: Note) -> dict[str, str]:
    return {
        "code": note.code, "severity": _SEVERITY[note.action], "action": note.action.value,
        "place": note.place, "message": note.message, "remedy": note.remedy,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """JSON knows no NaN: an unknown number is null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _map(path: Path) -> tuple[Sequence[Note], Summary]:
    from planner.inputs.maps import MapOptions, read_map

    if kind_of(path) == "underlay":  # pictures are maps too, to those who ask
        return _underlay(path)
    layers = read_map(path, MapOptions())
    summary = {
        "format": layers.format, "crs": layers.crs, "epsg": layers.epsg, "counts": layers.counts,
        "read": layers.read, "imported": layers.imported, "repaired": layers.repaired,
        "skipped": layers.skipped,
    }  # fmt: skip
    return layers.notes, summary


def _underlay(path: Path) -> tuple[Sequence[Note], Summary]:
    from planner.inputs.underlays import read_underlay

    laid = read_underlay(path)
    return laid.notes, dict(laid.summary)


def _profile(path: Path) -> tuple[Sequence[Note], Summary]:
    import numpy as np

    from planner.inputs.profiles import understand

    reading = understand(path)
    profile = reading.profile
    known = bool(reading.unit_read)
    hours = profile.interval_min / 60
    end = profile.start + timedelta(minutes=profile.interval_min * len(profile.kw))
    summary = {
        "total_kwh": float(np.nansum(profile.kw)) * hours if known else None,
        "peak_kw": float(np.nanmax(profile.kw)) if known else None,
        "values": len(profile.kw), "missing": int(np.isnan(profile.kw).sum()),
        "interval_min": profile.interval_min,
        "start": profile.start.astimezone(UTC).isoformat(),
        "end": end.astimezone(UTC).isoformat(),
        "zone": profile.zone, "unit_read": reading.unit_read or None, "filled": profile.filled,
    }  # fmt: skip
    return reading.notes, summary


def _supply(path: Path) -> tuple[Sequence[Note], Summary]:
    from planner.inputs.workbooks.supply import read_supply

    sheet = read_supply(path)
    notes = [
        Note(Action.ACCEPT, "SUP-ASSUMED", "", f"{a.text}: {a.value} assumed ({a.source})",
             "enter the value or confirm the assumption")
        for a in sheet.assumptions
    ]  # fmt: skip
    notes += [Note(Action.ACCEPT, "SUP-NOTE", "", text) for text in sheet.notes]
    transformer = sheet.supply.transformer
    summary = {
        "agreed_kva": sheet.supply.agreed_kva, "nominal_v": sheet.supply.nominal_v,
        "earthing": sheet.supply.earthing.value,
        "transformer_kva": transformer.rated_kva if transformer else None,
        "boards": len(sheet.boards), "spare_ways": sum(b.spare_ways for b in sheet.boards),
        "assumptions": len(sheet.assumptions),
    }  # fmt: skip
    return notes, summary


def _demand(path: Path) -> tuple[Sequence[Note], Summary]:
    from planner.inputs.workbooks.demand import read_demand
    from planner.inputs.workbooks.rota import has_rota, read_rota

    if has_rota(path):
        fleet = read_rota(path)
        trips = f"a fleet rota with {len(fleet.rota)} rows of trips"
        summary = {"groups": 1, "drivers_per_day": fleet.drivers_per_day}
        return [Note(Action.ACCEPT, "DEM-ROTA", "", trips)], summary
    sheet = read_demand(path)
    notes = [Note(Action.ACCEPT, "DEM-NOTE", "", text) for text in sheet.notes]
    drivers = sum(d.drivers_per_day for d in sheet.inputs)
    return notes, {"groups": len(sheet.inputs), "drivers_per_day": drivers}


def _sessions(path: Path) -> tuple[Sequence[Note], Summary]:
    from planner.demand.matching import match_sessions
    from planner.inputs.sessions import read_sessions

    table = read_sessions(path)
    s = table.sessions
    days = s.arrive_min // 1440
    nearest = match_sessions(s)[0]
    summary = {
        "sessions": len(s), "dropped": sum(count for _, count in table.dropped),
        "total_kwh": round(float(s.energy_kwh.sum()), 3),
        "first_day": str(table.monday + timedelta(int(days.min()))),
        "last_day": str(table.monday + timedelta(int(days.max()))),
        "plug_kw": table.plug_kw, "nearest_archetype": nearest.archetype,
        "distance": round(nearest.distance, 3),
    }  # fmt: skip
    return table.notes, summary


def _project(path: Path) -> tuple[Sequence[Note], Summary]:
    from planner.store.backups import list_backups
    from planner.store.project_file import open_project

    try:
        opened = open_project(path)
    except InputError as error:
        newest = next(iter(list_backups(path)), None)
        if newest is None or "backup" not in error.remedy:
            raise
        made = f"generation {newest.generation} of {newest.made:%Y-%m-%d %H:%M} UTC"
        offer = f"{error.remedy}; the newest is {made}"
        raise InputError(error.file, error.place, error.reason, offer) from error
    project, stamp = opened.project, opened.stamp
    summary = {
        "name": project.name, "schema": stamp.schema, "generation": stamp.generation,
        "app_version": stamp.app_version, "crs": f"EPSG:{project.site.epsg}",
        "bays": len(project.site.bays), "scenarios": [s.name for s in project.scenarios],
    }  # fmt: skip
    return (), summary


def _table(path: Path) -> tuple[Sequence[Note], Summary]:
    from planner.inputs.profiles.options import ProfileOptions
    from planner.inputs.profiles.text import read_text
    from planner.inputs.report import Report

    report = Report()
    raw = read_text(path, ProfileOptions(), report)
    width = max((len(r) for r in raw.rows), default=0)
    said = Note(
        Action.ACCEPT, "TAB-TEXT", "", "a table without times or places; every cell stays text"
    )
    return [*report.notes, said], {"rows": max(len(raw.rows) - 1, 0), "columns": width}


def _text(path: Path) -> tuple[Sequence[Note], Summary]:
    """Programs beside other files are text like any other: looked at, never imported."""
    with path.open("rb") as stream:
        lines = stream.read(1_000_000).count(b"\n")
    said = "a program text; it is not imported, and nothing in it is run"
    return [Note(Action.ACCEPT, "TXT-PROGRAM", "", said)], {"lines": lines}


_READERS: dict[str, Callable[[Path], tuple[Sequence[Note], Summary]]] = {
    "map": _map, "underlay": _underlay, "profile": _profile, "supply": _supply, "demand": _demand,
    "sessions": _sessions, "project": _project, "table": _table, "text": _text,
}  # fmt: skip
assert set(_READERS) == set(KINDS)

__all__ = ["SCHEMA", "inspect", "inspect_all"]
