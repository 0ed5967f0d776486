"""Codes of practice with tables of a project's own in place of the shipped ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from data import Row, hold_table, is_held, open_table
from grid.codes.iec import IecCode
from grid.codes.protocol import Code

_ROW52 = ("insulation", "loaded", "conductor", "method")
_FOLDER_TABLES = ("temperature", "soil", "depth", "grouping")
MARK = "@"


def hold(digest: str, tables: Mapping[str, Sequence[Mapping[str, str]]], name: str) -> None:
    """Make tables available under the digest of their content.

    Parameters
    ----------
    digest
        Short name of the content; a code ``<id>@<digest>`` then uses the tables.
    tables
        Rows of cells by kind: ampacity, cables, devices.
    name
        File or files the tables came from, shown as their source.
    """
    folder = _folder(digest)
    for kind, cells in tables.items():
        rows = tuple(
            Row(
                f"{folder}/{kind}",
                n,
                {"flag": "", **c, "source": f"own table {name}: {c.get('source', '')}"},
            )
            for n, c in enumerate(cells, 2)
        )
        if kind == "ampacity":
            rows = (*_shipped_but(rows), *rows)
        hold_table(f"codes/{folder}/{kind}", rows)
    for table in _FOLDER_TABLES:
        hold_table(f"codes/{folder}/{table}", open_table(f"codes/iec60364/{table}"))
    if "ampacity" not in tables:
        hold_table(f"codes/{folder}/ampacity", open_table("codes/iec60364/ampacity"))


def _shipped_but(own: Sequence[Row]) -> tuple[Row, ...]:
    """Return the shipped capacities of rows that the own table does not give."""
    given = {tuple(r.text(c) for c in _ROW52) for r in own}
    shipped = open_table("codes/iec60364/ampacity")
    return tuple(r for r in shipped if tuple(r.text(c) for c in _ROW52) not in given)


def _folder(digest: str) -> str:
    return f"own-{digest}"


def folder_of(code_id: str) -> str:
    """Return the folder of capacity tables of a code with or without own tables."""
    _, _, digest = code_id.partition(MARK)
    return _folder(digest) if digest else "iec60364"


def variant(code: Code, digest: str) -> Code:
    """Return a code that reads the tables held under a digest; the NEC keeps its own."""
    if not isinstance(code, IecCode):
        return code
    folder = _folder(digest)
    return dataclasses.replace(
        code, folder=folder,
        breaker_table=_if_held(f"codes/{folder}/devices", code.breaker_table),
        cable_table=_if_held(f"codes/{folder}/cables", code.cable_table),
    )  # fmt: skip


def _if_held(name: str, otherwise: str) -> str:
    return name if is_held(name) else otherwise


def table(code_id: str, kind: str) -> tuple[Row, ...]:
    """Return an own table in use with a code, or nothing."""
    name = f"codes/{folder_of(code_id)}/{kind}"
    return open_table(name) if is_held(name) else ()
