"""Online maps in the window: consent names the host, then exactly one view is asked for."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyproj import Transformer
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QColor, QImage

from planner.inputs import tiles
from planner.inputs.problem import InputError
from planner.inputs.tiles import Tiles, agree, tiles_of_view
from planner.inputs.underlays import online
from planner.model.tiles import TileConsent, TileKind
from planner.store.project_file import load, save
from ui.canvas.underlays import decoded
from ui.dialogs.online_map import OnlineMapDialog, consent_words

VIEW = (530_000.0, 180_000.0, 530_200.0, 180_120.0)


def colour(path: str) -> QColor:
    """A colour of its own for every tile, from its column and row."""
    column, row = (int(n) for n in path.removesuffix(".png").split("/")[-2:])
    return QColor(20 + column * 37 % 200, 20 + row * 53 % 200, 90)


def png(path: str, wide: int = 256, high: int = 256) -> bytes:
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(colour(path) if "{" not in path and "?" not in path else QColor("#335577"))
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return held.data()


class Host(BaseHTTPRequestHandler):
    """Answers with pictures and remembers who asked for what."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012 - one list per test, set below
    answer = staticmethod(png)

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["User-Agent"]))
        body = self.answer(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def host(monkeypatch, tmp_path: Path, styled):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AMPYARD_STATE", str(tmp_path / "state"))
    online.session_tiles.cache_clear()
    monkeypatch.setattr(Host, "asked", [])
    monkeypatch.setattr(Host, "answer", staticmethod(png))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
    online.session_tiles.cache_clear()


@pytest.fixture
def source(host) -> TileConsent:
    url = f"http://127.0.0.1:{host.server_port}/{{z}}/{{x}}/{{y}}.png"
    return TileConsent("127.0.0.1", url, "© Here")


@pytest.fixture
def dialog(open_tiny, source) -> OnlineMapDialog:
    return shown(open_tiny, source)


def shown(window, source: TileConsent) -> OnlineMapDialog:
    window.online_map()
    (made,) = (d for d in window.findChildren(OnlineMapDialog) if d.isVisible())
    made.view = VIEW
    made.url.setText(source.url)
    made.attribution.setText(source.attribution)
    return made


def laid_by(window, dialog: OnlineMapDialog, qtbot):
    before = len(site(window).underlays)
    dialog.fetch_button.click()
    qtbot.waitUntil(lambda: len(site(window).underlays) > before)
    return site(window).underlays[-1]


def site(window):
    return window.session.document.require().site


def paths(source: TileConsent, window, dialog: OnlineMapDialog) -> list[str]:
    wanted = tiles_of_view(source, VIEW, site(window).epsg, dialog.width_px)
    return sorted("/" + t.url.split("/", 3)[3] for t in wanted)


def test_nothing_is_asked_before_consent(open_tiny, dialog, qtbot) -> None:
    assert "127.0.0.1 will be asked" in dialog.told.text()
    assert dialog.needs.text().startswith("This view needs ")
    assert dialog.fetch_button.isHidden()
    dialog._fetch()
    dialog.allow_button.click()
    assert [t.host for t in open_tiny.session.document.require().settings.tiles] == ["127.0.0.1"]
    qtbot.wait(50)
    assert Host.asked == []  # consent alone asks nothing
    assert open_tiny.work.status._network.text() == "Online map allowed"
    open_tiny.session.document.stack.undo()
    assert open_tiny.session.document.require().settings.tiles == ()
    assert open_tiny.work.status._network.text() == "Offline"


def test_after_consent_exactly_the_view_is_asked_once(open_tiny, dialog, source, qtbot) -> None:
    dialog.allow_button.click()
    wanted = paths(source, open_tiny, dialog)
    assert dialog.needs.text() == f"This view needs {len(wanted)} pictures."
    laid_by(open_tiny, dialog, qtbot)
    assert sorted(path for path, _agent in Host.asked) == wanted
    assert {agent for _path, agent in Host.asked} == {tiles.user_agent()}
    again = shown(open_tiny, source)
    laid_by(open_tiny, again, qtbot)
    assert len(Host.asked) == len(wanted)  # the second time from the cache


def test_the_picture_is_saved_and_its_attribution_is_on_the_plan(
    open_tiny, dialog, qtbot, tmp_path
) -> None:
    dialog.allow_button.click()
    laid = laid_by(open_tiny, dialog, qtbot)
    said = open_tiny.work.plan.attribution
    assert (said.text(), said.isHidden()) == ("© Here", False)
    save(open_tiny.session.document.require(), tmp_path / "p.ampyard")
    back = load(tmp_path / "p.ampyard")
    assert back.site.underlays[-1] == laid
    assert not decoded(back.attachments[laid.part]).isNull()
    open_tiny.session.document.stack.undo()
    assert said.isHidden()


def test_panning_asks_nothing(open_tiny, dialog, qtbot) -> None:
    dialog.allow_button.click()
    laid_by(open_tiny, dialog, qtbot)
    before = len(Host.asked)
    open_tiny.work.plan.view.zoom_by(0.5)
    open_tiny.work.plan.view.fit()
    qtbot.wait(50)
    assert len(Host.asked) == before


def test_withdrawn_consent_asks_nothing(open_tiny, dialog, qtbot) -> None:
    dialog.allow_button.click()
    laid_by(open_tiny, dialog, qtbot)
    before = len(Host.asked)
    again = shown(open_tiny, TileConsent("", dialog_url(open_tiny), "© Here"))
    again.erase_button.click()
    assert tiles.cache_bytes() == 0
    again.withdraw_button.click()
    assert again.fetch_button.isHidden()
    again._fetch()
    qtbot.wait(50)
    assert len(Host.asked) == before


def dialog_url(window) -> str:
    return window.session.document.require().settings.tiles[0].url


def test_offline_is_one_sentence_in_the_dialog(open_tiny, dialog, host, qtbot) -> None:
    dialog.allow_button.click()
    host.shutdown()
    host.server_close()
    dialog.fetch_button.click()
    qtbot.waitUntil(lambda: "cannot be reached" in dialog.state.text())
    assert dialog.state.text().count("\n") == 0
    assert dialog.fetch_button.isEnabled()
    assert site(open_tiny).underlays == ()


def test_stopping_lays_nothing(open_tiny, dialog, qtbot) -> None:
    dialog.allow_button.click()
    dialog.fetch_button.click()
    dialog.cancel_button.click()
    qtbot.wait(50)
    assert dialog.state.text().startswith("Stopped")
    assert site(open_tiny).underlays == ()


def test_an_address_without_a_host_or_attribution_cannot_be_allowed(open_tiny, dialog) -> None:
    dialog.attribution.setText("")
    assert not dialog.allow_button.isEnabled()
    dialog.url.setText("http://maps.example.org/{z}/{x}/{y}.png")
    assert "without encryption" in dialog.state.text()
    dialog.kinds.chosen.emit(1)
    dialog.url.setText("https://maps.example.org/wms")
    assert "layer" in dialog.state.text()
    assert Host.asked == []


def test_the_consent_names_host_place_and_time() -> None:
    words = consent_words("maps.example.org")
    assert all(w in words for w in ("maps.example.org", "where the site is", "when you ask"))


# laying together ---------------------------------------------------------------


def test_each_pixel_lies_where_its_tile_says(tiny_project, source, tmp_path) -> None:
    project = agree(tiny_project, source)
    epsg = project.site.epsg
    laid = online.fetch_view(project, source, VIEW, 800, tiles=Tiles(tmp_path / "c"))
    image = decoded(laid.content)
    for tile in tiles_of_view(source, VIEW, epsg, 800):
        west, south, east, north = tile.bounds
        middle = ((west + east) / 2, (south + north) / 2)
        x, y = Transformer.from_crs(3857, epsg, always_xy=True).transform(*middle)
        at = laid.underlay.to_picture(x, y)
        assert image.pixelColor(int(at[0]), int(at[1])) == colour(tile.url)
        assert at[0] % 256 == pytest.approx(128, abs=1)
    assert laid.underlay.attribution == "© Here"


def test_a_wms_picture_covers_exactly_the_view(tiny_project, host, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(Host, "answer", staticmethod(lambda path: png(path, 500, 300)))
    url = f"http://127.0.0.1:{host.server_port}/ows"
    wms = TileConsent("127.0.0.1", url, "© W", TileKind.WMS, "ortho")
    laid = online.fetch_view(agree(tiny_project, wms), wms, VIEW, 500, tiles=Tiles(tmp_path / "c"))
    assert len(Host.asked) == 1
    assert laid.underlay.corners[0] == pytest.approx((VIEW[0], VIEW[3]), abs=1e-6)
    assert laid.underlay.corners[2] == pytest.approx((VIEW[2], VIEW[1]), abs=1e-6)


def test_too_wide_a_view_asks_nothing(tiny_project, source, tmp_path) -> None:
    wide = (500_000.0, 150_000.0, 580_000.0, 200_000.0)
    with pytest.raises(InputError, match="zoom in"):
        online.fetch_view(
            agree(tiny_project, source), source, wide, 800, tiles=Tiles(tmp_path / "c")
        )
    assert Host.asked == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda path: png(path)[:-30], "damaged"),
        (lambda path: png(path, 600, 600), "more than 512 pixels"),
        (lambda path: png(path, 256 if path[-5] in "02468" else 255, 256), "differ in size"),
        (lambda _path: b"GIF89a" + bytes(40), "neither PNG nor JPEG"),
    ],
)
def test_unusable_pictures_are_refused(
    tiny_project, source, tmp_path, monkeypatch, answer, said
) -> None:
    monkeypatch.setattr(Host, "answer", staticmethod(answer))
    with pytest.raises(InputError, match=said):
        online.fetch_view(
            agree(tiny_project, source), source, VIEW, 800, tiles=Tiles(tmp_path / "c")
        )
