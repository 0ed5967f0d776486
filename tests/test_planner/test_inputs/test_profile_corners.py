"""Odd cells, odd answers and odd containers of load profiles: what is said, and what comes out."""

import runpy
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from planner.inputs.problem import InputError
from planner.inputs.profiles import (
    ProfileOptions,
    greenbutton,
    preview,
    read_profile,
    records,
    sheet,
    text,
    understand,
)
from planner.inputs.profiles.stamps import clock_range, clock_s, parse
from planner.inputs.report import Action
from planner.inputs.workbooks import foreign

SEEDS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "fuzz_seeds.py"))
START = datetime(2024, 6, 3)  # noqa: DTZ001 - wall-clock time


def moments(count: int = 96, minutes: int = 15) -> list[datetime]:
    return [START + timedelta(minutes=minutes * i) for i in range(count)]


def write(tmp_path: Path, content: str | bytes | Sequence[str], name: str = "load.csv") -> Path:
    path = tmp_path / name
    if not isinstance(content, (str, bytes)):
        content = "\n".join(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def plain(header: str = "time;kWh", count: int = 96) -> list[str]:
    return [header, *(f"{t:%Y-%m-%d %H:%M};{1 + i % 7}" for i, t in enumerate(moments(count)))]


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read_profile(path, ProfileOptions(**options))  # type: ignore[arg-type]
    return str(caught.value)


def book(
    tmp_path: Path, rows: Sequence[Sequence[object]], **more: Sequence[Sequence[object]]
) -> Path:
    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    first.title = "Load"
    for title, lines in {"Load": rows, **more}.items():
        target = first if title == "Load" else made.create_sheet(title)
        for line in lines:
            target.append(list(line))
    path = tmp_path / "load.xlsx"
    made.save(path)
    return path


# Cells ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ["13:00 pm", "25:00", "10:61", "24:01", "noon", 10, datetime(2024, 1, 1)],  # noqa: DTZ001
)
def test_what_is_no_time_of_day(value: object) -> None:
    assert clock_range(value) is None  # type: ignore[arg-type]


def test_times_of_day_as_sheets_and_people_write_them() -> None:
    assert clock_s(timedelta(hours=24)) == 86_400  # type: ignore[arg-type]
    assert clock_s("12:30 am") == 1_800
    assert clock_range("23:45 bis 24:00") == (85_500, 86_400)
    assert clock_range(time(7, 30)) == (27_000, None)


@pytest.mark.parametrize(
    "text",
    ["Jun 3 2024 10:15", "June 3, 2024 10:15 AM", "Monday 3 June 2024 10:15", "Mon, 03.06.24 10:15",
     "20240603 10:15"],
)  # fmt: skip
def test_stamps_with_names(text: str) -> None:
    stamp = parse(text)
    assert stamp is not None
    assert datetime.fromtimestamp(stamp.local_s, UTC) == datetime(2024, 6, 3, 10, 15, tzinfo=UTC)


def test_weekly_values_are_refused_in_days(tmp_path: Path) -> None:
    lines = [f"{START + timedelta(days=7 * i):%Y-%m-%d};{500 + i % 5}" for i in range(52)]
    assert "the interval is 7 days" in refusal(write(tmp_path, ["week of;kWh", *lines]))


@pytest.mark.parametrize(
    "value",
    ["32.01.2024", "1.1.1949", "10-Foo-2024 10:00", "2024-06-03 25:00", date(1900, 1, 1), "x" * 50],
)
def test_what_is_no_stamp(value: object) -> None:
    assert parse(value) is None  # type: ignore[arg-type]


def test_a_clock_column_of_other_numbers_is_left_alone(tmp_path: Path) -> None:
    lines = [f"{t:%Y-%m-%d %H:%M};{7 + i % 3};{1 + i % 7}" for i, t in enumerate(moments())]
    path = write(tmp_path, ["stamp;hour of shift;kWh", *lines])
    assert read_profile(path, ProfileOptions(column="kWh")).peak_kw == 28


def test_hours_in_a_sheet_with_a_flag_among_them(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Date", "Hour", "kWh"]]
    rows += [[t.date(), t.hour + 1, 1 + i % 7] for i, t in enumerate(moments(72, 60))]
    rows[30][1] = True
    notes = understand(book(tmp_path, rows), ProfileOptions(fill="zero")).notes
    assert [n.place for n in notes if n.code == "PRF-BAD-TIME"] == ["sheet Load, A31"]


# Answers ----------------------------------------------------------------------


def test_rows_without_usable_dates_follow_each_other_from_the_start_given(tmp_path: Path) -> None:
    lines = plain()
    lines[1:49] = [line.replace("2024-06-03", "2018-06-03") for line in lines[1:49]]
    path = write(tmp_path, lines)
    assert "most of them empty; check the dates" in refusal(path)
    reading = understand(path, ProfileOptions(start=datetime(2024, 1, 1, tzinfo=UTC)))
    assert len(reading.profile.kw) == 96
    assert reading.profile.start == datetime(2024, 1, 1, tzinfo=UTC)
    assert any(n.code == "PRF-START" for n in reading.notes)
    naive = read_profile(path, ProfileOptions(start=datetime(2024, 1, 1)))  # noqa: DTZ001
    assert naive.start == reading.profile.start


def test_a_year_that_jumps_back_is_asked_with_its_line(tmp_path: Path) -> None:
    lines = plain(count=192)
    lines[1:97] = [line.replace("2024", "2026") for line in lines[1:97]]
    notes = understand(write(tmp_path, lines), ProfileOptions(fill="zero")).notes
    (jump,) = [n for n in notes if n.code == "PRF-JUMP"]
    assert (jump.place, jump.action) == ("line 98", Action.ASK)
    assert jump.message == "the time jumps by -730 days"


def test_answers_about_stamps_order_and_zone(tmp_path: Path) -> None:
    lines = ["time;kWh"]
    lines += [f"{t:%d/%m/%Y %H:%M};{1 + i % 7}" for i, t in enumerate(moments())]
    path = write(tmp_path, lines)
    ends = read_profile(path, ProfileOptions(stamps="end", zone="UTC", dayfirst=True))
    assert ends.start == datetime(2024, 6, 2, 23, 45, tzinfo=UTC)
    month = read_profile(path, ProfileOptions(zone="UTC", dayfirst=False))
    assert month.start == datetime(2024, 3, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offset", "zone", "shown"),
    [
        ("+05:00", None, "Etc/GMT-5"),
        ("+05:30", None, "UTC"),
        ("+02:00", "Europe/Rome", "Europe/Rome"),
    ],
)
def test_the_zone_of_stamps_with_offsets(
    tmp_path: Path, offset: str, zone: str | None, shown: str
) -> None:
    lines = [
        "time;kWh",
        *(f"{t:%Y-%m-%dT%H:%M:%S}{offset};{i % 7}" for i, t in enumerate(moments())),
    ]
    assert read_profile(write(tmp_path, lines), ProfileOptions(zone=zone)).zone == shown


def test_date_ranges_in_one_cell_of_either_order(tmp_path: Path) -> None:
    lines = ["period;kWh"]
    for i, t in enumerate(moments(4 * 96)):
        end = t + timedelta(minutes=15)
        lines.append(f"{t:%m/%d/%Y %H:%M} - {end:%m/%d/%Y %H:%M};{1 + i % 7}")
    reading = understand(write(tmp_path, lines))
    assert reading.profile.start == datetime(2024, 6, 2, 23, tzinfo=UTC)
    assert any("month first" in n.message for n in reading.notes)


def test_two_rows_of_dates_tell_no_order(tmp_path: Path) -> None:
    assert "day first or month first" in refusal(
        write(tmp_path, ["time;kWh", "03/04/2024 00:00;1", "03/04/2024 00:15;2"])
    )


@pytest.mark.parametrize(
    ("lines", "options", "words"),
    [
        (["time;kWh", *(f"{t:%Y-%m-%d %H:%M};n/a" for t in moments())], {}, "no numbers"),
        (["time;kWh;x", *(f"{t:%Y-%m-%d %H:%M};;5" for t in moments())],
         {"column": "x", "unit": "kWh"}, "stuck"),
        (["time;kvarh", *(f"{t:%Y-%m-%d %H:%M};{i % 5}" for i, t in enumerate(moments()))], {},
         "no column holds the consumption"),
        (["time;kWh", *(f"{START + timedelta(minutes=15 * i + i // 48 * 7):%Y-%m-%d %H:%M};{i % 5}"
                        for i in range(96))], {}, "do not keep to the interval"),
    ],
)  # fmt: skip
def test_tables_without_a_usable_load(
    tmp_path: Path, lines: list[str], options: dict[str, object], words: str
) -> None:
    assert words in refusal(write(tmp_path, lines), **options)


def test_values_that_no_mark_fits_are_no_load(tmp_path: Path) -> None:
    lines = ["time;a;kWh", *(f"{t:%Y-%m-%d %H:%M};1;{i % 7},5" for i, t in enumerate(moments()))]
    assert "no value can be read" in refusal(write(tmp_path, lines), column="kWh", decimal=".")
    few = [*lines[:2], *(line.rpartition(";")[0] + ";x" for line in lines[2:])]
    assert "no column" in refusal(write(tmp_path, few), column="kWh")


def test_a_column_may_be_named_by_its_number(tmp_path: Path) -> None:
    lines = ["time;A kWh;B kWh"]
    lines += [f"{t:%Y-%m-%d %H:%M};{1 + i % 7};{2 + i % 7}" for i, t in enumerate(moments())]
    path = write(tmp_path, lines)
    assert read_profile(path, ProfileOptions(column="3")).peak_kw == 32
    seen = preview.preview(path, ProfileOptions(zone="UTC"))
    assert seen.choices[-1] == ("2+3", "Sum of A kWh + B kWh")
    assert read_profile(path, ProfileOptions(column="2+3")).peak_kw == 60


# Containers -------------------------------------------------------------------


def test_a_missing_file_is_said_in_every_reader(tmp_path: Path) -> None:
    gone = tmp_path / "gone.csv"
    for read in (read_profile, foreign.read_foreign):
        with pytest.raises(InputError, match=r"gone\.csv: there is no such file"):
            read(gone)
    for reader in (records.read_records, text.read_text):
        with pytest.raises(InputError, match="there is no such file"):
            reader(gone, ProfileOptions(), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("module", "limit", "name", "content"),
    [
        (text, "MAX_BYTES", "load.csv", "\n".join(plain())),
        (records, "MAX_BYTES", "load.json", '[{"a": 1}]'),
        (greenbutton, "MAX_BYTES", "load.xml", "<feed/>"),
        (foreign, "_MOST_BYTES", "load.xls", SEEDS["xls"](SEEDS["profile_numbers"]())),
        (foreign, "_MOST_CELLS", "load.xls", SEEDS["xls"](SEEDS["profile_numbers"]())),
        (sheet, "MAX_ROWS", "load.xls", SEEDS["xls"](SEEDS["profile_numbers"]())),
        (sheet, "MAX_ROWS", "load.xlsx", SEEDS["workbook"](SEEDS["profile_rows"]())),
    ],
)
def test_files_beyond_the_limits_are_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, limit: str, name: str,
    content: str | bytes,
) -> None:  # fmt: skip
    monkeypatch.setattr(module, limit, 5)
    said = refusal(write(tmp_path, content, name))
    assert any(w in said for w in ("larger than", "more than 5 rows", "rows and")), said
    assert "export" in said


def test_a_tab_may_be_named_as_the_separator(tmp_path: Path) -> None:
    lines = [line.replace(";", "\t") for line in plain()]
    assert read_profile(write(tmp_path, lines), ProfileOptions(separator="tab")).peak_kw == 28


def test_program_data_named_csv_is_called_what_it_is(tmp_path: Path) -> None:
    content = b"\x80\x04\x95" + bytes(40)
    assert "Python data" in refusal(write(tmp_path, content))


def test_a_sheet_may_be_chosen_and_one_of_words_is_no_profile(tmp_path: Path) -> None:
    rows = [["time", "kWh"], *([t, 1 + i % 7] for i, t in enumerate(moments()))]
    other = [["time", "kWh"], *([t, 2 + i % 7] for i, t in enumerate(moments()))]
    path = book(tmp_path, rows, Other=other)
    assert read_profile(path, ProfileOptions(sheet="Other")).peak_kw == 32
    assert "there is no sheet 'Third'; choose one of Load, Other" in refusal(path, sheet="Third")
    assert preview.preview(path, ProfileOptions()).sheets == ("Load", "Other")
    words = book(tmp_path, [["a", "b"], ["c", "d"]])
    assert "no sheet holds a table of numbers" in refusal(words)


def test_rows_far_below_the_table_are_not_looked_for(tmp_path: Path) -> None:
    rows = [["time", "kWh"], *([t, 1 + i % 7] for i, t in enumerate(moments()))]
    path = book(tmp_path, rows)
    made = openpyxl.load_workbook(path)
    made["Load"].cell(2_000, 1).value = "written by mistake"
    made.save(path)
    assert read_profile(path).peak_kw == 28


def test_formulas_without_results_are_named_by_cell(tmp_path: Path) -> None:
    rows = [["time", "kWh"], *([t, f"={i}+1"] for i, t in enumerate(moments()))]
    assert "sheet Load, B2: the workbook holds formulas" in refusal(book(tmp_path, rows))


def test_a_damaged_sheet_is_named(tmp_path: Path) -> None:
    import zipfile

    rows = [["time", "kWh"], *([t, 1 + i % 7] for i, t in enumerate(moments()))]
    path = book(tmp_path, rows)
    with zipfile.ZipFile(path) as old:
        parts = {n: old.read(n) for n in old.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name][: len(parts[name]) // 2]
    said = refusal(write(tmp_path, SEEDS["zipped"](parts), "cut.xlsx"))
    assert "cut.xlsx, sheet Load: the sheet is damaged; open it in Excel and save it again" in said


def test_times_of_day_beyond_midnight_in_open_sheets(tmp_path: Path) -> None:
    assert foreign._value(timedelta(hours=24)) == "24:00:00"


# Green Button, NEM12, wide tables -----------------------------------------------


def green(change: Callable[[str], str]) -> bytes:
    return change(SEEDS["green_button"]().decode()).encode()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("IntervalReading", "Other", "holds no Green Button interval readings"),
        ("<start>", "<start>9", "start, duration or value is no whole number"),
        ("<value>", "<value>99999999999999999", "start, duration or value is no whole number"),
    ],
)
def test_green_button_that_cannot_be_used(tmp_path: Path, old: str, new: str, words: str) -> None:
    content = SEEDS["green_button"]().decode()
    tagged = content if old in content else content.replace("espi:", "")
    assert old in tagged
    assert words in refusal(write(tmp_path, tagged.replace(old, new), "load.xml"))


def test_nem12_without_consumption_or_with_a_bad_day(tmp_path: Path) -> None:
    content = SEEDS["nem12"]().decode()
    assert "there is no consumption register" in refusal(
        write(tmp_path, content.replace(",E1,", ",B1,"))
    )
    day = next(line for line in content.splitlines() if line.startswith("300,"))
    bad = content.replace(day[:12], "300,20241399", 1)
    assert "'20241399' is no date; export it again" in refusal(write(tmp_path, bad))


def test_wide_tables_leave_out_what_is_no_day(tmp_path: Path) -> None:
    heads = ",".join(f"HH{n}" for n in range(1, 49))
    values = ",".join(str(1 + n % 7) for n in range(48))
    lines = [f"Date kWh,{heads}", f"2024-06-03,{values}", f"Total,{values}", f"2024-06-04,{values}"]
    path = write(tmp_path, lines)
    assert len(read_profile(path, ProfileOptions(zone="Europe/London")).kw) == 96


def test_a_preview_of_what_is_no_table_keeps_its_rows(tmp_path: Path) -> None:
    seen = preview.preview(write(tmp_path, ["a;b", "c;d", "e;f"]), ProfileOptions())
    assert (seen.choices, seen.ready) == ((), False)
    assert seen.excerpt.rows[0] == ("a", "b")
    feed = preview.preview(write(tmp_path, SEEDS["green_button"](), "a.xml"), ProfileOptions())
    assert feed.profile is not None
    assert np.isfinite(feed.profile.kw).all()
    ods = write(tmp_path, SEEDS["ods"](SEEDS["profile_rows"]()[2:]), "a.ods")
    assert preview.preview(ods, ProfileOptions()).sheets == ("Load",)
    assert preview.sheet_names(write(tmp_path, b"PK\3\4", "bad.xlsx")) == ()


def test_what_a_site_feeds_in_is_no_load_without_a_word(tmp_path: Path) -> None:
    path = write(tmp_path, plain("time;Einspeisung kWh"))
    assert "seems to hold what the site feeds into the network" in refusal(path)
    assert read_profile(path, ProfileOptions(accepted=frozenset({"PRF-EXPORT"}))).peak_kw == 28
    content = SEEDS["green_button"]().decode()
    unit = content.index("<espi:uom>") if "<espi:uom>" in content else content.index("<uom>")
    prefix = "espi:" if "<espi:uom>" in content else ""
    flow = f"<{prefix}flowDirection>19</{prefix}flowDirection>"
    path = write(tmp_path, content[:unit] + flow + content[unit:], "load.xml")
    assert "the flow direction is 'reverse' (19)" in refusal(path)
