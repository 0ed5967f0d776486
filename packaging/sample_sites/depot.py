"""Fallow Lane Depot: 40 delivery vans that leave at dawn, on a low-voltage intake."""

from __future__ import annotations

from sample_sites.shapes import (
    Drawn,
    SampleSite,
    area,
    duct,
    entrance,
    rectangle,
    row_of_bays,
    supply_point,
    tree,
)
from shapely import Polygon, union_all


def _surfaces() -> list[Drawn]:
    plot = rectangle(0, 0, 112, 78)
    warehouse = rectangle(6, 50, 76, 74)
    office = rectangle(80, 58, 96, 72)
    yard = rectangle(4, 4, 92, 50)
    kerb = rectangle(6, 37, 66, 38.5)
    cars = rectangle(80, 50, 108, 57)
    gate = rectangle(92, 20, 112, 28)
    lane = Polygon([(112, -8), (120, -8), (121, 86), (112, 86)])
    hard = union_all([warehouse, office, yard, cars, gate])
    return [
        area("boundary", "S1", "Site boundary", plot),
        area("building", "H1", "Warehouse", warehouse),
        area("building", "H2", "Office", office),
        area("concrete", "P1", "Van yard", yard.difference(kerb)),
        area("asphalt", "P2", "Staff cars", cars.difference(union_all([yard, office]))),
        area("asphalt", "P3", "Gate", gate),
        area("grass", "L1", "Verge", plot.difference(hard)),
        area("grass", "L2", "Planted strip", kerb),
        area("road", "R1", "Fallow Lane", lane),
        area("keep_out", "K1", "Dock doors", rectangle(20, 46, 62, 50)),
        area("keep_out", "K2", "Fuel store", rectangle(80, 36, 86, 42)),
    ]


def _fittings() -> list[Drawn]:
    verge = [(98.0, 8.0, 2.5), (104.0, 14.0, 2.2), (99.0, 34.0, 2.4), (105.0, 41.0, 2.6)]
    return [
        *row_of_bays("A", (6, 30), 20, 3.0, 7.0),
        *row_of_bays("B", (6, 4), 20, 3.0, 7.0),
        *(tree(f"T{i}", x, y, radius) for i, (x, y, radius) in enumerate(verge, 1)),
        duct("D1", 125, (78, 57), (78, 44), (67, 44), (67, 38)),
        entrance("E1", "door", "Office door", 88, 58),
        entrance("E2", "vehicle", "Gate", 112, 24),
        supply_point("board", "MSB", "Intake board", 78, 57),
    ]


DEPOT = SampleSite(
    name="depot",
    title="Fallow Lane Depot",
    origin_m=(433420.0, 283610.0),
    turn_deg=-11.0,
    objects=(*_surfaces(), *_fittings()),
    supply={
        "agreed_kva": 276.0,
        "nominal_v": 400.0,
        "earthing": "TN-S",
        "frequency_hz": 50.0,
        "hv_kv": 0.4,
        "s_sc_max_mva": 11.0,
        "s_sc_min_mva": 6.0,
        "rx_ratio": 0.4,
        "zs_origin_ohm": 0.04,
    },
    boards=({"id": "MSB", "name": "Intake board", "rating_a": 400.0, "ways": 6, "spare_ways": 2},),
    demand=(("depot_vans", 40.0),),
    load={
        "day": (24, 24, 23, 24, 30, 52, 66, 70, 62, 56, 54, 54,
                52, 54, 58, 60, 64, 58, 44, 34, 30, 28, 26, 25),
        "weekend": 0.45,
        "winter": 0.14,
        "summer": 0.0,
        "spread": 0.06,
    },
    accessible_chargers=0,
    story="A parcel depot where 40 vans stand from the evening to dawn; no transformer on site.",
)  # fmt: skip
