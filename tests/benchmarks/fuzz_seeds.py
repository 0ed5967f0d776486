"""Small whole files of every kind that Ampyard reads, made anew, never copied."""

from __future__ import annotations

import io
import json
import struct
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

Parts = dict[str, bytes]
KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>bays</name>{marks}'
    "</Folder></Document></kml>"
)
MARK = (
    "<Placemark><name>B{n}</name><ExtendedData><Data name='kind'><value>bay</value></Data>"
    "</ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>{c}</coordinates>"
    "</LinearRing></outerBoundaryIs></Polygon></Placemark>"
)


def _ring(column: int, degrees: bool = True) -> list[list[float]]:
    x, y, w, d = (9.9937, 53.5511, 3.78e-5, 4.492e-5) if degrees else (565000.0, 5934000.0, 2.5, 5)
    x += column * w
    return [[x, y], [x + w, y], [x + w, y + d], [x, y + d], [x, y]]


def _big() -> list[list[float]]:
    """A car park of 20 m by 40 m beside the bays."""
    x, y, w, d = 9.9950, 53.5511, 3.0e-4, 3.6e-4
    return [[x, y], [x + w, y], [x + w, y + d], [x, y + d], [x, y]]


def geojson() -> bytes:
    """Bays, a car park, a line and a point with properties."""
    shapes = [({"type": "bay"}, {"type": "Polygon", "coordinates": [_ring(i)]}) for i in range(4)]
    shapes += [
        ({"amenity": "parking"}, {"type": "MultiPolygon", "coordinates": [[_big()]]}),
        ({"highway": "service"}, {"type": "LineString", "coordinates": _ring(3)[:3]}),
        ({"power": "substation"}, {"type": "Point", "coordinates": [9.9937, 53.5511, 4.0]}),
    ]
    features = [
        {"type": "Feature", "id": f"F{n}", "properties": p, "geometry": g}
        for n, (p, g) in enumerate(shapes)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def ogr() -> Mapping[str, Parts]:
    """The formats that GDAL writes."""
    import geopandas
    from shapely import Polygon

    frame = geopandas.GeoDataFrame(
        {"name": [f"B{i}" for i in range(5)], "kind": ["bay"] * 5},
        geometry=[Polygon(_ring(i, degrees=False)) for i in range(5)],
        crs=25832,
    )
    found: dict[str, Parts] = {}
    with tempfile.TemporaryDirectory() as name:
        for key, driver in (("shp", "ESRI Shapefile"), ("fgb", "FlatGeobuf"), ("gpkg", "GPKG")):
            folder = Path(name) / key
            folder.mkdir()
            frame.to_file(folder / f"s.{key}", driver=driver, engine="pyogrio")
            found[key] = {p.suffix[1:]: p.read_bytes() for p in folder.iterdir()}
    return found


def kml() -> bytes:
    """Placemarks in a folder."""
    texts = [" ".join(f"{x},{y},0" for x, y in _ring(i)) for i in range(3)]
    return KML.format(marks="".join(MARK.format(n=n, c=c) for n, c in enumerate(texts))).encode()


def osm() -> bytes:
    """Nodes, ways and a relation."""
    corners = [c for i in range(2) for c in _ring(i)[:4]]
    nodes = "".join(f'<node id="{i + 1}" lon="{x}" lat="{y}"/>' for i, (x, y) in enumerate(corners))
    ways = "".join(
        f'<way id="{9 + w}">'
        + "".join(f'<nd ref="{4 * w + k % 4 + 1}"/>' for k in range(5))
        + ('<tag k="amenity" v="parking_space"/></way>' if w else "</way>")
        for w in range(2)
    )
    relation = (
        '<relation id="20"><member type="way" ref="9" role="outer"/>'
        '<tag k="type" v="multipolygon"/><tag k="amenity" v="parking_space"/></relation>'
    )
    return f'<osm version="0.6">{nodes}{ways}{relation}</osm>'.encode()


def pbf(compression: str) -> bytes:
    """The same extract as a protocol buffer."""
    import osmium

    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "s.osm", Path(name) / "s.osm.pbf"
        source.write_bytes(osm())
        form = osmium.io.File(str(target), f"pbf,pbf_compression={compression}")
        writer = osmium.SimpleWriter(form)
        for item in osmium.FileProcessor(str(source)):
            writer.add(item)
        writer.close()
        return target.read_bytes()


def dxf(units: int = 6) -> bytes:
    """A drawing with rectangles on layers, a block and its inserts."""
    import ezdxf

    drawing = ezdxf.new("R2010")
    drawing.header["$INSUNITS"] = units
    space = drawing.modelspace()
    for column in range(4):
        space.add_lwpolyline(
            _ring(column, degrees=False)[:4], close=True, dxfattribs={"layer": "PARKING_BAYS"}
        )
    block = drawing.blocks.new("BAY")
    block.add_lwpolyline([(0, 0), (2.5, 0), (2.5, 5), (0, 5)], close=True)
    space.add_blockref("BAY", (565030, 5934000), dxfattribs={"rotation": 30})
    space.add_line((565000, 5934000), (565020, 5934000), dxfattribs={"layer": "KERB"})
    space.add_circle((565005, 5934020), 3)
    stream = io.StringIO()
    drawing.write(stream)
    return stream.getvalue().encode()


def points_csv() -> list[bytes]:
    """Lists of places: columns, and outlines as text."""
    ring = ", ".join(f"{x} {y}" for x, y in _ring(0))
    return [
        b"name;lat;lon\na;53.55;9.99\nb;53.5501;9.9901\nc;53.5502;9.9902\n",
        f'id,wkt,kind\n1,"POLYGON (({ring}))",bay\n'.encode(),
        "Standort;Breitengrad;Längengrad\nA;53,55;9,99\nB;53,551;9,991\n".encode("cp1252"),
    ]


def workbook(rows: list[list[object]], title: str = "Sheet") -> bytes:
    """A plain workbook of one sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _hours(count: int) -> list[datetime]:
    start = datetime(2024, 3, 30)  # noqa: DTZ001 - exports know no zone
    return [start + timedelta(hours=i) for i in range(count)]


def profiles_csv() -> list[bytes]:
    """Exports of several layouts, one to three days each."""
    quarter = [datetime(2024, 3, 30, tzinfo=UTC) + timedelta(minutes=15 * i) for i in range(120)]
    german = ["sep=;", "Zähler;0815", "", "Beginn;Ende;Wert in kWh;Status"]
    german += [
        f"{t:%d.%m.%Y %H:%M};{t + timedelta(minutes=15):%d.%m.%Y %H:%M};{i % 9},25;VAL"
        for i, t in enumerate(quarter)
    ]
    british = ["Date,Time,kW,kvar"]
    british += [f"{t:%d/%m/%Y},{t:%H:%M},{i % 9}.5,1" for i, t in enumerate(quarter)]
    iso = ["time,register,use kWh"]
    iso += [f"{t.isoformat()},{1000 + i},1" for i, t in enumerate(quarter)]
    clocks = ";".join(f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 60))
    wide = [f"Datum kWh;{clocks}"]
    wide += [f"{d:02d}.01.2024;" + ";".join(f"{h},5" for h in range(24)) for d in range(1, 5)]
    spans = ["Datum;kWh"]
    spans += [
        f"{t:%d.%m.%Y %H:%M} - {t + timedelta(minutes=15):%H:%M};0,{i % 9}"
        for i, t in enumerate(quarter)
    ]
    hours = ["Fecha;Hora;kWh"] + [f"{t:%d/%m/%Y};{t.hour + 1};1,5" for t in _hours(48)]
    texts = ["\n".join(lines) for lines in (german, british, iso, wide, spans, hours)]
    return [t.encode() for t in texts] + [texts[0].encode("utf-16-le"), texts[0].encode("cp1252")]


def profile_rows() -> list[list[object]]:
    """A sheet with a title, dates, times and numbers."""
    body = [[t.date(), t.time(), i % 9 + 0.5] for i, t in enumerate(_hours(48))]
    return [["Site load"], [], ["Date", "Time", "kW"], *body]


def green_button() -> bytes:
    """Two days of hourly readings."""
    readings = "".join(
        f"<IntervalReading><timePeriod><duration>3600</duration><start>{1293868800 + 3600 * i}"
        f"</start></timePeriod><value>{500 + i}</value></IntervalReading>" for i in range(48)
    )  # fmt: skip
    return (
        '<?xml version="1.0"?><feed xmlns="http://naesb.org/espi"><LocalTimeParameters><tzOffset>'
        "-28800</tzOffset></LocalTimeParameters><ReadingType><powerOfTenMultiplier>0"
        "</powerOfTenMultiplier><uom>72</uom></ReadingType><IntervalBlock><interval><duration>"
        f"172800</duration></interval>{readings}</IntervalBlock></feed>"
    ).encode()


def nem12() -> bytes:
    """Two days of one register."""
    days = [f"300,2024030{d}," + ",".join(["0.5"] * 48) + ",A,,,20240401120000," for d in (1, 2)]
    head = ["100,NEM12,202404011200,MDP,RET", "200,6123456789,E1,1,E1,N1,METER,kWh,30,"]
    return "\n".join([*head, *days, "900"]).encode()


def profile_json() -> list[bytes]:
    """Lists of records, of pairs below a key, of lines, and of values counted from a start."""
    times = [datetime(2024, 6, 3, tzinfo=UTC) + timedelta(minutes=30 * i) for i in range(96)]
    records = [{"start": t.isoformat(), "kWh": 0.5 + i % 7} for i, t in enumerate(times)]
    pairs = {"meter": "1", "unit": "kW", "data": [[int(t.timestamp()), 3] for t in times]}
    counted = {"start": "2024-06-03T00:00:00Z", "interval": "PT30M", "unit": "kWh",
               "values": [0.5 + i % 7 for i in range(96)]}  # fmt: skip
    documents = [records, {"data": records}, pairs, counted]
    lines = "\n".join(map(json.dumps, records))
    return [*(json.dumps(document).encode() for document in documents), lines.encode()]


def ods(rows: list[list[object]]) -> bytes:
    """A small OpenDocument sheet."""
    return ods_book({"Load": rows})


def ods_book(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An OpenDocument workbook."""

    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, (int, float)):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        if isinstance(value, datetime):
            moment = value.isoformat()
            return f'<table:table-cell office:value-type="date" office:date-value="{moment}"/>'
        return (f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
                "</table:table-cell>")  # fmt: skip

    body = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    names = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for n in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{names}><office:body><office:spreadsheet>'
        f"{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument'
        ':xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml" '
        'manifest:media-type="text/xml"/></manifest:manifest>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED
        )
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Put files into an archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def profile_numbers() -> list[list[object]]:
    """A sheet whose dates are serial numbers, as old workbooks hold them."""
    return [["Zeit", "kWh"], *([45_381 + i / 24, i % 9 + 0.5] for i in range(48))]


def xls(rows: list[list[object]]) -> bytes:
    """An old Excel workbook (BIFF8) with one sheet of texts and numbers."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<2H", kind, len(body)) + body

    cells = b""
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            place = struct.pack("<3H", r, c, 0)
            if isinstance(value, (int, float)):
                place = struct.pack("<3H", r, c, int(c == 0))
                cells += record(0x203, place + struct.pack("<d", value))
            else:
                text = str(value).encode("utf-16-le")
                cells += record(0x204, place + struct.pack("<HB", len(text) // 2, 1) + text)
    plain = struct.pack("<HHHBBBBIIH", 0, 0, 1, 32, 0, 0, 0, 0, 0, 0)
    dated = struct.pack("<HHHBBBBIIH", 0, 22, 1, 32, 0, 0, 0, 0, 0, 0)
    begin = record(0x809, struct.pack("<4H2I", 0x600, 5, 0, 0, 0, 0))
    styles = record(0xE0, plain) + record(0xE0, dated)
    sheet_at = len(begin + styles) + len(record(0x85, bytes(8) + b"Load")) + 4
    bound = record(0x85, struct.pack("<IHBB", sheet_at, 0, 4, 0) + b"Load")
    sheet = record(0x809, struct.pack("<4H2I", 0x600, 16, 0, 0, 0, 0)) + cells + record(10)
    return compound({"Workbook": begin + styles + bound + record(10) + sheet})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE2 file: header, one table of sectors, a directory, the streams."""
    bodies, chain, start = [], [], {}
    chain_of_fat, directory_at = 1, 1
    position = 2
    for name, stream in streams.items():
        content = stream.ljust(4_096, b"\0")
        count = -(-len(content) // 512)
        start[name] = (position, len(content))
        chain += [*range(position + 1, position + count), 0xFFFFFFFE]
        bodies.append(content.ljust(512 * count, b"\0"))
        position += count
    table = [0xFFFFFFFD, 0xFFFFFFFE, *chain]
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")

    def entry(name: str, kind: int, child: int, at: int, size: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        head = text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text), kind, 1, *(
            0xFFFFFFFF, 0xFFFFFFFF, child))  # fmt: skip
        return head + bytes(36) + struct.pack("<IQ", at, size)

    entries = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)
    entries += b"".join(entry(n, 2, 0xFFFFFFFF, *start[n]) for n in streams)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<6H", 0x3E, 3, 0xFFFE, 9, 6, 0) + bytes(4)
    header += struct.pack("<9I", 0, chain_of_fat, directory_at, 0, 4_096, 0xFFFFFFFE, 0,
                          0xFFFFFFFE, 0)  # fmt: skip
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + fat + entries.ljust(512, b"\0") + b"".join(bodies)


def sessions() -> bytes:
    """An operator's table of charging sessions."""
    lines = ["session_id,connection_time,disconnect_time,kwh_delivered"]
    start = datetime(2024, 6, 3, 8, tzinfo=UTC)
    for i in range(40):
        begin = start + timedelta(hours=3 * i)
        lines.append(f"{i},{begin:%Y-%m-%d %H:%M},{begin + timedelta(hours=2):%Y-%m-%d %H:%M},9.5")
    return "\n".join(lines).encode()


def templates() -> Mapping[str, bytes]:
    """Supply, demand and rota as Ampyard writes them, filled in."""
    from grid.model import Board, Source, Supply, Transformer
    from planner.inputs.workbooks import demand, rota, supply, supply_template
    from planner.model.demand import DemandInput

    transformer = Transformer("T1", 500.0, 11.0, 433.0, 4.75, 5.1, 0.68, 0.3)
    filled = supply.SupplySheet(
        Supply(Source(11.0, 250.0, 120.0), transformer, agreed_kva=300.0),
        (Board("B1", "Main LV board", 800.0, 12, 3),), "B1",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "t.xlsx"
        return {
            "supply": supply_template.write_template(path, filled).read_bytes(),
            "demand": demand.write_template(path, (DemandInput("hotel", 24.0),)).read_bytes(),
            "rota": rota.write_template(path).read_bytes(),
        }


def as_ods(workbook_bytes: bytes) -> bytes:
    """The same cells as LibreOffice saves them."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes))
    return ods_book(
        {str(s.title): [list(r) for r in s.iter_rows(values_only=True)] for s in book.worksheets}
    )


def png(width: int = 6, height: int = 4) -> bytes:
    """A small picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = b"".join(b"\0" + bytes(range(3 * width)) for _ in range(height))
    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))  # fmt: skip


def jpeg() -> bytes:
    """A small photograph."""
    import numpy as np

    from planner.inputs.underlays.gdal import library

    with library().MemoryFile() as memory, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it knows no place is the point
        with memory.open(driver="JPEG", width=16, height=16, count=3, dtype="uint8") as picture:
            picture.write(np.arange(768).astype("uint8").reshape(3, 16, 16))
        return bytes(memory.read())


def geotiff() -> bytes:
    """A small picture that knows its place."""
    import numpy as np

    from planner.inputs.underlays.gdal import library

    rasterio = library()

    with rasterio.MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=16, height=16, count=3, dtype="uint8", crs="EPSG:25832",
            transform=rasterio.Affine(0.2, 0.0, 565000.0, 0.0, -0.2, 5934000.0),
        ) as picture:  # fmt: skip
            picture.write(np.full((3, 16, 16), 90, dtype="uint8"))
        return bytes(memory.read())


def pdf() -> bytes:
    """One page with a line on it."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R>>",
        b"<</Length 20>>stream\n0 0 m 90 90 l S     \nendstream",
    )  # fmt: skip
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (table, len(body))
    )
