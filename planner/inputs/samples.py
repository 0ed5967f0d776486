"""The sample sites that come with the program."""

from __future__ import annotations

import json
from pathlib import Path

import data
from planner.inputs.site import build_site
from planner.inputs.workbooks.supply import read_supply
from planner.model.demand import DemandInput
from planner.model.project import Project
from planner.model.scenario import Limits, Scenario
from planner.model.site import LoadProfile, Site

NAMES = ("hotel", "depot", "services")


def sample_site(name: str) -> Site:
    """Open map, supply sheet and load profile of a sample as one site."""
    folder = data.sample_path(name)
    about = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    return build_site(
        about["title"],
        [folder / "map.geojson"],
        supply=read_supply(folder / "supply.xlsx"),
        profile=_profile(folder / "profile.csv"),
        region=about["region"],
    )


def _profile(path: Path) -> LoadProfile:
    from planner.inputs.profiles import ProfileOptions, read_profile

    return read_profile(path, ProfileOptions(region="gb"))


def load_sample(name: str) -> Project:
    """Open a sample as a project with one scenario, "A Today"."""
    from planner.catalogue import load_catalogue
    from planner.money.pricebook import load_price_book

    folder = data.sample_path(name)
    about = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    demand = tuple(
        DemandInput(entry["archetype"], float(entry["drivers_per_day"]))
        for entry in about["demand"]
    )
    limits = Limits(accessible_chargers=int(about["accessible_chargers"]))
    site = sample_site(name)
    return Project(
        name=about["title"],
        site=site,
        scenarios=(Scenario("A Today", demand, limits),),
        catalogue=load_catalogue(),
        price_book=load_price_book(site.region),
    )
