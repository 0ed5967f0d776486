"""All codes of practice by id."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from types import MappingProxyType

from grid.codes import own
from grid.codes.protocol import Code

_MODULES = ("iec60364", "bs7671", "vde0100", "nec")


@functools.cache
def codes() -> Mapping[str, Code]:
    """Return every code by its id; an id given twice is an error."""
    found: dict[str, Code] = {}
    for module in _MODULES:
        code: Code = importlib.import_module(f"grid.codes.{module}").CODE
        if code.id in found:
            raise ValueError(f"code '{code.id}' is registered twice")
        found[code.id] = code
    return MappingProxyType(found)


def get(code_id: str) -> Code:
    """Return one code; an unknown id is a `KeyError` that names the known ones.

    ``<id>@<digest>`` is the code with the own tables held under that digest.
    """
    base, _, digest = code_id.partition(own.MARK)
    try:
        code = codes()[base]
    except KeyError:
        raise KeyError(f"no code '{base}'; known: {', '.join(codes())}") from None
    return own.variant(code, digest) if digest else code
