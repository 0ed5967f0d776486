"""What each command does; `planner.cli` parses and reports errors."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grid.findings import Severity
from planner.inputs.problem import InputError
from planner.progress import Progress, silent

if TYPE_CHECKING:
    from grid.findings import Finding
    from planner.inputs.profiles import ProfileOptions
    from planner.model.outcome import Outcome
    from planner.model.project import Project

SAMPLES = ("hotel", "depot", "services")
REGIONS = ("gb",)
DEFAULT_DEMO_FOLDER = Path("ampyard-demo")


def version_text() -> str:
    """Return the installed version, or say that this is a source tree."""
    try:
        return f"ampyard {metadata.version('ampyard')}"
    except metadata.PackageNotFoundError:
        return "ampyard (source tree)"


def reserved(options: Namespace) -> int:
    """Refuse a command whose name is kept for a later version."""
    raise InputError(
        f"ampyard {options.command}", "", "this command is not in this version", "see --help"
    )


def demo(options: Namespace) -> int:
    """Propose a sample site and write all its documents."""
    from planner import pipeline
    from planner.edits import accept_design
    from planner.inputs.samples import load_sample

    out: Path = options.out or DEFAULT_DEMO_FOLDER
    project = load_sample(options.sample)
    outcome = pipeline.propose(
        project, project.scenario, project.scenario.objective, _progress(options)
    )
    project = accept_design(project, outcome.design, outcome.objective)
    return _deliver(project, outcome, out, None, options)


def new(options: Namespace) -> int:
    """Make a project file from the user's map, supply and profile."""
    from planner.inputs.new_project import from_options, guarded_project, write_templates

    if options.templates:
        written = write_templates(options.templates)
        _say_files(written, options)
        if not options.maps:
            return 0
    if not options.maps or not options.out:
        missing = "--map" if not options.maps else "--out"
        raise InputError("ampyard new", "", f"{missing} is not given", f"add {missing} FILE")
    project = _beside(guarded_project(from_options(options)), options)
    _save(project, options.out)
    site = project.site
    if options.json:
        _print_json(
            {
                "schema": 1,
                "project": project.name,
                "file": options.out.name,
                "crs": f"EPSG:{site.epsg}",
                "bays": len(site.bays),
                "notes": list(site.import_notes),
                "assumptions": [a.text for a in site.assumptions],
            }
        )
        return 0
    for note in site.import_notes:
        print(note)
    print(f"{options.out.name}: {len(site.bays)} bays, EPSG:{site.epsg}.")
    for assumption in site.assumptions:
        print(f"Assumed: {assumption.text}: {assumption.value} ({assumption.source})")
    return 0


def plan(options: Namespace) -> int:
    """Propose a design, keep it in the project, and deliver it where asked."""
    from planner import pipeline
    from planner.edits import accept_design
    from planner.model.scenario import Objective
    from planner.summary import plan_json

    project = _load(options)
    scenario = project.scenario
    objective = Objective(options.objective) if options.objective else scenario.objective
    try:
        outcome = pipeline.propose(project, scenario, objective, _progress(options))
    except pipeline.NotReady as missing:
        raise _not_ready(options, missing) from missing
    project = accept_design(project, outcome.design, objective)
    _save(project, options.project)
    if options.out:
        return _deliver(project, outcome, options.out, None, options)
    if options.json:
        _print_json(plan_json(project, outcome))
    else:
        _print_outcome(project, outcome)
    return _exit_code(outcome)


def tables(options: Namespace) -> int:
    """Load, drop or list the own tables of a project; cells that look wrong are told."""
    from dataclasses import replace

    from planner.inputs.own_tables import read_own_table

    project = _load(options)
    kept = {k: t for k, t in project.tables.items() if k not in options.drop}
    found: list[Finding] = []
    for path in options.load:
        table, odd = read_own_table(path)
        kept[table.kind] = table
        found += odd
    if options.load or options.drop:
        _save(replace(project, tables=kept), options.project)
    if options.json:
        listed = [{"kind": k, "file": t.name, "rows": len(t.rows)} for k, t in kept.items()]
        odd_cells = [{"place": f.place, "message": f.message, "code": f.code} for f in found]
        _print_json({"schema": 1, "tables": listed, "findings": odd_cells})
        return 0
    for finding in found:
        print(f"{finding.place}: {finding.message} {finding.fix}")
    for kind, table in kept.items():
        print(f"{kind}: {len(table.rows)} rows from {table.name}")
    if not kept:
        print("No own tables: the shipped ones are in use.")
    return 0


def check(options: Namespace) -> int:
    """Check the design kept in the project, every interval of the profile's year included."""
    from planner.pipeline import check_year
    from planner.summary import check_json, year_json

    project = _beside(_load(options), options)
    outcome, year = check_year(
        project,
        _recalculate(project, options),
        ageing_ambient_c=options.ageing,
        energy_price=options.energy_price,
    )
    outcome, studies, lines = _studies(project, outcome, options)
    if options.unmanaged:
        from planner.unmanaged_report import unmanaged_lines, unmanaged_year

        free = unmanaged_year(
            project, outcome, ageing_ambient_c=options.ageing, energy_price=options.energy_price
        )
        studies["year_unmanaged"] = year_json(free)
        lines += unmanaged_lines(year, free)
    if options.json:
        _print_json(check_json(project, outcome) | {"year": year_json(year)} | studies)
    else:
        _print_findings(outcome)
        for finding in year.findings:
            if finding.severity is Severity.OK:
                print(f"  {finding.message}")
        for line in lines:
            print(f"  {line}")
    return _exit_code(outcome)


def _beside(project: Project, options: Namespace) -> Project:
    """Take over battery, solar modules, export limit and energy price, where asked for."""
    from dataclasses import replace

    from planner.edits import set_batteries, set_limits, set_settings, set_solar
    from planner.inputs.beside import (
        battery_from_text,
        export_from_number,
        solar_from_file,
        solar_from_text,
    )
    from planner.inputs.energy_prices import read_energy_prices

    site = project.site
    if options.battery:
        project = set_batteries(project, (battery_from_text(options.battery),))
    if options.solar_yield:
        answers = _yield_answers(options, site.region)
        made = solar_from_file(options.solar_yield, answers, options.solar or "", site)
        project = set_solar(project, (made,))
    elif options.solar:
        project = set_solar(project, (solar_from_text(options.solar, site),))
    if options.tariff:
        tariff = read_energy_prices(options.tariff)
        project = set_settings(project, replace(project.settings, energy_tariff=tariff))
    if options.export_limit is not None:
        limit = export_from_number(options.export_limit)
        project = set_limits(project, replace(project.scenario.limits, export_kw=limit))
    return project


def _yield_answers(options: Namespace, region: str) -> ProfileOptions:
    """Return what is said about a yield by time; below zero an inverter only feeds itself."""
    from planner.inputs.profiles import ProfileOptions

    unit = options.unit[-1] if isinstance(options.unit, list) and options.unit else options.unit
    return ProfileOptions(unit=unit or None, zone=options.zone, region=region, negative="zero")


def _studies(
    project: Project, outcome: Outcome, options: Namespace
) -> tuple[Outcome, dict[str, Any], list[str]]:
    """Run what was asked for beside the check; its findings join the others."""
    from dataclasses import replace

    found: dict[str, Any] = {}
    lines: list[str] = []
    if options.headroom:
        from planner.checks.headroom_map import headroom_of
        from planner.headroom_report import headroom_json, headroom_lines

        rooms = headroom_of(project, outcome.design, outcome.service)
        outcome = replace(outcome, findings=(*outcome.findings, *rooms.findings))
        found["headroom"] = headroom_json(rooms)
        lines += headroom_lines(rooms)
    if options.connection:
        from planner.checks.connection import connection_options
        from planner.connection_report import connection_json, connection_lines

        sessions = outcome.demand.sessions
        choice = connection_options(project, outcome.design, sessions)
        outcome = replace(outcome, findings=(*outcome.findings, *choice.findings))
        found["connection"] = connection_json(choice)
        lines += connection_lines(choice)
    if options.reinforce:
        from planner.checks.reinforce import reinforce
        from planner.connection_report import reinforcement_json, reinforcement_lines

        made, _, _ = reinforce(project, outcome.design, outcome.service, outcome.demand)
        found["reinforcement"] = reinforcement_json(made)
        lines += reinforcement_lines(made)
    if project.settings.energy_tariff is not None:
        from planner.energy_report import energy_json, energy_lines, energy_regimes

        regimes = energy_regimes(project, outcome)
        found["energy_cost"] = energy_json(regimes)
        lines += energy_lines(regimes)
    if options.three_phase and outcome.year is not None:
        from planner.checks.three_phase import three_phase_findings
        from planner.summary import finding_json

        phases = three_phase_findings(
            project.site, outcome.design, project.catalogue, outcome.year
        )  # fmt: skip
        outcome = replace(
            outcome,
            findings=(*outcome.findings, *(f for f in phases if f.severity is not Severity.OK)),
            passed_checks=outcome.passed_checks + sum(f.severity is Severity.OK for f in phases),
        )
        found["three_phase"] = [finding_json(f) for f in phases]
        lines += [f.message for f in phases if f.severity is Severity.OK]
    return outcome, found, lines


def export(options: Namespace) -> int:
    """Write the documents of the design kept in the project."""
    project = _load(options)
    outcome = _recalculate(project, options)
    formats = tuple(options.formats.split(",")) if options.formats else None
    return _deliver(project, outcome, options.out, formats, options)


def inspect_files(options: Namespace) -> int:
    """Say what would be done with each file."""
    from planner.inputs.inspect import inspect_all

    reports = list(inspect_all(options.files, options.kind))
    if options.json:
        _print_json(reports[0] if len(reports) == 1 else {"schema": 1, "files": reports})
    else:
        for report in reports:
            print(f"{report['file']}: {report['kind']}, {report['action']}")
            for finding in report["findings"]:
                place = f"{finding['place']}: " if finding["place"] else ""
                said = "; ".join(filter(None, (finding["message"], finding["remedy"])))
                print(f"  {finding['severity']}: {place}{said}")
    codes = {"accept": 0, "repair": 0, "skip": 0, "ask": 1, "reject": 2}
    return max(codes[report["action"]] for report in reports)


def _load(options: Namespace) -> Project:
    """Open the project with the wanted scenario active."""
    from planner.edits import activate_scenario
    from planner.store.project_file import load

    project = load(options.project)
    if options.scenario is None:
        return project
    names = [scenario.name for scenario in project.scenarios]
    if options.scenario not in names:
        raise InputError(
            options.project.name, "", f"there is no scenario '{options.scenario}'",
            f"choose one of {', '.join(names)}",
        )  # fmt: skip
    return activate_scenario(project, names.index(options.scenario))


def _save(project: Project, path: Path) -> None:
    from planner.store.project_file import save

    save(project, path)


def _recalculate(project: Project, options: Namespace) -> Outcome:
    from planner import pipeline

    if project.scenario.design is None:
        raise InputError(
            options.project.name, f"scenario {project.scenario.name}", "it has no design yet",
            f"run 'ampyard plan {options.project.name}' first",
        )  # fmt: skip
    try:
        return pipeline.recalculate(project, project.scenario, _progress(options))
    except pipeline.NotReady as missing:
        raise _not_ready(options, missing) from missing


def _not_ready(options: Namespace, missing: Exception) -> InputError:
    reason, _, remedy = str(missing).partition(": ")
    return InputError(options.project.name, "", reason, remedy.rstrip("."))


def _deliver(
    project: Project,
    outcome: Outcome,
    out: Path,
    formats: Sequence[str] | None,
    options: Namespace,
) -> int:
    from planner.deliver import deliver, with_year
    from planner.summary import plan_json

    outcome = with_year(project, outcome)
    written = deliver(project, outcome, out, formats)
    if options.json:
        document = plan_json(project, outcome)
        _print_json(document | {"files": [path.name for path in written]})
    else:
        _print_outcome(project, outcome)
        _say_files(written, options)
    return _exit_code(outcome)


def _print_outcome(project: Project, outcome: Outcome) -> None:
    design, quote = outcome.design, outcome.quote
    counts: dict[str, int] = {}
    for charger in design.chargers.values():
        name = project.catalogue[charger.model].name
        counts[name] = counts.get(name, 0) + 1
    chargers = ", ".join(f"{n} × {name}" for name, n in sorted(counts.items())) or "none"
    print(f"{project.name}, {outcome.objective} design")
    print(f"  Chargers  {chargers}")
    print(f"  Trench    {sum(t.length_m for t in design.trenches.values()):,.1f} m")
    print(f"  Service   {outcome.service.served_pct:.1f} % of drivers served in full")
    print(f"  Peak      {outcome.service.peak_kw:,.0f} kW charging")
    print(f"  Price     {quote.currency} {quote.net:,.2f} excl. {quote.terms.tax_name}")
    print(f"            {quote.currency} {quote.total:,.2f} incl. {quote.terms.tax_name}")
    _print_findings(outcome)


def _print_findings(outcome: Outcome) -> None:
    shown = [f for f in outcome.findings if f.severity is not Severity.OK]
    for finding in shown:
        print(f"  {finding.severity}: {finding.place}: {finding.message} {finding.fix}".rstrip())
    count = len(shown) or "No"
    noun = "finding" if len(shown) == 1 else "findings"
    print(f"{count} {noun}. {outcome.passed_checks} checks passed.")


def _exit_code(outcome: Outcome) -> int:
    return int(any(f.severity is Severity.ERROR for f in outcome.findings))


def _say_files(written: Sequence[Path], options: Namespace) -> None:
    if options.quiet:
        return
    for path in written:
        print(f"  {path}  {path.stat().st_size / 1024:,.0f} kB")


def _print_json(document: dict[str, Any]) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    print()


def _progress(options: Namespace) -> Progress:
    if options.quiet or options.json or not sys.stderr.isatty():
        return silent
    return _bar


def _bar(share: float, text: str) -> None:
    filled = round(24 * share)
    end = "\n" if share >= 1 else ""
    print(f"\r{'█' * filled}{'·' * (24 - filled)} {text:<40}", end=end, file=sys.stderr, flush=True)
