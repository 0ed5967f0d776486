"""Ports for a load by the Erlang formulas: the first guess before simulation.

Offered load a in erlang = arrivals per hour × mean hours at the port. The
blocking formula holds for any distribution of the time at the port (M/G/c/c);
arrivals that change over the day are why the guess is always simulated.
"""

from __future__ import annotations


def blocking(load_erlang: float, ports: int) -> float:
    """Return the share of cars that find all ports taken and drive away.

    Erlang B by recursion: B(0) = 1, B(k) = a·B(k−1) / (k + a·B(k−1)).
    """
    b = 1.0
    for k in range(1, ports + 1):
        b = load_erlang * b / (k + load_erlang * b)
    return b


def waiting(load_erlang: float, ports: int) -> float:
    """Return the share of cars that have to wait when all of them queue.

    Erlang C from Erlang B: C = B / (1 − ρ·(1 − B)) with ρ = a / c < 1, else 1.
    """
    if ports <= 0 or load_erlang >= ports:
        return 1.0
    b = blocking(load_erlang, ports)
    return b / (1 - load_erlang / ports * (1 - b))


def ports_for(load_erlang: float, most_blocked: float) -> int:
    """Return the fewest ports with blocking at most `most_blocked` (0 to 1, above 0)."""
    if load_erlang <= 0:
        return 0
    b, ports = 1.0, 0
    while b > most_blocked:
        ports += 1
        b = load_erlang * b / (ports + load_erlang * b)
    return ports
