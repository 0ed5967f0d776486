"""Changes to files that respect their structure, so that mutants get past the first check."""

from __future__ import annotations

import io
import json
import random
import re
import sqlite3
import zipfile
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from xml.etree import ElementTree

ODD = (
    b"", b"0", b"-1", b"1e999", b"NaN", b"99999999999999999999", b"\xff", b"\x00", b";", b",",
    b'"', b"\n", b"\r\n", b"'", b"<", b">", b"&x;", b"{", b"]", b"null", b"true", b"[[[[", b"=1+1",
    b"24:00", b"29.02.2023", b"0000-00-00", b"\xe2\x88\x9e", b"31.12.9999 23:59", b"01.01.0001",
    b"A" * 5_000, b"180", b"1e308", b"coordinates", b"-0", b"0x10", b"\xe2\x80\xae", b"1_000",
)  # fmt: skip
TOKENS: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, -1e308, float("nan"), float("inf"), 10**30, "", "x", "NaN",
    "9,99", [], {}, [[]], [None], {"type": "Point"}, [1], [1, 2], [[1, 2]], [[[1, 2]]], "A" * 3_000,
    "EPSG:999999", -180, 90.5, 1e-320,
)  # fmt: skip
_MOST_NODES = 2_000
"""Repeating what was repeated grows without end; that would test the mutator."""
WORDS = (
    "", "0", "-1", "1e999", "NaN", "9" * 25, "A" * 3_000, "true", "\u221e", "1,5", "1.234,5", "-",
    "29.02.2023", "24:00", "\u0661\u0662", "=1+1", "../../x", "1_000", "\u202e", "#REF!", "0x10",
)  # fmt: skip


def flipped(content: bytes, rng: random.Random) -> bytes:
    """Change a few places: flip, cut, repeat, replace, insert, truncate."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4, 12))):
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.choice((1, 2, 8, 60, 400)))
        match rng.randrange(7):
            case 0 if data:
                data[at % len(data)] ^= 1 << rng.randrange(8)
            case 1:
                del data[at:to]
            case 2:
                data[at:at] = data[at:to]
            case 3:
                data[at:to] = rng.choice(ODD)
            case 4:
                data[at:at] = rng.choice(ODD)
            case 5:
                if rng.random() < 0.1:
                    del data[at:]
            case _:
                _number(data, rng)
    return bytes(data)


def _number(data: bytearray, rng: random.Random) -> None:
    """Replace one number that stands as text."""
    start = rng.randrange(len(data) + 1)
    found = re.compile(rb"-?\d+\.?\d*").search(bytes(data[start : start + 4_000]))
    if found:
        data[start + found.start() : start + found.end()] = rng.choice(ODD)


def json_changed(content: bytes, rng: random.Random) -> bytes:
    """Replace, remove, repeat or swap values of a JSON document."""
    tree = json.loads(content)
    for _ in range(rng.choice((1, 1, 2, 5))):
        holders = _holders(tree)
        if not holders or len(holders) > _MOST_NODES:
            break
        holder = rng.choice(holders)
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = rng.choice(keys)
        match rng.randrange(5):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, list):
                holder[key:key] = [holder[key]] * rng.choice((1, 3, 40))
            case 2:
                other = rng.choice(holders)
                holder[key] = json.loads(json.dumps(other))
            case 3 if isinstance(holder, dict):
                holder[rng.choice(WORDS)] = holder.pop(key)
            case _:
                holder[key] = deepcopy(rng.choice(TOKENS))
    return json.dumps(tree).encode()


def _holders(tree: Any) -> list[Any]:
    """Return all lists and mappings that are not empty."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (dict, list)) and node:
            found.append(node)
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return found


def xml_changed(content: bytes, rng: random.Random) -> bytes:
    """Change texts, attributes and elements of an XML document."""
    root = ElementTree.fromstring(content)
    for _ in range(rng.choice((1, 1, 2, 5))):
        nodes = list(root.iter())
        if len(nodes) > _MOST_NODES:
            break
        node = rng.choice(nodes)
        match rng.randrange(6):
            case 0:
                node.text = rng.choice(WORDS)
            case 1 if node.attrib:
                node.set(rng.choice(list(node.attrib)), rng.choice(WORDS))
            case 2 if len(node):
                node.remove(rng.choice(list(node)))
            case 3 if len(node):
                node.extend([rng.choice(list(node))] * rng.choice((1, 50)))
            case 4:
                node.tag = rng.choice(nodes).tag
            case _:
                if node.attrib:
                    node.attrib.pop(rng.choice(list(node.attrib)))
    return ElementTree.tostring(root)


def table_changed(content: bytes, rng: random.Random) -> bytes:
    """Change cells and rows of a text table."""
    lines = content.split(b"\n")
    for _ in range(rng.choice((1, 1, 3, 9))):
        at = rng.choice((rng.randrange(len(lines)), rng.randrange(min(8, len(lines)))))
        mark = max((b";", b",", b"\t", b"|"), key=lines[at].count)
        cells = lines[at].split(mark)
        column = rng.randrange(len(cells))
        match rng.randrange(7):
            case 0:
                cells[column] = rng.choice(ODD)
            case 1:
                del cells[column]
            case 2:
                cells.insert(column, rng.choice(ODD))
            case 3:
                other = lines[rng.randrange(len(lines))].split(mark)
                cells[column] = rng.choice(other)
            case 4:
                lines.insert(at, lines[rng.randrange(len(lines))])
            case 5:
                del lines[at : at + rng.choice((1, 1, 5, 40))]
                if not lines:
                    return b""
                continue
            case _:
                cells[column] = rng.choice(WORDS).encode()
        lines[at] = mark.join(cells)
    return b"\n".join(lines)


def pairs_changed(content: bytes, rng: random.Random) -> bytes:
    """Change group codes and values of a drawing, which stand on lines in turn."""
    lines = content.split(b"\n")
    for _ in range(rng.choice((1, 1, 3, 9))):
        at = 2 * rng.randrange(max(len(lines) // 2, 1))
        match rng.randrange(5):
            case 0:
                lines[at + 1 : at + 2] = [rng.choice(WORDS).encode()]
            case 1:
                lines[at : at + 1] = [
                    str(rng.choice((0, 1, 2, 5, 10, 20, 40, 70, 330, -9))).encode()
                ]
            case 2:
                del lines[at : at + 2 * rng.choice((1, 4, 20))]
            case 3:
                lines[at:at] = lines[at : at + 2 * rng.choice((1, 4, 20))]
            case _:
                other = 2 * rng.randrange(max(len(lines) // 2, 1))
                lines[at + 1 : at + 2] = lines[other + 1 : other + 2]
        if len(lines) < 2:
            break
    return b"\n".join(lines)


def rows_changed(content: bytes, rng: random.Random) -> bytes:
    """Change values, columns and tables of an SQLite database."""
    link = sqlite3.connect(":memory:")
    try:
        link.deserialize(content)
        tables = [n for (n,) in link.execute("select name from sqlite_master where type='table'")]
        for _ in range(rng.choice((1, 2, 4))):
            table = rng.choice(tables)
            columns = [row[1] for row in link.execute(f'pragma table_info("{table}")')]
            _change_row(link, table, rng.choice(columns), rng)
        return bytes(link.serialize())
    except sqlite3.Error:
        return flipped(content, rng)
    finally:
        link.close()


def _change_row(link: sqlite3.Connection, table: str, column: str, rng: random.Random) -> None:
    odd = rng.choice(
        (None, 0, -1, 2**62, 1e308, "", "x", "\u221e", b"", b"GP\x00\x01", b"\xff" * 40)
    )
    where = f'where rowid in (select rowid from "{table}" order by random() limit 2)'
    try:
        match rng.randrange(5):
            case 0:
                link.execute(f'delete from "{table}" {where}')
            case 1:
                link.execute(f'alter table "{table}" rename column "{column}" to "c{rng.random()}"')
            case 2 if (blob := link.execute(f'select "{column}" from "{table}"').fetchone()) and (
                isinstance(blob[0], bytes)
            ):
                link.execute(f'update "{table}" set "{column}"=? {where}', (flipped(blob[0], rng),))
            case _:
                link.execute(f'update "{table}" set "{column}"=? {where}', (odd,))
        link.commit()
    except (sqlite3.Error, OverflowError):
        link.rollback()


for _prefix in ("office", "table", "text"):  # readers of ODS go by the usual prefixes
    ElementTree.register_namespace(_prefix, f"urn:oasis:names:tc:opendocument:xmlns:{_prefix}:1.0")

Change = Callable[[bytes, random.Random], bytes]


def member_changed(
    content: bytes, rng: random.Random, repair: Callable[[dict[str, bytes]], None] | None = None
) -> bytes:
    """Change one member of a zip and write it whole again, so that all checksums are right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice([n for n in parts if n != "mimetype"])
    parts[name] = by_ending(name)(parts[name], rng)
    if rng.random() < 0.1:
        parts[rng.choice(("../x", "a" * 300, "CON", "x/", name.upper() + " "))] = b"x"
    if rng.random() < 0.1:
        parts.pop(rng.choice(list(parts)))
    if repair is not None and rng.random() < 0.9:
        repair(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, body in parts.items():
            kind = zipfile.ZIP_STORED if part == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(part, body, kind)
    return stream.getvalue()


def by_ending(name: str) -> Change:
    """Return the change that fits a file by its ending; now and then plain flips."""
    ending = name.rpartition(".")[2].casefold()
    fitting: dict[str, Change] = {
        "json": json_changed, "geojson": json_changed, "xml": xml_changed, "rels": xml_changed,
        "kml": xml_changed, "osm": xml_changed, "csv": table_changed, "dxf": pairs_changed,
        "gpkg": rows_changed, "xlsx": member_changed, "ods": member_changed, "kmz": member_changed,
        "zip": member_changed, "jsonl": table_changed,
    }  # fmt: skip

    def change(content: bytes, rng: random.Random) -> bytes:
        structured = fitting.get(ending)
        if structured is None or rng.random() < 0.3:
            return flipped(content, rng)
        try:
            return structured(content, rng)
        except (ValueError, KeyError, IndexError, SyntaxError):  # the seed is no longer whole
            return flipped(content, rng)

    return change
