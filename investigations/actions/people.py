"""What happens to people meanwhile: one who is named leaves or dies, one who is affected withdraws."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import Part
from cases.models import Participant
from core import audit, deadlines
from core.actors import Actor
from core.errors import DomainError, Refused
from investigations.actions import reporting
from investigations.actions.screening import owe
from investigations.actions.turning import assignment_of, ensure_may, ensure_works
from investigations.choices import ENDED, LeftKind, Pressure, Result, ScreeningCause
from investigations.models import Departure, Investigation, Withdrawal
from investigations.notifications import tell
from investigations.permissions import Perm


def left(
    investigation: Investigation, subject: Participant, *, kind: str, on: date, by: Actor, now: datetime
) -> Departure:
    """Record that a person named has left or died: no state changes, and the screening register must hear of it."""
    case = investigation.case
    _ensure_record(investigation, by=by, now=now)
    if by.user is None or subject.case_id != case.pk or subject.part != Part.SUBJECT:
        raise Refused
    if kind not in LeftKind.values:
        raise DomainError(_("Say what happened."))
    if on > timezone.localdate(now):
        raise DomainError(_("This day has not come yet."))
    if Departure.objects.filter(subject=subject).exists():
        raise DomainError(_("This is on record already."))
    made = Departure.objects.create(
        case=case, subject=subject, kind=kind, left_on=on, recorded_by=by.user, recorded_at=now
    )
    facts = {"kind": kind, "subject": subject}
    audit.record("investigations.left", by=by, about=investigation, reference=case.reference, facts=facts)
    owe(case, subject, cause=ScreeningCause.LEFT, by=by, now=now)
    return made


def withdraw(investigation: Investigation, victim: Participant, *, by: Actor, now: datetime) -> Withdrawal:
    """A person affected takes no part any more. The case goes on; the manager must check for pressure."""
    case = investigation.case
    _ensure_record(investigation, by=by, now=now)
    if by.user is None or victim.case_id != case.pk or victim.part != Part.VICTIM or investigation.state in ENDED:
        raise Refused
    if Withdrawal.objects.filter(investigation=investigation, victim=victim).exists():
        raise DomainError(_("This is on record already."))
    made = Withdrawal.objects.create(
        case=case, investigation=investigation, victim=victim, recorded_by=by.user, recorded_at=now
    )
    deadlines.start("investigation.withdrawal", subject=made.pk, reference=case.reference, owner=case.manager, at=now)
    facts = {"victim": victim}
    audit.record("investigations.withdrew", by=by, about=investigation, reference=case.reference, facts=facts)
    tell("withdrawal", case=case, now=now)
    return made


def check_withdrawal(
    withdrawal: Withdrawal, *, pressure: str, goes_on: bool, words: str, by: Actor, now: datetime
) -> Withdrawal:
    """The manager says whether there was pressure, and goes on without them or ends the investigation, with a reason.

    Where there are signs of pressure it goes on.
    """
    investigation = withdrawal.investigation
    case = investigation.case
    ensure_may(case, by=by, perm=Perm.MANAGE, now=now)
    if by.user is None:
        raise Refused
    if pressure not in Pressure.values:
        raise DomainError(_("Say what the check on pressure found."))
    if not words.strip():
        raise DomainError(_("Write your reason: two lines that someone can follow a year from now."))
    if pressure == Pressure.SIGNS and not goes_on:
        raise DomainError(_("Where there are signs of pressure the investigation does not end because of it."))
    withdrawal.seal(words=words.strip())
    won = Withdrawal.objects.filter(pk=withdrawal.pk, checked_at=None).update(
        pressure=pressure, goes_on=goes_on, words=withdrawal.words, checked_by=by.user, checked_at=now
    )
    if not won:
        raise Refused(_("This was checked already."))
    withdrawal.refresh_from_db()
    deadlines.meet("investigation.withdrawal", subject=withdrawal.pk, by=by, now=now)
    facts = {"pressure": pressure, "victim": withdrawal.victim_id, "goes_on": goes_on}
    audit.record("investigations.withdrawal_checked", by=by, about=investigation, reference=case.reference, facts=facts)
    if not goes_on:
        reporting.close_early(investigation, result=Result.VICTIM_WITHDREW, reason=words, by=by, now=now)
    return withdrawal


def _ensure_record(investigation: Investigation, *, by: Actor, now: datetime) -> None:
    """Investigators and managers write such facts down."""
    if assignment_of(investigation, by) is not None:
        ensure_works(investigation, by=by, now=now)
    else:
        ensure_may(investigation.case, by=by, perm=Perm.MANAGE, now=now)
