"""Steps by which a person named learns something new: first the question whether that is safe, then the step."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.actions import safety
from cases.choices import Part
from cases.models import AllegationVictim, Case, Participant, SafetyQuestion
from core import audit, deadlines
from core.actors import Actor
from core.errors import DomainError, Refused
from investigations.actions import clocks
from investigations.actions.turning import ensure_may, ensure_works
from investigations.choices import ENDED, StepKind
from investigations.models import Investigation, Proceeding, SubjectStep
from investigations.permissions import Perm

#: What a decision maker prepares, and what the manager does; everything else is the investigators' work.
OF_DECISION = (StepKind.CHARGES, StepKind.SANCTION)
OF_MANAGEMENT = (StepKind.INTERIM_MEASURE, StepKind.END_OF_LEAVE)
#: Taken by deciding on what they lead to, never by themselves.
WITH_AN_ACT = (StepKind.SANCTION, *OF_MANAGEMENT)


@dataclass(frozen=True)
class Answer:
    """What the asker may see of the answer about one person affected: done, wait until, or not asked and why."""

    code: str
    words: str
    answer: str
    wait_until: datetime | None = None
    because: str = ""


@dataclass(frozen=True)
class Standing:
    """Whether the step may be taken now, and what it still waits for."""

    ready: bool
    answers: tuple[Answer, ...]
    waits_until: datetime | None = None


def victims_of(case: Case, subject: Participant) -> list[Participant]:
    """The people affected by what this person is named for; everybody affected where no allegation says so."""
    mine = AllegationVictim.objects.filter(
        allegation__case=case, allegation__withdrawn_at=None, allegation__subjects__participant=subject
    )
    found = Participant.objects.filter(pk__in=mine.values("participant_id"), part=Part.VICTIM)
    if not found.exists():
        found = Participant.objects.filter(case=case, part=Part.VICTIM)
    return list(found.select_related("person").order_by("created_at", "id"))


def ensure_may_step(investigation: Investigation, kind: str, *, by: Actor, now: datetime) -> None:
    """Raises Refused unless the step belongs to the actor's work here."""
    if kind in OF_MANAGEMENT:
        if kind == StepKind.INTERIM_MEASURE and investigation.state in ENDED:
            raise Refused(_("This investigation has ended."))
        ensure_may(investigation.case, by=by, perm=Perm.MANAGE, now=now)
        return
    if kind not in OF_DECISION:
        if investigation.state in ENDED:
            raise Refused(_("This investigation has ended."))
        ensure_works(investigation, by=by, now=now)
        return
    ensure_may(investigation.case, by=by, perm=Perm.DECIDE, now=now)
    if not Proceeding.objects.filter(investigation=investigation, decision_maker_id=by.user_id).exists():
        raise Refused


def prepare(investigation: Investigation, subject: Participant, *, kind: str, by: Actor, now: datetime) -> SubjectStep:
    """Ask the support side about each person affected, and begin to wait. Raises DomainError where one waits already.

    Nobody is interviewed who was not told in writing what it is about.
    """
    case = investigation.case
    if kind not in StepKind.values or subject.case_id != case.pk or subject.part != Part.SUBJECT:
        raise DomainError(_("Choose the step."))
    ensure_may_step(investigation, kind, by=by, now=now)
    if by.user is None:
        raise Refused
    steps = SubjectStep.objects.filter(investigation=investigation, subject=subject)
    if steps.filter(kind=kind, taken_at=None).exists():
        raise DomainError(_("This step is being prepared already."))
    if kind == StepKind.INTERVIEW and not steps.filter(kind=StepKind.NOTICE, taken_at__isnull=False).exists():
        raise DomainError(_("First this person must be told of the allegations, in writing."))
    made = SubjectStep(
        case=case, investigation=investigation, subject=subject, kind=kind, prepared_by=by.user, prepared_at=now,
        waits_until=now + clocks.safety_wait(),
    )  # fmt: skip
    made.save(force_insert=True)
    people = victims_of(case, subject)
    for person in people:
        safety.ask(case, person, step=kind, by=by, now=now)
    if people:
        deadlines.start("investigation.safety", subject=made.pk, reference=case.reference, owner=by.user, at=now)
    audit.record(
        "investigations.step_prepared", by=by, about=made, reference=case.reference,
        facts={"step": kind, "subject": subject, "asked": len(people)},
    )  # fmt: skip
    return made


def standing(step: SubjectStep, now: datetime) -> Standing:
    """How the step stands: ready once every question is answered, its waits are over, or nobody answered in time.

    “Wait until” binds everybody. A missing answer stops waiting after the organisation's hours, or when the manager
    lets it go on with a reason.
    """
    answers, ready, later = [], True, None
    words = dict(SafetyQuestion.ANSWERS)
    for person in victims_of(step.case, step.subject):
        asked = (
            SafetyQuestion.objects.filter(case=step.case_id, victim=person, step=step.kind)
            .order_by("-asked_at", "-id")
            .first()
        )
        answer = asked.answer if asked else ""
        waits = asked.wait_until if asked and answer == "wait" else None
        answers.append(
            Answer(person.code, words.get(answer, ""), answer, waits, asked.not_asked_because if asked else "")
        )
        if waits is not None and waits > now:
            ready, later = False, max(later or waits, waits)
        if not answer and step.allowed_at is None and step.waits_until > now:
            ready, later = False, max(later or step.waits_until, step.waits_until)
    return Standing(ready, tuple(answers), later)


def allow(step: SubjectStep, *, because: str, by: Actor, now: datetime) -> SubjectStep:
    """The manager lets a step go on though nobody has answered, with a reason. Never against “wait until”."""
    case = step.case
    ensure_may(case, by=by, perm=Perm.MANAGE, now=now)
    if by.user is None or by.user_id == step.prepared_by_id:
        raise Refused
    if not because.strip():
        raise DomainError(_("Say why this cannot wait for the answer."))
    step.seal(allowed_because=because.strip())
    won = SubjectStep.objects.filter(pk=step.pk, allowed_at=None, taken_at=None).update(
        allowed_by=by.user, allowed_at=now, allowed_because=step.allowed_because
    )
    if not won:
        raise Refused
    step.refresh_from_db()
    facts = {"step": step.kind, "subject": step.subject_id}
    audit.record("investigations.step_allowed", by=by, about=step, reference=case.reference, facts=facts)
    return step


def take(step: SubjectStep, *, by: Actor, now: datetime) -> SubjectStep:
    """The step was taken: only once it may be. A sanction is taken by deciding on it."""
    ensure_may_step(step.investigation, step.kind, by=by, now=now)
    if not standing(step, now).ready:
        raise DomainError(_("Wait for the answer about safety first."))
    if by.user is None or not SubjectStep.objects.filter(pk=step.pk, taken_at=None).update(
        taken_at=now, taken_by=by.user
    ):
        raise Refused(_("This step was taken already."))
    step.refresh_from_db()
    deadlines.meet("investigation.safety", subject=step.pk, by=by, now=now)
    case = step.case
    facts = {"step": step.kind, "subject": step.subject_id}
    audit.record("investigations.step_taken", by=by, about=step, reference=case.reference, facts=facts)
    return step


def may_prepare(investigation: Investigation, *, works: bool, decides: bool, manages: bool) -> list[StepKind]:
    """The steps a page may offer to whoever works on it, decides in it or manages it."""
    mine = works and investigation.state not in ENDED
    return [
        kind
        for kind in StepKind
        if (decides and kind in OF_DECISION)
        or (manages and kind in OF_MANAGEMENT and (kind == StepKind.END_OF_LEAVE or investigation.state not in ENDED))
        or (mine and kind not in (*OF_DECISION, *OF_MANAGEMENT))
    ]


def take_for(investigation: Investigation, subject: Participant, kind: str, *, by: Actor, now: datetime) -> None:
    """Take the step that an act needs; DomainError where nobody asked yet whether it is safe, or it still waits."""
    step = SubjectStep.objects.filter(investigation=investigation, subject=subject, kind=kind, taken_at=None).first()
    if step is None:
        raise DomainError(_("First ask whether it is safe that this person learns of it."))
    step.investigation, step.case, step.subject = investigation, investigation.case, subject
    take(step, by=by, now=now)
