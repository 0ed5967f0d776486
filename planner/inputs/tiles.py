"""Online map pictures, only for what is seen and only from hosts the project allows.

Every request tells a third party where the site is. So nothing is fetched
without a `TileConsent` in the project; pictures come from its host alone, are
kept in a local cache that the user can erase, never ahead of the view, and never
more than a limit. Redirects are not followed.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from math import asinh, ceil, floor, isfinite, log2, pi, radians, tan
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.model.tiles import TileConsent, TileKind
from planner.store.atomic import write_atomically
from planner.store.manifest import app_version
from planner.store.state import state_folder

MOST_PER_VIEW = 48
MOST_PER_SESSION = 1_500
_LARGEST_BYTES = 4_000_000
_TIMEOUT_S = 10.0
_KEPT_DAYS = 30
_TILE_PX = 256
_MERCATOR_M = 20_037_508.342789244  # half the width of EPSG:3857
_STEEPEST_DEG = 85.0511  # EPSG:3857 is a square up to here
_PICTURES = ((b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"))
_PLAIN_HOSTS = ("localhost", "127.0.0.1", "::1")
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a view: its address and where it lies in EPSG:3857 or the site's system."""

    url: str
    bounds: Box
    epsg: int


def agree(project: Project, wanted: TileConsent) -> Project:
    """Record that the user allows one online map for this project."""
    wanted = replace(wanted, host=checked_host(wanted))
    others = tuple(t for t in project.settings.tiles if t.url != wanted.url)
    return replace(project, settings=replace(project.settings, tiles=(*others, wanted)))


def withdraw(project: Project, host: str) -> Project:
    """Take back the consent to all maps of a host."""
    left = tuple(t for t in project.settings.tiles if t.host != host)
    return replace(project, settings=replace(project.settings, tiles=left))


def checked_host(wanted: TileConsent) -> str:
    """Return the host that an address asks, which is what the user agrees to."""
    try:
        parts = urlsplit(wanted.url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or "{" in host or parts.username or parts.password:
        raise InputError(
            "map address", "", f"'{wanted.url[:80]}' names no host", "give its whole address"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _PLAIN_HOSTS):
        raise InputError(
            "map address", "", f"{host} would be asked without encryption", "use https"
        )
    if wanted.host and wanted.host != host:
        raise InputError(
            "map address", "", f"the address asks {host}, not {wanted.host}",
            "name the host that is asked",
        )  # fmt: skip
    if wanted.kind is TileKind.XYZ and not all(k in wanted.url for k in ("{z}", "{x}", "{y}")):
        raise InputError(
            "map address", "", "the address lacks {z}, {x} or {y}",
            "copy the template of the tile service",
        )  # fmt: skip
    return host


def tiles_of_view(source: TileConsent, view: Box, epsg: int, width_px: int) -> tuple[Tile, ...]:
    """Return the pictures that a view needs, none beyond it, at a zoom that keeps to the limit.

    `view` is in metres of the site's system `epsg`.
    """
    if not all(map(isfinite, view)) or view[2] <= view[0] or view[3] <= view[1]:
        return ()
    if source.kind is TileKind.WMS:
        return (_wms(source, view, epsg, width_px),)
    west, south, east, north = degrees = _degrees(view, epsg)
    if not all(map(isfinite, degrees)):
        return ()
    zoom = _zoom(source, west, east, width_px)
    while True:
        columns, rows = _columns(west, east, zoom), _rows(south, north, zoom)
        if len(columns) * len(rows) <= MOST_PER_VIEW or zoom == 0:
            break
        zoom -= 1
    return tuple(_tile(source, zoom, x, y) for y in rows for x in columns)


def _degrees(view: Box, epsg: int) -> Box:
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(epsg, 4326, always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(*view)
    return west, max(south, -_STEEPEST_DEG), east, min(north, _STEEPEST_DEG)


def _zoom(source: TileConsent, west: float, east: float, width_px: int) -> int:
    """Return the zoom at which a pixel of the map is about one on screen."""
    across = max(east - west, 1e-9)
    wanted = log2(max(width_px, 1) / _TILE_PX * 360 / across)
    return max(0, min(round(wanted), source.largest_zoom, 22))


def _columns(west: float, east: float, zoom: int) -> range:
    scale = 2**zoom
    first, last = (floor((lon + 180) / 360 * scale) for lon in (west, east))
    return range(max(first, 0), min(last, scale - 1) + 1)


def _rows(south: float, north: float, zoom: int) -> range:
    scale = 2**zoom
    first, last = (floor((1 - asinh(tan(radians(lat))) / pi) / 2 * scale) for lat in (north, south))
    return range(max(first, 0), min(last, scale - 1) + 1)


def _tile(source: TileConsent, zoom: int, x: int, y: int) -> Tile:
    url = source.url.replace("{z}", str(zoom)).replace("{x}", str(x)).replace("{y}", str(y))
    side = 2 * _MERCATOR_M / 2**zoom
    west, north = x * side - _MERCATOR_M, _MERCATOR_M - y * side
    return Tile(url, (west, north - side, west + side, north), 3857)


def _wms(source: TileConsent, view: Box, epsg: int, width_px: int) -> Tile:
    """Ask a WMS for exactly the view; version 1.1.1 has x before y in every system."""
    width = max(16, min(width_px, 2_048))
    height = max(16, min(ceil(width * (view[3] - view[1]) / (view[2] - view[0])), 2_048))
    asked = {
        "SERVICE": "WMS", "VERSION": "1.1.1", "REQUEST": "GetMap", "LAYERS": source.layer,
        "STYLES": "", "SRS": f"EPSG:{epsg}", "BBOX": ",".join(f"{v:.3f}" for v in view),
        "WIDTH": str(width), "HEIGHT": str(height), "FORMAT": "image/png", "TRANSPARENT": "TRUE",
    }  # fmt: skip
    joint = "&" if "?" in source.url else "?"
    return Tile(f"{source.url.rstrip('?&')}{joint}{urlencode(asked)}", view, epsg)


class Tiles:
    """Fetches pictures for one project, from the cache where it has them."""

    def __init__(self, folder: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder or cache_folder()
        self._clock = clock
        self.fetched = 0

    def picture(self, project: Project, source: TileConsent, tile: Tile) -> bytes:
        """Return one picture; without consent of the project nothing is looked up or asked."""
        if source not in project.settings.tiles:
            raise InputError(
                source.host or "online map", "", "this project does not allow its pictures",
                "allow the host in the settings of the project", question=True,
            )  # fmt: skip
        checked_host(source)
        if urlsplit(tile.url)[:2] != urlsplit(source.url)[:2]:
            raise InputError(source.host, "", "the picture lies on another host", "choose another")
        kept = self._folder / source.host / hashlib.sha256(tile.url.encode()).hexdigest()
        if kept.exists() and self._clock() - kept.stat().st_mtime < _KEPT_DAYS * 86_400:
            return kept.read_bytes()
        if self.fetched >= MOST_PER_SESSION:
            raise InputError(
                source.host, "", f"{MOST_PER_SESSION:,} pictures were fetched since the start",
                "restart to fetch more; maps may not be copied in bulk",
            )  # fmt: skip
        self.fetched += 1
        content = _asked(tile.url, source.host)
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(kept, content, lambda _path: None)
        return content


def _asked(url: str, host: str) -> bytes:
    """Ask a host for one picture."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

    class _Stay(HTTPRedirectHandler):
        def redirect_request(self, *_args: object, **_named: object) -> None:
            """Follow nothing: the user has agreed to this host alone."""

    request = Request(url, headers={"User-Agent": user_agent(), "Accept": "image/*"})
    try:
        with build_opener(_Stay(), ProxyHandler()).open(request, timeout=_TIMEOUT_S) as answer:
            content: bytes = answer.read(_LARGEST_BYTES + 1)
    except HTTPError as error:
        raise _refused(host, f"it answers with code {error.code}") from None
    except (URLError, HTTPException, OSError, ValueError):
        raise _refused(host, "it cannot be reached") from None
    if len(content) > _LARGEST_BYTES or not any(content.startswith(m) for m, _ in _PICTURES):
        raise _refused(host, "what it sends is no picture")
    return content


def _refused(host: str, why: str) -> InputError:
    return InputError(host, "", why, "go on without it, or try again later")


def user_agent() -> str:
    """Return how Ampyard introduces itself; it names no user and no project."""
    return f"Ampyard/{app_version()} (EV charging planner; interactive use)"


def cache_folder() -> Path:
    """Return the folder of kept pictures."""
    return state_folder() / "tiles"


def cache_bytes(folder: Path | None = None) -> int:
    """Return how much room the kept pictures take."""
    held = 0
    for path in (folder or cache_folder()).rglob("*"):
        with suppress(OSError):  # another process may be writing or erasing it
            held += path.stat().st_size if path.is_file() else 0
    return held


def erase_cache(folder: Path | None = None) -> None:
    """Delete all kept pictures."""
    shutil.rmtree(folder or cache_folder(), ignore_errors=True)
