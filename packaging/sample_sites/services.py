"""Thornbeck Services: a motorway stop with twelve drive-in bays for rapid charging."""

from __future__ import annotations

from sample_sites.shapes import (
    Drawn,
    SampleSite,
    accessible_row,
    area,
    duct,
    entrance,
    rectangle,
    row_of_bays,
    supply_point,
    tree,
)
from shapely import Polygon, union_all

_TREES = (
    (8.0, 88.0, 2.4), (17.0, 91.0, 2.1), (26.0, 87.5, 2.6), (104.0, 90.0, 2.3), (115.0, 87.0, 2.5),
    (131.0, 62.0, 2.2), (132.0, 50.0, 2.4), (131.0, 38.0, 2.1), (132.5, 26.0, 2.5),
    (131.0, 14.0, 2.2),
)  # fmt: skip


def _surfaces() -> list[Drawn]:
    plot = Polygon([(0, 0), (138, 0), (138, 96), (0, 98)])
    amenity = Polygon([(34, 62), (96, 62), (96, 86), (60, 86), (60, 80), (34, 80)])
    kiosk = rectangle(118, 72, 126, 79)
    car_park = rectangle(6, 4, 126, 54)
    islands = [rectangle(40, y, 42.5, y + 10) for y in (14, 30)]
    paving = rectangle(30, 54, 100, 62)
    road = Polygon([(138, -20), (148, -20), (150, 110), (138, 110)])
    drive = rectangle(126, 4, 138, 12)
    hard = union_all([amenity, kiosk, car_park, paving, drive])
    return [
        area("boundary", "S1", "Site boundary", plot),
        area("building", "H1", "Thornbeck Services", amenity),
        area("building", "H2", "Substation", kiosk),
        area("asphalt", "P1", "Car park", car_park.difference(union_all(islands))),
        area("asphalt", "P2", "Drive", drive),
        area("paving", "P3", "Terrace", paving),
        area("grass", "L1", "Grass", plot.difference(hard)),
        *(area("grass", f"L{i}", "Planting island", isle) for i, isle in enumerate(islands, 2)),
        area("road", "R1", "Slip road", road),
        area("keep_out", "K1", "Gas main easement", rectangle(102, 54, 106, 96)),
    ]


def _bays() -> list[Drawn]:
    return [
        *row_of_bays("H", (84, 47), 12, 3.2, 7.0),
        *accessible_row("A", (10, 49), 4, 5.0),
        *row_of_bays("A", (24.4, 49), 20, 2.5, 5.0, first=5),
        *row_of_bays("B", (43, 35), 14, 2.5, 5.0),
        *row_of_bays("C", (43, 30), 14, 2.5, 5.0),
        *row_of_bays("D", (43, 19), 14, 2.5, 5.0),
        *row_of_bays("E", (43, 14), 14, 2.5, 5.0),
        *row_of_bays("F", (10, 4), 20, 2.5, 5.0),
    ]


def _fittings() -> list[Drawn]:
    return [
        *(tree(f"T{i}", x, y, radius) for i, (x, y, radius) in enumerate(_TREES, 1)),
        duct("D1", 150, (117.5, 74), (112, 74), (112, 55)),
        entrance("E1", "door", "Main entrance", 62, 62),
        entrance("E2", "vehicle", "In / out", 138, 8),
        supply_point("substation", "TX1", "Substation 11/0.4 kV", 122, 75.5),
        supply_point("board", "MSB", "Main LV board", 117.5, 74),
    ]


SERVICES = SampleSite(
    name="services",
    title="Thornbeck Services",
    origin_m=(358260.0, 512840.0),
    turn_deg=19.0,
    objects=(*_surfaces(), *_bays(), *_fittings()),
    supply={
        "agreed_kva": 1400.0,
        "nominal_v": 400.0,
        "earthing": "TN-S",
        "frequency_hz": 50.0,
        "hv_kv": 11.0,
        "s_sc_max_mva": 250.0,
        "s_sc_min_mva": 120.0,
        "rx_ratio": 0.1,
        "transformer_kva": 1600.0,
        "lv_no_load_v": 420.0,
        "uk_pct": 6.0,
        "load_loss_kw": 12.0,
        "no_load_loss_kw": 1.08,
        "no_load_current_pct": 0.4,
        "clock": 11,
    },
    boards=(
        {"id": "MSB", "name": "Main LV board", "rating_a": 2500.0, "ways": 12, "spare_ways": 6},
    ),
    demand=(("motorway", 180.0),),
    load={
        "day": (150, 140, 136, 136, 146, 178, 220, 262, 296, 322, 346, 366,
                388, 390, 372, 358, 360, 372, 366, 338, 296, 246, 202, 170),
        "weekend": 1.08,
        "winter": 0.06,
        "summer": 0.10,
        "spread": 0.04,
    },
    story="A motorway service area with twelve wide bays for rapid charging beside the car park.",
)  # fmt: skip
