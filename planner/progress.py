"""How a long stage reports and is cancelled."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and a short text; raises `Cancelled` to stop."""


class Cancelled(Exception):  # noqa: N818 - not an error: the user asked for it
    """Raised by a progress callback when the user has cancelled."""


def silent(_share: float, _text: str) -> None:
    """Report nowhere."""
