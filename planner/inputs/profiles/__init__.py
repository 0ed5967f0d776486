"""Meter exports of any layout as one regular series in UTC.

Contract: `read_profile` returns a `LoadProfile` with mean kW per interval or
raises `InputError`; with `question` set, one of the `ProfileOptions` answers it.
Nothing is guessed without a note. `understand` returns the same together with
all notes and open questions, for previews.
"""

from planner.inputs.profiles.finish import Reading
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.read import read_profile, understand

__all__ = ["ProfileOptions", "Reading", "read_profile", "understand"]
