"""The manifest: format, schema, generation and the checksum of every part."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata

import msgspec

from planner.inputs.problem import InputError
from planner.store.upgrades import MIN_READER, SCHEMA

NAME = "manifest.json"
FORMAT = "ampyard"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a project file says about itself; only the files named here are read."""

    format: str
    schema: int
    app_version: str
    generation: int
    crs: str
    files: Mapping[str, str]
    min_reader: int = 1


def app_version() -> str:
    """Return the version of this program, "0" where it is not installed."""
    try:
        return metadata.version("ampyard")
    except metadata.PackageNotFoundError:
        return "0"


def checksum(content: bytes) -> str:
    """Return the sha256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def make(entries: Mapping[str, bytes], generation: int, crs: str) -> bytes:
    """Write the manifest of some entries."""
    files = {name: checksum(content) for name, content in sorted(entries.items())}
    made = Manifest(FORMAT, SCHEMA, app_version(), generation, crs, files, MIN_READER)
    return msgspec.json.format(msgspec.json.encode(made, order="sorted"), indent=1)


def parse(content: bytes, file: str) -> Manifest:
    """Read a manifest; a newer schema is refused before anything else is looked at."""
    try:
        about = msgspec.json.decode(content)
        if about.get("format") != FORMAT:
            raise TypeError
        schema = about["schema"]
        if isinstance(schema, bool) or not isinstance(schema, int) or schema < 1:
            raise TypeError
    except (
        msgspec.DecodeError, UnicodeDecodeError, RecursionError, AttributeError, TypeError,
        KeyError,
    ):  # fmt: skip
        raise InputError(
            file, "part manifest.json", "this is no Ampyard project or it is damaged",
            "open the latest backup (File, Restore)",
        ) from None  # fmt: skip
    if schema > SCHEMA:
        maker = f"Ampyard {str(about['app_version'])[:20]}, " if "app_version" in about else ""
        raise InputError(
            file, "", f"the project was made by a newer version ({maker}schema {schema}; "
            f"this one reads up to schema {SCHEMA})",
            "update Ampyard; the file is unchanged",
        )  # fmt: skip
    try:
        return msgspec.convert(about, Manifest)
    except msgspec.ValidationError:
        raise InputError(
            file, "part manifest.json", "the list of parts is damaged",
            "open the latest backup (File, Restore)",
        ) from None  # fmt: skip
