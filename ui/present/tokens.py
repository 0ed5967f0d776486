"""Colours, sizes and type of both themes: the one place where they are written.

Colours are ``#RRGGBB`` strings so that documents and maps can use them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from grid.findings import Severity


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

LIGHT = Tokens(
    name="light",
    window="#F1F3F4",
    surface="#FFFFFF",
    raised="#F8F9FA",
    hover="#E9ECEF",
    selected="#E3EBFB",
    border="#D9DEE3",
    control="#868F99",
    text="#15191E",
    text2="#47515C",
    text3="#5F6A75",
    accent="#1F57C8",
    on_accent="#FFFFFF",
    accent_hover="#1947A6",
    severity=MappingProxyType(
        {
            Severity.ERROR: Signal("#B02A0C", "#FCEBE5", "#D1441D", "#FFFFFF"),
            Severity.WARNING: Signal("#7A5100", "#FBF1DB", "#E39B12", "#15191E"),
            Severity.INFO: Signal("#1F5C96", "#E7F0F8", "#5C99D4", "#15191E"),
            Severity.OK: Signal("#0B6A4C", "#E3F3EC", "#127E5E", "#FFFFFF"),
        }
    ),
    plan=Plan(
        paper="#F4F5F2",
        grass="#E2EADB",
        asphalt="#E6E8EA",
        paving="#EDEAE4",
        road="#E0E3E6",
        building="#CDD2D7",
        building_edge="#6C7681",
        bay="#F6F7F8",
        bay_line="#A4ADB6",
        ink="#15191E",
        trench="#8A4B14",
        feeder="#5B2A86",
        cable="#2F4A6B",
        duct="#6C7681",
        keep_out="#B02A0C",
        tree="#BFD1B2",
        tree_edge="#8FA97F",
        snapped="#B4188A",
    ),
    kw=MappingProxyType(
        {
            22.0: "#F3F2CF",
            50.0: "#B9DCB1",
            75.0: "#7FC4B4",
            100.0: "#43A0B3",
            120.0: "#2B719F",
            150.0: "#1E3F7D",
        }
    ),
    changed="#8C4A12",
)

DARK = Tokens(
    name="dark",
    window="#121519",
    surface="#1A1E23",
    raised="#21262C",
    hover="#2A3037",
    selected="#1E3152",
    border="#323A43",
    control="#78838F",
    text="#E9ECEF",
    text2="#B7C0C9",
    text3="#97A2AD",
    accent="#86ADFF",
    on_accent="#0C1526",
    accent_hover="#A5C2FF",
    severity=MappingProxyType(
        {
            Severity.ERROR: Signal("#FF9A7D", "#3A1F18", "#F0663C", "#15191E"),
            Severity.WARNING: Signal("#F2BE5C", "#352A14", "#EDB03A", "#15191E"),
            Severity.INFO: Signal("#86BBEA", "#182C3E", "#86BBEA", "#15191E"),
            Severity.OK: Signal("#62CDA3", "#15302A", "#2E9F7B", "#15191E"),
        }
    ),
    plan=Plan(
        paper="#171B1F",
        grass="#1D2822",
        asphalt="#23282E",
        paving="#292A2B",
        road="#262B31",
        building="#3A424B",
        building_edge="#8B96A2",
        bay="#1C2126",
        bay_line="#56616D",
        ink="#E9ECEF",
        trench="#D9A066",
        feeder="#C7A0EE",
        cable="#8FB8E8",
        duct="#97A2AD",
        keep_out="#FF9A7D",
        tree="#2C3D30",
        tree_edge="#4F6B56",
        snapped="#FF7AD0",
    ),
    kw=MappingProxyType(
        {
            22.0: "#2A4C86",
            50.0: "#2F77A8",
            75.0: "#3B9FB0",
            100.0: "#6FC2AE",
            120.0: "#B4DDA6",
            150.0: "#F0EFB4",
        }
    ),
    changed="#E2A86B",
)


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2, 'relative luminance')."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, 'contrast ratio')."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def text_on(fill: str) -> str:
    """Return the ink, dark or white, that reads better on a fill."""
    return max(("#12161A", "#FFFFFF"), key=lambda ink: contrast(ink, fill))


def kw_class(power_kw: float) -> float:
    """Return the highest kW class of the legend that a power reaches."""
    reached = [k for k in LIGHT.kw if k <= power_kw + 0.5]
    return max(reached, default=min(LIGHT.kw))
