"""Colours of plan and documents, free of Qt; one table per theme.

Window, PDF, web map and drawings share these values so that a thing looks the
same wherever it is seen. Colour never stands alone: shape, sign or dash says it too.
"""

from __future__ import annotations

from dataclasses import dataclass

from grid.findings import Severity
from planner.model.charger import ChargerModel, Current
from planner.model.kinds import AreaKind

KW_CLASSES = (22, 50, 75, 100, 120, 150)
"""Power classes with a colour and a shape each, in kW."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme as ``#RRGGBB``; `kw` runs along `KW_CLASSES`."""

    surface: str
    raised: str
    border: str
    text: str
    text2: str
    text3: str
    accent: str
    paper: str
    area: dict[AreaKind, str]
    building_edge: str
    bay: str
    bay_line: str
    bay_served: str
    trench: str
    feeder: str
    cable: str
    duct: str
    keep_out: str
    tree: str
    kw: tuple[str, ...]
    mark: dict[Severity, str]
    severity_text: dict[Severity, str]
    severity_fill: dict[Severity, str]

    def class_fill(self, power_kw: float) -> str:
        """Fill of a power, by its class."""
        return self.kw[KW_CLASSES.index(kw_class(power_kw))]


def kw_class(power_kw: float) -> int:
    """Return the highest class that the power reaches; the lowest for less."""
    return max((c for c in KW_CLASSES if c <= power_kw), default=KW_CLASSES[0])


def model_class(model: ChargerModel | None) -> int:
    """Class of a charger: AC by its socket, DC by the whole unit."""
    if model is None or model.current is Current.AC:
        return KW_CLASSES[0]
    return kw_class(model.power_kw)


def ink_on(fill: str) -> str:
    """Return dark or white ink, whichever has more contrast on the fill (WCAG 2)."""
    luminance = relative_luminance(fill)
    dark, white = "#12161A", "#FFFFFF"
    on_dark = (luminance + 0.05) / (relative_luminance(dark) + 0.05)
    on_white = 1.05 / (luminance + 0.05)
    return dark if on_dark >= on_white else white


def relative_luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.2, definition of relative luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


LIGHT = Palette(
    surface="#FFFFFF",
    raised="#F8F9FA",
    border="#D9DEE3",
    text="#15191E",
    text2="#47515C",
    text3="#5F6A75",
    accent="#1F57C8",
    paper="#F4F5F2",
    area={
        AreaKind.GRASS: "#E2EADB",
        AreaKind.ASPHALT: "#E6E8EA",
        AreaKind.PAVING: "#EDEAE4",
        AreaKind.CONCRETE: "#EDEAE4",
        AreaKind.ROAD: "#E0E3E6",
        AreaKind.PARKING: "#E6E8EA",
        AreaKind.BUILDING: "#CDD2D7",
    },
    building_edge="#6C7681",
    bay="#F6F7F8",
    bay_line="#A4ADB6",
    bay_served="#DCE6F9",
    trench="#8A4B14",
    feeder="#5B2A86",
    cable="#2F4A6B",
    duct="#6C7681",
    keep_out="#B02A0C",
    tree="#BFD1B2",
    kw=("#F3F2CF", "#B9DCB1", "#7FC4B4", "#43A0B3", "#2B719F", "#1E3F7D"),
    mark={
        Severity.ERROR: "#D1441D",
        Severity.WARNING: "#E39B12",
        Severity.INFO: "#5C99D4",
        Severity.OK: "#127E5E",
    },
    severity_text={
        Severity.ERROR: "#B02A0C",
        Severity.WARNING: "#7A5100",
        Severity.INFO: "#1F5C96",
        Severity.OK: "#0B6A4C",
    },
    severity_fill={
        Severity.ERROR: "#FCEBE5",
        Severity.WARNING: "#FBF1DB",
        Severity.INFO: "#E7F0F8",
        Severity.OK: "#E3F3EC",
    },
)

DARK = Palette(
    surface="#1A1E23",
    raised="#21262C",
    border="#323A43",
    text="#E9ECEF",
    text2="#B7C0C9",
    text3="#97A2AD",
    accent="#86ADFF",
    paper="#171B1F",
    area={
        AreaKind.GRASS: "#1D2822",
        AreaKind.ASPHALT: "#23282E",
        AreaKind.PAVING: "#292A2B",
        AreaKind.CONCRETE: "#292A2B",
        AreaKind.ROAD: "#262B31",
        AreaKind.PARKING: "#23282E",
        AreaKind.BUILDING: "#3A424B",
    },
    building_edge="#8B96A2",
    bay="#1C2126",
    bay_line="#56616D",
    bay_served="#20304A",
    trench="#D9A066",
    feeder="#C7A0EE",
    cable="#8FB8E8",
    duct="#97A2AD",
    keep_out="#FF9A7D",
    tree="#2C3D30",
    kw=("#2A4C86", "#2F77A8", "#3B9FB0", "#6FC2AE", "#B4DDA6", "#F0EFB4"),
    mark={
        Severity.ERROR: "#F0663C",
        Severity.WARNING: "#EDB03A",
        Severity.INFO: "#86BBEA",
        Severity.OK: "#2E9F7B",
    },
    severity_text={
        Severity.ERROR: "#FF9A7D",
        Severity.WARNING: "#F2BE5C",
        Severity.INFO: "#86BBEA",
        Severity.OK: "#62CDA3",
    },
    severity_fill={
        Severity.ERROR: "#3A1F18",
        Severity.WARNING: "#352A14",
        Severity.INFO: "#182C3E",
        Severity.OK: "#15302A",
    },
)
