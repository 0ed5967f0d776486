"""The command line: the same engine as the window, without Qt.

Exit codes: 0 fine; 1 done, but findings of severity error remain; 2 bad input,
with one line on stderr naming file, place, reason and remedy; 3 internal fault.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from planner import commands
from planner.calc.command import add_calc
from planner.demand_command import add_sessions, add_survey
from planner.fault_log import write_fault_log
from planner.inputs.kinds import DRAWING_UNITS, PROFILE_UNITS
from planner.inputs.problem import InputError
from planner.model.tables import KINDS

RESERVED = ("compare", "portfolio")


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}; see '{self.prog} --help'.", file=sys.stderr)
        raise SystemExit(2)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = _Parser(prog="ampyard", description="Plan EV-charging sites from map to quote.")
    parser.add_argument("--version", action="version", version=commands.version_text())
    add = parser.add_subparsers(dest="command", required=True, metavar="COMMAND").add_parser
    _add_demo(add)
    _add_new(add)
    _add_plan(add)
    _add_check(add)
    _add_export(add)
    _add_inspect(add)
    _add_tables(add)
    add_sessions(add)
    add_survey(add)
    add_calc(add)
    for name in RESERVED:
        add(name, help="reserved for a later version").set_defaults(run=commands.reserved)
    return parser


def _add_demo(add: Callable[..., argparse.ArgumentParser]) -> None:
    demo = add("demo", help="propose and deliver a sample site")
    demo.add_argument("sample", nargs="?", default="hotel", choices=commands.SAMPLES)
    demo.add_argument("--out", type=Path, metavar="DIR", help="write all documents to DIR")
    _add_output(demo)
    demo.set_defaults(run=commands.demo)


def _add_new(add: Callable[..., argparse.ArgumentParser]) -> None:
    new = add("new", help="make a project from map, supply and load profile")
    new.add_argument("--map", type=Path, action="append", default=[], metavar="FILE", dest="maps")
    new.add_argument("--supply", type=Path, metavar="XLSX")
    new.add_argument("--profile", type=Path, metavar="FILE")
    new.add_argument(
        "--demand", action="append", default=[], metavar="FILE|ARCHETYPE:N",
        help="drivers per day, such as workplace:40; a demand workbook, fleet rota or table of "
        "sessions; or counts of cars with the share that will be electric, survey.csv:20; "
        "may be repeated",
    )  # fmt: skip
    new.add_argument("--region", default="gb", choices=commands.REGIONS)
    new.add_argument("--name", help="project name; the name of the map if not given")
    new.add_argument("--templates", type=Path, metavar="DIR", help="write blank workbooks to DIR")
    new.add_argument("--out", type=Path, metavar="P.ampyard")
    new.add_argument(
        "--accept", action="append", default=[], metavar="CODE",
        help="take the proposed answer to a question, such as duplicates; may be repeated",
    )  # fmt: skip
    _add_map_answers(new.add_argument_group("answers about maps"))
    _add_profile_answers(new.add_argument_group("answers about the load profile"))
    _add_beside(new.add_argument_group("energy price, battery and solar power"))
    _add_output(new)
    new.set_defaults(run=commands.new)


def _add_map_answers(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--crs", default="", metavar="EPSG:N|swap", help="coordinate system")
    group.add_argument(
        "--at", default="", metavar="LON,LAT[,DEGREES]",
        help="where the middle of a drawing without georeference lies",
    )  # fmt: skip
    group.add_argument("--clip", default="", metavar="all|largest|LON,LAT,M", help="what to keep")
    group.add_argument("--intake", default="", metavar="LON,LAT", help="where the supply enters")
    group.add_argument(
        "--role", action="append", default=[], metavar="LAYER=ROLE",
        help="what a layer is, such as carpark=parking; may be repeated",
    )  # fmt: skip
    group.add_argument("--stall-width", type=float, default=2.5, metavar="M")
    group.add_argument("--stall-depth", type=float, default=5.0, metavar="M")
    group.add_argument("--angle", type=int, default=90, choices=(0, 45, 60, 90))


def _add_profile_answers(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--unit", action="append", default=[], choices=(*PROFILE_UNITS, *DRAWING_UNITS),
        help="unit of a load profile or, as mm or ft, of a drawing; may be given twice",
    )  # fmt: skip
    group.add_argument("--zone", metavar="NAME", help="time zone, such as Europe/London")
    group.add_argument("--fill", choices=("interpolate", "week", "zero"), help="close gaps so")
    group.add_argument("--stamps", choices=("start", "end"), help="what the times mean")
    group.add_argument("--duplicates", choices=("first", "last", "mean", "sum"))
    group.add_argument("--negative", choices=("keep", "zero"))
    group.add_argument("--dayfirst", choices=("yes", "no"), help="01/02 is 1 February: yes")
    group.add_argument("--register", choices=("yes", "no"), help="values are meter readings")
    group.add_argument("--resample", action="store_true", help="bring to one interval")
    group.add_argument("--start", metavar="ISO", help="moment of the first row")
    group.add_argument("--decimal", choices=(",", "."))
    group.add_argument("--separator", choices=(",", ";", "tab", "|"))
    group.add_argument("--column", metavar="NAME", help="column that holds the values")
    group.add_argument("--sheet", metavar="NAME", help="sheet of the workbook")
    group.add_argument("--encoding", default="", metavar="NAME", help="of maps and tables")
    group.add_argument("--peak", type=float, metavar="KW", help="peak of a normalised series")
    group.add_argument("--annual", type=float, metavar="KWH", help="energy of a normalised series")


def _add_plan(add: Callable[..., argparse.ArgumentParser]) -> None:
    plan = add("plan", help="propose a design and keep it in the project")
    plan.add_argument("project", type=Path)
    plan.add_argument("--scenario", metavar="NAME")
    plan.add_argument("--objective", choices=("cost", "balanced", "future"))
    plan.add_argument("--out", type=Path, metavar="DIR", help="write all documents to DIR too")
    _add_output(plan)
    plan.set_defaults(run=commands.plan)


def _add_check(add: Callable[..., argparse.ArgumentParser]) -> None:
    check = add("check", help="check the design kept in the project")
    check.add_argument("project", type=Path)
    check.add_argument("--scenario", metavar="NAME")
    check.add_argument(
        "--headroom", action="store_true", help="also find how much power fits at every bay"
    )
    check.add_argument(
        "--three-phase", action="store_true",
        help="also solve the worst day line by line, with single-phase cars",
    )  # fmt: skip
    check.add_argument(
        "--ageing", type=float, nargs="?", const=20.0, metavar="C",
        help="also follow the transformer's ageing in air of C °C, 20 if not given",
    )  # fmt: skip
    check.add_argument(
        "--energy-price", type=float, metavar="P", help="price of a kWh, to say what losses cost"
    )
    check.add_argument(
        "--connection", action="store_true", help="also compare what to agree with the operator"
    )
    check.add_argument(
        "--reinforce", action="store_true", help="also list what it takes until all checks pass"
    )
    check.add_argument(
        "--unmanaged", action="store_true",
        help="also compute the year with cars that charge as they arrive",
    )  # fmt: skip
    _add_beside(check.add_argument_group("as if these were there"))
    group = check.add_argument_group("answers about the yield of --solar-yield")
    group.add_argument("--unit", choices=PROFILE_UNITS, help="unit of the values")
    group.add_argument("--zone", metavar="NAME", help="time zone, such as Europe/London")
    _add_output(check)
    check.set_defaults(run=commands.check)


def _add_beside(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--battery", metavar="KW:KWH", help="power and energy, such as 100:200")
    group.add_argument(
        "--solar", metavar="KW[:TILT[:AZIMUTH]]", help="solar modules; yield of a typical year"
    )
    group.add_argument(
        "--solar-yield", type=Path, metavar="FILE",
        help="yield by time, kW or kWh per interval in any layout of a load profile",
    )  # fmt: skip
    group.add_argument(
        "--export-limit", type=float, metavar="KW", help="what the site may feed back"
    )
    group.add_argument(
        "--tariff", type=Path, metavar="FILE",
        help="energy price by time of use: CSV, XLSX or JSON with name, months, days, from, to "
        "and price per kWh; the row without hours is the base price",
    )  # fmt: skip


def _add_export(add: Callable[..., argparse.ArgumentParser]) -> None:
    export = add("export", help="write the documents of the design kept in the project")
    export.add_argument("project", type=Path)
    export.add_argument("--scenario", metavar="NAME")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    export.add_argument("--formats", metavar="LIST", help="such as xlsx,pdf; all if not given")
    _add_output(export)
    export.set_defaults(run=commands.export)


_AS = ("map", "profile", "supply", "demand", "sessions", "project")


def _add_inspect(add: Callable[..., argparse.ArgumentParser]) -> None:
    inspect = add("inspect", help="say what would be done with a file, and why")
    inspect.add_argument("files", type=Path, nargs="+", metavar="FILE")
    inspect.add_argument("--as", dest="kind", choices=_AS)
    _add_output(inspect)
    inspect.set_defaults(run=commands.inspect_files)


def _add_tables(add: Callable[..., argparse.ArgumentParser]) -> None:
    tables = add("tables", help="own tables of capacities, cables and devices of a project")
    tables.add_argument("project", type=Path)
    tables.add_argument(
        "--load", type=Path, action="append", default=[], metavar="FILE",
        help="CSV or XLSX in the layout of the shipped tables; may be repeated",
    )  # fmt: skip
    tables.add_argument(
        "--drop", action="append", default=[], choices=KINDS, help="use the shipped table again"
    )
    _add_output(tables)
    tables.set_defaults(run=commands.tables, scenario=None)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never raises for a user's mistake."""
    try:
        options = build_parser().parse_args(argv)
    except SystemExit as done:
        return int(done.code or 0)
    try:
        return int(options.run(options))
    except InputError as problem:
        print(f"ampyard: {problem}", file=sys.stderr)
        return 2
    except OSError as problem:
        name = Path(str(problem.filename)).name if problem.filename else "the file"
        print(f"ampyard: {name}: {problem.strerror or problem}; nothing was lost.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("ampyard: stopped.", file=sys.stderr)
        return 130
    except Exception as fault:  # the last line of defence: users never see a traceback
        log = write_fault_log(fault)
        print(
            f"ampyard: internal fault ({type(fault).__name__}); details are in {log}.",
            file=sys.stderr,
        )
        return 3


if __name__ == "__main__":
    sys.exit(main())
