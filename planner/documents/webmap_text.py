"""Words of the web map, safe in HTML, script, template literal and Jinja template."""

from __future__ import annotations

import html
from collections.abc import Mapping

from planner.documents.features import Feature, Value
from planner.documents.palette import LIGHT
from planner.documents.plan.furniture import SURFACE_WORDS
from planner.documents.plan.svg import clean
from planner.documents.review import is_draft, open_points
from planner.documents.words import count, figure, money, significant
from planner.model.headroom import HeadroomMap
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.model.site import AreaKind

# Beyond HTML: ` ends a template literal, ${ opens an expression, {{ {% {# a Jinja tag,
# and \ would escape what follows in a script string.
_ALSO = {ord(sign): f"&#{ord(sign)};" for sign in "`${}\\"}


def safe(words: object) -> str:
    """Escape text so that it is only ever shown."""
    return html.escape(clean(str(words)), quote=True).translate(_ALSO)


def tip(feature: Feature) -> str:
    """Return a feature's tooltip: its name, then what matters."""
    facts = feature.attributes
    rows = [f"<b>{safe(facts.get('name') or facts['id'])}</b>"]
    said = _room(facts) if feature.layer == "headroom" else _facts(feature)
    rows += [safe(words) for words in said if words]
    return "<br>".join(rows)


def _facts(feature: Feature) -> list[str]:
    f = feature.attributes
    match feature.layer:
        case "areas":
            kind = AreaKind(str(f["kind"]))
            return [SURFACE_WORDS.get(kind, kind.value.replace("_", " "))]
        case "bays":
            bay = f"row {f['row']}, bay {f['number']}" + (", accessible" if f["accessible"] else "")
            return [bay, f"charger {f['charger']}" if f["charger"] else "no charger"]
        case "trenches":
            surface = SURFACE_WORDS[AreaKind(str(f["surface"]))]
            dug = "existing duct" if f["existing_duct"] else f"new trench in {surface}"
            return [f"{dug}, {f['length_m']:.1f} m", f"circuits {f['circuits']}"]
        case "circuits":
            return [
                f"{f['from_id']} to {f['to_id']}, {f['cable_m']:.1f} m",
                f"{f['parallel']} × {f['cable']}, {f['device']}",
                f"{f['ib_a']:.1f} A of {f['iz_a']:.1f} A, drop {f['drop_pct']:.2f} %",
            ]
        case "chargers":
            return [str(f["id"]), f"bays {f['bays']}", f"circuit {f['circuit']}", str(f["reason"])]
        case "boards":
            return [
                f"{f['status']}, {f['rating_a']:g} A, {f['spare_ways']} of {f['ways']} ways free"
            ]
        case "supply":
            return [f"agreed {figure(float(f['agreed_kva'] or 0))} kVA, {f['earthing']}"]
        case _:
            return []


def _room(f: Mapping[str, Value]) -> list[str]:
    """Say what fits at a bay, what binds the next size, and what lifts that."""
    fits = float(f["fits_kw"] or 0)
    rows = [f"{fits:g} kW fits all year" if fits else "no charger fits all year"]
    if f["next_kw"] is not None:
        left = figure(float(f["next_room_kw"] or 0))
        rows.append(f"{f['next_kw']:g} kW: {left} kW are left; {f['binds']}")
    if f["unit"]:
        carries, limit = (significant(float(f[key] or 0)) for key in ("carries", "limit"))
        rows.append(f"{carries} of {limit} {f['unit']}, {f['when_local']}")
    if f["lift"]:
        cost = f["lift_cost"]
        rows.append(str(f["lift"]))
        rows.append("no price known" if cost is None else money(float(cost), str(f["currency"]), 0))
    return rows


def _headroom_keys(made: HeadroomMap | None) -> str:
    """Return the legend of the headroom layer with the number of bays of every class."""
    if made is None or not made.bays:
        return ""
    rooms = made.bays.values()
    rows = [
        (LIGHT.class_fill(kw), f"{kw:g} kW, {count(sum(r.fits_kw == kw for r in rooms), 'bay')}")
        for kw in reversed(made.sizes_kw)
    ]
    rows.append((LIGHT.surface, f"none, {count(sum(not r.fits_kw for r in rooms), 'bay')}"))
    keys = "".join(
        f'<li><i class=bay style="background:{colour}"></i>{safe(words)}</li>'
        for colour, words in rows
    )
    return f"<p class=key>Layer headroom: the largest charger that fits all year</p><ul>{keys}</ul>"


def panel(project: Project, scenario: Scenario, outcome: Outcome) -> str:
    """Return the fixed panel with name, key figures and legend of lines."""
    quote, design = outcome.quote, outcome.design
    figures = (
        (money(quote.net, quote.currency, 0), f"price, excl. {quote.terms.tax_name}"),
        (count(len(design.chargers), "charger"), "on the plan"),
        (f"{outcome.service.served_pct:.1f} %", "of drivers served in full"),
        (f"{figure(outcome.service.peak_kw)} kW", "peak of charging"),
    )
    cells = "".join(f"<div><b>{safe(a)}</b><span>{safe(b)}</span></div>" for a, b in figures)
    draft = (
        f"<p class=draft>Draft: {safe(', '.join(open_points(outcome)))}</p>"
        if is_draft(outcome)
        else ""
    )
    lines = (
        (LIGHT.trench, "Trench"), (LIGHT.feeder, "Feeder cable"), (LIGHT.cable, "Circuit cable"),
    )  # fmt: skip
    keys = "".join(
        f'<li><i style="background:{colour}"></i>{safe(words)}</li>' for colour, words in lines
    )
    return (
        f"<style>{_CSS}</style><section id=panel><h1>{safe(project.name)}</h1>"
        f"<p>{safe(scenario.name)}</p>{draft}<div class=figures>{cells}</div><ul>{keys}</ul>"
        f"{_headroom_keys(outcome.headroom)}"
        "<p class=note>Made with Ampyard; map by Leaflet. North is up.</p></section>"
    )


# The element is a Jinja template; the style holds neither {{ nor {% nor {#.
_CSS = (
    "body,.leaflet-container{font-family:Inter,system-ui,sans-serif;background:#F4F5F2}"
    "#panel{position:fixed;left:56px;top:12px;z-index:900;background:#FFFFFF;color:#15191E;"
    "border:1px solid #D9DEE3;border-radius:6px;padding:12px 14px;max-width:300px;font-size:13px}"
    "#panel h1{font-size:18px;margin:0 0 2px;overflow-wrap:anywhere}#panel p{margin:0 0 8px;"
    "color:#47515C}"
    "#panel .draft{color:#7A5100;background:#FBF1DB;border-radius:3px;padding:4px 6px}"
    "#panel .figures{display:grid;grid-template-columns:1fr 1fr;gap:8px 12px;margin:8px 0}"
    "#panel .figures b{display:block;font-size:15px}#panel .figures span{color:#47515C;"
    "font-size:11px}#panel ul{list-style:none;margin:8px 0;padding:0;font-size:12px}"
    "#panel li i{display:inline-block;width:20px;height:3px;margin-right:8px;"
    "vertical-align:middle}#panel .key{font-size:11px;margin:8px 0 0}#panel li i.bay{height:10px;"
    "border:1px solid #5F6A75}#panel .note{font-size:11px;color:#5F6A75;margin:0}"
    ".leaflet-control-layers{font-size:13px}.foliumtooltip table{border:0}"
    ".leaflet-tooltip{font-size:12px}"
)
