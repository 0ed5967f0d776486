"""Units on ways: cheapest first, never more than fit as long as others have room."""

from hypothesis import given
from hypothesis import strategies as st

from planner.layout.boards import RATINGS_A, board_counts, rating_for, ways_for
from planner.layout.distribute import assign


def test_units_go_where_they_cost_least():
    assert assign([[1, 9], [9, 1]], [1, 1], [10, 10], None) == [0, 1]


def test_the_unit_that_loses_least_moves_on():
    assert assign([[1, 2], [1, 9]], [1, 1], [10, 10], None) == [1, 0]


def test_a_board_carries_no_more_than_its_feeder():
    chosen = assign([[9, 1, 2]] * 4, [0, 4, 4], [258.0] * 4, 630.0)
    assert sorted(chosen) == [1, 1, 2, 2]


@given(st.data())
def test_ways_suffice_where_there_are_enough(data):
    places = data.draw(st.integers(1, 4))
    ways = data.draw(st.lists(st.integers(0, 5), min_size=places, max_size=places))
    units = data.draw(st.integers(0, sum(ways)))
    cost = st.lists(st.integers(0, 99), min_size=places, max_size=places)
    costs = data.draw(st.lists(cost, min_size=units, max_size=units))
    chosen = assign(costs, ways, [1.0] * units, None)
    assert all(chosen.count(i) <= ways[i] for i in range(places))


def test_no_board_where_the_intake_has_ways():
    assert 0 in board_counts([64.0] * 3, 3, 0.0, None)


def test_boards_grow_with_circuits_and_load():
    assert board_counts([64.0] * 20, 3, 0.0, None).start == 2
    assert board_counts([258.0] * 8, 5, 0.0, 630.0).start == 3


def test_spare_ways_and_ratings_are_standard():
    assert ways_for(8, 0.0) == 8
    assert ways_for(8, 0.25) == 10
    assert rating_for(401.0) == 630.0
    assert rating_for(9_999.0) == RATINGS_A[-1]
