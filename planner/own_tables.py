"""Tables of a project's own in use: the code of practice that reads them."""

from __future__ import annotations

import dataclasses

from grid.codes import own
from grid.findings import Finding, Severity
from planner.model.project import Project
from planner.model.tables import digest


def with_own_tables(project: Project) -> Project:
    """Return the project with its code reading the tables it has of its own."""
    if not project.tables or own.MARK in project.settings.code:
        return project
    name = ", ".join(sorted({t.name for t in project.tables.values()}))
    key = digest(project.tables)
    own.hold(key, {kind: table.cells for kind, table in project.tables.items()}, name)
    code = f"{project.settings.code}{own.MARK}{key}"
    return dataclasses.replace(project, settings=dataclasses.replace(project.settings, code=code))


def table_findings(project: Project) -> tuple[Finding, ...]:
    """Say which tables of its own a project uses, and where the code does not read them."""
    found = []
    for kind, table in sorted(project.tables.items()):
        unused = project.settings.code.startswith("nec")
        text = f"The project's own table of {kind} from {table.name} is in use."
        if unused:
            text = f"The own table of {kind} from {table.name} is not used: the NEC has its own."
        found.append(
            Finding(
                "TABLE-OWN",
                Severity.WARNING if unused else Severity.INFO,
                kind,
                f"Table of {kind}",
                text,
                value=float(len(table.rows)),
                unit="rows",
                fix="Keep the source of the values with the project.",
            )
        )
    return tuple(found)
