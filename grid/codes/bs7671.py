"""BS 7671: IEC 60364 with the deviations of the United Kingdom."""

from __future__ import annotations

from grid.codes.iec import IecCode

CODE = IecCode(
    id="bs7671",
    name="BS 7671",
    edition="BS 7671:2018+A2:2022",
    rcd_edition="2022",
    notes=(
        "Capacities and factors are those of IEC 60364-5-52:2009, base conditions as in BS 7671; "
        "the tables of appendix 4 have not been compared (unconfirmed).",
    ),
)
