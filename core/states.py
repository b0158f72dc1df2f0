"""The life of a thing as one table, and the one function that applies it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from core import audit
from core.actors import Actor
from core.errors import ConcurrentEdit, Refused
from core.permissions import allowed


@dataclass(frozen=True)
class Move:
    """One arrow of the table: a verb, where it may start, where it ends, and who may."""

    verb: str
    sources: tuple[str, ...]
    target: str
    needs: str | None = None
    label: Any = ""
    needs_reason: bool = False
    own_button: bool = True  # False where another app's action makes the move


class Machine:
    """A table of moves over one text column; raises at start when a move names an unknown state."""

    def __init__(self, name: str, states: Iterable[str], moves: Iterable[Move], field: str = "state") -> None:
        self.name, self.field = name, field
        self.states = tuple(states)
        self.moves = {move.verb: move for move in moves}
        for move in self.moves.values():
            for state in (*move.sources, move.target):
                if state not in self.states:
                    raise ValueError(f"{name}.{move.verb} names the unknown state {state}.")

    def open_to(self, thing: models.Model, actor: Actor) -> list[Move]:
        """The moves this actor may make now; the page draws its buttons from this list."""
        state = getattr(thing, self.field)
        return [
            move
            for move in self.moves.values()
            if state in move.sources and (move.needs is None or allowed(actor, move.needs))
        ]

    def apply(
        self,
        thing: models.Model,
        verb: str,
        *,
        by: Actor,
        now: datetime,
        reference: str = "",
        also: dict[str, Any] | None = None,
        facts: dict[str, Any] | None = None,
    ) -> models.Model:
        """Make the move if the row still stands where it may start; one audit event `<name>.<verb>`.

        Raises Refused when the actor may not or the state does not allow it, ConcurrentEdit when somebody else moved
        the row meanwhile. `also` are further columns set in the same UPDATE.
        """
        move = self.moves[verb]
        before = getattr(thing, self.field)
        if before not in move.sources or (move.needs is not None and by.kind == "user" and not allowed(by, move.needs)):
            raise Refused
        won = (
            type(thing)
            ._base_manager.filter(pk=thing.pk, **{self.field: before})
            .update(**{self.field: move.target}, **(also or {}))
        )
        if won != 1:
            current = type(thing)._base_manager.filter(pk=thing.pk).values_list(self.field, flat=True).first()
            raise ConcurrentEdit(changes={self.field: (before, current)})
        setattr(thing, self.field, move.target)
        for column, value in (also or {}).items():
            setattr(thing, column, value)
        audit.record(
            f"{self.name}.{verb}",
            by=by,
            about=thing,
            reference=reference,
            facts={"from": before, "to": move.target, **(facts or {})},
        )
        return thing
