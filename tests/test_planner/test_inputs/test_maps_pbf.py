"""OpenStreetMap extracts: the same features as in XML, areas of relations, limits, clipping."""

from collections import Counter
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

from planner.inputs.inspect import inspect
from planner.inputs.maps import MapOptions, Role, read_map
from planner.inputs.maps.pbf_strings import check_names
from planner.inputs.problem import InputError

FINDS = Path(__file__).parents[2] / "cases" / "fuzz"

LON, LAT = 9.9937, 53.5511
M = 1 / 111_320


def extract(path: Path, ways: dict[int, tuple[list[int], dict[str, str]]], places, *relations):
    """Write nodes (id -> metres east, north), ways and relations; the ending says the format."""
    with osmium.SimpleWriter(str(path)) as writer:
        for number, (x, y) in sorted(places.items()):
            writer.add_node(Node(id=number, location=(LON + x * M / 0.594, LAT + y * M), version=1))
        for number, (nodes, tags) in ways.items():
            writer.add_way(Way(id=number, nodes=nodes, tags=tags, version=1))
        for relation in relations:
            writer.add_relation(relation)
    return path


SQUARES = {
    1: (0, 0), 2: (60, 0), 3: (60, 60), 4: (0, 60),
    5: (20, 20), 6: (40, 20), 7: (40, 40), 8: (20, 40),
    11: (100, 0), 12: (102.5, 0), 13: (102.5, 5), 14: (100, 5),
}  # fmt: skip
WAYS = {
    1: ([1, 2, 3, 4, 1], {}),
    2: ([5, 6, 7, 8, 5], {}),
    3: ([11, 12, 13, 14, 11], {"amenity": "parking_space", "parking_space": "disabled"}),
    4: ([1, 2, 3, 4, 1], {"highway": "service"}),
    5: ([1, 99, 98], {"highway": "service"}),
}
RING = Relation(
    id=7, version=1, tags={"type": "multipolygon", "amenity": "parking"},
    members=[("w", 1, "outer"), ("w", 2, "inner")],
)  # fmt: skip
BROKEN = Relation(
    id=8, version=1, tags={"type": "multipolygon", "building": "yes"}, members=[("w", 55, "outer")]
)


@pytest.mark.parametrize("ending", ["osm.pbf", "osm"])
def test_both_formats_give_the_same_features(tmp_path: Path, ending: str) -> None:
    layers = read_map(extract(tmp_path / f"a.{ending}", WAYS, SQUARES, RING, BROKEN))
    assert layers.counts == {"bay": 1, "parking": 1, "road": 1}
    assert layers.of(Role.PARKING)[0].geometry.area == pytest.approx(3_200, rel=5e-3)
    assert {n.place for n in layers.notes if n.action == "skip"} == {"way 5", "relation 8"}
    assert (layers.read, layers.skipped) == (5, 2)


def test_a_circle_is_cut_out_while_reading(tmp_path: Path) -> None:
    far = {n + 100: (x + 20_000, y) for n, (x, y) in SQUARES.items()}
    ways = {**WAYS, 103: ([111, 112, 113, 114, 111], {"amenity": "parking_space"})}
    path = extract(tmp_path / "a.osm.pbf", ways, {**SQUARES, **far})
    assert read_map(path).counts["bay"] == 2
    near = read_map(path, MapOptions(clip=f"{LON},{LAT},500"))
    assert near.counts["bay"] == 1
    assert any("outside the circle" in note.text for note in near.notes)


def test_an_extract_of_a_region_asks_for_one_place(tmp_path: Path) -> None:
    with osmium.SimpleWriter(str(tmp_path / "a.osm.pbf"), header=_wide_header()) as writer:
        writer.add_node(Node(id=1, location=(LON, LAT), tags={"natural": "tree"}, version=1))
    with pytest.raises(InputError, match=r"spans \d\d\d km.*--clip LON,LAT,RADIUS_M") as asked:
        read_map(tmp_path / "a.osm.pbf")
    assert asked.value.question


def _wide_header() -> osmium.io.Header:
    header = osmium.io.Header()
    header.add_box(osmium.osm.Box(8.0, 53.0, 11.0, 54.0))
    return header


@pytest.mark.parametrize("keep", [20, 0.3, 0.9])
def test_a_cut_off_extract_is_refused_in_a_sentence(tmp_path: Path, keep: float) -> None:
    content = extract(tmp_path / "a.osm.pbf", WAYS, SQUARES, RING).read_bytes()
    cut = keep if keep > 1 else int(len(content) * keep)
    (tmp_path / "a.osm.pbf").write_bytes(content[: int(cut)])
    with pytest.raises(InputError, match="damaged or cut off"):
        read_map(tmp_path / "a.osm.pbf")


def test_another_file_under_the_name_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.pbf").write_bytes(b"PK\x03\x04" + bytes(60))
    with pytest.raises(InputError, match="this is a zip archive"):
        read_map(tmp_path / "a.pbf")


def test_a_name_that_sounds_like_parking_gives_nothing_a_role(tmp_path: Path) -> None:
    ways = {1: ([1, 2, 3, 4, 1], {"leisure": "pitch"}), 3: WAYS[3]}
    layers = read_map(extract(tmp_path / "parking.osm.pbf", ways, SQUARES))
    assert layers.counts == {"other": 1, "bay": 1}


class _Count(osmium.SimpleHandler):
    """Counts by itself what the shared extract holds."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def way(self, way: osmium.osm.Way) -> None:
        if not len(way.tags):
            return
        self.found["ways"] += 1
        if any(not node.location.valid() for node in way.nodes):
            self.found["cut"] += 1
            return
        building = way.tags.get("building", "no") != "no"
        parking = way.tags.get("amenity") == "parking" and not building
        self.found["building"] += building and way.is_closed()
        self.found["parking"] += parking and way.is_closed()

    def node(self, node: osmium.osm.Node) -> None:
        self.found["nodes"] += bool(len(node.tags))


def test_the_shared_extract_has_the_counts_of_an_independent_count(shared) -> None:
    path = shared / "samples/maps/pyrosm_test.osm.pbf"
    counter = _Count()
    counter.apply_file(str(path), locations=True)
    layers = read_map(path)
    relations = sum(1 for f in layers.features if f.place.startswith("relation"))
    assert layers.skipped == counter.found["cut"] == 133
    assert layers.read == counter.found["ways"] + counter.found["nodes"] + relations
    ways = [f for f in layers.features if f.place.startswith("way")]
    roles = Counter(f.role.value for f in ways)
    assert roles["building"] == counter.found["building"]
    assert roles["parking"] == counter.found["parking"]


def test_the_shared_extract_within_its_limits(shared) -> None:
    said = inspect(shared / "samples/maps/pyrosm_test.osm.pbf")
    assert said["action"] == "skip"
    assert said["summary"]["counts"]["parking"] == 10


@pytest.mark.parametrize(
    ("start", "replaced"),
    [(0, b"\xff\xff\xff\xff"), (0, b"\x00\x00\x00\x0f"), (15, b"\x18\xff\xff\xff\x7f")],
    ids=["a giant head", "a wrong head", "a giant block"],
)
def test_sizes_that_lie_are_refused_unread(start, replaced, tmp_path) -> None:
    content = bytearray((FINDS / "pbf-11-6460.osm.pbf").read_bytes())
    content[start : start + len(replaced)] = replaced
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged or cut off"):
        check_names(path)


def test_a_nul_byte_in_a_name_is_refused_before_the_library_sees_it() -> None:
    with pytest.raises(InputError, match="block 2: a name in it holds a NUL byte"):
        check_names(FINDS / "pbf-11-6460.osm.pbf")


def test_an_extract_with_too_much_in_it_is_refused_or_asked(monkeypatch, shared) -> None:
    path = shared / "samples/maps/pyrosm_test.osm.pbf"
    monkeypatch.setattr("planner.inputs.maps.osm_pbf._MOST", 5)
    with pytest.raises(InputError, match="it holds more than 5 features") as asked:
        read_map(path)
    assert asked.value.question
    monkeypatch.setattr("planner.inputs.maps.osm_pbf._LARGEST_MB", 0)
    with pytest.raises(InputError, match="cut it to the town first"):
        read_map(path)
