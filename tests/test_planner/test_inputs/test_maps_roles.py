"""Names, tags and sizes met in practice lead to the right roles, and nothing is guessed wildly."""

import ezdxf
import geopandas
import pytest
from shapely import LineString, Point, box

from planner.inputs.maps import MapOptions, Role, read_map
from planner.inputs.maps.roles import role_by_name
from planner.inputs.problem import InputError

# Names of layers and classes as drawing offices and councils use them.
NAMES = {
    "polygon": {
        "bay": (
            "A-PARKING-STALL", "C-PKNG-STAL", "P_BAYS", "bays", "Parking Bays 2023", "EV_Bay",
            "ev-bays", "parkingbays", "Stellplatz", "Stellplaetze", "Stellplätze_PKW",
            "PKW-Stellplätze", "V_Stellplatz_Bestand", "Behindertenstellplatz", "Parkstand",
            "Parkstände", "Parkbuchten", "places de stationnement", "PLACE_PARKING",
            "Emplacements", "Parkeervakken", "parkeervak_bestaand", "Parkeerplaatsen",
            "parking_spaces", "Parking-Space", "car spaces", "disabled bay outline",
            "Posti auto", "stalli", "C-PKNG-STRP", "Parking Stripes",
        ),
        "parking": (
            "A-PARKING", "C-PKNG", "A-PRKG", "Carpark", "car_park_north", "Car Parks",
            "Parkplatz", "Parkplätze", "Parkflaeche", "Parkfläche Nord", "Parkdeck",
            "parkeerterrein", "Stationnement", "parking", "Zone de stationnement",
            "Aparcamiento", "parcheggio", "Parkering",
        ),
        "building": (
            "IP-Building", "Gebaeude", "Gebäude Bestand", "A-BLDG", "C-BLDG-OTLN", "V-BLDG",
            "buildings", "Building Footprints", "Bâtiments", "BATI", "batiment_dur", "gebouwen",
            "Pand", "panden", "Bebouwing", "Hauptgebäude", "EDIFICIO", "byggnader", "0_Haus",
        ),
        "grass": (
            "Lawn", "L-PLNT-TURF", "Grünfläche", "Gruenflaeche", "Rasen", "espace vert",
            "Espaces_verts", "pelouse", "gras", "groenvoorziening", "planting beds",
        ),
        "road": (
            "Fahrbahn", "C-ROAD", "roads", "Fahrgassen", "Strasse", "Straßen", "Voirie",
            "chaussée", "Rijbaan", "driveway", "aisle", "Zufahrt", "weg",
        ),
        "paving": (
            "Gehweg", "Bürgersteig", "sidewalk", "C-WALK", "footpath", "Trottoir", "voetpad",
            "Pflasterfläche", "paving",
        ),
        "asphalt": (
            "Asphalt", "C-PVMT-ASPH", "tarmac", "Asphaltfläche",
        ),
        "concrete": (
            "Betonfläche", "concrete slab", "S-CONC",
        ),
        "boundary": (
            "Site Boundary", "C-PROP", "Grundstück", "Grundstuecksgrenze", "Flurstücke",
            "red line", "parcelle", "perceel", "property_line", "erfgrens",
        ),
        "keep_out": (
            "keep out", "KEEP_OUT", "no-dig", "Sperrfläche",
        ),
        "strip": (
            "kerbside", "Kerb parking", "Parkstreifen", "Längsparker",
        ),
        "substation": (
            "Substation", "Trafostation", "TRAFO", "Ortsnetzstation", "poste de transformation",
        ),
        "other": (
            "A-FURN", "0", "Defpoints", "Text", "A-ANNO-DIMS", "bayern", "Bayview Estate",
            "Maße", "Hatch", "Layer1", "Zaun", "stairs", "A-FLOR",
            "Parkland Avenue trees hedge", "polygons", "data", "Viewport", "E-LITE",
        ),
    },
    "point": {
        "tree": (
            "L-PLNT-TREE", "Trees", "Baum", "Bäume", "Baumbestand", "Arbres", "bomen",
        ),
        "entrance": (
            "Entrances", "Eingang", "door", "entrée",
        ),
        "substation": (
            "substations", "Trafo",
        ),
        "other": (
            "Points", "streetlights",
        ),
    },
    "line": {
        "duct": (
            "Ducts", "Leerrohr", "E-CONDUIT", "Leerrohre Bestand", "fourreaux", "mantelbuizen",
        ),
        "road": (
            "C-ROAD-CNTR", "Straßenachse", "streets",
        ),
        "paving": (
            "footways",
        ),
        "other": (
            "A-PARKING-TEXT", "contours", "Höhenlinien", "C-TOPO",
        ),
    },
}  # fmt: skip
CASES = [
    (geometry, role, name)
    for geometry, roles in NAMES.items()
    for role, names in roles.items()
    for name in names
]
X, Y = 565_000.0, 5_934_000.0


@pytest.mark.parametrize(("geometry", "role", "name"), CASES)
def test_names_of_layers(geometry: str, role: str, name: str) -> None:
    assert role_by_name(name, geometry)[0].value == role


def written(path, layers):
    """Write layers of (shape, attributes) in metres near Hamburg."""
    for name, rows in layers.items():
        frame = geopandas.GeoDataFrame(
            [{**{k: "" for _, t in rows for k in t}, **tags} for _, tags in rows],
            geometry=[shape for shape, _ in rows], crs=25832,
        )  # fmt: skip
        frame.to_file(path, layer=name, driver="GPKG")
    return path


def square(x: float, side: float):
    return box(X + x, Y, X + x + side, Y + side)


def bay(x: float):
    return box(X + x, Y, X + x + 2.5, Y + 5)


@pytest.mark.parametrize("key", ["Layer", "TYP", "Nutzung", "category", "soort", "RefName"])
@pytest.mark.parametrize("word", ["Stellplatz", "Parking bay", "parkeervak", "C-PKNG-STAL"])
def test_a_class_in_an_attribute_is_read(tmp_path, key: str, word: str) -> None:
    rows = [(bay(3 * n), {key: word}) for n in range(3)] + [(square(50, 20), {key: "Wiese"})]
    counts = read_map(written(tmp_path / "survey.gpkg", {"data": rows})).counts
    assert counts == {"bay": 3, "grass": 1}


def test_what_has_no_name_is_not_guessed_beside_what_has(tmp_path) -> None:
    layers = {
        "Stellplätze": [(bay(3 * n), {}) for n in range(3)],
        "misc": [(square(100, 30), {}), (bay(200), {})],
    }
    found = read_map(written(tmp_path / "a.gpkg", layers))
    assert found.counts == {"bay": 3, "other": 2}
    assert any("2 features are not used" in note.text for note in found.notes)


def test_nameless_outlines_alone_are_judged_by_size_and_said(tmp_path) -> None:
    rows = [(bay(3 * n), {}) for n in range(3)] + [(square(100, 30), {})]
    found = read_map(written(tmp_path / "a.gpkg", {"polygons": rows}))
    assert found.counts == {"bay": 3, "parking": 1}
    assert any(note.code == "MAP-ROLE" for note in found.notes)


@pytest.mark.parametrize("stem", ["12 Station Road", "Hauptstrasse 5", "Rue de la Gare voirie 3"])
def test_a_file_named_after_a_street_is_no_road(tmp_path, stem: str) -> None:
    rows = [(bay(3 * n), {}) for n in range(3)]
    assert read_map(written(tmp_path / f"{stem}.gpkg", {stem: rows})).counts == {"bay": 3}


def test_a_few_odd_sizes_are_said_and_many_ask(tmp_path) -> None:
    rows = [(bay(3 * n), {"type": "bay"}) for n in range(9)]
    few = [*rows, (square(100, 30), {"type": "bay"}), (square(200, 1), {"type": "bay"})]
    found = read_map(written(tmp_path / "few.gpkg", {"a": few}))
    assert found.counts == {"bay": 9, "parking": 1, "other": 1}
    assert [n.code for n in found.notes if n.action == "ask"] == ["MAP-AREA"]
    many = [(square(100 * n, 40), {"type": "bay"}) for n in range(5)]
    path = written(tmp_path / "many.gpkg", {"a": many})
    with pytest.raises(InputError, match="outside 6 to 60 m²") as asked:
        read_map(path)
    assert asked.value.question
    assert read_map(path, MapOptions(accepted=frozenset({"areas"}))).counts == {"parking": 5}


def test_a_small_car_park_among_others_stays_one(tmp_path) -> None:
    tags = {"amenity": "parking"}
    rows = [(square(100 * n, 40), tags) for n in range(4)] + [(square(900, 6), tags)]
    assert read_map(written(tmp_path / "a.gpkg", {"a": rows})).counts == {"parking": 5}


def test_bays_on_a_layer_called_parking_are_bays(tmp_path) -> None:
    doc = ezdxf.new()
    doc.units = 6
    for number in range(4):
        x = X + 2.5 * number
        doc.modelspace().add_lwpolyline(
            [(x, Y), (x + 2.5, Y), (x + 2.5, Y + 5), (x, Y + 5)], close=True,
            dxfattribs={"layer": "A-PARKING"},
        )  # fmt: skip
    doc.saveas(tmp_path / "a.dxf")
    found = read_map(tmp_path / "a.dxf", MapOptions(crs="EPSG:25832"))
    assert found.counts == {"bay": 4}
    assert any("taken as bays" in note.text for note in found.notes)


def test_tags_of_a_street_scene(tmp_path) -> None:
    rows = [
        (square(0, 40), {"amenity": "parking", "parking": "surface"}),
        (square(100, 40), {"amenity": "parking", "parking": "multi-storey", "building": "yes"}),
        (square(200, 40), {"amenity": "parking", "parking": "underground"}),
        (bay(300), {"amenity": "parking_space"}),
        (square(400, 20), {"building": "commercial"}),
        (square(500, 20), {"landuse": "grass"}),
        (square(600, 20), {"leisure": "pitch"}),
        (square(700, 5), {"power": "substation", "building": "service"}),
        (LineString([(X, Y), (X + 50, Y)]), {"highway": "service", "service": "parking_aisle"}),
        (LineString([(X, Y), (X + 50, Y + 9)]), {"highway": "footway"}),
        (LineString([(X, Y), (X + 50, Y + 5)]), {"barrier": "wall"}),
        (LineString([(X, Y), (X + 50, Y + 5)]), {"barrier": "fence"}),
        (Point(X, Y), {"amenity": "charging_station"}),
        (Point(X, Y + 1), {"natural": "tree"}),
        (Point(X, Y + 2), {"entrance": "main"}),
    ]
    assert read_map(written(tmp_path / "a.gpkg", {"a": rows})).counts == {
        "parking": 1, "building": 2, "other": 4, "bay": 1, "grass": 1, "substation": 1,
        "road": 1, "paving": 1, "keep_out": 1, "tree": 1, "entrance": 1,
    }  # fmt: skip
    assert Role.PAVING.value == "paving"
