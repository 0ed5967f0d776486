"""Tables of energy prices: three formats say the same, and wrong cells are named."""

import json
from dataclasses import replace
from datetime import time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.cli import main
from planner.inputs.energy_prices import read_energy_prices
from planner.inputs.price_cells import COLUMNS, cells_of, read_window
from planner.inputs.problem import InputError
from planner.model.energy_price import EVERY_DAY, EnergyPrice, PriceWindow
from planner.store.project_file import load, save

HEAD = "name,months,days,from,to,price\n"
RED = "Red,Nov-Feb,Mon-Fri,16:00,19:00,0.45\n"
NIGHT = "Night,,,23:00,06:00,0.12\n"
BASE = ",,,,,0.24\n"
PRICE = EnergyPrice(
    0.24,
    (
        PriceWindow("Red", 0.45, 960, 1140, (0, 1, 2, 3, 4), 11, 2),
        PriceWindow("Night", 0.12, 1380, 360),
    ),
)


def written(folder: Path, text: str, name: str = "prices.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_with_either_separator(tmp_path: Path) -> None:
    assert read_energy_prices(written(tmp_path, HEAD + RED + NIGHT + BASE)) == PRICE
    text = (HEAD + RED + NIGHT + BASE).replace(",", ";").replace("0.", "0,")
    assert read_energy_prices(written(tmp_path, text)) == PRICE


def test_workbook_with_times_of_its_own(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ("Window", "Season", "Days", "Start", "End", "Price per kWh"),
        ("Red", "Nov–Feb", "weekdays", time(16), time(19), 0.45),
        ("Night", None, "all", time(23), "6", 0.12),
        ("Base", None, None, None, None, 0.24),
    ):
        book.active.append(row)
    path = tmp_path / "prices.xlsx"
    book.save(path)
    assert read_energy_prices(path) == PRICE


def test_json_says_the_same(tmp_path: Path) -> None:
    keys = COLUMNS
    windows = [dict(zip(keys, cells_of(w), strict=True)) for w in PRICE.windows]
    text = json.dumps({"base_price": 0.24, "windows": windows})
    assert read_energy_prices(written(tmp_path, text, "prices.json")) == PRICE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "Red,Nov-Fub,,16:00,19:00,1\n" + BASE, "line 2, column months: months are 'Nov"),
        (HEAD + BASE + "Red,,Mo-Xy,16:00,19:00,1\n", "line 3, column days: days are 'Mo-Xy'"),
        (HEAD + BASE + "Red,,,25:00,19:00,1\n", "line 3, column from: the time is '25:00'"),
        (HEAD + BASE + "Red,,,16:00,,1\n", "line 3, column to: the time is blank"),
        (HEAD + BASE + "Red,,,16:00,16:00,1\n", "enter 00:00 to 24:00 for the whole day"),
        (HEAD + BASE + "Red,,,16:00,19:00,\n", "line 3, column price: the price is blank"),
        (HEAD + BASE + "Red,,,16:00,19:00,28 p\n", "column price: the price is in p"),
        (HEAD + RED, "there is no base price"),
        (HEAD + BASE + BASE, "line 3, column from: there is a second row without hours"),
        ("name,price\nx,1\n", "header: there is no column 'from'"),
        ("", "header: there is no column 'from'"),
    ],
)
def test_wrong_cells_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=r"prices\.csv") as wrong:
        read_energy_prices(written(tmp_path, text))
    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", "there is no 'base_price'"),
        ('{"base_price": 1, "windows": [{"price": 1}]}', "window 1: it has no hours"),
        ('{"base_price": 1, "windows": [{"from": 1, "to": "x", "price": 1}]}', "window 1, to"),
    ],
)
def test_wrong_json_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as wrong:
        read_energy_prices(written(tmp_path, text, "prices.json"))
    assert said in str(wrong.value)


names = st.text("abc ", min_size=1, max_size=9).map(str.strip).filter(bool)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    names, st.integers(-50, 900), st.integers(0, 1439), st.integers(1, 1440),
    st.sets(st.integers(0, 6), min_size=1), st.integers(1, 12), st.integers(1, 12),
)  # fmt: skip
def test_a_window_reads_back_as_written(
    name: str, cents: int, begin: int, end: int, days: set[int], first: int, last: int
) -> None:
    if begin == end:
        return
    months = (1, 12) if (last - first) % 12 == 11 else (first, last)
    window = PriceWindow(name, cents / 100, begin, end, tuple(sorted(days)), *months)
    assert read_window(dict(zip(COLUMNS, cells_of(window), strict=True))) == window


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.sampled_from([".csv", ".json", ".txt"]),
    st.one_of(
        st.binary(max_size=200),
        st.text('[]{}",:;-0123456789.\n abefhimnoprstw_\0', max_size=200).map(str.encode),
        st.text("Mon-Fri,;0123456789:.\n", max_size=120).map(lambda t: (HEAD + t).encode()),
    ),
)
def test_no_content_brings_a_traceback(tmp_path_factory, ending: str, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / f"prices{ending}"
    path.write_bytes(content)
    try:
        made = read_energy_prices(path)
    except InputError:
        return
    assert made.windows or made.base_per_kwh is not None


def test_german_words_are_read() -> None:
    cells = dict(zip(COLUMNS, ("HT", "Okt-März", "Mo-Fr", "6", "22", "0,31"), strict=True))
    assert read_window(cells) == PriceWindow("HT", 0.31, 360, 1320, (0, 1, 2, 3, 4), 10, 3)
    assert read_window(cells | {"days": "Sonntag"}).days == (6,)
    assert read_window(cells | {"days": ""}).days == EVERY_DAY


def test_prices_are_kept_in_the_project_file(tiny_project, tmp_path: Path) -> None:
    settings_ = replace(tiny_project.settings, energy_tariff=PRICE)
    save(replace(tiny_project, settings=settings_), tmp_path / "p.ampyard")
    assert load(tmp_path / "p.ampyard").settings.energy_tariff == PRICE


def test_a_wrong_table_stops_the_command_with_one_line(tiny_project, tmp_path, capsys) -> None:
    save(tiny_project, tmp_path / "p.ampyard")
    prices = written(tmp_path, HEAD + "Red,,,16:00,19:00,x\n" + BASE)
    assert main(["check", str(tmp_path / "p.ampyard"), "--tariff", str(prices)]) == 2
    assert "prices.csv, line 2, column price: the price is 'x'" in capsys.readouterr().err


def test_check_tells_the_year_by_window_and_component(tiny_project, tmp_path, capsys) -> None:
    save(tiny_project, tmp_path / "p.ampyard")
    prices = written(tmp_path, HEAD + RED + NIGHT + BASE)
    command = ["check", str(tmp_path / "p.ampyard"), "--tariff", str(prices)]
    assert main([*command, "--json"]) in {0, 1}
    regimes = json.loads(capsys.readouterr().out)["energy_cost"]
    assert regimes[0]["strategy"] == "uncontrolled"
    for regime in regimes:
        names = [w["name"] for w in regime["windows"]]
        assert names == ["Red", "Night", "Other times"]
        spent = sum(w["cost"] for w in regime["windows"])
        assert regime["energy_cost"] == pytest.approx(spent, abs=0.02)
    assert main(command) in {0, 1}
    assert "a year of charging: Red " in capsys.readouterr().out
