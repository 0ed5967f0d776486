"""A car park of any size for layout tests."""

import pytest
from shapely import LineString, Point, box

from grid.model import Board, Source, Supply, Transformer
from planner.model.site import Area, AreaKind, Bay, Entrance, Site, SiteBoard

SUPPLY = Supply(
    Source(11.0, 250.0, 150.0), Transformer("TX1", 800, 11, 420, 5, 7.0, 1.0, 0.5), 600.0
)


def make_car_park(rows=2, per_row=8, ways=3, heads=True, at=(-12.0, 8.0), extra=(), accessible=0):
    """Build rows of bays back to back in pairs, on asphalt in a lawn; `extra` adds areas."""
    bays, areas = {}, {}
    for row in range(rows):
        y = 16.5 * (row // 2) + 5 * (row % 2)
        head_y = 16.5 * (row // 2) + 5
        for i in range(per_row):
            key = f"{'ABCDEFGH'[row]}{i + 1}"
            head = LineString([(2.5 * i, head_y), (2.5 * i + 2.5, head_y)]) if heads else None
            polygon = box(2.5 * i, y, 2.5 * i + 2.5, y + 5)
            bays[key] = Bay(key, polygon, key[0], i + 1, row == 0 and i < accessible, head)
    top = 16.5 * ((rows + 1) // 2)
    areas["P"] = Area("P", AreaKind.ASPHALT, box(-6, -6.5, 2.5 * per_row + 6, top))
    areas["G"] = Area("G", AreaKind.GRASS, box(-30, -30, 2.5 * per_row + 30, top + 30))
    areas |= {a.id: a for a in extra}
    boards = {"MSB": SiteBoard("MSB", Point(at), Board("MSB", "Main", 800, 12, ways), True)}
    doors = (Entrance("E1", Point(0, top + 5)),)
    return Site("Park", 27700, "gb", bays, areas, (), (), doors, boards, None, SUPPLY)


@pytest.fixture(scope="session")
def car_park():
    return make_car_park
