"""Zip limits and quantities: what is refused, and what every spelling means."""

import contextlib
import stat
import struct
import zipfile
from math import isfinite
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.inputs.archive import open_zip, read_entry
from planner.inputs.problem import InputError
from planner.inputs.quantity import QuantityError, parse_number, parse_quantity


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_all(path)
    return str(caught.value)


def read_all(path: Path) -> list[bytes]:
    with open_zip(path) as archive:
        return [read_entry(archive, name, path.name) for name in archive.namelist()]


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    link = zipfile.ZipInfo("plan")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/hostname")
    assert "is a link" in refused(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_differ_only_in_case_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", "1")
        archive.writestr("Manifest.json", "2")
    assert "is there twice" in refused(path)


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2_001):
            archive.writestr(str(number), "")
    assert "2,001 entries" in refused(path)


def test_a_lying_size_is_found_while_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", b" " * 900_000)
    content = path.read_bytes()
    small, true = struct.pack("<L", 10), struct.pack("<L", 900_000)
    path.write_bytes(content.replace(true, small))
    assert "damaged" in refused(path)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("300 kVA", "kVA", 300), ("0,3 MVA", "kVA", 300), ("1.200,5", "kVA", 1200.5),
        ("1,200.5 kVA", "kVA", 1200.5), ("1 200 kVA", "kVA", 1200), ("0.433 kV", "V", 433),
        ("350 mΩ", "ohm", 0.35), ("4,75 %", "%", 4.75), ("-5", "A", -5), (".5", "A", 0.5),
        ("1'200'300", "A", 1_200_300), ("2e3", "A", 2000), ("680 W", "kW", 0.68),
    ],
)  # fmt: skip
def test_quantities_as_people_write_them(text: str, unit: str, value: float) -> None:
    assert parse_quantity(text, unit)[0] == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("300 kW", "kVA"), ("5 mVA", "kVA"), ("abc", "A"), ("", "A"), ("1.2.3", "A"),
        ("1,200", "A"), ("12 34", "A"), ("１２", "A"), ("1,23.4,5", "A"), ("5 A A", "A"),
    ],
)  # fmt: skip
def test_what_is_no_quantity_of_the_unit(text: str, unit: str) -> None:
    with pytest.raises(QuantityError):
        parse_quantity(text, unit)


@given(value=st.floats(-1e9, 1e9, allow_nan=False).map(lambda v: round(v, 4)))
def test_points_and_commas_mean_the_same(value: float) -> None:
    text = f"{value:.4f}"
    assert parse_number(text) == parse_number(text.replace(".", ",")) == value


@given(text=st.text(max_size=12))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with contextlib.suppress(QuantityError):
        assert isfinite(parse_number(text))
