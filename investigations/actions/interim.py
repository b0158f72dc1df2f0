"""Interim measures: to keep people safe and the evidence whole until the decision, never as a punishment."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.choices import Part
from cases.models import Participant
from core import audit, deadlines
from core.actors import Actor
from core.errors import DomainError, Refused
from investigations.actions import stepping
from investigations.actions.deciding import Wanted
from investigations.actions.turning import ensure_may
from investigations.choices import ENDED, StepKind, interim_for
from investigations.models import Investigation, Measure
from investigations.permissions import Perm


def impose(
    investigation: Investigation, subject: Participant, wanted: Wanted, *, reasons: str, by: Actor, now: datetime
) -> Measure:
    """Decide on an interim measure that fits how the person works, once it is safe that they learn of it.

    A clock runs until there is proof that it was carried out.
    """
    case = investigation.case
    ensure_may(case, by=by, perm=Perm.MANAGE, now=now)
    if by.user is None or subject.case_id != case.pk or subject.part != Part.SUBJECT:
        raise Refused
    if investigation.state in ENDED:
        raise Refused(_("This investigation has ended."))
    if wanted.kind not in interim_for(subject.personnel):
        raise DomainError(_("A measure you chose does not fit how this person works."))
    if wanted.ends_on is not None and wanted.ends_on < wanted.starts_on:
        raise DomainError(_("A measure must not end before it begins."))
    if not reasons.strip():
        raise DomainError(_("Write your reasons: the person must be able to follow them."))
    there = Measure.objects.filter(investigation=investigation, subject=subject, interim=True, lifted_at=None)
    if there.filter(kind=wanted.kind).exists():
        raise DomainError(_("This measure is in force already."))
    stepping.take_for(investigation, subject, StepKind.INTERIM_MEASURE, by=by, now=now)
    made = Measure(
        case=case, investigation=investigation, subject=subject, interim=True, kind=wanted.kind,
        starts_on=wanted.starts_on, ends_on=wanted.ends_on, decided_by=by.user, decided_at=now,
    )  # fmt: skip
    made.seal(reasons=reasons.strip())
    made.save(force_insert=True)
    deadlines.start("investigation.execution", subject=made.pk, reference=case.reference, owner=case.manager, at=now)
    audit.record(
        "investigations.measure_decided", by=by, about=made, reference=case.reference,
        facts={"measure": made.kind, "subject": subject, "starts": made.starts_on, "ends": made.ends_on},
    )  # fmt: skip
    return made


def lift(measure: Measure, *, by: Actor, now: datetime) -> Measure:
    """End an interim measure, once it is safe that the person returns or learns of it."""
    case = measure.case
    ensure_may(case, by=by, perm=Perm.MANAGE, now=now)
    if not measure.interim or measure.lifted_at is not None:
        raise Refused
    stepping.take_for(measure.investigation, measure.subject, StepKind.END_OF_LEAVE, by=by, now=now)
    if not Measure.objects.filter(pk=measure.pk, lifted_at=None).update(lifted_at=now):
        raise Refused
    measure.lifted_at = now
    deadlines.cancel("investigation.execution", subject=measure.pk, by=by, now=now)
    facts = {"measure": measure.kind, "subject": measure.subject_id}
    audit.record("investigations.measure_lifted", by=by, about=measure, reference=case.reference, facts=facts)
    return measure
