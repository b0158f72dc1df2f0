"""Short ways to an investigation in any of its states, through the actions themselves.

Hana manages, Idris investigates and leads, Dana decides, Noor answers for the people affected.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cases.actions import safety
from cases.choices import CaseState, GrantLevel, Part
from cases.models import (
    Allegation,
    AllegationSubject,
    AllegationVictim,
    Case,
    CaseGrant,
    Participant,
    SafetyQuestion,
)
from core import deadlines
from core.encryption import keys
from core.organisations import User
from investigations.actions import assessing, assigning, deciding, finding, planning, reporting, stepping, working
from investigations.models import (
    Assessment,
    Assignment,
    DraftReport,
    Finding,
    Investigation,
    Measure,
    Plan,
    Proceeding,
    SubjectStep,
)
from investigations.selectors.pairs import pairs
from tests.factories import EVERYBODY, NOW, Cast, give_grant, make_case, make_part

#: A grant made in a test begins a moment before NOW, so that everybody is let in at once.
BEFORE = NOW - timedelta(minutes=1)


@dataclass
class Scene:
    """One case with people, and whatever became of it."""

    cast: Cast
    case: Case
    victim: Participant
    subjects: list[Participant]
    now: datetime = NOW
    inquiry: Investigation | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> Participant:
        return self.subjects[0]

    @property
    def found(self) -> Investigation:
        assert self.inquiry is not None
        self.inquiry.refresh_from_db()
        self.inquiry.case.refresh_from_db()
        return self.inquiry

    def by(self, name: str) -> dict[str, Any]:
        """Who acts, and when; call inside the scope of that person."""
        return {"by": self.cast.actor(getattr(self.cast, name), now=self.now), "now": self.now}

    def as_user(self, name: str) -> Any:
        return self.cast.as_user(getattr(self.cast, name))


def open_case(cast: Cast, *, subjects: int = 1, kinds: tuple[str, ...] = ("se_aid_condition",), **rest: Any) -> Scene:
    """A case in preliminary assessment, managed by Hana, with one person affected and allegations about others."""
    with cast.as_user(cast.hana):
        deadlines.give_defaults()
        values = {"state": CaseState.IN_ASSESSMENT, "stream": "sea", "triaged_at": NOW, **rest}
        case = make_case(cast.lake, manager=cast.hana, owner=cast.hana, **values)
        keys.create(case.pk)
        give_grant(case, cast.hana, GrantLevel.MANAGE, identities=EVERYBODY)
        victim = make_part(case, Part.VICTIM)
        named = [make_part(case, Part.SUBJECT, personnel="staff_national") for _each in range(subjects)]
        for kind in kinds:
            made = Allegation.objects.create(case=case, kind=kind, created_at=NOW)
            AllegationVictim.objects.create(allegation=made, participant=victim)
            for person in named:
                AllegationSubject.objects.create(allegation=made, participant=person)
        deadlines.start("case.assessment", subject=case.pk, reference=case.reference, owner=cast.hana, at=NOW)
    return Scene(cast, case, victim, named)


def outcome(**rest: Any) -> assessing.Outcome:
    values = {"in_mandate": True, "could_be_misconduct": True, "state": "to_investigation", "reason": "Enough."}
    return assessing.Outcome(**{**values, **rest})


def assessed(cast: Cast, **rest: Any) -> Scene:
    """The investigation is open: PLANNED, with nobody in it."""
    scene = open_case(cast, **rest)
    with scene.as_user("hana"):
        assessing.decide(scene.case, outcome(), **scene.by("hana"))
        scene.inquiry = Investigation.objects.select_related("case").get(case=scene.case)
    return scene


def let_in(scene: Scene) -> None:
    """Grants made by actions count from their moment, which in one transaction is not yet over."""
    CaseGrant.objects.filter(content_object=scene.case, starts_at__gte=NOW).update(starts_at=BEFORE)


def assigned(cast: Cast, *, declared: bool = True, **rest: Any) -> Scene:
    """Idris leads, and has declared no conflict unless told otherwise."""
    scene = assessed(cast, **rest)
    with scene.as_user("hana"):
        assigning.assign(scene.found, cast.idris, lead=True, **scene.by("hana"))
        let_in(scene)
    if declared:
        with scene.as_user("idris"):
            assigning.declare(scene.found, conflict="none", **scene.by("idris"))
    return scene


def plan(scene: Scene) -> Plan:
    with scene.as_user("idris"):
        return planning.submit(
            scene.found,
            hypotheses="What happened, and what else could explain it.",
            risks="Somebody could be pressed.",
            tasks=[("Ask for the list", None)],
            **scene.by("idris"),
        )


def running(cast: Cast, **rest: Any) -> Scene:
    """Planned, approved, started."""
    scene = assigned(cast, **rest)
    made = plan(scene)
    with scene.as_user("hana"):
        planning.decide(made, approved=True, **scene.by("hana"))
    with scene.as_user("idris"):
        working.start(scene.found, **scene.by("idris"))
    return scene


def find_all(scene: Scene, *results: str) -> None:
    """A finding for each pair: the given results in order, the last one for all that are left."""
    with scene.as_user("idris"):
        for number, pair in enumerate(pairs(scene.case)):
            result = results[min(number, len(results) - 1)]
            finding.record(scene.found, pair, result=result, reasoning="For and against.", **scene.by("idris"))


def in_review(cast: Cast, *results: str, **rest: Any) -> Scene:
    """The draft waits for somebody else."""
    scene = running(cast, **rest)
    find_all(scene, *(results or ("substantiated",)))
    with scene.as_user("idris"):
        reporting.begin_draft(scene.found, **scene.by("idris"))
        reporting.submit(scene.found, body="A fictional report.", **scene.by("idris"))
    return scene


def issued(cast: Cast, *results: str, **rest: Any) -> Scene:
    """The report is issued."""
    scene = in_review(cast, *results, **rest)
    with scene.as_user("hana"):
        draft = DraftReport.objects.select_related("investigation__case").get(investigation=scene.found)
        reporting.review(draft, accepted=True, **scene.by("hana"))
    with scene.as_user("idris"):
        reporting.issue(scene.found, **scene.by("idris"))
    return scene


def awaiting(cast: Cast, *results: str, **rest: Any) -> Scene:
    """Dana decides about everybody with a substantiated finding."""
    scene = issued(cast, *results, **rest)
    with scene.as_user("hana"):
        deciding.name_decision_maker(scene.found, cast.dana, **scene.by("hana"))
        let_in(scene)
    return scene


def proceeding(scene: Scene, subject: Participant | None = None) -> Proceeding:
    return Proceeding.objects.select_related("case", "investigation__case", "subject").get(
        subject=subject or scene.subject
    )


def answer_all(scene: Scene, answer: str = "go", **rest: Any) -> None:
    """Noor answers every open question about safety."""
    with scene.as_user("noor"):
        for question in SafetyQuestion.objects.filter(case=scene.case, answer=""):
            safety.answer(question, answer=answer, **rest, **scene.by("noor"))


def step(scene: Scene, kind: str, who: str = "idris", subject: Participant | None = None) -> SubjectStep:
    """A step is prepared; it waits for its answer."""
    with scene.as_user(who):
        return stepping.prepare(scene.found, subject or scene.subject, kind=kind, **scene.by(who))


def sanctioned(cast: Cast, *results: str, kinds: tuple[str, ...] = ("censure",), **rest: Any) -> Scene:
    """A sanction is decided, each measure from today."""
    scene = awaiting(cast, *results, **rest)
    step(scene, "sanction", "dana")
    answer_all(scene)
    with scene.as_user("dana"):
        today = timezone.localdate(scene.now)
        wanted = [deciding.Wanted(kind, today) for kind in kinds]
        deciding.sanction(proceeding(scene), wanted, reasons="Reasons.", **scene.by("dana"))
    return scene


def assessment(scene: Scene) -> Assessment:
    return Assessment.objects.get(case=scene.case)


def make_ended(case: Case, subject: Participant, *, lead: User, decides: User) -> Measure:
    """Bare rows of an investigation that was issued and of a measure decided in it: for walks over addresses only."""
    assessment = Assessment.objects.create(
        case=case, state="to_investigation", in_mandate=True, could_be_misconduct=True, opened_at=NOW, decided_at=NOW,
        decided_by=decides,
    )  # fmt: skip
    found = Investigation.objects.create(
        case=case, assessment=assessment, state="issued", profile="un_180", profile_rule="regime_un", limit_days=180,
        opened_at=NOW, ended_at=NOW,
    )  # fmt: skip
    rows: dict[str, Any] = {"case": case, "investigation": found}
    Assignment.objects.create(**rows, user=lead, lead=True, assigned_at=NOW)
    allegation = Allegation.objects.create(case=case, kind="other", created_at=NOW)
    AllegationSubject.objects.create(allegation=allegation, participant=subject)
    finding = Finding.objects.create(
        **rows, allegation=allegation, subject=subject, result="substantiated", standard="preponderance", found_by=lead,
        found_at=NOW,
    )  # fmt: skip
    made = Proceeding.objects.create(**rows, subject=subject, finding=finding, opened_at=NOW, decision_maker=decides)
    return Measure.objects.create(
        **rows, subject=subject, proceeding=made, kind="censure", starts_on=NOW.date(), decided_by=decides,
        decided_at=NOW,
    )  # fmt: skip
