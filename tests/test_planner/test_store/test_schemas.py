"""Every released schema opens for ever: one frozen sample each.

Regenerate only the sample of a schema that is not released yet:
``python tests/golden/make_project_sample.py``.
"""

from pathlib import Path

import pytest

from planner.store.project_file import open_project, save
from planner.store.upgrades import SCHEMA

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.mark.parametrize("schema", range(1, SCHEMA + 1))
def test_the_frozen_sample_of_each_schema_opens(schema: int, tmp_path: Path) -> None:
    opened = open_project(GOLDEN / f"schema-{schema}.ampyard")
    project = opened.project
    assert opened.stamp.schema == schema
    assert (len(project.site.bays), len(project.scenarios)) == (40, 2)
    assert project.scenario.design
    assert len(project.scenario.design.circuits) == 6
    profile = project.site.profile
    assert profile
    assert profile.total_kwh == pytest.approx(18_116.8965, abs=1e-3)
    assert str(project.price_book.prices["AC22"].typical) == "1000"
    assert project.settings.energy_tariff is None
    save(project, tmp_path / "again.ampyard")
    assert open_project(tmp_path / "again.ampyard").project.scenarios == project.scenarios
