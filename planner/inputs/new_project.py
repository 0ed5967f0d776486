"""From the answers of a user to a project with one scenario."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from planner.catalogue import load_catalogue
from planner.demand.archetypes import load_archetypes
from planner.inputs.guarded import guarded
from planner.inputs.kinds import DRAWING_UNITS, PROFILE_UNITS, kind_of
from planner.inputs.maps import MapOptions, Role
from planner.inputs.problem import InputError
from planner.inputs.profiles import ProfileOptions, read_profile
from planner.inputs.sessions import SessionOptions, read_sessions, recorded_demand
from planner.inputs.site import SiteOptions, build_site
from planner.inputs.survey import survey_demand
from planner.inputs.workbooks import demand as demand_workbook
from planner.inputs.workbooks import supply as supply_workbook
from planner.inputs.workbooks import supply_template
from planner.layout.bay_fill import FillOptions
from planner.model.demand import DemandInput
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.money.pricebook import load_price_book
from planner.store.codec import decode_project, encode_project

FIRST_SCENARIO = "A Today"


@dataclass(frozen=True, slots=True)
class NewProject:
    """Files and answers a project is made from."""

    name: str
    region: str
    maps: tuple[Path, ...]
    supply: Path | None
    profile: Path | None
    demand: tuple[str, ...]
    site_options: SiteOptions
    profile_options: ProfileOptions


def new_project(wanted: NewProject, told: Callable[[Path], None] = lambda _path: None) -> Project:
    """Read all files and make a project; `told` hears which file is read next.

    Raises
    ------
    InputError
        Where a file cannot be used or a question is open; nothing is written.
    """
    supply = profile = None
    if wanted.supply:
        told(wanted.supply)
        supply = supply_workbook.read_supply(wanted.supply)
    if wanted.profile:
        told(wanted.profile)
        profile = read_profile(wanted.profile, wanted.profile_options)
    site = build_site(
        wanted.name, wanted.maps, supply, profile, wanted.region, wanted.site_options, told
    )
    demand = tuple(item for text in wanted.demand for item in _demand(text, wanted.profile_options))
    return Project(
        name=wanted.name,
        site=site,
        scenarios=(Scenario(FIRST_SCENARIO, demand),),
        catalogue=load_catalogue(),
        price_book=load_price_book(wanted.region),
    )


def guarded_project(wanted: NewProject) -> Project:
    """Make a project in a process of its own, which a hostile file can only end."""
    first = next(filter(None, (wanted.supply, wanted.profile, *wanted.maps)))
    (made,) = guarded(_packed_project, [(first, wanted)])
    if isinstance(made, InputError):
        raise made
    return decode_project(msgspec.msgpack.decode(made))


def _packed_project(_first: Path, wanted: NewProject, told: Callable[[Path], None]) -> bytes:
    return msgspec.msgpack.encode(encode_project(new_project(wanted, told)))


def write_templates(folder: Path) -> tuple[Path, ...]:
    """Write the blank workbooks that Ampyard reads back."""
    folder.mkdir(parents=True, exist_ok=True)
    supply, demand = folder / "supply.xlsx", folder / "demand.xlsx"
    supply_template.write_template(supply)
    demand_workbook.write_template(demand)
    return supply, demand


def from_options(options: Namespace) -> NewProject:
    """Collect what the command line says."""
    accepted = frozenset(code for text in options.accept for code in text.split(","))
    roles = dict(_role(text) for text in options.role)
    return NewProject(
        name=options.name or options.maps[0].stem,
        region=options.region,
        maps=tuple(options.maps),
        supply=options.supply,
        profile=options.profile,
        demand=tuple(options.demand),
        site_options=SiteOptions(
            map=MapOptions(
                crs=options.crs, encoding=options.encoding, region=options.region,
                roles=roles, accepted=accepted, clip=options.clip,
                unit=_unit(options.unit, DRAWING_UNITS) or "", at=options.at,
            ),
            fill=_fill(options),
            intake=options.intake,
        ),
        profile_options=_profile_options(options, accepted),
    )  # fmt: skip


def _fill(options: Namespace) -> FillOptions:
    try:
        return FillOptions(
            width_m=options.stall_width, depth_m=options.stall_depth, angle_deg=options.angle
        )
    except ValueError as problem:
        raise InputError("--stall-width", "", str(problem), "change the measure") from problem


def _profile_options(options: Namespace, accepted: frozenset[str]) -> ProfileOptions:
    answer = {"yes": True, "no": False, None: None}
    return ProfileOptions(
        unit=_unit(options.unit, PROFILE_UNITS), zone=options.zone, region=options.region,
        encoding=options.encoding or None,
        separator="\t" if options.separator == "tab" else options.separator,
        decimal=options.decimal, dayfirst=answer[options.dayfirst], sheet=options.sheet,
        column=options.column, stamps=options.stamps, fill=options.fill,
        duplicates=options.duplicates, negative=options.negative,
        register=answer[options.register], resample=options.resample,
        start=_moment(options.start), peak_kw=options.peak, annual_kwh=options.annual,
        accepted=accepted,
    )  # fmt: skip


def _unit(given: Sequence[str], known: Sequence[str]) -> str | None:
    """Return the last unit given that measures this kind of thing."""
    return next((unit for unit in reversed(given) if unit in known), None)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            "--start", "", f"'{text}' is not a time", "write it as 2025-01-01T00:00"
        ) from None


def _role(text: str) -> tuple[str, Role]:
    layer, _, role = text.rpartition("=")
    try:
        return layer, Role(role)
    except ValueError:
        known = ", ".join(Role)
        raise InputError(
            "--role", "", f"'{text}' names no role", f"write LAYER=ROLE with one of {known}"
        ) from None


def _demand(text: str, reading: ProfileOptions | None = None) -> tuple[DemandInput, ...]:
    """Read ARCHETYPE:N, SURVEY:SHARE, a demand workbook, a fleet rota or a table of sessions."""
    file, _, share = text.rpartition(":")
    if file.lower().endswith((".xlsx", ".csv", ".ods", ".xls")):
        return (survey_demand(Path(file), share),)
    path = Path(text)
    is_book = path.suffix.lower() in {".xlsx", ".xlsm", ".ods", ".xls"}
    if is_book and kind_of(path) != "sessions":
        return demand_workbook.read_groups(path)
    if is_book or path.suffix.lower() in {".csv", ".gz", ".json", ".jsonl", ".ndjson"}:
        answers = reading or ProfileOptions()
        options = SessionOptions(
            dayfirst=answers.dayfirst, encoding=answers.encoding, separator=answers.separator,
            decimal=answers.decimal, zone=answers.zone,
        )  # fmt: skip
        return (recorded_demand(read_sessions(path, options)),)
    archetype, _, drivers = text.partition(":")
    known = load_archetypes()
    if archetype not in known:
        raise InputError(
            "--demand", "", f"'{archetype}' is not an archetype", f"choose from {', '.join(known)}"
        )
    try:
        number = float(drivers)
    except ValueError:
        number = -1.0
    if not 0 < number < 100_000:
        raise InputError(
            "--demand", "", f"'{text}' gives no number of drivers per day",
            f"write {archetype}:40 for forty drivers",
        )  # fmt: skip
    return (DemandInput(archetype, number),)
