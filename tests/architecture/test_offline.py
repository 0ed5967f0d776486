"""Opening, inspecting and delivering touch no network, and doors to readers are closed."""

import ast
import http.server
import json
import os
import socket
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = [p for name in ("planner", "grid", "ui", "data") for p in (ROOT / name).rglob("*.py")]
SCRIPT = """
import socket, sys
from pathlib import Path

def refuse(*arguments, **_):
    raise SystemExit(f"network: {arguments[:2]}")

if __name__ == "__main__":
    socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
    from planner.inputs.inspect import inspect
    from planner.inputs.maps import read_map
    from planner.inputs.samples import NAMES, load_sample
    from planner.store.project_file import load, save
    folder = Path(sys.argv[1])
    for name in NAMES:
        save(load_sample(name), folder / f"{name}.ampyard")
        load(folder / f"{name}.ampyard")
    for path in sorted(folder.iterdir()):
        inspect(path)
    links = read_map(folder / "links.kml")
    print(any(note.code == "MAP-LINK" for note in links.notes))
"""
LINKS = """<kml><Document><NetworkLink><Link><href>{0}/a.kml</href></Link></NetworkLink>
<Style id="s"><IconStyle><Icon><href>{0}/i.png</href></Icon></IconStyle></Style>
<Placemark><name>B</name><styleUrl>{0}/b.kml#s</styleUrl><Polygon><outerBoundaryIs><LinearRing>
<coordinates>9.99,53.55 9.99004,53.55 9.99004,53.55004 9.99,53.55004 9.99,53.55</coordinates>
</LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"""
VRT = """<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/{0}/a.geojson
</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"""


class Counter(http.server.BaseHTTPRequestHandler):
    """Answers nothing and remembers who asked."""

    asked: list[str] = []  # noqa: RUF012 - one list for all requests is what is wanted

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    do_CONNECT = do_HEAD = do_POST = do_GET  # noqa: N815 - names of the library

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def host():
    """A host of this machine that also stands in as the proxy for C libraries."""
    Counter.asked.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_opening_and_inspecting_ask_no_host(tmp_path: Path, host: str) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "links.kml").write_text(LINKS.format(host))
    (files / "vrt.geojson").write_text(VRT.format(host))
    crs = {"type": "link", "properties": {"href": f"{host}/crs"}}
    document = {"type": "FeatureCollection", "crs": crs, "features": []}
    (files / "grid.geojson").write_text(json.dumps(document))
    script = tmp_path / "run.py"
    script.write_text(SCRIPT)
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "GDAL_HTTP_PROXY", "ALL_PROXY"), host)
    env = os.environ | proxies | {"PYTHONPATH": str(ROOT), "AMPYARD_STATE": str(tmp_path / "state")}
    run = subprocess.run(
        [sys.executable, str(script), str(files)], env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (run.returncode, run.stdout.strip()) == (0, "True"), run.stderr
    assert Counter.asked == []


def test_documents_ask_no_host(tiny_project, tiny_outcome, tmp_path, monkeypatch) -> None:
    from planner.documents import FORMATS

    def refuse(*arguments: object) -> None:
        raise AssertionError(f"network: {arguments[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for document in FORMATS.values():
        document.write(tiny_project, tiny_project.scenario, tiny_outcome, tmp_path)
    assert len(list(tmp_path.iterdir())) == len(FORMATS)


@cache
def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


@pytest.mark.parametrize(
    ("module", "doors"),
    [
        ("pyogrio", {"planner/inputs/maps/gdal.py"}),
        ("rasterio", {"planner/inputs/underlays/gdal.py"}),
        ("urllib.request", {"planner/inputs/tiles.py"}),  # only with consent of the project
        ("requests", set()),
        ("http.client", {"planner/inputs/tiles.py"}),
        ("yaml", set()),
    ],
)
def test_libraries_that_reach_out_are_loaded_through_one_door(module, doors) -> None:
    users = {
        p.relative_to(ROOT).as_posix()
        for p in PRODUCT
        if any(name == module or name.startswith(f"{module}.") for name in imports(p))
    }
    beside = {d.rpartition("/")[0] for d in doors if d.endswith("/gdal.py")}
    assert {u for u in users - doors if u.rpartition("/")[0] not in beside} == set()


def test_xml_of_users_is_parsed_by_defused_parsers_only() -> None:
    makers = {"parse", "fromstring", "iterparse", "XMLParser", "XMLPullParser", "fromstringlist"}
    bare = {f"xml.etree.ElementTree.{m}" for m in makers} | {"lxml", "xml.sax", "xml.dom.minidom"}
    users = {str(p.relative_to(ROOT)): imports(p) & bare for p in PRODUCT}
    assert {name: what for name, what in users.items() if what} == {}


def test_archives_are_never_unpacked_by_their_own_names() -> None:
    calls = {"extractall", "unpack_archive"}
    users = {
        str(p.relative_to(ROOT))
        for p in PRODUCT
        for node in ast.walk(ast.parse(p.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in calls
    }
    assert users == set()


def test_workbooks_need_the_defused_parser(tmp_path: Path, monkeypatch) -> None:
    import openpyxl

    from planner.inputs.workbooks.cells import check_workbook

    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)
    with pytest.raises(RuntimeError, match="defusedxml"):
        check_workbook(tmp_path / "a.xlsx")
