"""DIN VDE 0100: IEC 60364 with the deviations of Germany."""

from __future__ import annotations

from grid.codes.iec import IecCode

CODE = IecCode(
    id="vde0100",
    name="DIN VDE 0100",
    edition="DIN VDE 0100-520, -410, -430, -540 and -722:2019-06",
    rcd_edition="2019",
    notes=(
        "Capacities and factors are those of IEC 60364-5-52:2009; DIN VDE 0298-4 has not been "
        "compared (unconfirmed).",
        "The voltage drop limit of 4 % is quoted without a source that was seen (unconfirmed).",
    ),
)
