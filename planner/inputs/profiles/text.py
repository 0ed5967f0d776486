"""Text tables: encoding and separator found by evidence, in the order of the manual."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from planner.inputs.archive import unreadable
from planner.inputs.encoding import decoded
from planner.inputs.problem import InputError
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.raw import RawTable
from planner.inputs.report import Action, Report

MAX_BYTES = 200_000_000
MAX_FIELD = 1_000_000
_SEPARATORS = (";", "\t", "|", ",")


def read_text(path: Path, options: ProfileOptions, report: Report) -> RawTable:
    """Read a text file into rows of cells."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                path.name, "", f"the file is larger than {MAX_BYTES // 10**6} MB",
                "export a shorter period",
            )  # fmt: skip
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    text = decode(content, path.name, options.encoding, report)
    return split(text, path.name, options.separator, report)


def decode(content: bytes, file: str, encoding: str | None, report: Report) -> str:
    """Decode a table; a guess is said, and what is no text at all is refused."""
    if not content.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise InputError(file, "", "the file is empty", "export it again")
    found = decoded(content, file, encoding)
    text = found.text
    if found.guessed:
        evidence = f": '{found.sample}'" if found.sample else ""
        report.say(
            Action.ACCEPT, "PRF-ENCODING", f"the text was read as {found.guessed}{evidence}",
            found.place, "name another with --encoding if that looks wrong",
        )  # fmt: skip
    if not text.strip():
        raise InputError(file, "", "the file is empty", "export it again")
    if "\0" in text:
        from planner.inputs.workbooks.cells import really

        kind = really(content[:4096])
        if kind not in {"a text file", "something else"}:
            raise InputError(
                file, "", f"this is {kind}, not a text table", "export it as CSV or XLSX"
            )
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(
            file, f"line {line}", "there are zero bytes, so this is no text table",
            "export it as CSV or XLSX",
        )  # fmt: skip
    return text


def split(text: str, file: str, separator: str | None, report: Report) -> RawTable:
    """Split text into rows; the separator is the one that gives a constant column count."""
    lines = text.splitlines(keepends=True)
    start = 0
    declared = re.match(r'"?sep=(.)"?\s*$', lines[0].strip(), re.IGNORECASE)
    if declared:
        separator, start = separator or declared.group(1), 1
    if separator == "tab":
        separator = "\t"
    mark = separator or _separator(lines[start : start + 400])
    limit = csv.field_size_limit(MAX_FIELD)
    try:
        reader = csv.reader(lines[start:], delimiter=mark)
        numbers, rows = [], []
        for row in reader:
            numbers.append(reader.line_num + start)
            rows.append(row)
    except csv.Error:
        raise InputError(
            file, f"line {reader.line_num + start}", "a field is longer than 1 MB or not closed",
            "check the quotation marks",
        ) from None  # fmt: skip
    finally:
        csv.field_size_limit(limit)
    shown = {"\t": "tab"}.get(mark, f"'{mark}'")
    report.say(Action.ACCEPT, "PRF-SEPARATOR", f"columns are separated by {shown}")
    return RawTable(file, rows, numbers, lambda row, _column: f"line {numbers[row]}", mark)


def _separator(lines: list[str]) -> str:
    """Choose the separator that splits most lines into the same number of columns."""

    def score(mark: str) -> tuple[float, int]:
        counts = Counter(line.count(mark) for line in lines if line.strip())
        counts.pop(0, None)
        if not counts:
            return 0.0, 0
        number, lines_with = counts.most_common(1)[0]
        return lines_with / len(lines), number

    # A comma inside "0,5;" splits as evenly as the semicolon: the order above decides.
    best = max(_SEPARATORS, key=lambda m: (round(score(m)[0], 1), -_SEPARATORS.index(m)))
    return best if score(best)[1] else ";"
