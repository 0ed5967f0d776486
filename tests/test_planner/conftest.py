"""The hotel sample and its balanced proposal, worked out once for all tests that read them."""

from __future__ import annotations

import pytest

from planner import pipeline
from planner.inputs.samples import load_sample
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Objective


@pytest.fixture(scope="session")
def hotel() -> Project:
    return load_sample("hotel")


@pytest.fixture(scope="session")
def proposal(hotel: Project) -> Outcome:
    return pipeline.propose(hotel, hotel.scenario, Objective.BALANCED)
