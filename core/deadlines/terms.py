"""An organisation's own terms: how long something may take, when to warn, who hears when it is late."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.calendars import ELAPSED, WORKING_DAYS
from core.deadlines.actions import reckon_anew
from core.deadlines.models import DeadlineKind
from core.deadlines.registry import OWNER, RUNGS, Terms, declared, defaults, terms
from core.errors import DomainError


@dataclass(frozen=True)
class OwnTerms:
    """A declared kind with the terms in force, and whether they are still those every organisation starts with."""

    title: Any
    terms: Terms
    as_given: bool


def all_terms() -> list[OwnTerms]:
    """Every declared kind with the terms of the organisation in scope, in the order they were declared."""
    rows = {row["key"]: row for row in DeadlineKind.objects.values("key", "amount", "unit", "roll", "warn", "ladder")}
    found = []
    for key, kind in declared().items():
        given = defaults().get(key)
        own = terms(rows[key]) if key in rows else given
        if own is not None:
            found.append(OwnTerms(kind.title, own, given is not None and same(own, given)))
    return found


def same(one: Terms, other: Terms) -> bool:
    """Whether two terms mean the same, wherever they come from."""
    return (one.amount, one.unit, one.roll, one.warn, one.ladder) == (
        other.amount, other.unit, other.roll, other.warn, other.ladder,
    )  # fmt: skip


def change(
    key: str,
    *,
    amount: int,
    unit: str,
    roll: bool,
    warn: int | None,
    late: dict[str, int | None],
    by: Actor,
    now: datetime,
) -> DeadlineKind:
    """Set the terms of one kind. Clocks that run keep the time they were given and follow the new ladder from here on.

    `warn` is how many units before the end the owner is reminded; `late` says for each rung above the owner after how
    much lateness it hears (in its own unit for a kind counted in minutes or hours, else in working days), or None for
    a rung left out. Raises DomainError for terms that do not fit together.
    """
    lateness = unit if unit in ELAPSED else WORKING_DAYS
    ladder = [{"to": OWNER, "late": 0, "unit": lateness}]
    ladder += [
        {"to": rung, "late": late[rung], "unit": lateness}
        for rung in RUNGS
        if rung != OWNER and late.get(rung) is not None
    ]
    if len(ladder) == 1:
        raise DomainError(_("Somebody besides the owner must hear when this is late."))
    values = {"amount": amount, "unit": unit, "roll": roll, "warn": [warn] if warn else [], "ladder": ladder}
    try:
        terms({"key": key, **values})
    except ImproperlyConfigured as error:
        raise DomainError(_("The reminder must come before the end.")) from error
    row, _new = DeadlineKind.objects.update_or_create(key=key, defaults=values)
    reckon_anew(now=now, kind=key)
    audit.record("deadlines.terms_changed", by=by, about=row, facts={"kind": key, "amount": amount, "unit": unit})
    return row
