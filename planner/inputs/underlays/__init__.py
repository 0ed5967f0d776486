"""Underlay readers: one file per format behind one table.

Contract: `read_underlay(path, options)` gives a `Laid` underlay with its bytes,
ready for `planner.underlay_edits.add_underlay`, or raises `InputError`. Sizes
are checked before pixels are decoded; nothing is followed, run or fetched.
"""

from __future__ import annotations

from planner.inputs.underlays.laid import Laid, UnderlayOptions
from planner.inputs.underlays.registry import ENDINGS, read_underlay

__all__ = ["ENDINGS", "Laid", "UnderlayOptions", "read_underlay"]
