"""The consent ledger: one yes for one purpose and one recipient, asked before anything leaves."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import choices
from cases.models import Consent, Person
from cases.permissions import Perm
from cases.selectors import visible_cases
from core import audit
from core.actors import Actor
from core.errors import DomainError, Refused
from core.permissions import Reach, reaches

#: What is read aloud before somebody of staff records a yes; a new edition gets a new name.
EDITION = "spoken-1"
WORDS = {
    choices.Purpose.RECORD: _("May we keep what you told us?"),
    choices.Purpose.SUPPORT: _("May victim support get in touch with you? They learn your name and nobody else does."),
    choices.Purpose.INVESTIGATION: _("May the people who look into this know your name? You can take this back."),
    choices.Purpose.REFERRAL: _("May we give your name to this service, and to no other? You can take this back."),
    choices.Purpose.STATISTICS: _("May we count this in figures, without your name?"),
}


#: What else ends with a yes: apps above declare what they sent on the strength of it.
_further: list[Callable[..., object]] = []


def also(act: Callable[..., object]) -> None:
    """Declare what a withdrawal brings with it: `act(person, purpose=…, recipient=…, by=…, now=…)`; once."""
    if act not in _further:
        _further.append(act)


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
    """Record a yes, with the wording and language it was given in; a yes that holds already is returned as it is.

    Raises Refused for whoever has neither the permission nor, unless they are of the support side, a case with the
    person; DomainError for a purpose or a way nobody knows, and for a referral to nobody.
    """
    _ensure_records(person, by=by, now=now)
    if purpose not in choices.Purpose.values or method not in dict(Consent.METHODS):
        raise DomainError(_("Say what the consent is for and how it was given."))
    if purpose == choices.Purpose.REFERRAL and not recipient.strip():
        raise DomainError(_("Say to whom: a yes to a referral holds for one recipient alone."))
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
    """Take a yes back, from this moment; False when none held. Refused as for `give`."""
    _ensure_records(person, by=by, now=now)
    ended = open_consents(person.pk).filter(purpose=purpose, recipient=recipient).update(withdrawn_at=now)
    if ended:
        for act in _further:
            act(person, purpose=purpose, recipient=recipient, by=by, now=now)
        audit.record("cases.consent_ended", by=by, about=person, facts={"consent": purpose})
    return bool(ended)


def _ensure_records(person: Person, *, by: Actor, now: datetime) -> None:
    reach = reaches(by, Perm.CONSENT_RECORD)
    if by.user_id is None or not reach:
        raise Refused
    if Reach.ALL not in reach and not visible_cases(by, now).filter(participants__person=person).exists():
        raise Refused
