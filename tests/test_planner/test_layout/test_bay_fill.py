"""Bays lie inside, never overlap, and each can be entered."""

from itertools import combinations, pairwise

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, affinity, box

from planner.layout.bay_fill import FillOptions, fill, row_name, row_number
from planner.layout.bay_strip import divide

L_SHAPE = Polygon([(0, 0), (60, 0), (60, 30), (30, 30), (30, 60), (0, 60)])
THIN = box(0, 0, 90, 13)
lots = st.one_of(
    st.builds(
        lambda w, h, cut: box(0, 0, w, h).difference(box(w * cut, h * cut, w, h)),
        st.floats(18, 70), st.floats(18, 60), st.sampled_from([0.5, 0.8, 1.0]),
    ),
    st.builds(
        lambda w, h, tip: Polygon([(0, 0), (w, 0), (w * tip, h)]),
        st.floats(30, 70), st.floats(20, 60), st.floats(0, 1),
    ),
    st.builds(
        lambda w, h: box(0, 0, w, h).difference(box(w * 0.4, h * 0.4, w * 0.6, h * 0.6)),
        st.floats(30, 70), st.floats(30, 60),
    ),
    st.just(THIN),
)  # fmt: skip
ways = st.builds(
    lambda angle, one_way, accessible: FillOptions(
        angle_deg=angle, one_way=one_way, accessible=accessible
    ),
    st.sampled_from([0, 45, 60, 90]), st.booleans(), st.sampled_from([0, 2]),
)  # fmt: skip
kiosks = st.lists(
    st.builds(lambda x, y: box(x, y, x + 4, y + 3), st.floats(0, 60), st.floats(0, 50)), max_size=2
)


@settings(max_examples=12, deadline=None)
@given(lot=lots, turn=st.floats(0, 180), options=ways, kiosks=kiosks)
def test_bays_are_inside_apart_and_entered(lot, turn, options, kiosks) -> None:
    lot, *kiosks = (affinity.rotate(shape, turn, (0, 0)) for shape in (lot, *kiosks))
    bays = fill(lot, options, kiosks)
    lot = lot.difference(shapely.union_all(kiosks))
    room = lot.buffer(0.02)
    ground = lot.difference(shapely.union_all([b.polygon.buffer(0.02) for b in bays]))
    for bay in bays:
        assert room.covers(bay.polygon)
        assert bay.polygon.distance(ground) < 0.1
        assert bay.head.distance(bay.polygon.boundary) < 0.01
        assert bay.polygon.area == pytest.approx(options.width_m * options.depth_m)
    shapes = [bay.polygon.buffer(-0.01) for bay in bays]
    assert not any(a.intersects(b) for a, b in combinations(shapes, 2))
    assert len({bay.id for bay in bays}) == len(bays)


@pytest.mark.parametrize(
    ("lot", "count"),
    [
        (box(0, 0, 25, 16), 20),  # two rows of ten and their aisle, nothing left over
        (box(0, 0, 25, 11), 10),
        (box(0, 0, 10.9, 10.9), 0),  # no room for a row and an aisle
        (box(0, 0, 2.4, 50), 0),
    ],
)
def test_exact_room_is_used_fully(lot, count) -> None:
    assert len(fill(lot)) == count


@pytest.mark.parametrize("turn", [0, 17, 90, 133])
def test_turning_the_lot_turns_the_bays(turn) -> None:
    assert len(fill(affinity.rotate(box(0, 0, 50, 32), turn))) == len(fill(box(0, 0, 50, 32)))


def test_heads_face_away_from_the_aisle() -> None:
    for bay in fill(box(0, 0, 25, 16)):
        assert bay.head.centroid.y in (pytest.approx(0), pytest.approx(16))


@pytest.mark.parametrize("angle", [0, 45, 60])
def test_turned_accessible_bays_have_a_transfer_strip_too(angle) -> None:
    bays = fill(box(0, 0, 60, 20), FillOptions(angle_deg=angle, accessible=3))
    special = [bay for bay in bays if bay.accessible]
    assert len(special) == 3
    for one, two in pairwise(special):
        assert one.polygon.distance(two.polygon) == pytest.approx(1.2)


def test_the_work_grows_with_the_bays_alone() -> None:
    edge = Point(0, 0).buffer(60, quad_segs=5_000)  # an outline of 20,000 points
    bays = fill(edge)
    assert 300 < len(bays) < edge.area / 20
    assert edge.buffer(0.02).covers(shapely.union_all([bay.polygon for bay in bays]))


def test_ground_under_a_building_holds_no_bay() -> None:
    assert fill(box(0, 0, 40, 40), obstacles=[box(-1, -1, 41, 41)]) == ()


def test_accessible_bays_have_a_transfer_strip_beside_them() -> None:
    bays = fill(box(0, 0, 25, 11), FillOptions(accessible=3))
    special = [bay for bay in bays if bay.accessible]
    assert [bay.number for bay in bays] == list(range(1, 9))  # 3 × 3.7 m take five bays' room
    for one, two in pairwise(special):
        assert one.polygon.distance(two.polygon) == pytest.approx(1.2)
    assert not any(a.polygon.overlaps(b.polygon.buffer(-0.01)) for a, b in combinations(bays, 2))


def test_more_accessible_bays_than_one_row_holds_go_into_several() -> None:
    bays = fill(box(0, 0, 30, 33), FillOptions(accessible=20))
    special = [bay for bay in bays if bay.accessible]
    assert len(special) == 20
    assert len({bay.row for bay in special}) > 1
    assert len({bay.id for bay in bays}) == len(bays)
    shapes = [bay.polygon.buffer(-0.01) for bay in bays]
    assert not any(a.intersects(b) for a, b in combinations(shapes, 2))


def test_obstacles_stay_free() -> None:
    kiosk = box(10, 0, 15, 6)
    bays = fill(box(0, 0, 40, 16), obstacles=[kiosk])
    assert 0 < len(bays) < 32
    assert not any(bay.polygon.buffer(-0.01).intersects(kiosk) for bay in bays)


@pytest.mark.parametrize("lot", [box(0, 0, 70, 50), L_SHAPE])
def test_all_aisles_hang_together(lot) -> None:
    bays = fill(lot)
    ground = lot.difference(shapely.union_all([bay.polygon for bay in bays]))
    roomy = [part for part in shapely.get_parts(ground.buffer(-1.4)) if part.area > 5]
    assert len(bays) > 60
    assert all(
        min(part.distance(bay.polygon) for part in [max(roomy, key=lambda p: p.area)]) < 1.5
        for bay in bays
    )


@pytest.mark.parametrize(
    ("strip", "count", "width"),
    [(box(0, 0, 30, 5), 12, 2.5), (box(0, 0, 30, 2.2), 5, 2.0), (box(0, 0, 5, 1.5), 0, None)],
)
def test_a_strip_is_divided_along_the_kerb(strip, count, width) -> None:
    for turn in (0, 30, 100):
        bays = divide(affinity.rotate(strip, turn))
        assert len(bays) == count
        assert {bay.width_m for bay in bays} <= {width}


def test_the_head_of_a_strip_faces_the_building() -> None:
    for y in (-20, 20):
        bays = divide(box(0, 0, 30, 5), closed=[box(0, y, 30, y + 2)])
        assert {round(bay.head.centroid.y) for bay in bays} == {5 if y > 0 else 0}


def test_rows_are_lettered() -> None:
    assert [row_name(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert [row_number(row_name(n)) for n in (0, 25, 26, 701, 702)] == [0, 25, 26, 701, 702]
    assert row_number("row 7") == row_number("") == -1


def test_impossible_options_are_refused() -> None:
    with pytest.raises(ValueError, match="angle_deg"):
        FillOptions(angle_deg=30)
    with pytest.raises(ValueError, match="wide"):
        FillOptions(width_m=0.5)
