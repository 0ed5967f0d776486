"""The sample sites are what their generator draws, in both systems, and complete."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import data
from planner.inputs import samples
from planner.inputs.maps import Role, read_map
from planner.inputs.samples import NAMES, load_sample
from planner.model.site import SURFACES, AreaKind

sample_site = cache(samples.sample_site)
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(("name", "bays", "agreed"), [
    ("hotel", 120, 300), ("depot", 40, 276), ("services", 112, 1400)
])  # fmt: skip
def test_sample_is_complete(name, bays, agreed) -> None:
    site = sample_site(name)
    assert len(site.bays) == bays
    assert all(bay.head is not None for bay in site.bays.values())
    assert site.supply is not None
    assert site.supply.agreed_kva == agreed
    assert site.profile is not None
    assert len(site.profile.kw) == 365 * 48
    assert site.profile.peak_kw < agreed
    assert [board.is_origin for board in site.boards.values()].count(True) == 1
    assert site.assumptions == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_bay_lies_on_ground_that_can_be_dug(name) -> None:
    site = sample_site(name)
    ground = [a.polygon for a in site.areas.values() if a.kind in SURFACES]
    for bay in site.bays.values():
        assert any(area.buffer(0.01).contains(bay.polygon) for area in ground), bay.id


def test_hotel_has_accessible_bays_spare_ways_and_constraints() -> None:
    site = sample_site("hotel")
    assert [b.id for b in site.bays.values() if b.accessible] == [f"A{i}" for i in range(1, 7)]
    origin = next(b for b in site.boards.values() if b.is_origin)
    assert origin.board.spare_ways == 3
    assert len(site.trees) == 21
    assert sum(a.kind is AreaKind.KEEP_OUT for a in site.areas.values()) == 2


@pytest.mark.parametrize("name", NAMES)
def test_degrees_and_national_grid_agree_to_a_centimetre(name) -> None:
    folder = data.sample_path(name)
    one, two = read_map(folder / "map.geojson"), read_map(folder / "map.gpkg")
    assert one.counts == two.counts
    pairs = zip(one.of(Role.BAY), two.of(Role.BAY), strict=True)
    assert max(a.geometry.hausdorff_distance(b.geometry) for a, b in pairs) < 0.01


@pytest.mark.parametrize("name", NAMES)
def test_sample_opens_as_a_project(name) -> None:
    project = load_sample(name)
    assert project.scenario.name == "A Today"
    assert project.scenario.demand
    assert project.catalogue


def test_the_generator_writes_what_is_shipped(tmp_path) -> None:
    script = (
        "import runpy, sys, pathlib\n"
        f"sys.argv = ['make']; g = runpy.run_path({str(ROOT / 'packaging/make_samples.py')!r})\n"
        f"[g['write_sample'](s, pathlib.Path({str(tmp_path)!r})) for s in g['SITES']]"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
    for name in NAMES:
        folder = data.sample_path(name)
        for file in ("map.geojson", "profile.csv", "sample.json", "README.md"):
            assert (tmp_path / name / file).read_bytes() == (folder / file).read_bytes(), file
        again, shipped = read_map(tmp_path / name / "map.gpkg"), read_map(folder / "map.gpkg")
        assert again.features == shipped.features
