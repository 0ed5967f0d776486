"""Terminal order of outlets: which phase a single-phase car meets.

A single-phase car takes the first terminal of a three-phase outlet. Turning
the order L1-L2-L3, L2-L3-L1, L3-L1-L2 from outlet to outlet spreads such cars
over the phases; the order of rotation stays, so motors would turn alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grid.trace import Trace, TraceInput
from grid.wiring.phases import PHASES, neutral_a

ORDERS = tuple("-".join(PHASES[(i + k) % 3] for k in range(3)) for i in range(3))


@dataclass(frozen=True, slots=True)
class Socket:
    """An outlet at which a single-phase car may stand.

    `kva` is what such a car draws; `group` the board that feeds the outlet;
    `phases` 1 where only one line is brought to it; `fixed` a label to be kept.
    """

    id: str
    group: str
    kva: float
    phases: int = 3
    fixed: str = ""


def rotate_terminals(
    sockets: Sequence[Socket], base_kva: Sequence[float] = (0.0, 0.0, 0.0)
) -> Mapping[str, str]:
    """Return the label of every outlet: "L2-L3-L1", or "L2" where one line is brought to it.

    Largest first, each to the phase that its board, and then the whole site,
    has loaded least. With equal outlets no phase of a board has more than one
    outlet more than another, and neither has the site.

    Parameters
    ----------
    sockets
        Outlets in the order of their circuits.
    base_kva
        Load per phase that the main board carries already [kVA].
    """
    boards: dict[str, list[float]] = {s.group: [0.0, 0.0, 0.0] for s in sockets}
    site = list(base_kva)
    labels: dict[str, str] = {}

    def put(socket: Socket, phase: int) -> None:
        boards[socket.group][phase] += socket.kva
        site[phase] += socket.kva
        labels[socket.id] = PHASES[phase] if socket.phases == 1 else ORDERS[phase]

    for socket in sockets:
        if first_phase(socket.fixed) is not None:
            put(socket, first_phase(socket.fixed) or 0)
    free = [s for s in sockets if s.id not in labels]
    for socket in sorted(free, key=lambda s: -s.kva):
        board = boards[socket.group]
        put(socket, min(range(3), key=lambda p: (round(board[p], 6), round(site[p], 6), p)))
    return {s.id: labels[s.id] for s in sockets}


def first_phase(label: str) -> int | None:
    """Return 0, 1 or 2 for the phase that a label begins with, None where it names none."""
    return PHASES.index(label[:2]) if label[:2] in PHASES else None


def phase_sums(sockets: Sequence[Socket], labels: Mapping[str, str]) -> tuple[float, float, float]:
    """Return the load of L1, L2 and L3 [kVA] with a single-phase car at every outlet."""
    sums = [0.0, 0.0, 0.0]
    for socket in sockets:
        phase = first_phase(labels.get(socket.id, ""))
        if phase is not None:
            sums[phase] += socket.kva
    return sums[0], sums[1], sums[2]


def trace_rotation(kva: tuple[float, float, float], u0_v: float, place: str) -> Trace:
    """Explain phase and neutral currents with a single-phase car at every outlet."""
    amps = tuple(1000 * k / u0_v for k in kva)
    neutral = neutral_a(amps)
    return Trace(
        quantity=f"I_N {place}",
        value=neutral,
        unit="A",
        rule="terminals turned from outlet to outlet; fundamental, equal power factor",
        formula="I_N = |I1 + a² I2 + a I3|",
        substituted=f"|{', '.join(f'{a:.1f}' for a in amps)}| = {neutral:.1f} A",
        inputs=tuple(
            TraceInput(p, a, "A", "sum of the outlets that begin with this phase")
            for p, a in zip(PHASES, amps, strict=True)
        ),
    )
