"""World files: six numbers beside a picture that say where its pixels lie."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from planner.inputs.problem import InputError
from planner.model.underlay import Transform

_LARGEST_BYTES = 4_000


def read(picture: Path) -> Transform | None:
    """Return the transform of a picture's world file, if there is one.

    The file gives the centre of the first pixel (ESRI world file); the transform
    starts at its corner.
    """
    path = _beside(picture)
    if path is None:
        return None
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ValueError
        words = path.read_text("ascii").replace(",", ".").split()
        a, d, b, e, x, y = (float(word) for word in words[:6])
    except (OSError, ValueError):
        raise InputError(
            path.name, "", "this world file does not hold six numbers",
            "export it again, or remove it and place the picture by two points",
        ) from None  # fmt: skip
    if not all(map(isfinite, (a, b, d, e, x, y))) or a * e - b * d == 0:
        raise InputError(
            path.name, "", "this world file gives the picture no extent",
            "export it again, or remove it and place the picture by two points",
        )  # fmt: skip
    return a, b, x - (a + b) / 2, d, e, y - (d + e) / 2


def system_beside(picture: Path) -> str:
    """Return the text of a .prj beside a picture, empty without one."""
    for name in (f"{picture.stem}.prj", f"{picture.stem}.PRJ"):
        path = picture.with_name(name)
        try:
            if path.stat().st_size < 20_000:
                return path.read_text("utf-8", "replace").strip()
        except OSError:
            continue
    return ""


def _beside(picture: Path) -> Path | None:
    ending = picture.suffix.lower().lstrip(".")
    short = {"jpeg": "jgw", "jpg": "jgw", "png": "pgw", "tif": "tfw", "tiff": "tfw"}[ending]
    for wanted in (short, f"{ending}w", "wld"):
        for spelt in (wanted, wanted.upper(), wanted.capitalize()):
            path = picture.with_suffix(f".{spelt}")
            if path.is_file():
                return path
    return None
