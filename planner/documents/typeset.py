"""Set a PDF by typst from a shipped template and shipped fonts.

What users wrote travels as JSON beside the template and is never part of its
code. No system font, network or clock is used.
"""

from __future__ import annotations

import json
from typing import Any

from data import asset_path


def typeset(template: str, content: dict[str, Any]) -> bytes:
    """Return the PDF of `quote/<template>.typ` filled with plain data."""
    import typst

    source = asset_path(f"quote/{template}.typ")
    pdf: bytes = typst.compile(
        str(source),
        root=str(source.parent),
        font_paths=[str(asset_path("fonts"))],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(content)},
    )
    return pdf
