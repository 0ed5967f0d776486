"""Load profiles in every container: old and open sheets, JSON, odd encodings."""

import json
import runpy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.inputs.encoding import decoded
from planner.inputs.inspect import inspect
from planner.inputs.problem import InputError
from planner.inputs.profiles import ProfileOptions, read_profile, understand
from planner.worker import TASKS, reads

SEEDS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "fuzz_seeds.py"))
HOURS_SUM = sum(i % 9 + 0.5 for i in range(48))


def save(tmp_path: Path, name: str, content: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rejected(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_profile(path)
    assert not caught.value.question, str(caught.value)
    return str(caught.value)


def test_old_and_open_sheets_give_their_energy(tmp_path: Path) -> None:
    xls = save(tmp_path, "a.xls", SEEDS["xls"](SEEDS["profile_numbers"]()))
    ods = save(tmp_path, "a.ods", SEEDS["ods"](SEEDS["profile_rows"]()[2:]))
    assert understand(xls).profile.total_kwh == pytest.approx(HOURS_SUM)
    assert understand(ods).profile.total_kwh == pytest.approx(HOURS_SUM)
    assert {inspect(p)["kind"] for p in (xls, ods)} == {"profile"}


def test_cells_of_old_sheets_are_named_by_address(tmp_path: Path) -> None:
    rows = SEEDS["profile_numbers"]()
    rows[7] = [rows[7][0], "broken"]
    notes = understand(save(tmp_path, "a.xls", SEEDS["xls"](rows))).notes
    assert [n.place for n in notes if n.code == "PRF-BAD-VALUE"] == ["sheet Load, B8"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", SEEDS["compound"]({"EncryptedPackage": b"x"}), "password protected"),
        ("a.xls", SEEDS["compound"]({"Workbook": b"x"}), "damaged or cut off"),
        ("a.xls", SEEDS["compound"]({"WordDocument": b"x"}), "no Excel workbook"),
        ("a.ods", SEEDS["ods"]([["x"]])[:300], "damaged"),
        ("a.ods", SEEDS["zipped"]({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
         "no Excel workbook"),
        ("a.xls", b"<!DOCTYPE html><html><table></table></html>", "a web page (HTML)"),
    ],
)  # fmt: skip
def test_sheets_that_cannot_be_read_are_refused(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    assert words in rejected(save(tmp_path, name, content))


@pytest.mark.parametrize(
    ("part", "content", "words"),
    [
        ("META-INF/manifest.xml", b"<m><encryption-data/></m>", "password protected"),
        ("content.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "XML entities"),
    ],
)
def test_ods_with_a_password_or_entities(
    tmp_path: Path, part: str, content: bytes, words: str
) -> None:
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>" if part != "content.xml" else content)
        if part != "content.xml":
            archive.writestr(part, content)
    assert words in rejected(save(tmp_path, "a.ods", stream.getvalue()))


def readings(stamp: Callable[[datetime], Any], key: str = "kWh") -> list[dict[str, Any]]:
    start = datetime(2024, 6, 3, tzinfo=UTC)
    times = [start + timedelta(minutes=30 * i) for i in range(96)]
    return [{"from": stamp(t), key: i % 7 + 0.25} for i, t in enumerate(times)]


TOTAL = sum(i % 7 + 0.25 for i in range(96))
RECORDS = readings(datetime.isoformat)


@pytest.mark.parametrize(
    "document",
    [
        RECORDS,
        {"count": 96, "next": None, "results": RECORDS},
        {"meter": {"id": "1", "readings": RECORDS}},
        {"unit": "kWh", "data": [[r["from"], r["kWh"]] for r in RECORDS]},
        {"unit": "kWh", "t": [r["from"] for r in RECORDS], "v": [r["kWh"] for r in RECORDS]},
        [{"time": {"begin": r["from"]}, "value": {"kWh": r["kWh"]}} for r in RECORDS],
        {
            "start": "2024-06-03T00:00:00Z",
            "interval": 1800,
            "unit": "kWh",
            "values": [r["kWh"] for r in RECORDS],
        },
        {
            "from": "2024-06-03 00:00",
            "resolution": "PT30M",
            "unit": "kWh",
            "kwh": [r["kWh"] for r in RECORDS],
        },
        readings(lambda t: int(t.timestamp())),
        readings(lambda t: int(t.timestamp() * 1000)),
    ],
)
def test_json_of_many_shapes(tmp_path: Path, document: Any) -> None:
    path = save(tmp_path, "load.json", json.dumps(document))
    assert read_profile(path).total_kwh == pytest.approx(TOTAL, rel=1e-12)
    assert inspect(path)["kind"] == "profile"


def test_json_with_one_record_per_line(tmp_path: Path) -> None:
    path = save(tmp_path, "load.jsonl", "\n".join(map(json.dumps, RECORDS)))
    assert read_profile(path).total_kwh == pytest.approx(TOTAL, rel=1e-12)
    assert inspect(path)["kind"] == "profile"
    path.write_text(path.read_text()[:-3])
    assert "line 2, column 1" in rejected(path)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("[1, 2", "line 1, column"),
        ('{"a": NaN}', "NaN"),
        ("[" * 100_000, "nested too deep"),
        ('{"a": 1}', "no list of readings"),
        ('{"start": "2024-06-03", "interval": true, "v": [1, 2]}', "no list of readings"),
        ('{"start": "2024-06-03", "interval": "P1M", "v": [1, 2]}', "no list of readings"),
        ('{"start": "2024-06-03", "interval": 901, "v": [1, 2]}', "no list of readings"),
        ('{"start": "now", "interval": 15, "v": [1, 2]}', "no list of readings"),
        ('{"start": "2024-06-03", "interval": 15, "v": ["1", "2"]}', "no list of readings"),
        ('{"_module": "posix", "_class": "system"}', "never run"),
        (json.dumps(readings(datetime.isoformat)[:5]), "cover 2.5 hours"),
    ],
)
def test_json_that_is_no_profile(tmp_path: Path, document: str, words: str) -> None:
    path = save(tmp_path, "load.json", document)
    with pytest.raises(InputError) as caught:
        understand(path)
    assert words in str(caught.value)


def test_a_bad_json_value_is_named_by_its_number(tmp_path: Path) -> None:
    records = readings(datetime.isoformat)
    records[4]["kWh"] = "n/a"
    notes = understand(save(tmp_path, "load.json", json.dumps(records))).notes
    assert [n.place for n in notes if n.code == "PRF-BAD-VALUE"] == ["reading 5"]


@pytest.mark.parametrize(
    ("encoding", "guessed"),
    [
        ("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("utf-32", ""),
        ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), ("cp1252", "Windows-1252"),
        ("latin-1", "Windows-1252"), ("cp850", "DOS"), ("mac_roman", "Mac Roman"),
    ],
)  # fmt: skip
def test_umlauts_are_right_in_every_encoding(encoding: str, guessed: str) -> None:
    text = "Zähler;Straße;Größe\n" + "1;2;3\n" * 60
    found = decoded(text.encode(encoding), "a.csv")
    assert found.text == text
    assert found.guessed.startswith(guessed)
    assert found.sample == ("Zähler;Straße;Größe" if guessed and guessed != "UTF-16" else "")


@pytest.mark.parametrize(
    ("content", "encoding", "question"),
    [(b"a\x81\x8d\xff", None, True), (b"\xe4", "utf-8", True), (b"a", "klingon", False)],
)
def test_an_encoding_that_does_not_fit(
    content: bytes, encoding: str | None, question: bool
) -> None:
    with pytest.raises(InputError) as caught:
        decoded(content, "a.csv", encoding)
    assert caught.value.question == question


def hourly(path: Path, hide: tuple[int, ...] = (), epoch_1904: bool = False) -> Path:
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.append(["Time", "kW"])
    for i in range(48):
        sheet.append([datetime(2024, 6, 3) + timedelta(hours=i), i % 9 + 0.5])  # noqa: DTZ001
    for row in hide:
        sheet.row_dimensions[row].hidden = True
    book.save(path)
    return path


def test_hidden_rows_are_a_question(tmp_path: Path) -> None:
    path = hourly(tmp_path / "a.xlsx", hide=(5, 6, 7))
    with pytest.raises(InputError, match="3 rows are hidden") as caught:
        read_profile(path)
    assert caught.value.question
    taken = ProfileOptions(accepted=frozenset({"PRF-HIDDEN"}))
    assert read_profile(path, taken).total_kwh == pytest.approx(HOURS_SUM)


def test_the_date_system_of_1904_is_honoured(tmp_path: Path) -> None:
    profile = read_profile(hourly(tmp_path / "a.xlsx", epoch_1904=True), ProfileOptions(zone="UTC"))
    assert profile.start == datetime(2024, 6, 3, tzinfo=UTC)


def test_formulas_without_results_beside_plain_times_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Time", "No", "kW"])
    for i in range(48):
        moment = datetime(2024, 6, 3) + timedelta(hours=i)  # noqa: DTZ001
        sheet.append([moment, "x", f"=ROW()*{i}"])
    book.save(tmp_path / "a.xlsx")
    assert "formula" in rejected(tmp_path / "a.xlsx")


def test_every_task_that_takes_a_file_is_limited() -> None:
    writing = {"save", "templates", "write_rota", "deliver", "deliver_draft"}
    taking = {n for n, f in TASKS.items() if "Path" in str(f.__annotations__.values())}
    assert {n for n in taking - writing if not reads(n)} == set()


def test_a_list_of_places_saved_by_libreoffice_is_a_map(tmp_path: Path) -> None:
    rows = [["name", "Breitengrad", "Längengrad"]]
    rows += [[f"P{i}", 53.55 + i / 1e4, "9,99"] for i in range(5)]
    path = save(tmp_path, "places.ods", SEEDS["ods_book"]({"Orte": rows}))
    report = inspect(path)
    assert (report["kind"], report["summary"]["read"]) == ("map", 5)
    assert report["summary"]["epsg"] == 25832
