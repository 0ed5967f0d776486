"""Alder Court Hotel: 84 rooms, a conference suite, an office and 120 bays."""

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
    (34.5, 70.5, 2.6), (41.0, 72.0, 2.2), (47.5, 69.0, 2.8), (54.0, 71.5, 2.3), (34.0, 62.5, 1.9),
    (71.5, 52.0, 2.1), (71.8, 42.5, 2.5), (71.3, 33.0, 2.2), (71.8, 23.0, 2.5), (71.3, 15.0, 2.0),
    (71.0, 6.0, 2.0),
    (-12.5, 26.0, 2.6), (-6.0, 22.0, 1.9), (-18.5, 20.0, 2.2), (-10.0, 16.0, 2.4),
    (-17.0, 9.5, 2.7), (-8.5, 5.0, 2.2), (-21.5, 3.0, 2.3), (-23.3, 36.0, 1.8), (-23.3, 48.0, 1.8),
    (-23.3, 66.0, 1.8),
)  # fmt: skip


def _surfaces() -> list[Drawn]:
    hotel = Polygon(
        [(-20, 32), (-6, 32), (-6, 54), (-2, 54), (-2, 58), (30, 58), (30, 72), (-20, 72)]
    )
    office = rectangle(34, 53.5, 42, 58.5)
    kiosk = rectangle(67, 60, 73, 66)
    islands = [rectangle(x, y, x + 2.5, y + 10) for y in (11, 27) for x in (5.5, 58)]
    drive = Polygon([(51, -4.5), (61, -4.5), (60, -0.5), (52, -0.5)])
    car_park = rectangle(-1, -0.5, 67, 48.4)
    paving = Polygon(
        [(-6, 32), (-1, 32), (-1, 52), (32, 52), (32, 58), (-2, 58), (-2, 54), (-6, 54)]
    )
    path = rectangle(9.6, 48.4, 11.4, 52)
    plot = Polygon([(-26.5, -2.5), (75.5, -2.5), (75.5, 75.0), (-26.5, 76.5)])
    mill_lane = Polygon([(79, -14), (86, -14), (85.5, 88), (78.5, 88)])
    station_road = rectangle(-40, -11.5, 79, -4.5)
    hard = union_all([hotel, office, kiosk, drive, car_park, paving, path])
    return [
        area("boundary", "S1", "Site boundary", plot),
        area("building", "H1", "Alder Court Hotel", hotel),
        area("building", "H2", "Office", office),
        area("building", "H3", "Substation", kiosk),
        area("asphalt", "P1", "Car park", car_park.difference(union_all(islands))),
        area("asphalt", "P2", "Drive", drive),
        area("paving", "P3", "Forecourt", paving),
        area("paving", "P4", "Path to the door", path),
        area("grass", "L1", "Lawn", plot.difference(hard)),
        *(area("grass", f"L{i}", "Planting island", isle) for i, isle in enumerate(islands, 2)),
        area("road", "R1", "Mill Lane", mill_lane),
        area("road", "R2", "Station Road", station_road),
        area("keep_out", "K1", "Fire access", rectangle(15.5, 53.2, 31.5, 57.6)),
        area("keep_out", "K2", "Oil tank", rectangle(-25.5, 55, -21.5, 60)),
    ]


def _bays() -> list[Drawn]:
    return [
        *accessible_row("A", (0, 43.4), 6, 5.0),
        *row_of_bays("A", (21.6, 43.4), 16, 2.5, 5.0, first=7),
        *row_of_bays("B", (8, 32), 20, 2.5, 5.0),
        *row_of_bays("C", (8, 27), 20, 2.5, 5.0),
        *row_of_bays("D", (8, 16), 20, 2.5, 5.0),
        *row_of_bays("E", (8, 11), 20, 2.5, 5.0),
        *row_of_bays("F", (4, 0), 18, 2.5, 5.0),
    ]


def _fittings() -> list[Drawn]:
    return [
        *(tree(f"T{i}", x, y, radius) for i, (x, y, radius) in enumerate(_TREES, 1)),
        duct("D1", 125, (66.5, 61.0), (50, 61.0), (30.2, 62.5)),
        duct("D2", 100, (24.5, 57.8), (24.5, 52.8), (12.5, 52.8), (12.5, 48.9)),
        entrance("E1", "door", "Entrance", 10.5, 58),
        entrance("E2", "vehicle", "In / out", 56, -4.5),
        supply_point("substation", "TX1", "Substation 11/0.4 kV", 70, 63),
        supply_point("board", "MSB", "Main LV board", 66.5, 61),
        supply_point("board", "DB1", "Plant room board", 29, 61.5),
    ]


HOTEL = SampleSite(
    name="hotel",
    title="Alder Court Hotel",
    origin_m=(418168.0, 386052.0),
    turn_deg=6.0,
    objects=(*_surfaces(), *_bays(), *_fittings()),
    supply={
        "agreed_kva": 300.0,
        "nominal_v": 400.0,
        "earthing": "TN-S",
        "frequency_hz": 50.0,
        "hv_kv": 11.0,
        "s_sc_max_mva": 250.0,
        "s_sc_min_mva": 150.0,
        "rx_ratio": 0.1,
        "transformer_kva": 500.0,
        "lv_no_load_v": 420.0,
        "uk_pct": 4.0,
        "load_loss_kw": 4.6,
        "no_load_loss_kw": 0.459,
        "no_load_current_pct": 0.5,
        "clock": 11,
    },
    boards=(
        {"id": "MSB", "name": "Main LV board", "rating_a": 800.0, "ways": 8, "spare_ways": 3},
        {"id": "DB1", "name": "Plant room board", "rating_a": 400.0, "ways": 12, "spare_ways": 1},
    ),
    demand=(("hotel", 24.0), ("workplace", 14.0), ("public_fast", 8.0)),
    load={
        # kW by hour of day, 0 to 23, on a working day in spring.
        "day": (58, 55, 54, 54, 56, 66, 92, 118, 122, 110, 100, 98,
                104, 102, 96, 95, 102, 120, 140, 148, 142, 122, 94, 70),
        "weekend": 1.06,
        "winter": 0.10,
        "summer": 0.03,
        "spread": 0.05,
    },
    story="A hotel of 84 rooms with a conference suite and a small office, 120 bays in six rows.",
)  # fmt: skip
