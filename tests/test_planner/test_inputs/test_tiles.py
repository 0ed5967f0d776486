"""Online maps: nothing leaves without consent, and then only what is seen from that host."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import atan, degrees, pi, sinh
from urllib.parse import parse_qs, urlsplit

import pytest
from pyproj import Transformer

from planner.inputs import tiles
from planner.inputs.problem import InputError
from planner.inputs.tiles import Tiles, agree, tiles_of_view, withdraw
from planner.model.tiles import TileConsent, TileKind
from planner.store.project_file import load, save

PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
VIEW = (530_000.0, 180_000.0, 530_200.0, 180_120.0)
MAP = TileConsent("tiles.example.org", "https://tiles.example.org/{z}/{x}/{y}.png", "© Example")


class _Server(BaseHTTPRequestHandler):
    """Answers with a picture and remembers who asked for what."""

    seen: list[tuple[str, str]] = []  # noqa: RUF012 - one list per test, set below
    answer: tuple[int, dict[str, str], bytes] = (200, {}, PNG)

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers["User-Agent"]))
        code, headers, body = self.answer
        self.send_response(code)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    _Server.seen, _Server.answer = [], (200, {}, PNG)
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def here(server) -> TileConsent:
    url = f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png"
    return TileConsent("127.0.0.1", url, "© Here")


@pytest.fixture
def no_network(monkeypatch) -> list[object]:
    tried: list[object] = []

    def refuse(*args: object, **_named: object) -> None:
        tried.append(args)
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


def test_without_consent_nothing_is_fetched(tiny_project, tmp_path, no_network) -> None:
    fetcher = Tiles(tmp_path)
    for tile in tiles_of_view(MAP, VIEW, 27700, 800):
        with pytest.raises(InputError, match="does not allow") as asked:
            fetcher.picture(tiny_project, MAP, tile)
        assert asked.value.question
    assert no_network == []
    assert fetcher.fetched == 0


def test_opening_a_project_with_consent_fetches_nothing(tiny_project, tmp_path, no_network) -> None:
    save(agree(tiny_project, MAP), tmp_path / "p.ampyard")
    assert load(tmp_path / "p.ampyard").settings.tiles == (MAP,)
    assert no_network == []


def test_a_picture_is_asked_once_with_our_own_name(tiny_project, tmp_path, server, here) -> None:
    project = agree(tiny_project, here)
    fetcher = Tiles(tmp_path)
    tile = tiles_of_view(here, VIEW, 27700, 800)[0]
    assert [fetcher.picture(project, here, tile) for _ in range(3)] == [PNG] * 3
    ((path, agent),) = _Server.seen
    assert path == urlsplit(tile.url).path
    assert agent.startswith("Ampyard/")
    assert tiles.cache_bytes(tmp_path) == len(PNG)
    tiles.erase_cache(tmp_path)
    assert tiles.cache_bytes(tmp_path) == 0
    fetcher.picture(project, here, tile)
    assert len(_Server.seen) == 2


def test_an_old_picture_is_fetched_anew(tiny_project, tmp_path, server, here) -> None:
    project = agree(tiny_project, here)
    tile = tiles_of_view(here, VIEW, 27700, 800)[0]
    Tiles(tmp_path).picture(project, here, tile)
    import time

    Tiles(tmp_path, clock=lambda: time.time() + 31 * 86_400).picture(project, here, tile)
    assert len(_Server.seen) == 2


def test_consent_taken_back_ends_it_even_for_kept_pictures(
    tiny_project, tmp_path, server, here
) -> None:
    project = agree(tiny_project, here)
    tile = tiles_of_view(here, VIEW, 27700, 800)[0]
    Tiles(tmp_path).picture(project, here, tile)
    with pytest.raises(InputError, match="does not allow"):
        Tiles(tmp_path).picture(withdraw(project, "127.0.0.1"), here, tile)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}, b""), "code 404"),
        ((200, {}, b"<html>log in</html>"), "no picture"),
        ((200, {}, PNG + bytes(5_000_000)), "no picture"),
        ((302, {"Location": "http://127.0.0.1:9/other"}, b""), "code 302"),
    ],
)
def test_what_is_no_picture_is_said_and_no_redirect_followed(
    tiny_project, tmp_path, server, here, answer, said
) -> None:
    _Server.answer = answer
    tile = tiles_of_view(here, VIEW, 27700, 800)[0]
    with pytest.raises(InputError, match=said):
        Tiles(tmp_path).picture(agree(tiny_project, here), here, tile)
    assert len(_Server.seen) == 1
    assert tiles.cache_bytes(tmp_path) == 0


def test_the_number_of_pictures_has_a_limit(
    tiny_project, tmp_path, server, here, monkeypatch
) -> None:
    monkeypatch.setattr(tiles, "MOST_PER_SESSION", 2)
    fetcher, project = Tiles(tmp_path), agree(tiny_project, here)
    first, second, third = tiles_of_view(here, (530_000, 180_000, 531_000, 180_800), 27700, 900)[:3]
    fetcher.picture(project, here, first)
    fetcher.picture(project, here, second)
    with pytest.raises(InputError, match="in bulk"):
        fetcher.picture(project, here, third)


@pytest.mark.parametrize(("width_m", "pixels"), [(60, 1_600), (300, 800), (50_000, 1_000)])
def test_tiles_cover_the_view_and_no_more(width_m, pixels) -> None:
    view = (530_000.0, 180_000.0, 530_000.0 + width_m, 180_000.0 + width_m / 2)
    found = tiles_of_view(MAP, view, 27700, pixels)
    assert 0 < len(found) <= tiles.MOST_PER_VIEW
    to_web = Transformer.from_crs(27700, 3857, always_xy=True)
    west, south, east, north = to_web.transform_bounds(*view)
    assert min(t.bounds[0] for t in found) <= west
    assert max(t.bounds[2] for t in found) >= east
    assert min(t.bounds[1] for t in found) <= south
    assert max(t.bounds[3] for t in found) >= north
    assert all(t.bounds[0] < east and t.bounds[2] > west for t in found)  # nothing ahead of it
    assert all(t.bounds[1] < north and t.bounds[3] > south for t in found)


@pytest.mark.parametrize("view", [VIEW, (400_000, 800_000, 400_500, 800_300)])
def test_a_tile_lies_where_the_scheme_says(view) -> None:
    # OSM wiki, Slippy map tilenames: longitude and latitude of a tile's north-west corner.
    to_degrees = Transformer.from_crs(3857, 4326, always_xy=True)
    for tile in tiles_of_view(MAP, view, 27700, 800):
        z, x, y = (int(n) for n in tile.url.removesuffix(".png").split("/")[-3:])
        lon = x / 2**z * 360 - 180
        lat = degrees(atan(sinh(pi * (1 - 2 * y / 2**z))))
        corner = to_degrees.transform(tile.bounds[0], tile.bounds[3])
        assert corner == pytest.approx((lon, lat), abs=1e-9)


def test_a_wms_is_asked_for_exactly_the_view() -> None:
    source = TileConsent("w.org", "https://w.org/ows?map=a", "© W", TileKind.WMS, "ortho")
    (tile,) = tiles_of_view(source, VIEW, 27700, 500)
    asked = parse_qs(urlsplit(tile.url).query, keep_blank_values=True)
    assert asked["BBOX"] == ["530000.000,180000.000,530200.000,180120.000"]
    assert (asked["SRS"], asked["LAYERS"], asked["map"]) == (["EPSG:27700"], ["ortho"], ["a"])
    assert (asked["WIDTH"], asked["HEIGHT"]) == (["500"], ["300"])


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/{z}/{x}/{y}", "ftp://a.org/{z}/{x}/{y}", "http://a.org/{z}/{x}/{y}",
        "https://{x}.org/{z}/{y}", "https://user:key@a.org/{z}/{x}/{y}", "https://a.org/tiles",
        "//a.org/{z}/{x}/{y}", "https://[::1/{z}/{x}/{y}", "",
    ],
)  # fmt: skip
def test_addresses_that_are_no_open_map_are_refused(tiny_project, url) -> None:
    with pytest.raises(InputError):
        agree(tiny_project, TileConsent("", url, ""))


def test_the_host_shown_is_the_host_asked(tiny_project, tmp_path, no_network) -> None:
    with pytest.raises(InputError, match=r"the address asks b\.org, not a\.org"):
        agree(tiny_project, TileConsent("a.org", "https://b.org/{z}/{x}/{y}", ""))
    project = agree(tiny_project, MAP)
    other = tiles.Tile("https://elsewhere.org/1/1/1.png", (0, 0, 1, 1), 3857)
    with pytest.raises(InputError, match="another host"):
        Tiles(tmp_path).picture(project, MAP, other)
    assert no_network == []
