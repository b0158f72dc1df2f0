"""The duty to enter somebody in the screening register: opened by what happens, ended by a person who did it."""

from datetime import datetime

from cases.models import Case, Participant
from core import audit, deadlines
from core.actors import Actor
from core.errors import Refused
from investigations.actions.turning import ensure_may
from investigations.models import ScreeningDuty
from investigations.permissions import Perm


def owe(case: Case, subject: Participant, *, cause: str, by: Actor, now: datetime) -> ScreeningDuty | None:
    """Open the duty with its clock; None where it was opened before for the same cause."""
    made, new = ScreeningDuty.objects.get_or_create(
        subject=subject, cause=cause, defaults={"case": case, "opened_at": now}
    )
    if not new:
        return None
    deadlines.start("investigation.screening", subject=made.pk, reference=case.reference, owner=case.manager, at=now)
    facts = {"cause": cause, "subject": subject}
    audit.record("investigations.screening_owed", by=by, about=made, reference=case.reference, facts=facts)
    return made


def done(duty: ScreeningDuty, *, by: Actor, now: datetime) -> ScreeningDuty:
    """Note that the person is entered; once."""
    case = duty.case
    ensure_may(case, by=by, perm=Perm.MANAGE, now=now)
    if by.user is None or not ScreeningDuty.objects.filter(pk=duty.pk, done_at=None).update(
        done_at=now, done_by=by.user
    ):
        raise Refused
    deadlines.meet("investigation.screening", subject=duty.pk, by=by, now=now)
    facts = {"subject": duty.subject_id}
    audit.record("investigations.screening_done", by=by, about=duty, reference=case.reference, facts=facts)
    duty.refresh_from_db()
    return duty
