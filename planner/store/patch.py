"""What an edit changed, as a small patch on the tree of a project, and back.

In a patch and in the tree it is applied to, an attachment is its checksum: an
edit that adds a picture of megabytes leaves a short line. The bytes are kept
beside and put back when the tree becomes a project again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from planner.model.project import Project
from planner.store.codec import CodecError, decode, encode
from planner.store.manifest import checksum

Path = tuple[str | int, ...]
Change = tuple[list[str | int], Any]
_FILES = "attachments"


@dataclasses.dataclass(frozen=True, slots=True)
class Patch:
    """Places set to a value and places removed, in order."""

    set: tuple[Change, ...]
    remove: tuple[list[str | int], ...]

    def __bool__(self) -> bool:
        return bool(self.set or self.remove)


def difference(before: Project, after: Project) -> Patch:
    """Return what changed; identical objects are not looked into."""
    changes: list[Change] = []
    removed: list[list[str | int]] = []
    if before.attachments is not after.attachments:
        before, after = _light(before), _light(after)
    _walk(before, after, (), changes, removed)
    return Patch(tuple(changes), tuple(removed))


def _walk(
    before: Any, after: Any, path: Path, changes: list[Change], removed: list[list[str | int]]
) -> None:
    if before is after:
        return
    if dataclasses.is_dataclass(after) and type(before) is type(after):
        for field in dataclasses.fields(after):
            name = field.name
            _walk(getattr(before, name), getattr(after, name), (*path, name), changes, removed)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        kept = [key for key in before if key in after]
        if list(after)[: len(kept)] != kept:  # the order itself has changed
            changes.append((list(path), encode(after)))
            return
        removed.extend([*path, key] for key in before if key not in after)
        for key, value in after.items():
            if key in before:
                _walk(before[key], value, (*path, key), changes, removed)
            else:
                changes.append(([*path, key], encode(value)))
    elif isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            _walk(old, new, (*path, index), changes, removed)
    elif not _same(before, after):
        changes.append((list(path), encode(after)))


def _same(before: Any, after: Any) -> bool:
    """Compare leaves; arrays count as changed, True is not 1."""
    if type(before) is not type(after) or hasattr(before, "dtype"):
        return False
    return bool(before == after)


def _light(project: Project) -> Project:
    """Return a project whose attachments are their checksums."""
    sums: Any = {name: checksum(content) for name, content in project.attachments.items()}
    return dataclasses.replace(project, attachments=sums)


def plain_tree(project: Project) -> Any:
    """Return a project as a tree of lists and mappings that patches can change."""
    return msgspec.json.decode(msgspec.json.encode(encode(_light(project))))


def apply(tree: Any, patch: Patch) -> None:
    """Change a tree; a place that is not there is a `CodecError`."""
    try:
        for path in patch.remove:
            *way, last = path
            del _at(tree, way)[last]
        for path, value in patch.set:
            *way, last = path
            _at(tree, way)[last] = value
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise CodecError("a recorded edit does not fit the project") from error


def _at(tree: Any, way: list[str | int]) -> Any:
    for part in way:
        tree = tree[part]
    return tree


def project_of(tree: Any, contents: Callable[[str], bytes | None]) -> Project:
    """Return the project of a patched tree; `contents` finds an attachment by its checksum."""
    files = tree.get(_FILES, {})
    if not isinstance(files, dict) or not all(isinstance(v, str) for v in files.values()):
        raise CodecError("the attachments are no list of checksums")
    project: Project = decode({**tree, _FILES: {}}, Project)
    found: dict[str, bytes] = {}
    for name, digest in files.items():
        content = contents(digest)
        if content is None:
            raise CodecError(f"the attachment {name[:80]} is missing")
        found[name] = content
    return dataclasses.replace(project, attachments=found)
