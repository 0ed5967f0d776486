"""IEC 60364: the base code, without national deviations."""

from __future__ import annotations

from grid.codes.iec import IecCode

CODE = IecCode(
    id="iec60364",
    name="IEC 60364",
    edition="IEC 60364-5-52:2009, -4-41:2005, -4-43:2008, -5-54:2011, -7-722:2018",
)
