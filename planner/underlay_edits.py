"""The verbs for underlays: each takes a project and returns a changed one.

Contract as in `planner.edits`. The bytes of a picture are held once, in
`Project.attachments`, and shared by all undo states; an attachment that no
underlay names any more goes with the last of them. An unknown id is a `KeyError`.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from math import hypot, isfinite, sqrt
from pathlib import PurePath

from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.model.underlay import Pair, Transform, Underlay

MAX_ATTACHMENT_BYTES = 40_000_000
MAX_ATTACHMENTS_BYTES = 150_000_000
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def add_underlay(project: Project, underlay: Underlay, content: bytes) -> Project:
    """Lay a picture or drawing over the others; its id and part are made unique."""
    held = sum(map(len, project.attachments.values()))
    if len(content) > MAX_ATTACHMENT_BYTES or held + len(content) > MAX_ATTACHMENTS_BYTES:
        raise InputError(
            underlay.source or underlay.name, "",
            f"the picture takes {len(content) / 1e6:,.0f} MB; one may take "
            f"{MAX_ATTACHMENT_BYTES / 1e6:,.0f} MB, all together "
            f"{MAX_ATTACHMENTS_BYTES / 1e6:,.0f} MB",
            "cut it to the site or save it with fewer pixels",
        )  # fmt: skip
    digest = hashlib.sha256(content).hexdigest()
    part = _part(project, underlay.part, content)
    added = replace(underlay, id=free_underlay_id(project), part=part, sha256=digest)
    attachments = project.attachments
    if part not in attachments:
        attachments = {**attachments, part: content}
    site = replace(project.site, underlays=(*project.site.underlays, added))
    return replace(project, site=site, attachments=attachments)


def remove_underlay(project: Project, underlay_id: str) -> Project:
    """Take an underlay away, with its picture if no other underlay shows it."""
    gone = underlay_of(project, underlay_id)
    left = tuple(u for u in project.site.underlays if u.id != underlay_id)
    attachments = project.attachments
    if all(u.part != gone.part for u in left):
        attachments = {k: v for k, v in attachments.items() if k != gone.part}
    return replace(project, site=replace(project.site, underlays=left), attachments=attachments)


def set_underlay_opacity(project: Project, underlay_id: str, opacity_pct: float) -> Project:
    """Say how much an underlay covers what lies below it."""
    opacity = min(max(opacity_pct, 0.0), 100.0)
    return _set(project, replace(underlay_of(project, underlay_id), opacity_pct=opacity))


def show_underlay(project: Project, underlay_id: str, visible: bool = True) -> Project:
    """Show an underlay or hide it."""
    return _set(project, replace(underlay_of(project, underlay_id), visible=visible))


def rename_underlay(project: Project, underlay_id: str, name: str) -> Project:
    """Give an underlay another name."""
    return _set(project, replace(underlay_of(project, underlay_id), name=name))


def move_underlay(project: Project, underlay_id: str, dx_m: float, dy_m: float) -> Project:
    """Shift an underlay on the site; its scale and whether it is calibrated stay."""
    old = underlay_of(project, underlay_id)
    a, b, c, d, e, f = old.transform
    return _set(project, replace(old, transform=_finite((a, b, c + dx_m, d, e, f + dy_m))))


def calibrate_underlay(
    project: Project, underlay_id: str, picture_points: Pair, site_points: Pair
) -> Project:
    """Place an underlay by two of its points and where they are on the site."""
    old = underlay_of(project, underlay_id)
    transform = similarity(picture_points, site_points)
    return _set(project, replace(old, transform=transform, calibrated=True))


def calibrate_by_distance(
    project: Project,
    underlay_id: str,
    picture_points: Pair,
    distance_m: float,
    position: tuple[float, float] | None = None,
) -> Project:
    """Scale an underlay by a known distance between two of its points.

    The first point comes to `position`, or stays where it is; the picture keeps
    the direction in which it lies.
    """
    old = underlay_of(project, underlay_id)
    first, second = (old.to_site(*point) for point in picture_points)
    length = hypot(second[0] - first[0], second[1] - first[1])
    if not (isfinite(distance_m) and distance_m > 0 and length > 0):
        raise InputError(
            old.source or old.name, "", "the distance is not a length above 0 m",
            "choose two different points and give the metres between them",
        )  # fmt: skip
    x, y = position or first
    scale = distance_m / length
    end = (x + (second[0] - first[0]) * scale, y + (second[1] - first[1]) * scale)
    return calibrate_underlay(project, underlay_id, picture_points, ((x, y), end))


def similarity(picture_points: Pair, site_points: Pair) -> Transform:
    """Return the shift, turn and scale that brings two points of a picture to two places.

    Rows run down and northings up, so a picture is mirrored once, never stretched.
    """
    (c1, r1), (c2, r2) = picture_points
    (x1, y1), (x2, y2) = site_points
    across, down, east, north = c2 - c1, r2 - r1, x2 - x1, y2 - y1
    square = across * across + down * down
    if not (square > 0 and hypot(east, north) > 0):
        raise InputError(
            "underlay", "", "both points are the same", "choose two points that are far apart"
        )
    # In complex numbers: place = m·(column − i·row) + shift.
    real = (east * across - north * down) / square
    imaginary = (north * across + east * down) / square
    return _finite(
        (real, imaginary, x1 - real * c1 - imaginary * r1,
         imaginary, -real, y1 - imaginary * c1 + real * r1)
    )  # fmt: skip


def metres_per_pixel(underlay: Underlay) -> float:
    """Return the scale of an underlay: the mean length of a pixel's side in metres."""
    a, b, _, d, e, _ = underlay.transform
    return sqrt(abs(a * e - b * d))


def underlay_of(project: Project, underlay_id: str) -> Underlay:
    """Return one underlay."""
    for underlay in project.site.underlays:
        if underlay.id == underlay_id:
            return underlay
    raise KeyError(underlay_id)


def free_underlay_id(project: Project) -> str:
    """Return the first unused id of the form U1, U2 ..."""
    used = {u.id for u in project.site.underlays}
    return next(f"U{n}" for n in range(1, len(used) + 2) if f"U{n}" not in used)


def _set(project: Project, underlay: Underlay) -> Project:
    changed = tuple(underlay if u.id == underlay.id else u for u in project.site.underlays)
    return replace(project, site=replace(project.site, underlays=changed))


def _finite(transform: Transform) -> Transform:
    if not all(map(isfinite, transform)):
        raise InputError("underlay", "", "the place is no finite number", "choose it again")
    return transform


def _part(project: Project, wanted: str, content: bytes) -> str:
    """Return a plain base name that is free or already holds these very bytes."""
    path = PurePath(wanted.replace("\\", "/").rpartition("/")[2])
    stem = "".join(c if c in _SAFE else "_" for c in path.stem)[:60] or "underlay"
    ending = "".join(c for c in path.suffix.lower() if c in _SAFE)[:5] or "bin"
    taken = {name.casefold(): held for name, held in project.attachments.items()}
    name, number = f"{stem}.{ending}", 2
    while taken.get(name.casefold(), content) != content:
        name, number = f"{stem}-{number}.{ending}", number + 1
    return name
