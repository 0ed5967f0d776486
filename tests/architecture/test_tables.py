"""Every shipped table can be read, says where each row is from and what its units are."""

import pytest

import data

UNITS = {
    "a", "ka", "ma", "a2s", "v", "kv", "kw", "kwh", "kva", "mva", "w", "ohm", "pct", "hz", "m",
    "m2", "m3", "mm", "mm2", "mm3", "km", "kg", "h", "s", "min", "c", "k", "j", "days", "months",
    "years", "deg",
    "in", "awg", "kcmil", "va",  # quoted as the American code prints them
}  # fmt: skip
PURE_NUMBERS = {
    "factor", "share", "efficiency", "soc", "correlation", "spread", "weight", "x", "location",
    "cores", "circuits", "outlets", "phases", "loaded", "poles", "ways", "count", "number",
    "edition", "year", "quantity", "points", "conductors", "epsg", "clause", "code",
}  # fmt: skip
NAMED_IN_THE_ROW = {"value", "low", "typical", "high", "weight"}
TABLES = data.table_names()


def nameless(columns: dict[str, list[str]]) -> list[str]:
    """Columns of numbers whose name tells no unit."""
    found = []
    for name, cells in columns.items():
        words = name.split("_")
        told = words[-1] in UNITS or PURE_NUMBERS & set(words)
        told = told or ("unit" in columns and name in NAMED_IN_THE_ROW)
        if not told and all(is_number(cell) for cell in cells if cell) and any(cells):
            found.append(name)
    return found


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_a_number_without_unit_is_noticed() -> None:
    columns = {
        "length": ["5"],
        "drop_percent": ["1"],
        "size_mm2": ["6"],
        "name": ["x"],
        "low": ["1"],
    }
    assert nameless(columns) == ["length", "drop_percent", "low"]
    assert "low" not in nameless({**columns, "unit": ["m"]})


def test_there_are_tables() -> None:
    assert len(TABLES) > 10


@pytest.mark.parametrize("name", TABLES)
def test_table_names_its_units_and_sources(name: str) -> None:
    rows = data.open_table(name)
    assert rows, "the table has no rows"
    columns = {c: [row.text(c) for row in rows] for c in rows[0].cells}
    assert list(columns) == [c.lower() for c in columns]
    assert "source" in columns
    assert all(columns["source"]), "a row does not say where it is from"
    assert nameless(columns) == []


@pytest.mark.parametrize("name", TABLES)
def test_first_column_and_all_keys_are_unique(name: str) -> None:
    rows = [tuple(v for k, v in r.cells.items() if k != "source") for r in data.open_table(name)]
    assert len(rows) == len(set(rows)), "a row stands twice"
