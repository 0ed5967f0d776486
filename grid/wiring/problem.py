"""A question the tables of a code cannot answer."""

from __future__ import annotations


class NotTabulated(ValueError):  # noqa: N818 - it reads as what it says
    """No table value exists for what was asked; nothing is guessed.

    Parameters
    ----------
    reason
        What is missing, with numbers and units.
    remedy
        What can be done now.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(f"{reason}; {remedy}")
