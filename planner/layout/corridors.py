"""Build the corridor graph of a site.

Corridors follow head lines of rows, bay fronts along the aisles, kerbs, walls,
markings between bays where a trench crosses an aisle, existing ducts, and two
straight axes through every board. Each edge has one surface and one price.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.layout.graph import Corridors
from planner.layout.ground import read_ground
from planner.layout.intake import find_intake
from planner.layout.lines import board_links, corridor_lines
from planner.layout.network import Sketch, assemble
from planner.layout.rows import find_rows, headed_bays
from planner.layout.stands import head_lines
from planner.model.scenario import Limits
from planner.model.site import AreaKind, Site


def build_corridors(
    site: Site, limits: Limits, trench_cost_per_m: Mapping[AreaKind, float]
) -> Corridors:
    """Return the graph on which chargers are placed and trenches routed.

    Parameters
    ----------
    site
        Bays, areas, obstacles, ducts and boards.
    limits
        `bays_kept_free` get no charger; without `dig_asphalt` other surfaces
        are preferred wherever they lead to the same place.
    trench_cost_per_m
        Price of a metre of trench by surface, in the currency of the price book.
    """
    ground = read_ground(site)
    bays, derived = headed_bays(site, ground)
    heads = head_lines(find_rows(bays), ground)
    boards, findings = find_intake(site)
    lines = corridor_lines(site, heads, ground)
    links = board_links(boards, lines, heads, ground)
    notes = (
        (f"The closed end of {derived} of {len(bays)} bays was derived from the plan.",)
        if derived
        else ()
    )
    return assemble(
        site,
        limits,
        trench_cost_per_m,
        Sketch(ground, heads, lines, links, boards, notes, findings),
    )
