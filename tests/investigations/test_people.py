"""Steps wait for the answer about safety; who leaves ends nothing; who withdraws is checked for pressure."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from cases import notifications
from cases.models import Case, SafetyQuestion
from core.deadlines.models import Deadline, DeadlineKind
from core.errors import DomainError, Refused
from core.outbox.models import Notice
from investigations.actions import people, reporting, screening, stepping
from investigations.choices import State
from investigations.models import Departure, Finding, ScreeningDuty, SubjectStep, Withdrawal
from tests import inquiries
from tests.factories import NOW, Cast, exclude, make_part

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


# --- steps -----------------------------------------------------------------------------------------------------------


def test_a_step_asks_about_each_person_affected_and_waits(cast: Cast) -> None:
    scene = inquiries.running(cast)
    made = inquiries.step(scene, "notice")
    with scene.as_user("idris"):
        question = SafetyQuestion.objects.get()
        assert (question.victim, question.step, question.asked_by) == (scene.victim, "notice", cast.idris)
        made.investigation = scene.found
        assert not stepping.standing(made, NOW).ready
        with pytest.raises(DomainError):
            stepping.take(made, **scene.by("idris"))
    inquiries.answer_all(scene)
    with scene.as_user("idris"):
        stepping.take(made, **scene.by("idris"))
        assert made.taken_at == NOW
        with pytest.raises(Refused):
            stepping.take(made, **scene.by("idris"))
        assert Deadline.objects.get(subject=made.pk).state == "met"


def test_wait_until_binds_everybody_the_manager_too(cast: Cast) -> None:
    scene = inquiries.running(cast)
    made = inquiries.step(scene, "notice")
    inquiries.answer_all(scene, "wait", wait_until=NOW + 60 * HOUR)
    with scene.as_user("hana"):
        stepping.allow(made, because="It cannot wait.", **scene.by("hana"))
        assert not stepping.standing(made, NOW + 59 * HOUR).ready
        assert stepping.standing(made, NOW + 61 * HOUR).ready


def test_without_an_answer_a_step_waits_the_hours_of_the_organisation(cast: Cast) -> None:
    scene = inquiries.running(cast)
    made = inquiries.step(scene, "notice")
    with cast.inside():
        assert not stepping.standing(made, NOW + 47 * HOUR).ready
        assert stepping.standing(made, NOW + 48 * HOUR).ready
        DeadlineKind.objects.filter(key="investigation.safety").update(amount=12)
        SubjectStep.objects.all().update(taken_at=NOW, taken_by=cast.idris)
    other = inquiries.step(scene, "interview")
    assert other.waits_until == NOW + 12 * HOUR, "the hours are data"


def test_only_a_manager_lets_a_step_go_on_unanswered_and_with_a_reason(cast: Cast) -> None:
    scene = inquiries.running(cast)
    made = inquiries.step(scene, "notice")
    with scene.as_user("idris"), pytest.raises(Refused):
        stepping.allow(made, because="Hurry.", **scene.by("idris"))
    with scene.as_user("hana"):
        with pytest.raises(DomainError):
            stepping.allow(made, because=" ", **scene.by("hana"))
        stepping.allow(made, because="Evidence is being destroyed.", **scene.by("hana"))
        assert b"Evidence" not in made.allowed_because.ciphertext
        assert stepping.standing(made, NOW).ready


def test_the_investigator_sees_the_answer_and_no_more(cast: Cast) -> None:
    scene = inquiries.running(cast)
    made = inquiries.step(scene, "notice")
    inquiries.answer_all(scene, "not_asked", because="not_reached")
    with scene.as_user("idris"):
        answer = stepping.standing(made, NOW).answers[0]
        assert (answer.code, answer.answer, answer.because) == (scene.victim.code, "not_asked", "not_reached")
        assert set(vars(answer)) == {"code", "words", "answer", "wait_until", "because"}


def test_nobody_is_interviewed_who_was_not_told_first(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with pytest.raises(DomainError):
        inquiries.step(scene, "interview")
    made = inquiries.step(scene, "notice")
    inquiries.answer_all(scene)
    with scene.as_user("idris"):
        stepping.take(made, **scene.by("idris"))
    assert inquiries.step(scene, "interview").kind == "interview"


def test_a_step_of_the_decision_is_not_the_investigators(cast: Cast) -> None:
    scene = inquiries.awaiting(cast)
    for kind in ("sanction", "charges", "interim_measure", "end_of_leave"):
        with pytest.raises(Refused):
            inquiries.step(scene, kind, "idris")
    assert inquiries.step(scene, "sanction", "dana").kind == "sanction"
    with pytest.raises(Refused):
        inquiries.step(scene, "notice", "dana")


# --- leaving ---------------------------------------------------------------------------------------------------------


def test_that_somebody_left_or_died_changes_no_state_and_opens_the_screening_duty(cast: Cast) -> None:
    scene = inquiries.running(cast, subjects=2)
    with scene.as_user("idris"):
        for person, kind in zip(scene.subjects, ("resigned", "died"), strict=True):
            people.left(scene.found, person, kind=kind, on=timezone.localdate(NOW), **scene.by("idris"))
        assert scene.found.state == State.RUNNING
        assert Case.objects.get(pk=scene.case.pk).state == "in_investigation"
        assert set(ScreeningDuty.objects.values_list("subject", "cause")) == {
            (person.pk, "left") for person in scene.subjects
        }
        assert Deadline.objects.filter(kind="investigation.screening", state="open").count() == 2
        with pytest.raises(DomainError):
            people.left(scene.found, scene.subject, kind="died", on=timezone.localdate(NOW), **scene.by("idris"))
    with scene.as_user("hana"):
        duty = ScreeningDuty.objects.select_related("case").first()
        screening.done(duty, **scene.by("hana"))
        assert Deadline.objects.filter(kind="investigation.screening", state="open").count() == 1
        with pytest.raises(Refused):
            screening.done(duty, **scene.by("hana"))


def test_a_departure_lies_not_in_the_future_and_is_about_somebody_named_here(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with scene.as_user("idris"):
        with pytest.raises(DomainError):
            people.left(
                scene.found, scene.subject, kind="died", on=timezone.localdate(NOW) + timedelta(days=1),
                **scene.by("idris"),
            )  # fmt: skip
        with pytest.raises(Refused):
            people.left(scene.found, scene.victim, kind="died", on=timezone.localdate(NOW), **scene.by("idris"))
        assert not Departure.objects.exists()


def test_a_substantiated_finding_opens_the_screening_duty_whatever_is_decided_later(cast: Cast) -> None:
    scene = inquiries.issued(cast, "substantiated", "unsubstantiated", subjects=2)
    with cast.inside():
        duty = ScreeningDuty.objects.get()
        assert (duty.subject, duty.cause) == (scene.subjects[0], "substantiated")


# --- withdrawing -----------------------------------------------------------------------------------------------------


def withdrawn(scene: inquiries.Scene) -> Withdrawal:
    with scene.as_user("idris"):
        return people.withdraw(scene.found, scene.victim, **scene.by("idris"))


def check(scene: inquiries.Scene, row: Withdrawal, **rest: object) -> None:
    values = {"pressure": "none_seen", "goes_on": True, "words": "I asked her alone.", **rest}
    with scene.as_user("hana"):
        row.investigation = scene.found
        people.check_withdrawal(row, **values, **scene.by("hana"))


def test_a_withdrawal_never_ends_the_case_by_itself(cast: Cast) -> None:
    scene = inquiries.running(cast)
    row = withdrawn(scene)
    with cast.inside():
        assert scene.found.state == State.RUNNING
        assert Deadline.objects.get(kind="investigation.withdrawal").owner == cast.hana
    check(scene, row)
    with cast.inside():
        assert scene.found.state == State.RUNNING
        row.refresh_from_db()
        assert (row.pressure, row.goes_on, row.checked_by) == ("none_seen", True, cast.hana)
        assert b"alone" not in row.words.ciphertext
        assert Deadline.objects.get(kind="investigation.withdrawal").state == "met"


def test_the_manager_may_end_it_with_a_reason_but_not_where_there_is_pressure(cast: Cast) -> None:
    scene = inquiries.running(cast)
    row = withdrawn(scene)
    for odd in ({"words": " "}, {"pressure": ""}, {"pressure": "signs", "goes_on": False}):
        with pytest.raises(DomainError), transaction.atomic():
            check(scene, row, **odd)
    check(scene, row, goes_on=False)
    with cast.inside():
        assert scene.found.state == State.ISSUED
        assert Finding.objects.get().result == "victim_withdrew"
        case = Case.objects.get(pk=scene.case.pk)
        assert (case.state, case.close_reason) == ("closed", "victim_withdrew")
    with pytest.raises(Refused):
        check(scene, row)


def test_an_investigator_does_not_check_and_a_stranger_records_nothing(cast: Cast) -> None:
    scene = inquiries.running(cast)
    row = withdrawn(scene)
    with scene.as_user("idris"):
        row.investigation = scene.found
        with pytest.raises(Refused):
            people.check_withdrawal(row, pressure="none_seen", goes_on=False, words="x", **scene.by("idris"))
    for name in ("rosa", "noor", "kofi", "dana"):
        with scene.as_user(name), pytest.raises((Refused, Http404)):
            people.withdraw(scene.found, scene.victim, **scene.by(name))
    with scene.as_user("hana"):
        exclude(scene.case, cast.hana)
        with pytest.raises(Http404):
            reporting.end_early(scene.found, result="out_of_scope", reason="x", **scene.by("hana"))


def test_somebody_of_another_case_is_refused(cast: Cast) -> None:
    scene, other = inquiries.running(cast), inquiries.running(cast)
    with scene.as_user("idris"):
        with pytest.raises(DomainError):
            stepping.prepare(scene.found, other.subject, kind="notice", **scene.by("idris"))
        with pytest.raises(Refused):
            people.withdraw(scene.found, other.victim, **scene.by("idris"))
        stray = make_part(other.case, "victim")
        with pytest.raises(Refused):
            people.withdraw(scene.found, stray, **scene.by("idris"))


def test_whoever_asked_hears_that_the_answer_is_there(cast: Cast) -> None:
    scene = inquiries.running(cast)
    inquiries.step(scene, "notice")
    inquiries.answer_all(scene)
    with cast.inside():
        question = SafetyQuestion.objects.get()
        notice = Notice(kind="cases.safety_answered", about=question.pk, reference=scene.case.reference)
        assert notifications.safety_answered(notice, NOW) == [cast.idris.pk]
        exclude(scene.case, cast.idris)
        assert notifications.safety_answered(notice, NOW) is None
