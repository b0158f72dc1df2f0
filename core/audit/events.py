"""Declare an event once, record it in the transaction of the change, present it as a sentence.

Nothing here imports a table, so that each app may declare its events while Django is still starting.
"""

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import phrases, refusals
from core.actors import Actor

NAME = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
# What may stand in an event as text: codes, states and public references. No blank and no mixed case, so that neither
# a name nor a sentence somebody typed gets in by mistake.
CODE = re.compile(r"^(?:[a-z0-9][a-z0-9_.:/-]{0,79}|[A-Z0-9][A-Z0-9_-]{0,79})$")
HASH = re.compile(r"^[0-9a-f]{64}$")
MOMENT = re.compile(r"^\d{4}-\d\d-\d\d(T\d\d:\d\d[0-9:.+]*)?$")  # as `_public` writes days and moments
GIVEN = frozenset({"actor", "reference", "purpose", "fields"})  # filled from the event's own columns
MOVES = frozenset({"from", "to"})  # what each change of state says
LARGEST = 2**53 - 1  # beyond it canonical JSON has no exact number


class Outcome(models.TextChoices):
    """How the act ended."""

    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


class Undeclared(RuntimeError):
    """An event, or one of its facts, that nobody declared."""


@dataclass(frozen=True)
class Declared:
    """An event's name, its sentence, the facts it may carry, and words for their codes."""

    name: str
    sentence: Any
    extra: frozenset[str]
    labels: Mapping[str, Mapping[str, Any]]

    @cached_property
    def facts(self) -> frozenset[str]:
        """The keys the event may carry."""
        places = {place for _text, place, _spec, _conversion in string.Formatter().parse(str(self.sentence)) if place}
        return frozenset(places - GIVEN) | self.extra | MOVES


_declared: dict[str, Declared] = {}
_fields: dict[str, Any] = {}


def name_fields(words: Mapping[str, Any]) -> None:
    """Say what sealed fields are called to whoever reads the log: {"report.account": _("what happened")}."""
    _fields.update(words)


def field_names() -> Mapping[str, Any]:
    """What every named field is called, by its label."""
    return _fields


def declare(
    name: str, sentence: Any, *, facts: Iterable[str] = (), labels: Mapping[str, Mapping[str, Any]] | None = None
) -> None:
    """Name an event once (`app.what_happened`), with the translatable sentence that presents it.

    The sentence may use {actor}, {reference}, {purpose}, {fields} and any fact; each other place in it declares a
    fact, `facts` declares further ones. `labels` gives words for a fact's codes: {"to": {"CLOSED": _("closed")}}.
    Raises ValueError for a name out of form or taken by another sentence.
    """
    if not NAME.match(name):
        raise ValueError(f"{name!r} is no name of an event: app.what_happened.")
    wanted = Declared(name, sentence, frozenset(facts), labels or {})
    if _declared.setdefault(name, wanted).sentence != sentence:
        raise ValueError(f"{name} is declared twice, with different sentences.")


def declared(name: str) -> Declared:
    """The declaration of that name, or Undeclared."""
    try:
        return _declared[name]
    except KeyError:
        raise Undeclared(f"The audit event {name} is not declared.") from None


def all_declared() -> list[Declared]:
    """Every declaration, by name."""
    return [_declared[name] for name in sorted(_declared)]


def _code(text: str, what: str) -> str:
    if text and not CODE.match(text):
        raise ValueError(f"{what} in an audit event must be a code, not words a person wrote.")
    return text


def _public(value: Any, key: str) -> Any:
    """The value as it may stand in the log; raises ValueError for anything that could be private text."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"The fact {key} is too large a number.")
        return value
    if isinstance(value, models.Model):
        value = value.pk
    if isinstance(value, UUID):
        return {"id": str(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset) and len(value) <= 50:
        return [_public(each, key) for each in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, str):
        return _code(str(value), f"The fact {key}")
    raise ValueError(f"The fact {key} is of a kind that does not belong in an audit event.")


def record(
    name: str,
    *,
    by: Actor,
    about: models.Model | UUID | None = None,
    reference: str = "",
    purpose: str = "",
    outcome: str = Outcome.DONE,
    fields: Iterable[str] = (),
    hashes: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
    acting_for: UUID | None = None,
) -> None:
    """Write one declared event into the transaction of the change, in the organisation in scope.

    `purpose` is a code (why something was read), `fields` are labels of fields, `hashes` SHA-256 of stored ciphertext
    as hex by label, `facts` declared keys with codes, numbers, days or ids. `acting_for` is whose place the actor took.
    Raises Undeclared for an event or fact nobody declared, ValueError for text that could be private, NoOrganisation
    outside a scope. Needs no more than the right to INSERT.
    """
    known = declared(name)
    stray = set(facts or ()) - known.facts
    if stray:
        raise Undeclared(f"The audit event {name} has no fact {', '.join(sorted(stray))}.")
    for label, value in (hashes or {}).items():
        if not HASH.match(value):
            raise ValueError(f"The hash of {label} in an audit event must be 64 hexadecimal digits.")
    apps.get_model("core", "AuditEvent").objects.create(
        action=name,
        actor_kind=_code(by.kind, "The kind of actor"),
        actor=by.user_id,
        acting_for=acting_for,
        session=_code(by.session, "The session"),
        about=about.pk if isinstance(about, models.Model) else about,
        about_type=about._meta.label_lower if isinstance(about, models.Model) else "",
        reference=_code(reference, "The reference"),
        purpose=_code(purpose, "The purpose"),
        outcome=Outcome(outcome),
        fields=[_code(label, "A field's label") for label in fields],
        hashes={_code(label, "A field's label"): value for label, value in (hashes or {}).items()},
        facts={key: _public(value, key) for key, value in (facts or {}).items()},
    )


def refused_later(request: Any, name: str, *, by: Actor, outcome: str = Outcome.REFUSED, **rest: Any) -> None:
    """Record a refusal once the page's own transaction, which is rolled back, has ended; arguments as `record`."""
    refusals.later(request, lambda: record(name, by=by, outcome=outcome, **rest))


def _word(value: Any, labels: Mapping[str, Any], names: Mapping[UUID, str]) -> str:
    if isinstance(value, dict):
        return names.get(UUID(value["id"]), gettext("somebody"))
    if isinstance(value, list):
        return ", ".join(_word(each, labels, names) for each in value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int):
        return formats.number_format(value)
    if isinstance(value, str) and MOMENT.match(value):
        return phrases.exact(datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value))
    return str(labels.get(value, str(value).replace("_", " "))) if value is not None else "–"


def people_in(event: Any) -> set[UUID]:
    """Ids in the event that may be those of users, so that a page can look up all names at once."""
    values = [each for value in event.facts.values() for each in (value if isinstance(value, list) else [value])]
    ids = {UUID(value["id"]) for value in values if isinstance(value, dict)}
    return ids | {found for found in (event.actor, event.acting_for) if found}


def present(event: Any, names: Mapping[UUID, str] | None = None) -> str:
    """The event as a sentence in the reader's language; `names` gives users' names by id, looked up when left out."""
    if names is None:
        users = apps.get_model("core", "User").objects.filter(pk__in=people_in(event))
        names = dict(users.values_list("pk", "name"))
    known = _declared.get(event.action)
    if known is None:  # from a release that still declared it
        return event.action
    if event.actor:
        actor = names.get(event.actor, gettext("somebody"))
    elif event.actor_kind == "reporter":
        actor = gettext("the reporter")
    else:
        actor = gettext("the system")
    if event.acting_for:
        words = gettext("{actor}, for {other},")
        actor = words.format(actor=actor, other=names.get(event.acting_for, gettext("somebody")))
    places = {key: _word(value, known.labels.get(key, {}), names) for key, value in event.facts.items()}
    places |= {
        "actor": actor,
        "reference": event.reference,
        "purpose": _word(event.purpose, known.labels.get("purpose", {}), names),
        "fields": gettext(", ").join(str(_fields.get(label, label)) for label in event.fields),
    }
    sentence = str(known.sentence).format_map({**dict.fromkeys(known.facts, "–"), **places})
    return sentence[:1].upper() + sentence[1:]
