"""Each answer to a question does what it says, and odd files are refused by place."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from planner.inputs.problem import InputError
from planner.inputs.profiles import ProfileOptions, read_profile, understand
from planner.inputs.profiles.series import usual_step_s
from planner.inputs.report import Action, Note, Report, gravest, shortened
from planner.model.site import LoadProfile

START = datetime(2024, 6, 3)  # noqa: DTZ001 - wall-clock time


def rows(count: int, minutes: int = 15) -> list[str]:
    moments = (START + timedelta(minutes=minutes * i) for i in range(count))
    return [f"{t:%Y-%m-%d %H:%M};{10 + i % 7}" for i, t in enumerate(moments)]


def written(tmp_path: Path, lines: list[str], header: str = "time;kW") -> Path:
    path = tmp_path / "load.csv"
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    return path


def answered(path: Path, **options: object) -> LoadProfile:
    return read_profile(path, ProfileOptions(zone="UTC", **options))  # type: ignore[arg-type]


RULES = {"first": 10, "last": 99, "sum": 109, "mean": 54.5}


@pytest.mark.parametrize("rule", RULES)
def test_rules_for_duplicates(tmp_path: Path, rule: str) -> None:
    lines = rows(96)
    path = written(tmp_path, [*lines, lines[0].split(";")[0] + ";99"])
    assert answered(path, duplicates=rule).kw[0] == RULES[rule]


@pytest.mark.parametrize("rule", ["zero", "week", "interpolate"])
def test_rules_for_gaps(tmp_path: Path, rule: str) -> None:
    lines = rows(7 * 96 + 200)
    gap = 7 * 96 + 8
    del lines[gap]
    profile = answered(written(tmp_path, lines), fill=rule)
    between = profile.kw[gap - 1 : gap + 2 : 2].mean()
    expected = {"zero": 0.0, "week": profile.kw[8], "interpolate": between}
    assert profile.kw[gap] == pytest.approx(expected[rule])
    assert profile.filled == 1


def test_negative_values_are_kept_or_set_to_zero(tmp_path: Path) -> None:
    lines = rows(96)
    lines[3] = lines[3].split(";")[0] + ";-5"
    path = written(tmp_path, lines)
    assert answered(path, negative="keep").kw[3] == -5
    assert answered(path, negative="zero").kw[3] == 0


def test_a_normalised_series_scaled_to_a_year_of_energy(tmp_path: Path) -> None:
    lines = [f"{r.split(';')[0]};0.{int(r.split(';')[1]) % 10}" for r in rows(7 * 96)]
    profile = answered(written(tmp_path, lines, "time;p"), annual_kwh=36_500)
    assert profile.total_kwh == pytest.approx(700)


def test_days_without_load_are_said_not_asked(tmp_path: Path) -> None:
    lines = rows(4 * 96)
    for i in range(96, 3 * 96):
        lines[i] = lines[i].split(";")[0] + ";0"
    reading = understand(written(tmp_path, lines), ProfileOptions(zone="UTC"))
    assert any("no load at all for 2.0 days" in n.message for n in reading.notes)


def test_a_few_stamps_off_the_grid_are_left_out(tmp_path: Path) -> None:
    lines = rows(300)
    lines.insert(50, f"{START + timedelta(minutes=15 * 49 + 7):%Y-%m-%d %H:%M};500")
    reading = understand(written(tmp_path, lines), ProfileOptions(zone="UTC"))
    assert reading.profile.peak_kw == 16
    assert any(n.code == "PRF-OFF-GRID" for n in reading.notes)


def test_thousands_or_decimals_is_asked(tmp_path: Path) -> None:
    lines = [
        f"{r.split(';')[0]};{int(r.split(';')[1])}.{100 + i % 800}" for i, r in enumerate(rows(96))
    ]
    path = written(tmp_path, lines)
    with pytest.raises(InputError, match="--decimal"):
        answered(path)
    assert answered(path, decimal=".").peak_kw < 20
    assert answered(path, decimal=",").peak_kw > 10_000


def test_header_and_unit_column_that_differ_are_asked(tmp_path: Path) -> None:
    path = written(tmp_path, [f"{r};kWh" for r in rows(96)], "time;load kW;unit")
    with pytest.raises(InputError, match="the header says kW, the column of units kWh"):
        answered(path)
    assert answered(path, unit="kWh").peak_kw == 64


@pytest.mark.parametrize(
    ("lines", "header", "options", "message"),
    [
        (rows(96), "time;kW", {"encoding": "klingon"}, "there is no encoding"),
        (rows(96), "time;kW", {"column": "voltage"}, "no column of numbers is called"),
        (rows(96), "time;kW", {"unit": "horses"}, "'horses' is no unit"),
        (rows(96, 7), "time;kW", {}, "the interval is 7 min"),
        ([r.split(" ")[1] for r in rows(96)], "time;kW", {}, "there are numbers but no times"),
        ([r.split(";")[0] + ";much" for r in rows(96)], "time;kW", {}, "times but no numbers"),
        ([*rows(96), "2099-01-01 00:00;3"], "time;kW", {}, "most of them empty"),
        ([r + ";" + u for r, u in zip(rows(96), ["kW", "W"] * 48, strict=True)],
         "time;v;unit", {}, "several units"),
    ],
)  # fmt: skip
def test_refusals_name_the_reason(
    tmp_path: Path, lines: list[str], header: str, options: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        answered(written(tmp_path, lines, header), **options)


def test_an_unknown_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no time zone 'Mars/Base'"):
        read_profile(written(tmp_path, rows(96)), ProfileOptions(zone="Mars/Base"))


def test_a_meter_change_is_asked_and_leaves_one_value_unknown(tmp_path: Path) -> None:
    moments = [r.split(";")[0] for r in rows(192)]
    lines = [f"{t};{(1000 if i < 40 else 10) + i * 2 + i % 3}" for i, t in enumerate(moments)]
    path = written(tmp_path, lines, "time;register kWh")
    with pytest.raises(InputError, match=r"2024-06-03 10:00: the register falls from 1,078 to 91"):
        answered(path, register=True)
    accepted = frozenset({"PRF-METER-CHANGE"})
    with pytest.raises(InputError, match="1 of 191 values is missing"):
        answered(path, register=True, accepted=accepted)
    profile = answered(path, register=True, accepted=accepted, fill="zero")
    assert profile.filled == 1
    assert profile.total_kwh == pytest.approx(78 + 10 + 382 + 2 - 91)


def test_a_register_that_stands_still_most_of_the_time_is_no_load(tmp_path: Path) -> None:
    moments = [r.split(";")[0] for r in rows(96)]
    lines = [f"{t};{5000 + i // 12}" for i, t in enumerate(moments)]
    with pytest.raises(InputError, match="like a meter register"):
        answered(written(tmp_path, lines, "time;kWh"))


def test_daily_values_are_asked_and_spread_over_local_days(tmp_path: Path) -> None:
    lines = [f"{day:02d}.03.2024;{20 + day % 7},5" for day in range(20, 32)]
    lines += [f"{day:02d}.04.2024;{20 + day % 7},5" for day in range(1, 9)]
    path = written(tmp_path, lines, "Datum;Verbrauch kWh")
    with pytest.raises(InputError, match=r"no peak; .* spread them over the day with --resample"):
        read_profile(path)
    profile = read_profile(path, ProfileOptions(resample=True, zone="Europe/Berlin"))
    energy = sum(20.5 + d % 7 for d in (*range(20, 32), *range(1, 9)))
    assert profile.total_kwh == pytest.approx(energy)
    assert (profile.interval_min, len(profile.kw)) == (60, 20 * 24 - 1)  # the clocks go forward
    power = written(tmp_path, lines, "Datum;Leistung kW")
    mean = read_profile(power, ProfileOptions(resample=True, zone="UTC"))
    assert mean.kw[5] == pytest.approx(26.5)


def test_zero_bytes_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "load.csv"
    path.write_bytes("\n".join(["time;kW", *rows(96)]).encode() + b"\n\0\0")
    with pytest.raises(InputError, match="line 98: there are zero bytes"):
        read_profile(path)


def test_a_field_of_two_megabytes_is_refused_quickly(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="longer than 1 MB"):
        read_profile(written(tmp_path, ['"' + "x" * 2_000_000 + '"']))


def test_hidden_sheets_are_named_and_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    shown, hidden = book.create_sheet("Load"), book.create_sheet("Old")
    hidden.sheet_state = "hidden"
    for i in range(96):
        moment = START + timedelta(minutes=15 * i)
        shown.append([moment, 5.0 + i % 3])
        hidden.append([moment, 9.0])
    shown.insert_rows(1)
    shown["A1"], shown["B1"] = "time", "kW"
    path = tmp_path / "load.xlsx"
    book.save(path)
    reading = understand(path)
    assert reading.profile.peak_kw == 7
    assert any("Old" in n.message for n in reading.notes)
    with pytest.raises(InputError, match="there is no sheet 'Other'"):
        read_profile(path, ProfileOptions(sheet="Other"))


def test_one_stamp_has_no_step() -> None:
    assert usual_step_s(np.array([5], dtype=np.int64)) == 0


def test_long_lists_are_shortened_for_a_screen() -> None:
    report = Report()
    report.several(Action.SKIP, "X", [(f"B{i}", "bad") for i in range(500)])
    shown = shortened(report.notes)
    assert len(shown) == 11
    assert shown[-1].message.startswith("and 191 more")
    assert report.notes[-1].text == "and 300 more of this kind"
    assert gravest(report.notes) is Action.SKIP
    assert Note(Action.ASK, "C", "B1", "odd").error("f.csv").question
