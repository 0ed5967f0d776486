"""A web map in one file that opens with the network cut.

folium builds the page once; its links are then replaced by the shipped Leaflet.
Text of users is escaped for HTML, script and template literals, and the page's
content security policy lets only the page's own scripts run and nothing load.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import folium

from data import asset_path
from grid.model import CircuitKind
from planner.documents.features import Feature, features
from planner.documents.geojson import wgs84
from planner.documents.palette import LIGHT, model_class
from planner.documents.plan import symbols
from planner.documents.plan.layers import TRENCH_DASH
from planner.documents.plan.svg import tag
from planner.documents.webmap_text import panel, safe, tip
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.model.site import AreaKind

_LINK = re.compile(
    r'<script src="asset:([\w./-]+)"></script>|<link rel="stylesheet" href="asset:([\w./-]+)"\s*/>'
)
_ANY_LINK = re.compile(
    r"<(?:script[^>]*\ssrc|link[^>]*\shref|img[^>]*\ssrc|iframe|object|embed)", re.I
)
_RANDOM_ID = re.compile(r"_([0-9a-f]{32})(?![0-9a-f])")
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
_URL = re.compile(r"url\((images/[\w.-]+)\)")
GROUPS = {
    "areas": "Areas", "bays": "Bays", "headroom": "Headroom", "trenches": "Trenches",
    "circuits": "Cables", "ducts": "Existing ducts", "trees": "Trees",
}  # fmt: skip


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the page as UTF-8."""
    page = folium.Map(
        tiles=None, zoom_snap=0.25, min_zoom=14, max_zoom=24, attribution_control=False
    )
    page.default_js = [("leaflet", "asset:leaflet.js")]
    page.default_css = [("leaflet_css", "asset:leaflet.css")]
    found = features(project, outcome)
    _shapes(page, found, project)
    _equipment(page, found, project)
    _frame(page, found, project)
    root: Any = page.get_root()
    root.title = None
    root.html.add_child(folium.Element(panel(project, scenario, outcome)))
    return _offline(root.render(), project.name).encode()


def _shapes(page: folium.Map, found: Sequence[Feature], project: Project) -> None:
    """Add lines and areas as one GeoJSON group per layer."""
    layers: dict[str, list[Feature]] = defaultdict(list)
    for feature in found:
        layers[feature.layer].append(feature)
    for layer, title in GROUPS.items():
        if layer not in layers or layer == "trees":
            continue
        collection = [
            {**item, "properties": {"tip": tip(feature), "style": _style(feature)}}
            for feature, item in zip(
                layers[layer], wgs84(layers[layer], project.site.epsg), strict=True
            )
        ]
        folium.GeoJson(
            {"type": "FeatureCollection", "features": collection},
            name=title,
            style_function=lambda item: item["properties"]["style"],
            tooltip=folium.GeoJsonTooltip(["tip"], labels=False, sticky=True),
            zoom_on_click=False,
            show=layer != "headroom",
        ).add_to(page)


def _style(feature: Feature) -> dict[str, Any]:
    """Return Leaflet's path options of a feature."""
    facts = feature.attributes
    if feature.layer == "areas":
        kind = AreaKind(str(facts["kind"]))
        if kind is AreaKind.KEEP_OUT:
            return {"color": LIGHT.keep_out, "weight": 1, "dashArray": "4 3", "fillOpacity": 0.06}
        edge = LIGHT.building_edge if kind is AreaKind.BUILDING else "none"
        fill = LIGHT.area.get(kind)
        return {"color": edge, "weight": 1.4, "fillColor": fill, "fillOpacity": 1 if fill else 0}
    if feature.layer == "bays":
        fill = LIGHT.bay_served if facts["charger"] else LIGHT.bay
        return {"color": LIGHT.bay_line, "weight": 0.9, "fillColor": fill, "fillOpacity": 1}
    if feature.layer == "headroom":
        kw = float(facts["fits_kw"] or 0)
        fill = LIGHT.class_fill(kw) if kw else LIGHT.surface
        dash = None if kw else "2 3"
        return {"color": LIGHT.text3, "weight": 0.9, "dashArray": dash, "fillColor": fill,
                "fillOpacity": 1}  # fmt: skip
    if feature.layer == "trenches":
        dash = TRENCH_DASH.get(AreaKind(str(facts["surface"])), "")
        return {"color": LIGHT.trench, "weight": 6, "opacity": 0.55, "dashArray": dash or None}
    if feature.layer == "circuits":
        feeder = facts["kind"] == CircuitKind.FEEDER.value
        return {"color": LIGHT.feeder if feeder else LIGHT.cable, "weight": 2.6 if feeder else 1.8}
    return {"color": LIGHT.duct, "weight": 2, "dashArray": "2 4"}


def _equipment(page: folium.Map, found: Sequence[Feature], project: Project) -> None:
    """Add trees as circles and equipment as drawn symbols."""
    group = folium.FeatureGroup(name="Equipment")
    for feature, item in _points(found, project):
        lon, lat = item["geometry"]["coordinates"]
        words = folium.Tooltip(tip(feature))
        if feature.layer == "trees":
            radius = float(feature.attributes["root_radius_m"] or 1)
            folium.Circle((lat, lon), radius=radius, color=LIGHT.tree, fill=True, tooltip=words,
                          fill_opacity=0.8, weight=0).add_to(page)  # fmt: skip
            continue
        icon = folium.DivIcon(html=_symbol(feature, project), icon_size=(24, 24),
                              icon_anchor=(12, 12))  # fmt: skip
        folium.Marker((lat, lon), icon=icon, tooltip=words).add_to(group)
    group.add_to(page)


def _points(found: Sequence[Feature], project: Project) -> Iterable[tuple[Feature, dict[str, Any]]]:
    points = [f for f in found if f.layer in {"trees", "supply", "boards", "chargers"}]
    return zip(points, wgs84(points, project.site.epsg), strict=True)


def _symbol(feature: Feature, project: Project) -> str:
    """Draw the same symbol as on the plan."""
    if feature.layer == "supply":
        drawn = symbols.transformer(12, 12, LIGHT)
    elif feature.layer == "boards":
        new = feature.attributes["status"] != "existing"
        drawn = (symbols.pillar if new else symbols.board)(12, 12, LIGHT)
    else:
        model = next(
            (m for m in project.catalogue.values() if m.id == feature.attributes["model"]), None
        )
        outlets = model.outlets if model else 1
        drawn = symbols.charger(12, 12, model_class(model), outlets, LIGHT)
    return tag("svg", drawn, width=24, height=24, viewBox="0 0 24 24")


def _frame(page: folium.Map, found: Sequence[Feature], project: Project) -> None:
    """Show bays and equipment first, and offer the layers."""
    import shapely

    near = [f for f in found if f.layer not in {"areas", "trees", "ducts", "entrances"}] or list(
        found
    )
    if near:
        boxes = [shapely.geometry.shape(i["geometry"]) for i in wgs84(near, project.site.epsg)]
        west, south, east, north = shapely.total_bounds(boxes)
        # The panel stands over the left edge, the list of layers over the right.
        page.fit_bounds([[south, west], [north, east]], padding_top_left=(350, 30),
                        padding_bottom_right=(180, 30))  # fmt: skip
    folium.LayerControl(collapsed=False, position="topright").add_to(page)


def _offline(html: str, name: str) -> str:
    """Inline all assets, fix the ids, and forbid everything else."""
    html = _LINK.sub(_inline, html)
    names: dict[str, str] = {}
    html = _RANDOM_ID.sub(lambda m: "_" + names.setdefault(m[1], f"{len(names):04d}"), html)
    outside = _SCRIPT.sub("", re.sub(r"<style>.*?</style>", "", html, flags=re.S))
    if _ANY_LINK.search(outside):
        raise RuntimeError("the web map would load something from outside")
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'"
        for body in _SCRIPT.findall(html)
    )
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="referrer" content="no-referrer"><title>{safe(name)}</title>'
    )
    return html.replace("<head>", f"<head>{head}", 1)


def _inline(link: re.Match[str]) -> str:
    script, sheet = link[1], link[2]
    body = asset_path(f"webmap/{script or sheet}").read_text(encoding="utf-8")
    if script:
        # The source map is not shipped; without the line no tool looks for it.
        return f"<script>{body.split('//# sourceMappingURL')[0]}</script>"
    return f"<style>{_URL.sub(_data_uri, body)}</style>"


def _data_uri(match: re.Match[str]) -> str:
    picture = base64.b64encode(asset_path(f"webmap/{match[1]}").read_bytes()).decode()
    return f"url(data:image/png;base64,{picture})"
