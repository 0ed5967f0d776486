"""All kinds of underlays, one module each, behind one table."""

from __future__ import annotations

import warnings
from pathlib import Path
from types import ModuleType

from planner.inputs.maps.sniff import content_kind, not_a
from planner.inputs.problem import InputError
from planner.inputs.underlays import drawing, geotiff, pdf, picture
from planner.inputs.underlays.laid import Laid, UnderlayOptions

_READERS: tuple[ModuleType, ...] = (picture, geotiff, pdf, drawing)
ENDINGS = tuple(ending for module in _READERS for ending in module.EXTENSIONS)


def read_underlay(path: Path, options: UnderlayOptions | None = None) -> Laid:
    """Read a picture or drawing to lie under the plan.

    Raises
    ------
    InputError
        Where it cannot be shown, or, with `question` set, where an option has to
        answer. A picture without a place is laid and asks in its notes.
    """
    path = Path(path)
    kind, words = content_kind(path)
    form = next((m for m in _READERS if path.suffix.lower() in m.EXTENSIONS), None)
    if form is None:
        raise InputError(
            path.name, "", f"this is {words}, which cannot lie under the plan",
            f"choose a file of the kind {', '.join(ENDINGS)}",
        )  # fmt: skip
    if kind not in form.CONTENTS:
        raise not_a(f"a {form.NAME}", path.name, kind, words)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what matters is said in the notes
        laid: Laid = form.read(path, options or UnderlayOptions())
    return laid
