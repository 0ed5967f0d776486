"""Colours of both themes: those of the plan and documents, and the window's own.

What the documents show too is written in `planner.documents.palette`; here stand
only the grounds, controls and marks that no document has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from grid.findings import Severity
from planner.documents import palette
from planner.documents.palette import KW_CLASSES, Palette, relative_luminance
from planner.model.kinds import AreaKind


@dataclass(frozen=True, slots=True)
class Signal:
    """Colours of one severity: text, its fill, and the mark on the plan."""

    text: str
    fill: str
    mark: str
    glyph: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Colours of the plan symbols."""

    paper: str
    grass: str
    asphalt: str
    paving: str
    road: str
    building: str
    building_edge: str
    bay: str
    bay_line: str
    ink: str
    trench: str
    feeder: str
    cable: str
    duct: str
    keep_out: str
    tree: str
    tree_edge: str
    snapped: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour role of one theme."""

    name: str
    window: str
    surface: str
    raised: str
    hover: str
    selected: str
    border: str
    control: str
    text: str
    text2: str
    text3: str
    accent: str
    on_accent: str
    accent_hover: str
    severity: Mapping[Severity, Signal]
    plan: Plan
    kw: Mapping[float, str]
    changed: str

    @property
    def backgrounds(self) -> tuple[str, ...]:
        """All grounds that text may stand on."""
        return (self.surface, self.raised, self.window, self.hover, self.selected)


SEQUENTIAL = (
    "#F7F6DC", "#DDEABF", "#B4DAB3", "#7FC4B4", "#4FA8B4",
    "#3486A8", "#285F94", "#1E3F7D", "#152250",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Own:
    """What only the window has."""

    window: str
    hover: str
    selected: str
    control: str
    on_accent: str
    accent_hover: str
    glyphs: Mapping[Severity, str]
    tree_edge: str
    snapped: str
    changed: str


def _plan(shared: Palette, own: _Own) -> Plan:
    return Plan(
        paper=shared.paper,
        grass=shared.area[AreaKind.GRASS],
        asphalt=shared.area[AreaKind.ASPHALT],
        paving=shared.area[AreaKind.PAVING],
        road=shared.area[AreaKind.ROAD],
        building=shared.area[AreaKind.BUILDING],
        building_edge=shared.building_edge,
        bay=shared.bay,
        bay_line=shared.bay_line,
        ink=shared.text,
        trench=shared.trench,
        feeder=shared.feeder,
        cable=shared.cable,
        duct=shared.duct,
        keep_out=shared.keep_out,
        tree=shared.tree,
        tree_edge=own.tree_edge,
        snapped=own.snapped,
    )


def _tokens(name: str, shared: Palette, own: _Own) -> Tokens:
    signals = {
        s: Signal(shared.severity_text[s], shared.severity_fill[s], shared.mark[s], own.glyphs[s])
        for s in Severity
    }
    return Tokens(
        name=name,
        window=own.window,
        surface=shared.surface,
        raised=shared.raised,
        hover=own.hover,
        selected=own.selected,
        border=shared.border,
        control=own.control,
        text=shared.text,
        text2=shared.text2,
        text3=shared.text3,
        accent=shared.accent,
        on_accent=own.on_accent,
        accent_hover=own.accent_hover,
        severity=MappingProxyType(signals),
        plan=_plan(shared, own),
        kw=MappingProxyType(dict(zip(map(float, KW_CLASSES), shared.kw, strict=True))),
        changed=own.changed,
    )


_INK, _WHITE = "#15191E", "#FFFFFF"

LIGHT = _tokens(
    "light",
    palette.LIGHT,
    _Own(
        window="#F1F3F4",
        hover="#E9ECEF",
        selected="#E3EBFB",
        control="#868F99",
        on_accent="#FFFFFF",
        accent_hover="#1947A6",
        glyphs={
            Severity.ERROR: _WHITE, Severity.WARNING: _INK,
            Severity.INFO: _INK, Severity.OK: _WHITE,
        },
        tree_edge="#8FA97F",
        snapped="#B4188A",
        changed="#8C4A12",
    ),
)  # fmt: skip

DARK = _tokens(
    "dark",
    palette.DARK,
    _Own(
        window="#121519",
        hover="#2A3037",
        selected="#1E3152",
        control="#78838F",
        on_accent="#0C1526",
        accent_hover="#A5C2FF",
        glyphs=dict.fromkeys(Severity, _INK),
        tree_edge="#4F6B56",
        snapped="#FF7AD0",
        changed="#E2A86B",
    ),
)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, 'contrast ratio')."""
    low, high = sorted((relative_luminance(one), relative_luminance(other)))
    return (high + 0.05) / (low + 0.05)
