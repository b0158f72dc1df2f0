"""Needs, plans and closures: decided by a second person, never without the checklist, open again at any time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from core.deadlines.models import Deadline
from core.errors import DomainError, Refused
from core.outbox.models import Notice
from tests.factories import NOW
from tests.victims.conftest import Side
from victims import notifications
from victims.actions import closing, files, planning
from victims.choices import CHECKLIST, FileState
from victims.models import Closure, Plan, SafetyPlan, SupportFile
from victims.selectors.files import access_review, waiting_for

pytestmark = pytest.mark.django_db
ANSWERED = {key: "yes" for key, _text in CHECKLIST}


def planned(side: Side) -> SupportFile:
    """A file with a need, a risk level and a goal."""
    file, noor = side.file(), side.cast.noor
    with side.cast.as_user(noor):
        by = side.actor(noor)
        planning.note_need(file, service="medical", words="Fictional need.", by=by, now=NOW)
        planning.judge_risk(file, risk="high", words="Fictional reason.", by=by, now=NOW)
        planning.set_goal(file, service="medical", words="Fictional goal.", by=by, now=NOW)
    return file


def submitted(side: Side) -> SupportFile:
    file = planned(side)
    with side.cast.as_user(side.cast.noor):
        planning.submit(file, by=side.actor(side.cast.noor), now=NOW)
    return file


def test_a_plan_needs_a_risk_level_and_a_goal(side: Side) -> None:
    file, noor = side.file(), side.cast.noor
    with side.cast.as_user(noor):
        by = side.actor(noor)
        planning.note_need(file, service="legal", words="", by=by, now=NOW)
        with pytest.raises(DomainError):
            planning.submit(file, by=by, now=NOW)
        planning.judge_risk(file, risk="low", words="", by=by, now=NOW)
        with pytest.raises(DomainError):
            planning.submit(file, by=by, now=NOW)


def test_a_plan_for_a_child_waits_for_the_steps_of_a_child(side: Side) -> None:
    file, noor = side.file(age_band="6-11"), side.cast.noor
    with side.cast.as_user(noor):
        by = side.actor(noor)
        planning.judge_risk(file, risk="low", words="", by=by, now=NOW)
        planning.set_goal(file, service="safety", words="x", by=by, now=NOW)
        with pytest.raises(Refused):
            planning.submit(file, by=by, now=NOW)


def test_a_supervisor_approves_a_plan_and_the_officer_hears_of_it(side: Side) -> None:
    file = submitted(side)
    facts = {"by": str(side.cast.noor.pk)}
    with side.cast.inside():
        notice = Notice(kind="victims.to_decide", about=file.pk, facts=facts, created_at=NOW)
        assert set(notifications.deciders(notice, NOW) or []) == {side.musa.pk, side.zoe.pk}
    with side.cast.as_user(side.musa):
        by = side.actor(side.musa)
        found = access_review(by, file.reference)
        planning.decide_plan(found, approved=True, remark="", by=by, now=NOW)
        assert SupportFile.objects.get().state == FileState.ACTIVE
        assert Deadline.objects.get(kind="support.plan").state == "met"
    with side.cast.inside():
        assert notifications.officer(notice, NOW) == [side.cast.noor.pk]


def test_nobody_but_a_supervisor_decides_and_a_plan_sent_back_says_what_has_to_change(side: Side) -> None:
    file = submitted(side)
    for other in (side.cast.noor, side.mary, side.cast.hana, side.cast.ada):
        with side.cast.as_user(other):
            with pytest.raises(Http404):
                access_review(side.actor(other), file.reference)
            with pytest.raises(Refused):
                planning.decide_plan(file, approved=True, remark="", by=side.actor(other), now=NOW)
    with side.cast.as_user(side.musa):
        by = side.actor(side.musa)
        with pytest.raises(DomainError):
            planning.decide_plan(file, approved=False, remark=" ", by=by, now=NOW)
        plan = planning.decide_plan(file, approved=False, remark="Fictional remark.", by=by, now=NOW)
        assert b"Fictional" not in plan.remark.ciphertext
        assert SupportFile.objects.get().state == FileState.ASSESSMENT


def test_no_supervisor_decides_a_plan_or_closure_of_their_own_not_even_in_the_database(side: Side) -> None:
    file = planned(side)
    with side.cast.as_user(side.musa):
        by = side.actor(side.musa)
        files.stand_in(file, reason="away", by=by, now=NOW)
        planning.submit(file, by=by, now=NOW)
        assert not waiting_for(by).exists()
        with pytest.raises(Refused):
            planning.decide_plan(file, approved=True, remark="", by=by, now=NOW)
        own = {"decided_by": side.musa, "decided_at": NOW}
        with pytest.raises(IntegrityError), transaction.atomic():
            Plan.objects.filter(file=file).update(state="approved", **own)
    with side.cast.as_user(side.zoe):
        planning.decide_plan(file, approved=True, remark="", by=side.actor(side.zoe), now=NOW)
    with side.cast.as_user(side.musa):
        closing.ask(file, reason="asked", checklist=ANSWERED, words="", by=by, now=NOW)
        with pytest.raises(Refused):
            closing.decide(file, approved=True, by=by, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Closure.objects.filter(file=file).update(approved=True, **own)


def test_a_file_is_closed_by_a_second_person_and_begins_again_whenever_she_wants(side: Side) -> None:
    file, noor = planned(side), side.cast.noor
    with side.cast.as_user(noor):
        closing.ask(file, reason="needs_met", checklist=ANSWERED, words="", by=side.actor(noor), now=NOW)
    with side.cast.as_user(side.musa):
        closing.decide(file, approved=True, by=side.actor(side.musa), now=NOW)
        assert (file.state, file.close_reason, file.closed_at) == ("closed", "needs_met", NOW)
    with side.cast.as_user(noor):
        by = side.actor(noor)
        with pytest.raises(Refused):
            planning.note_need(file, service="legal", words="", by=by, now=NOW)
        closing.reopen(file, by=by, now=NOW + timedelta(days=200))
        assert (file.state, file.closed_at) == ("assessment", None)
        planning.note_need(file, service="legal", words="", by=by, now=NOW + timedelta(days=200))


def test_no_file_is_closed_with_a_line_of_the_checklist_or_a_task_open(side: Side) -> None:
    file, noor = planned(side), side.cast.noor
    with side.cast.as_user(noor):
        by = side.actor(noor)
        given = {"reason": "needs_met", "words": "", "by": by, "now": NOW}
        for wrong in ({}, {**ANSWERED, "safety_plan": ""}, {**ANSWERED, "agreed": "perhaps"}):
            with pytest.raises(DomainError):
                closing.ask(file, checklist=wrong, **given)
        task = planning.add_task(
            file, kind="follow_up", due_on=(NOW + timedelta(days=3)).date(), words="x", by=by, now=NOW
        )
        with pytest.raises(DomainError):
            closing.ask(file, checklist=ANSWERED, **given)
        planning.end_task(task, outcome="done", by=by, now=NOW)
        closing.ask(file, checklist=ANSWERED, **given)
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportFile.objects.filter(pk=file.pk).update(state="closed")


def test_a_supervisor_can_keep_a_file_open(side: Side) -> None:
    file, noor = planned(side), side.cast.noor
    with side.cast.as_user(noor):
        closing.ask(file, reason="funding", checklist=ANSWERED, words="", by=side.actor(noor), now=NOW)
    with side.cast.as_user(side.musa):
        closing.decide(file, approved=False, by=side.actor(side.musa), now=NOW)
        assert file.state == FileState.ASSESSMENT


def test_a_task_has_a_clock_until_the_day_that_was_agreed(side: Side) -> None:
    file, noor = planned(side), side.cast.noor
    day = (NOW + timedelta(days=9)).date()
    with side.cast.as_user(noor):
        by = side.actor(noor)
        with pytest.raises(DomainError):
            planning.add_task(file, kind="task", due_on=(NOW - timedelta(days=2)).date(), words="", by=by, now=NOW)
        task = planning.add_task(file, kind="task", due_on=day, words="Fictional task.", by=by, now=NOW)
        clock = Deadline.objects.get(subject=task.pk)
        assert abs((clock.due_at.date() - day).days) <= 1
        assert clock.owner == noor
        planning.end_task(task, outcome="not_needed", by=by, now=NOW)
        assert Deadline.objects.get(subject=task.pk).state == "cancelled"
        with pytest.raises(Refused):
            planning.end_task(task, outcome="done", by=by, now=NOW)


def test_a_safety_plan_is_her_own_words_and_sealed(side: Side) -> None:
    file, noor = side.file(), side.cast.noor
    with side.cast.as_user(noor):
        by = side.actor(noor)
        with pytest.raises(DomainError):
            planning.write_safety_plan(file, {"steps": "x"}, made_together=True, by=by, now=NOW)
        planning.write_safety_plan(file, {"concern": "Fictional fear."}, made_together=True, by=by, now=NOW)
        assert planning.read_safety_plan(file, by=by, now=NOW)["concern"] == "Fictional fear."
        assert b"Fictional" not in SafetyPlan.objects.get().concern.ciphertext
    with side.cast.as_user(side.musa):
        assert not SafetyPlan.objects.exists()


def test_an_approved_plan_is_taken_up_again_before_a_goal_is_added(side: Side) -> None:
    file = submitted(side)
    with side.cast.as_user(side.musa):
        planning.decide_plan(file, approved=True, remark="", by=side.actor(side.musa), now=NOW)
    with side.cast.as_user(side.cast.noor):
        by = side.actor(side.cast.noor)
        with pytest.raises(Refused):
            planning.set_goal(file, service="legal", words="x", by=by, now=NOW)
        planning.revise(file, by=by, now=NOW)
        planning.set_goal(file, service="legal", words="x", by=by, now=NOW)
        planning.submit(file, by=by, now=NOW)
        assert [plan.number for plan in Plan.objects.order_by("number")] == [1, 2]
