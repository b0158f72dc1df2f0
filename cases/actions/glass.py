"""Breaking the glass: an emergency reading of one case, allowed by a second person, over within hours, reviewed after.

Never for whoever is shut out of the case, nor for administrators and auditors. The asker does not choose who decides:
every holder of the permission hears of it, except the shut out, the asker and everybody who works under them.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.choices import GrantLevel, Part
from cases.models import BreakGlass, Case, CaseGrant, Exclusion
from cases.permissions import Perm
from cases.selectors import glass, open_case_permission_id
from core import audit, deadlines, outbox
from core.access import ensure_fresh_second_factor, membership_at, roles_at
from core.actors import Actor
from core.errors import ConcurrentEdit, DomainError, Refused
from core.organisations import Membership, User
from core.permissions import Role, allowed

LONGEST = timedelta(hours=4)
NEVER = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
REVIEW = "case.break_glass_review"


def ensure(by: Actor, perm: Perm) -> User:
    """The user behind the actor; Refused without the permission."""
    if by.user is None or not allowed(by, perm):
        raise Refused
    return by.user


def ask(reference: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Ask to read the case of that reference. A case that is not there, and one that must not exist for the asker,
    are answered as one that is: nothing tells them apart.

    Raises Refused for administrators and auditors, SecondFactorNeeded, DomainError for a case that is open to them.
    """
    user = ensure(by, Perm.GLASS_ASK)
    if by.roles & NEVER:
        raise Refused(_("Administrators and auditors open no case, not even in an emergency."))
    ensure_fresh_second_factor(by, now)
    case = Case.objects.filter(reference=reference).first()
    if case is None or Exclusion.objects.filter(case=case, user=user).exists():
        audit.record("cases.glass_asked", by=by, reference=reference, outcome=audit.Outcome.REFUSED)
        return
    if glass.open_to(case, user.pk, now):
        raise DomainError(_("This case is open to you already."))
    audit.record("cases.glass_asked", by=by, about=case, reference=case.reference)
    if glass.pending().filter(case=case, asked_by=user).exists():
        return
    row = BreakGlass(case=case, asked_by=user, asked_at=now)
    row.seal(reason=reason.strip())
    row.save(force_insert=True)
    outbox.notify("cases.glass_asked", about=row.pk, reference=case.reference, now=now)


def allow(row: BreakGlass, *, by: Actor, now: datetime, hours: int = 4) -> CaseGrant:
    """Open the case for reading, for 1 to 4 hours; owner and data-protection officer hear, a review clock starts.

    Refused for the asker, whoever works under them, and the shut out; and when the asker may not read any more.
    """
    user = _second_person(row, by, now)
    if not 1 <= hours <= LONGEST // timedelta(hours=1):
        raise DomainError(_("From one hour to four."))
    case = access.lock(row.case)
    access.ensure_free(case, row.asked_by_id, user.pk)
    _ensure_still_fit(row, now)
    ends_at = now + timedelta(hours=hours)
    _decide(row, allowed_by=user, allowed_at=now, ends_at=ends_at)
    values = {
        "level": GrantLevel.READ,
        "identities": ",".join(Part.values),
        "starts_at": now,
        "ends_at": ends_at,
        "granted_by": user,
        "break_glass": True,
    }
    grant, _new = CaseGrant.objects.update_or_create(
        content_object=case, user=row.asked_by, permission_id=open_case_permission_id(), defaults=values
    )
    facts = {"user": row.asked_by, "until": ends_at}
    audit.record("cases.glass_allowed", by=by, about=case, reference=case.reference, facts=facts)
    outbox.notify("cases.glass_opened", about=row.pk, reference=case.reference, now=now)
    outbox.notify("cases.glass_answered", about=row.pk, reference=case.reference, now=now)
    owner = next(iter(glass.reviewers(row, now)), None)
    deadlines.start(
        REVIEW, subject=row.pk, reference=case.reference, at=now, owner=User.objects.get(pk=owner) if owner else None
    )
    return grant


def refuse(row: BreakGlass, *, by: Actor, now: datetime) -> None:
    """The second person's no; the asker hears of it."""
    user = _second_person(row, by, now)
    _decide(row, allowed_by=user, refused_at=now)
    audit.record(
        "cases.glass_refused", by=by, about=row.case, reference=row.case.reference, facts={"user": row.asked_by}
    )
    outbox.notify("cases.glass_answered", about=row.pk, reference=row.case.reference, now=now)


def follow(member: Membership, *, now: datetime) -> None:
    """Whoever has become an administrator or auditor: a door that stands open for them is shut at once."""
    if roles_at(member, now) & NEVER:
        doors = CaseGrant.objects.filter(user_id=member.user_id, break_glass=True, ends_at__gt=now)
        doors.filter(starts_at__gte=now).delete()
        doors.update(ends_at=now)


def review(row: BreakGlass, *, words: str, by: Actor, now: datetime) -> None:
    """Somebody who neither asked nor allowed says whether it was right; meets the clock. Refused for the others."""
    user = ensure(by, Perm.GLASS_REVIEW)
    if user.pk in (row.asked_by_id, row.allowed_by_id) or user.pk in glass.below(row.asked_by_id):
        raise Refused(_("Somebody who neither asked nor allowed it has to review this."))
    access.ensure_free(row.case, user.pk)
    row = BreakGlass.objects.select_for_update(of=("self",)).select_related("case", "asked_by").get(pk=row.pk)
    if row.allowed_at is None or row.reviewed_at is not None:
        raise ConcurrentEdit(_("This was reviewed meanwhile."))
    row.seal(review=words.strip())
    row.reviewed_by, row.reviewed_at = user, now
    row.save(update_fields=["review", "reviewed_by", "reviewed_at"])
    audit.record(
        "cases.glass_reviewed", by=by, about=row.case, reference=row.case.reference, facts={"user": row.asked_by}
    )
    deadlines.meet(REVIEW, subject=row.pk, by=by, now=now)


def read_reason(row: BreakGlass, *, by: Actor, now: datetime) -> str | None:
    """Why it was asked for, for whoever decides or reviews; audited."""
    if by.user_id is None or by.user_id not in {*glass.deciders(row, now), *glass.reviewers(row, now)}:
        raise Refused
    return row.reveal("reason", purpose="emergency_reading", by=by)


def _second_person(row: BreakGlass, by: Actor, now: datetime) -> User:
    user = ensure(by, Perm.GLASS_ALLOW)
    if user.pk == row.asked_by_id or user.pk in glass.below(row.asked_by_id):
        raise Refused(_("Somebody above or beside the asker has to decide this."))
    access.ensure_free(row.case, user.pk)
    ensure_fresh_second_factor(by, now)
    return user


def _ensure_still_fit(row: BreakGlass, now: datetime) -> None:
    member = membership_at(row.asked_by, now)
    held = roles_at(member, now) if member else frozenset()
    actor = Actor("user", row.asked_by, member, held)
    if not allowed(actor, Perm.GLASS_ASK) or held & NEVER:
        raise Refused(_("The asker may not read cases any more."))


def _decide(row: BreakGlass, **values: object) -> None:
    with transaction.atomic():
        if glass.pending().filter(pk=row.pk).update(**values) != 1:
            raise ConcurrentEdit(_("This was decided meanwhile."))
    row.refresh_from_db()
