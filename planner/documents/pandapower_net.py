"""The checked network at the hour with the highest draw, as a pandapower net."""

from __future__ import annotations

import numpy as np

from grid.model import LoadCase
from grid.network.export import to_json
from grid.network.year import Loads
from planner.checks.load_cases import rated_inputs
from planner.checks.network import site_network
from planner.checks.year_devices import WithDevices
from planner.checks.year_load import YearLoad, year_load, year_loads
from planner.inputs.problem import InputError
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.model.site import Site
from planner.model.year import moment, utc_text


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the net as JSON in UTF-8."""
    site, design = project.site, outcome.design
    joined = site_network(site, design)
    if joined.network is None:
        raise InputError(
            project.name, f"scenario {scenario.name}", joined.findings[0].message.rstrip("."),
            joined.findings[0].fix.rstrip("."),
        )  # fmt: skip
    load = year_load(site, outcome.service)
    rated = rated_inputs(joined.network, design, project.catalogue)
    loads: Loads = year_loads(joined.network, rated, load.existing_kw, load.charging_kw)
    if outcome.year is not None and outcome.year.devices is not None:
        loads = WithDevices(loads, outcome.year.devices.device_kw)
    step = outcome.year.worst_step if outcome.year else _highest(load)
    kw, kvar = (part[0].tolist() for part in loads.part(slice(step, step + 1)))
    case = LoadCase(
        f"{project.name}, {scenario.name}, {_when(load, step)}",
        dict(zip(loads.nodes, kw, strict=True)), dict(zip(loads.nodes, kvar, strict=True)),
    )  # fmt: skip
    return to_json(joined.network, case, joined.names, _places(site, outcome)).encode()


def _highest(load: YearLoad) -> int:
    return int(np.nan_to_num(load.existing_kw + load.charging_kw).argmax())


def _when(load: YearLoad, step: int) -> str:
    utc = utc_text(load.start, load.interval_min, step)
    return moment(int(load.local_min[step])) + (f" ({utc})" if utc else "")


def _places(site: Site, outcome: Outcome) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of boards and chargers."""
    from pyproj import Transformer

    points = {
        str(key): item.point
        for items in (site.boards, outcome.design.boards, outcome.design.chargers)
        for key, item in items.items()
    }
    if not points:
        return {}
    to_wgs84 = Transformer.from_crs(site.epsg, 4326, always_xy=True)
    lon, lat = to_wgs84.transform([p.x for p in points.values()], [p.y for p in points.values()])
    return dict(zip(points, zip(lon, lat, strict=True), strict=True))
