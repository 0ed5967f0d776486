"""Columns of a table share the room: numbers in full, the longest words give way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.model.site import Assumption
from ui.present.tables import assumptions_table
from ui.table_view import TableView
from ui.widgets.column_widths import LEAST_PX, fitted


def test_the_longest_words_give_way() -> None:
    assert fitted([100, 900, 80], [True, True, False], 600) == [100, 420, 80]
    assert fitted([100, 900, 80], [True, True, False], 2000) == [100, 900, 80]
    assert fitted([500, 500, 80], [True, True, False], 600) == [260, 260, 80]


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.booleans()), min_size=1, max_size=12),
    st.integers(100, 3000),
)
def test_no_column_is_wider_than_needed_and_numbers_are_whole(columns, room) -> None:
    wanted, words = [w for w, _ in columns], [is_word for _, is_word in columns]
    made = fitted(wanted, words, room)
    for width, want, is_word in zip(made, wanted, words, strict=True):
        assert LEAST_PX <= width <= max(LEAST_PX, want)
        assert is_word or width == max(LEAST_PX, want)
    if sum(made) > room:
        assert all(w <= 200 or not is_word for w, is_word in zip(made, words, strict=True))


def test_an_empty_column_leaves_its_room_to_the_text(qtbot, styled) -> None:
    text = "Hotel guests overnight: no open hotel data exist, so stays are those of other parking"
    made = TableView(assumptions_table((Assumption("a", "Demand", text, "", "data/demand"),)))
    qtbot.addWidget(made)
    made.resize(960, 200)
    made.show()
    assert made.columnWidth(1) > made.fontMetrics().horizontalAdvance(text)
    assert sum(made.columnWidth(c) for c in range(5)) <= made.viewport().width()
