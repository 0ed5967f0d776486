"""One page of a PDF as a picture, with its printed scale where the user knows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note
from planner.inputs.underlays.laid import Laid, UnderlayOptions
from planner.inputs.underlays.placing import unplaced
from planner.inputs.underlays.raster import MOST_KEPT_PIXELS, Pixels, encoded
from planner.model.underlay import Underlay, UnderlayKind

NAME = "PDF"
EXTENSIONS = (".pdf",)
CONTENTS = ("pdf",)
_SHARPEST_DPI = 300.0
_POINTS_PER_INCH = 72.0
_M_PER_POINT = 0.0254 / 72  # PDF 32000-1:2008, 8.3.2.3: a user space unit is 1/72 inch
_LARGEST_PT = 200_000.0
_MOST_PAGES = 5_000
_LARGEST_MB = 150


def read(path: Path, options: UnderlayOptions) -> Laid:
    """Render one page; nothing in the document is run and no link followed."""
    if path.stat().st_size > _LARGEST_MB * 1_000_000:
        raise InputError(
            path.name, "", f"the document has more than {_LARGEST_MB} MB", "save only the plan"
        )
    document = _opened(path)
    try:
        pages = len(document)
        if not 1 <= options.page <= min(pages, _MOST_PAGES):
            raise InputError(
                path.name, f"page {options.page}", f"the document has {pages:,} pages",
                f"choose a page from 1 to {min(pages, _MOST_PAGES):,}", question=True,
            )  # fmt: skip
        pixels, points_per_pixel = _rendered(document, path.name, options.page)
    finally:
        document.close()
    before = pixels.shape[2]
    content, ending, size = encoded(pixels, drawn=True)
    pixel_m = points_per_pixel * _M_PER_POINT * before / size[0] * (options.scale or 0.0)
    placed = unplaced(size, options, pixel_m)
    name = path.stem if pages == 1 else f"{path.stem}, page {options.page}"
    underlay = Underlay(
        "", name, UnderlayKind.PDF, f"{path.stem}-{options.page}{ending}", *size,
        placed.transform, source=path.name if pages == 1 else f"{path.name}, page {options.page}",
    )  # fmt: skip
    notes = list(placed.notes)
    if pages > 1:
        said = f"page {options.page} of {pages:,} taken"
        notes.append(Note(Action.ACCEPT, "UND-PAGE", "", said, "choose another page if needed"))
    return Laid(underlay, content, tuple(notes), pages=pages)


def _opened(path: Path) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(path.read_bytes())
    except pypdfium2.PdfiumError as broken:
        locked = "password" in str(broken).lower()
        raise InputError(
            path.name, "",
            "the document is protected by a password" if locked else "the PDF is damaged",
            "save it without the password" if locked else "save or export it again",
        ) from None  # fmt: skip


def _rendered(document: Any, file: str, number: int) -> tuple[Pixels, float]:
    """Return the page's pixels and the points of paper that each shows."""
    import pypdfium2

    try:
        page = document[number - 1]
        width, height = page.get_size()
        if not (0 < width < _LARGEST_PT and 0 < height < _LARGEST_PT):
            raise InputError(
                file, f"page {number}", f"the page measures {width:,.0f} × {height:,.0f} points",
                "print it to a usual paper size",
            )  # fmt: skip
        scale = min(_SHARPEST_DPI / _POINTS_PER_INCH, (MOST_KEPT_PIXELS / (width * height)) ** 0.5)
        bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
        shown = np.array(bitmap.to_numpy()[..., :3])  # a copy: the bitmap goes with the page
    except InputError:
        raise
    except (pypdfium2.PdfiumError, ValueError, MemoryError, OSError):
        raise InputError(
            file, f"page {number}", "the page cannot be drawn", "save or export it again"
        ) from None
    return np.ascontiguousarray(np.moveaxis(shown, -1, 0)), width / shown.shape[1]
