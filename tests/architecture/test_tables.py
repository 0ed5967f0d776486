"""Every shipped table can be read, says where each row is from and what its units are."""

import pytest

import data

UNIT_WORDS = {
    "volt": "v", "volts": "v", "amp": "a", "amps": "a", "watt": "w", "metre": "m", "meter": "m",
    "metres": "m", "percent": "pct", "hours": "h", "minutes": "min", "seconds": "s", "kgs": "kg",
}  # fmt: skip


def misnamed(columns: list[str]) -> list[str]:
    """Columns that spell a unit otherwise than the fixed set."""
    return [c for c in columns if any(part in UNIT_WORDS for part in c.lower().split("_"))]


def test_a_spelled_out_unit_is_noticed() -> None:
    assert misnamed(["drop_percent", "length_m", "size_mm2"]) == ["drop_percent"]


@pytest.mark.parametrize("name", data.table_names() or ["-"])
def test_table(name: str) -> None:
    if name == "-":
        pytest.skip("no tables yet")
    rows = data.open_table(name)
    assert rows, "the table has no rows"
    columns = list(rows[0].cells)
    assert columns == [c.lower() for c in columns]
    assert misnamed(columns) == []
    sources = ("source" in columns, *(bool(row.text("source")) for row in rows))
    assert all(sources), "a row does not say where it is from"
