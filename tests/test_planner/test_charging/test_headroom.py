"""Agreed capacity minus existing load, by time of the week."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from grid.model import Source, Supply
from planner.charging.headroom import headroom_kw
from planner.model.site import LoadProfile, Site

SITE = Site("s", 32630, supply=Supply(Source(11, 250, 150), None, agreed_kva=300))

USABLE_KW = 300 * 0.98  # 2 % for losses


def profile(kw: np.ndarray, start: datetime, zone: str = "") -> LoadProfile:
    return LoadProfile(start, 30, kw, zone, "test")


def test_without_profile_the_agreed_capacity_is_free() -> None:
    assert headroom_kw(SITE, 1, 15, power_factor=1.0) == pytest.approx(np.full(96, USABLE_KW))


def test_no_supply_means_unknown() -> None:
    assert np.isinf(headroom_kw(replace(SITE, supply=None), 1, 15)).all()


def test_highest_week_counts_with_ten_per_cent_more() -> None:
    kw = np.full(48 * 14, 100.0)
    kw[48 * 7 + 20] = 200.0  # second Monday, 10:00
    site = replace(SITE, profile=profile(kw, datetime(2026, 1, 5, tzinfo=UTC)))
    room = headroom_kw(site, 14, 15, power_factor=1.0)
    assert room[40] == room[41] == pytest.approx(USABLE_KW - 220)
    assert room[42] == pytest.approx(USABLE_KW - 110)
    assert room[:672] == pytest.approx(room[672:])


def test_local_time_moves_with_summer_time() -> None:
    kw = np.zeros(48 * 7)
    kw[20] = 100.0  # Monday 10:00 UTC is 11:00 in London in July
    site = replace(SITE, profile=profile(kw, datetime(2026, 7, 6, tzinfo=UTC), "Europe/London"))
    room = headroom_kw(site, 7, 30, power_factor=1.0, margin=1.0)
    assert room[22] == pytest.approx(USABLE_KW - 100)
    assert room[20] == pytest.approx(USABLE_KW)


def test_overload_leaves_nothing_and_never_less() -> None:
    site = replace(SITE, profile=profile(np.full(336, 400.0), datetime(2026, 1, 5, tzinfo=UTC)))
    assert (headroom_kw(site, 7, 15) == 0).all()
