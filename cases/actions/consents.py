"""The consent ledger: one yes for one purpose and one recipient, asked before anything leaves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import choices
from cases.models import Consent, Person
from core import audit
from core.actors import Actor
from core.errors import DomainError, Refused


def open_consents(person_id: UUID) -> Any:
    """The consents of a person that hold now."""
    return Consent.objects.filter(person_id=person_id, withdrawn_at=None)


def may_share(person_id: UUID, purpose: str, *, recipient: str = "") -> bool:
    """Whether this person has said yes to this purpose for this recipient, and has not taken it back.

    A yes that names no recipient covers the handling organisation alone, never somebody outside.
    """
    return open_consents(person_id).filter(purpose=purpose, recipient=recipient).exists()


def taken_back(person_id: UUID, purpose: str) -> bool:
    """Whether this person once said yes to this purpose and withdrew it: then no other sign of a yes counts."""
    return Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at__isnull=False).exists()


def give(
    person: Person,
    *,
    purpose: str,
    recipient: str = "",
    wording: str,
    language: str,
    method: str,
    by: Actor,
    now: datetime,
) -> Consent:
    """Record a yes, with the wording and language it was given in; a yes that holds already is returned as it is."""
    if purpose not in choices.Purpose.values or method not in dict(Consent.METHODS):
        raise DomainError(_("Say what the consent is for and how it was given."))
    if by.user is None:
        raise Refused
    there = open_consents(person.pk).filter(purpose=purpose, recipient=recipient).first()
    if there is not None:
        return there
    made = Consent.objects.create(
        person=person,
        purpose=purpose,
        recipient=recipient,
        wording=wording,
        language=language,
        method=method,
        given_at=now,
        recorded_by=by.user,
    )
    audit.record("cases.consent_recorded", by=by, about=person, facts={"consent": purpose})
    return made


def withdraw(person: Person, *, purpose: str, recipient: str = "", by: Actor, now: datetime) -> bool:
    """Take a yes back, from this moment; False when none held."""
    ended = open_consents(person.pk).filter(purpose=purpose, recipient=recipient).update(withdrawn_at=now)
    if ended:
        audit.record("cases.consent_ended", by=by, about=person, facts={"consent": purpose})
    return bool(ended)
