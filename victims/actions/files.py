"""Opening a support file, and who may work in it: its officer, a supervisor who stands in, nobody else."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.choices import AgeBand, GrantLevel, Part, RevealReason
from cases.models import Case, Identity, Participant, Person, PersonGrant
from core import audit, deadlines
from core.access import ensure_fresh_second_factor, membership_at, roles_at
from core.actors import Actor
from core.encryption import keys
from core.encryption.fields import reveal_fields
from core.errors import DomainError, Refused
from core.organisations import Office, User
from core.permissions import Role, allowed
from victims.choices import FileState, GrantKind, Source, StandInReason
from victims.models import ClinicalWindow, Referral, SupportFile, SupportGrant, Task
from victims.permissions import Perm
from victims.selectors.files import in_force, may_support

ASSISTANCE = {Role.SUPPORT_OFFICER, Role.SUPPORT_SUPERVISOR}
#: How long a supervisor stands in before it has to be said again, and how long a decision may be read for.
STAND_IN = timedelta(days=14)
REVIEW = timedelta(hours=24)


def ensure_works(file: SupportFile, *, by: Actor, now: datetime) -> User:
    """Who works there; Http404 for whoever must not know that the file exists, Refused without the permission."""
    if by.user is None or by.user_id is None or not may_support([by.user_id], file.person_id):
        raise Http404
    if not in_force(by.user_id, now).filter(file=file).exclude(kind=GrantKind.REVIEW).exists():
        raise Http404
    if not allowed(by, Perm.WORK):
        raise Refused
    return by.user


def ensure_open(file: SupportFile) -> None:
    """Raises Refused while the file is closed: support begins again first."""
    if file.state == FileState.CLOSED:
        raise Refused(_("This file is closed. Begin support again first."))


def walk_in(
    *, name: str = "", contact: str = "", sex: str = "", age_band: str = "", language: str = "",
    interpreter_needed: bool = False, words: str = "", country: str = "", by: Actor, now: datetime,
) -> SupportFile:  # fmt: skip
    """A file for somebody who came by themselves: no case, nobody accused, a name only if they give one."""
    _ensure_opens(by)
    person = Person(
        created_at=now,
        language=language,
        interpreter_needed=interpreter_needed,
        **{key: value for key, value in (("sex", sex), ("age_band", age_band)) if value},
    )
    keys.create(person.pk)
    person.save(force_insert=True)
    file = _open(person, source=Source.WALK_IN, country=country, by=by, now=now)
    if words.strip():
        file.seal(words=words.strip())
        file.save(update_fields=["words"])
    if name.strip() or contact.strip():
        known = Identity(person=person, changed_at=now)
        known.seal(name=name.strip() or None, contact=contact.strip() or None)
        known.save(force_insert=True)
    return file


def open_for(person: Person, *, source: str, country: str = "", by: Actor, now: datetime) -> SupportFile:
    """The file of somebody who is known already, in a case or without one; made if there is none.

    Raises Refused when somebody else supports this person already: files are handed over, never taken.
    """
    _ensure_opens(by)
    Person.objects.select_for_update().get(pk=person.pk)
    there = SupportFile.objects.filter(person=person).first()
    if there is None:
        return _open(person, source=source, country=country, by=by, now=now)
    if by.user_id is None or not in_force(by.user_id, now).filter(file=there).exists():
        raise Refused(_("Somebody else supports this person already. A supervisor can stand in."))
    return there


def _ensure_opens(by: Actor) -> None:
    if by.user is None or not allowed(by, Perm.OPEN):
        raise Refused


def _open(person: Person, *, source: str, country: str, by: Actor, now: datetime) -> SupportFile:
    office: Office | None = by.membership.office if by.membership else None
    file = SupportFile(
        person=person,
        source=source,
        country=country or (office.country if office else ""),
        office=office,
        officer=by.user,
        opened_at=now,
        opened_by=by.user,
    )
    keys.create(file.pk)
    _take_up(person, by.user, by=by, now=now)
    file.save(force_insert=True)
    _grant(file, by.user, GrantKind.OFFICER, now=now)
    audit.record("victims.file_opened", by=by, about=file, reference=file.reference, facts={"source": source})
    return file


def _take_up(person: Person, user: User | None, *, by: Actor, now: datetime) -> None:
    """Whoever supports a person investigates and decides none of their cases, from here on and for ever."""
    if user is None or person.staff_user_id == user.pk:
        raise Refused
    parts = Participant.objects.filter(person=person).values_list("case_id", "part")
    for case in Case.objects.filter(pk__in=[case for case, _part in parts]):
        access.lock(case)
        access.ensure_free(case, user)
    for case in Case.objects.filter(pk__in=[case for case, part in parts if part == Part.VICTIM]):
        access.take_duty(case, user, GrantLevel.SUPPORT, now=now)


def _grant(
    file: SupportFile, user: User | None, kind: str, *, now: datetime, ends_at: datetime | None = None, reason: str = ""
) -> None:
    if user is None:
        raise Refused
    SupportGrant.objects.update_or_create(
        file=file, user=user, kind=kind, defaults={"starts_at": now, "ends_at": ends_at, "reason": reason}
    )
    if kind != GrantKind.REVIEW:
        PersonGrant.objects.update_or_create(
            person_id=file.person_id, user=user, defaults={"starts_at": now, "ends_at": ends_at}
        )


def _end(file: SupportFile, user: User, *, now: datetime) -> None:
    """All of this user's grants on the file end, the way to the name with them."""
    SupportGrant.objects.filter(file=file, user=user).update(ends_at=now)
    PersonGrant.objects.filter(person_id=file.person_id, user=user).delete()


def hand_over(file: SupportFile, to: User, *, by: Actor, now: datetime) -> SupportFile:
    """Give the file to another support officer; whoever had it may not open it any more."""
    ensure_works(file, by=by, now=now)
    member = membership_at(to, now)
    if member is None or not ASSISTANCE & set(roles_at(member, now)):
        raise Refused(_("This person does not work on the support side."))
    if not may_support([to.pk], file.person_id):
        raise Refused(_("This person cannot support them."))
    before = file.officer
    _take_up(file.person, to, by=by, now=now)
    _end(file, before, now=now)
    _grant(file, to, GrantKind.OFFICER, now=now)
    SupportFile.objects.filter(pk=file.pk).update(officer=to)
    file.officer = to
    deadlines.hand_over(subject=file.pk, owner=to)
    for row in (
        *Task.objects.filter(file=file, outcome=""),
        *Referral.objects.filter(file=file),
        *ClinicalWindow.objects.filter(alarm__file=file, outcome=""),
    ):
        deadlines.hand_over(subject=row.pk, owner=to)
    audit.record("victims.handed_over", by=by, about=file, reference=file.reference, facts={"user": to})
    return file


def stand_in(file: SupportFile, *, reason: str, by: Actor, now: datetime) -> SupportFile:
    """A support supervisor takes an absent officer's place for two weeks, with a reason; nobody else ever does."""
    if by.user is None or not allowed(by, Perm.STAND_IN):
        raise Refused
    if reason not in StandInReason.values:
        raise DomainError(_("Say why you stand in."))
    if not may_support([by.user_id], file.person_id):
        raise Http404
    ensure_fresh_second_factor(by, now)
    _take_up(file.person, by.user, by=by, now=now)
    _grant(file, by.user, GrantKind.STAND_IN, now=now, ends_at=now + STAND_IN, reason=reason)
    audit.record(
        "victims.stood_in", by=by, about=file, reference=file.reference, facts={"user": file.officer_id, "why": reason}
    )
    return file


def open_review(file: SupportFile, *, by: Actor, now: datetime) -> None:
    """A supervisor reads what a decision needs, for a day: needs, goals, risk; never the name or how to reach her."""
    if by.user is None or not allowed(by, Perm.APPROVE):
        raise Refused
    if in_force(by.user.pk, now).filter(file=file).exists():
        return
    _grant(file, by.user, GrantKind.REVIEW, now=now, ends_at=now + REVIEW)
    audit.record("victims.review_opened", by=by, about=file, reference=file.reference)


def reveal_identity(file: SupportFile, *, purpose: str, by: Actor, now: datetime) -> Mapping[str, Any]:
    """Name and contact of the person, audited; only for whoever works in the file, with a second factor just given."""
    ensure_works(file, by=by, now=now)
    if purpose not in RevealReason.values:
        raise DomainError(_("Say what you need it for."))
    ensure_fresh_second_factor(by, now)
    row = Identity.objects.filter(person_id=file.person_id).first()
    if row is None:
        raise DomainError(_("There is no name to show."))
    found = reveal_fields(row, ["name", "contact"], purpose=purpose, by=by)
    audit.record("victims.identity_revealed", by=by, about=file, reference=file.reference, purpose=purpose)
    return found


def is_child(person: Person) -> bool:
    """Whether the person is a child, as far as known."""
    return person.age_band in (AgeBand.A0_5, AgeBand.A6_11, AgeBand.A12_14, AgeBand.A15_17, AgeBand.CHILD)
