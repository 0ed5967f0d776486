"""Lengths on the site are true, wherever the map comes from."""

import pyproj
import pytest
from pyproj import CRS

from planner.inputs.maps.crs import choose_epsg, on_land, true_to_scale, width_m

GEOD = pyproj.Geod(ellps="WGS84")
TOWNS = {
    "Hamburg": (9.99, 53.55, 25832), "Dresden": (13.74, 51.05, 25833), "Leeds": (-1.5, 53.8, 27700),
    "Dublin": (-6.26, 53.35, 2157), "Utrecht": (5.12, 52.09, 28992), "Bern": (7.44, 46.95, 2056),
    "Acton": (-71.43, 42.48, 32619), "Sydney": (151.2, -33.87, 32756), "Lyon": (4.84, 45.76, 25831),
    "Suva": (178.44, -18.14, 32760), "Madrid": (-3.7, 40.42, 25830), "Nome": (-165.4, 64.5, 32603),
}  # fmt: skip


@pytest.mark.parametrize("town", TOWNS)
def test_500_m_are_true_to_a_thousandth(town) -> None:
    lon, lat, expected = TOWNS[town]
    epsg = choose_epsg(CRS(4326), (lon, lat, lon, lat))
    assert epsg == expected
    to_site = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    x0, y0 = to_site.transform(lon, lat)
    for azimuth in (0, 45, 90, 200):
        far = GEOD.fwd(lon, lat, azimuth, 500)[:2]
        x1, y1 = to_site.transform(*far)
        assert ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 == pytest.approx(500, rel=1e-3)


def test_a_map_in_a_true_metric_system_keeps_it() -> None:
    assert choose_epsg(CRS(25832), (11.9, 50.9, 12.1, 51.0)) == 25832


@pytest.mark.parametrize("epsg", [3857, 2263, 4326])
def test_distorted_foreign_and_angular_systems_are_not_kept(epsg) -> None:
    assert not true_to_scale(CRS(epsg), -74.0, 53.5)


def test_a_site_on_the_antimeridian_is_not_as_wide_as_the_earth() -> None:
    bounds = (-179.99, -16.8, 179.99, -16.7)
    assert width_m(bounds) < 12_000
    assert choose_epsg(CRS(4326), bounds) in {32701, 32760}


def test_the_sea_off_somalia_is_not_hamburg() -> None:
    assert on_land(9.99, 53.55)
    assert not on_land(53.55, 9.99)
