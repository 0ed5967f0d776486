"""``ampyard sessions`` and ``ampyard survey``: what records say about demand."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Add = Callable[..., argparse.ArgumentParser]
LABELS = {"arrival_h": "Arrival, h", "stay_h": "Stay, h", "energy_kwh": "Energy, kWh"}


def add_sessions(add: Add) -> None:
    """Add ``ampyard sessions`` to the parser."""
    parser = add("sessions", help="say what recorded sessions are like and predict what comes")
    parser.add_argument("file", type=Path)
    parser.add_argument("--plug-kw", type=float, metavar="KW", help="rating of the outlets")
    parser.add_argument("--dayfirst", choices=("yes", "no"), help="01/02 is 1 February: yes")
    parser.add_argument("--decimal", choices=(",", "."))
    parser.add_argument("--sheet", metavar="NAME", help="sheet of the workbook")
    parser.add_argument("--zone", metavar="NAME", help="time zone of the site, if times are UTC")
    parser.add_argument("--learn", metavar="PERIOD", help="2019-05, or A..B of months or days")
    parser.add_argument("--predict", metavar="PERIOD", help="2019-06, or A..B of months or days")
    parser.add_argument(
        "--closed", metavar="DATES", default="", help="closed days, such as 2019-07-04,2019-07-05"
    )
    parser.add_argument(
        "--cap", type=float, metavar="KW", help="predict the energy delivered under this cap"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run_sessions)


def add_survey(add: Add) -> None:
    """Add ``ampyard survey`` to the parser."""
    parser = add("survey", help="find the archetype that explains counts of parked cars")
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run_survey)


def run_sessions(options: argparse.Namespace) -> int:
    """Print what a table of sessions holds, what it resembles and what it predicts."""
    from dataclasses import asdict

    from planner.demand.matching import match_sessions, spreads
    from planner.inputs.sessions import SessionOptions, read_sessions

    answer = {"yes": True, "no": False, None: None}[options.dayfirst]
    table = read_sessions(
        options.file,
        SessionOptions(
            options.plug_kw, answer, decimal=options.decimal, sheet=options.sheet, zone=options.zone
        ),
    )
    result: dict[str, Any] = {
        "schema": 1,
        "file": table.file,
        "sessions": len(table.sessions),
        "dropped": dict(table.dropped),
        "plug_kw": table.plug_kw,
        "energy_above_plug_pct": round(table.above_plug_pct, 2),
        "spread": {name: _rounded(asdict(s)) for name, s in spreads(table.sessions).items()},
        "archetypes": [
            {**_rounded(asdict(fit)), "distance": round(fit.distance, 3)}
            for fit in match_sessions(table.sessions)
        ],
        "notes": [note.text for note in table.notes],
    }
    if options.learn or options.predict:
        from planner.prediction_report import predicted

        found = predicted(table, options.learn, options.predict, options.closed, options.cap)
        result["prediction"] = _rounded(found)
    if options.json:
        _print_json(result)
    else:
        print(_told(result))
    return 0


def run_survey(options: argparse.Namespace) -> int:
    """Print which archetypes explain a survey."""
    from dataclasses import asdict

    from planner.inputs.survey import fit_text, read_survey

    survey = read_survey(options.file)
    if options.json:
        fits = [_rounded(asdict(fit)) for fit in survey.fits]
        told = {"counts": survey.counts, "fits": fits, "notes": list(survey.notes)}
        _print_json({"schema": 1, "file": survey.file, **told})
        return 0
    print(f"{survey.file}: {survey.counts} counts.")
    for note in survey.notes:
        print(f"  {note}")
    for fit in survey.fits[:4]:
        print(f"  {fit_text(fit)}")
    print(f"Plan with --demand {options.file.name}:20 where 20 % of these cars will be electric.")
    return 0


def _told(result: dict[str, Any]) -> str:
    """Word the result for a reader."""
    from planner.demand.matching import LIKE

    lines = [f"{result['file']}: {result['sessions']:,} usable sessions."]
    lines += [f"  {note}." for note in result["notes"]]
    lines += ["", f"{'':14}{'q10':>8}{'q50':>8}{'q90':>8}{'mean':>8}"]
    for name, s in result["spread"].items():
        cells = "".join(f"{s[k]:8.1f}" for k in ("q10", "q50", "q90", "mean"))
        lines.append(f"{LABELS[name]:14}{cells}")
    lines += ["", f"{'Archetype':16}{'arrival':>9}{'stay':>8}{'energy':>8}{'mean':>8}"]
    for fit in result["archetypes"][:4]:
        cells = f"{fit['ks_arrival']:9.2f}{fit['ks_stay']:8.2f}{fit['ks_energy']:8.2f}"
        lines.append(f"{fit['archetype']:16}{cells}{fit['distance']:8.2f}")
    lines.append("Largest distance of cumulative curves: 0 alike, 1 nothing in common.")
    near = result["archetypes"][0]
    told = "alike" if near["distance"] <= LIKE else "but not alike"
    lines += [
        f"Nearest is {near['archetype']}, {told} (mean {near['distance']:.2f}, up to {LIKE}).",
        f"To plan with the sessions themselves: --demand {result['file']}",
    ]
    if "prediction" in result:
        from planner.prediction_report import prediction_lines

        lines += ["", *prediction_lines(result["prediction"])]
    return "\n".join(lines)


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    def one(value: Any) -> Any:
        if isinstance(value, float):
            return round(value, 3)
        return [one(v) for v in value] if isinstance(value, tuple) else value

    return {key: one(value) for key, value in values.items()}


def _print_json(document: dict[str, Any]) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    print()
