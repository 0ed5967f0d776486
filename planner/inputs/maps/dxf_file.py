"""Opening a DXF drawing: as it is, by recovery, then with its usual omissions mended.

Simple programs write drawings without header, or polylines without the markers
that name their parts; both are added to a copy of the text before it is given up.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any

from planner.inputs.maps.feature import Source
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

_LARGEST_MB = 100
_MENDED_MB = 20
_HEADER = ("0", "SECTION", "2", "HEADER", "9", "$ACADVER", "1", "AC1015", "0", "ENDSEC")
# Group codes that belong to every entity (DXF reference, common group codes).
_COMMON = frozenset(
    {
        "5", "6", "8", "48", "60", "62", "67", "92", "102", "284", "310", "330", "347", "360",
        "370", "390", "410", "420", "430", "440",
    }
)  # fmt: skip
_MARKERS = {
    "LWPOLYLINE": "AcDbPolyline", "LINE": "AcDbLine", "POINT": "AcDbPoint",
    "CIRCLE": "AcDbCircle", "ELLIPSE": "AcDbEllipse", "SPLINE": "AcDbSpline",
    "HATCH": "AcDbHatch", "INSERT": "AcDbBlockReference", "MTEXT": "AcDbMText",
}  # fmt: skip
_HOW = "open it in the drawing program, save it as DXF R2018 and choose that file"


def load(source: Source) -> tuple[Any, tuple[Note, ...]]:
    """Return the drawing and what was done to read it."""
    size = source.path.stat().st_size
    if size > _LARGEST_MB * 1_000_000:
        raise InputError(
            source.name, "", f"the drawing has {size / 1e6:,.0f} MB, more than {_LARGEST_MB}",
            "save only the layers that are needed",
        )  # fmt: skip
    import ezdxf
    from ezdxf import recover

    # What was recovered is said in one note, not line by line on the terminal.
    logging.getLogger("ezdxf").setLevel(logging.CRITICAL)
    tries: list[tuple[Callable[[], Any], str]] = [
        (lambda: ezdxf.readfile(source.path), ""),
        (lambda: recover.readfile(source.path)[0], "damaged parts of the drawing were left out"),
    ]
    if size <= _MENDED_MB * 1_000_000:
        said = "the drawing lacks its header or markers of its parts; they were added"
        tries.append((lambda: ezdxf.read(io.StringIO(_mended(source.path.read_bytes()))), said))
    fault = ""
    for attempt, said in tries:
        try:
            drawing = attempt()
        except Exception as broken:  # ezdxf fails with errors of every kind on damaged drawings
            fault = fault or _sentence(broken).replace(str(source.path), source.name)
        else:
            return drawing, (Note(Action.REPAIR, "DXF-REPAIR", "", said),) if said else ()
    raise InputError(source.name, "", f"the drawing is damaged or no DXF ({fault})", _HOW)


def _sentence(broken: Exception) -> str:
    text = " ".join(str(broken).split())
    if "'NoneType'" in text or not text or isinstance(broken, RecursionError):
        return "its parts do not fit together"
    return text[:100].replace('"', "'").rstrip(".")


def _mended(content: bytes) -> str:
    """Return the text of a drawing with a header and with the markers of its entities."""
    if content.startswith(b"AutoCAD Binary DXF"):
        raise ValueError("binary")
    words = content.decode("utf-8", "replace" if b"\xc3" in content else "ignore").splitlines()
    words = [word.strip() for word in words]
    pairs = list(zip(words[0::2], words[1::2], strict=False))
    done: list[str] = [] if ("9", "$ACADVER") in pairs[:400] else list(_HEADER)
    at = 0
    while at < len(pairs):
        end = at + 1
        while end < len(pairs) and pairs[end][0] != "0":
            end += 1
        entity = pairs[at:end]
        marker = _MARKERS.get(entity[0][1]) if entity[0][0] == "0" else None
        if marker and ("100", marker) not in entity:
            body = [pair for pair in entity[1:] if pair[0] != "100"]
            common = [pair for pair in body if pair[0] in _COMMON]
            own = [pair for pair in body if pair[0] not in _COMMON]
            entity = [entity[0], ("100", "AcDbEntity"), *common, ("100", marker), *own]
        done += [word for pair in entity for word in pair]
        at = end
    return "\n".join(done) + "\n"
