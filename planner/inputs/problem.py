"""What is wrong with a user's file, in one sentence a user can act on."""

from __future__ import annotations


class InputError(ValueError):
    """A file cannot be used as it is; nothing has been imported or written.

    Parameters
    ----------
    file
        Base name of the file as the user knows it.
    place
        Line, row, cell ("sheet Supply, B7"), feature id or layer; may be empty.
    reason
        What is wrong, with numbers and units.
    remedy
        What the user can do now, naming the option that answers a question.
    question
        True where the user's answer (an option) would let the import go on.
    """

    def __init__(
        self, file: str, place: str, reason: str, remedy: str, *, question: bool = False
    ) -> None:
        self.file, self.place, self.reason, self.remedy = file, place, reason, remedy
        self.question = question
        where = f"{file}, {place}" if place else file
        super().__init__(f"{where}: {reason}; {remedy}.")
