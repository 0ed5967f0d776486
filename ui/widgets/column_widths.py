"""How wide the columns of a table are: as wide as needed, longest texts give way first."""

from __future__ import annotations

from collections.abc import Sequence

LEAST_PX = 56
_LEAST_WORDS_PX = 140
_MOST_WORDS_PX = 200


def fitted(wanted_px: Sequence[int], are_words: Sequence[bool], room_px: int) -> list[int]:
    """Return widths of columns in a room.

    Numbers keep what they need. Where there is too little room, the widest columns
    of words are narrowed to one width, but not below 140 px; a table that would not
    even then fit scrolls, and its words are cut at 200 px. Where there is room left,
    the last column takes it.
    """
    widths = [max(LEAST_PX, w) for w in wanted_px]
    words = [i for i, is_word in enumerate(are_words) if is_word]
    excess = sum(widths) - room_px
    if excess > 0 and words:
        level = _level([widths[i] for i in words], excess)
        if level < _LEAST_WORDS_PX:
            level = _MOST_WORDS_PX
        for i in words:
            widths[i] = min(widths[i], level)
    return widths


def _level(widths: list[int], excess: int) -> int:
    """Return the width to which the widest must come down to save so many pixels."""
    high = sorted(widths, reverse=True)
    saved = 0
    for count, width in enumerate(high, start=1):
        below = high[count] if count < len(high) else 0
        if saved + count * (width - below) >= excess:
            return width - -(-(excess - saved) // count)
        saved += count * (width - below)
    return 0
