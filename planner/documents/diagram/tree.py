"""What hangs on what: boards with the branches that leave them, from the origin outwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grid.model import Board, SizedCircuit
from planner.checks.network import origin_board
from planner.model.design import Charger, Circuit, Design
from planner.model.site import Site


@dataclass(frozen=True, slots=True)
class Branch:
    """A way out of a board and what is at its end: a board, a charger, or neither.

    `circuit` is None for a cable that stood there before and is not known.
    """

    circuit: Circuit | None
    board: Node | None = None
    charger: Charger | None = None

    @property
    def sized(self) -> SizedCircuit | None:
        """Cable and protection, if they are known."""
        return self.circuit.sized if self.circuit else None


@dataclass(frozen=True, slots=True)
class Node:
    """A board with its branches; `board` is None where only an id is known."""

    id: str
    board: Board | None
    existing: bool
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """The main board, if there is one, and whatever hangs on nothing."""

    main: Node | None
    loose: tuple[Branch, ...]


def tree(site: Site, design: Design) -> Tree:
    """Order boards, circuits and chargers; each appears once, whatever the data are."""
    origin = origin_board(site)
    builder = _Builder(site, design)
    main = builder.node(str(origin.id)) if origin else None
    return Tree(main, tuple(builder.rest()))


class _Builder:
    """Walks outwards and remembers what it has passed, so that loops end."""

    def __init__(self, site: Site, design: Design) -> None:
        self._existing: Mapping[str, Board] = {str(i): b.board for i, b in site.boards.items()}
        self._new: Mapping[str, Board] = {str(i): b.board for i, b in design.boards.items()}
        self._chargers = {str(i): c for i, c in design.chargers.items()}
        self._leaving: dict[str, list[Circuit]] = defaultdict(list)
        for circuit in design.circuits.values():
            self._leaving[circuit.sized.demand.from_id].append(circuit)
        self._fed = {c.sized.demand.to_id for c in design.circuits.values()}
        self._circuits = tuple(design.circuits.values())
        self._origin = str(origin.id) if (origin := origin_board(site)) else ""
        self._passed: set[str] = set()
        self._drawn: set[str] = set()

    def node(self, board_id: str) -> Node:
        """Return a board with all that hangs on it."""
        self._passed.add(board_id)
        branches = [
            self._branch(circuit)
            for circuit in self._leaving.get(board_id, ())
            if str(circuit.id) not in self._drawn
        ]
        if board_id == self._origin:
            branches += [
                Branch(None, self.node(i))
                for i in self._existing
                if i not in self._passed and i not in self._fed
            ]
        existing = board_id in self._existing
        board = self._existing.get(board_id) or self._new.get(board_id)
        return Node(board_id, board, existing, tuple(branches))

    def _branch(self, circuit: Circuit) -> Branch:
        self._drawn.add(str(circuit.id))
        end = circuit.sized.demand.to_id
        if end in self._passed:
            return Branch(circuit)
        if end in self._chargers:
            self._passed.add(end)
            return Branch(circuit, charger=self._chargers[end])
        if end in self._existing or end in self._new or end in self._leaving:
            return Branch(circuit, self.node(end))
        return Branch(circuit)

    def rest(self) -> Iterator[Branch]:
        """Yield what nothing feeds: circuits first, then boards and chargers on their own."""
        for circuit in self._circuits:
            start = circuit.sized.demand.from_id
            if str(circuit.id) not in self._drawn and start not in self._fed:
                yield Branch(None, self.node(start))
        for circuit in self._circuits:
            if str(circuit.id) not in self._drawn:
                yield self._branch(circuit)
        for board_id in (*self._existing, *self._new):
            if board_id not in self._passed:
                yield Branch(None, self.node(board_id))
        for charger_id, charger in self._chargers.items():
            if charger_id not in self._passed:
                yield Branch(None, charger=charger)
