"""Assignment, declaration, plan, log, pause, review: what one person may never do alone."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from cases.actions import access
from cases.actions import clocks as case_clocks
from cases.choices import GrantLevel
from cases.models import Exclusion
from core.deadlines.ladder import standing_on
from core.deadlines.models import Breach, Deadline
from core.deadlines.sweeping import take_step
from core.errors import DomainError, Refused
from investigations.actions import assigning, finding, planning, reporting, working
from investigations.choices import State
from investigations.models import (
    Assignment,
    DraftReport,
    Finding,
    LogEntry,
    PauseRequest,
    Plan,
    PlanTask,
)
from tests import inquiries
from tests.factories import NOW, Cast, exclude, give_grant, give_role, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def next_week() -> object:
    return timezone.localdate(NOW) + 7 * DAY


# --- assignment and declaration --------------------------------------------------------------------------------------


def test_whoever_is_assigned_can_do_nothing_before_declaring(cast: Cast) -> None:
    scene = inquiries.assigned(cast, declared=False)
    with scene.as_user("idris"):
        assert scene.found.lead_declared_at is None
        with pytest.raises(Refused):
            planning.submit(scene.found, hypotheses="x", risks="", tasks=[("y", None)], **scene.by("idris"))
        with pytest.raises(Refused):
            working.start(scene.found, **scene.by("idris"))
        assigning.declare(scene.found, conflict="none", **scene.by("idris"))
        assert (scene.found.lead, scene.found.lead_declared_at) == (cast.idris, NOW)
        with pytest.raises(Refused):
            assigning.declare(scene.found, conflict="conflict", **scene.by("idris"))


def test_a_conflict_of_interest_ends_the_assignment_and_the_case_exists_no_more(cast: Cast) -> None:
    scene = inquiries.assigned(cast, declared=False)
    with scene.as_user("idris"):
        made = assigning.declare(scene.found, conflict="conflict", words="We are cousins.", **scene.by("idris"))
        assert b"cousins" not in made.words.ciphertext
    with cast.inside():
        assert Exclusion.objects.get(user=cast.idris).why == "declared"
        assert Assignment.objects.get().ended_at == NOW
        assert scene.found.lead is None
    with scene.as_user("idris"), pytest.raises(Http404):
        planning.submit(scene.found, hypotheses="x", risks="", tasks=[("y", None)], **scene.by("idris"))
    with scene.as_user("hana"), pytest.raises(Refused):
        assigning.assign(scene.found, cast.idris, lead=True, **scene.by("hana"))
    with cast.inside(), pytest.raises(IntegrityError, match="conflict_ends_it"), transaction.atomic():
        Assignment.objects.update(ended_at=None)


def test_nobody_assigns_themselves_and_nobody_who_is_shut_out_or_supports(cast: Cast) -> None:
    scene = inquiries.assessed(cast)
    with cast.inside():
        give_role(cast.members["hana"], "investigator")
        give_role(cast.members["noor"], "investigator")
        give_role(cast.members["kofi"], "investigator")
        exclude(scene.case, cast.kofi)
        access.take_duty(scene.case, cast.noor, GrantLevel.SUPPORT, now=NOW)
    with scene.as_user("hana"):
        for user in (cast.hana, cast.kofi, cast.noor, cast.amina):
            with pytest.raises(Refused), transaction.atomic():
                assigning.assign(scene.found, user, lead=True, **scene.by("hana"))
    with cast.inside(), pytest.raises(IntegrityError, match="duty_is_taken"), transaction.atomic():
        Assignment.objects.create(case=scene.case, investigation=scene.found, user=cast.noor, assigned_at=NOW)


def test_only_those_assigned_work_on_it_whatever_their_role(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with cast.inside():
        give_role(cast.members["ines"], "investigator")
        give_grant(scene.case, cast.ines, "investigate")
    with scene.as_user("ines"):
        pair = inquiries.pairs(scene.case)[0]
        for act in (
            lambda: finding.record(scene.found, pair, result="unsubstantiated", reasoning="x", **scene.by("ines")),
            lambda: working.log(scene.found, kind="other", what="x", why="", **scene.by("ines")),
            lambda: reporting.begin_draft(scene.found, **scene.by("ines")),
        ):
            with pytest.raises(Refused), transaction.atomic():
                act()


# --- plan ------------------------------------------------------------------------------------------------------------


def test_nobody_approves_their_own_plan_and_a_sent_back_one_needs_remarks(cast: Cast) -> None:
    scene = inquiries.assigned(cast)
    made = inquiries.plan(scene)
    with cast.inside():
        give_role(cast.members["idris"], "investigation_manager")
    with scene.as_user("idris"), pytest.raises(Refused):
        planning.decide(made, approved=True, **scene.by("idris"))
    with scene.as_user("hana"):
        with pytest.raises(DomainError):
            planning.decide(made, approved=False, **scene.by("hana"))
        planning.decide(made, approved=False, remarks="Say who is heard first.", **scene.by("hana"))
        with pytest.raises(Refused):
            planning.decide(made, approved=True, **scene.by("hana"))
        assert scene.found.plan_approved_at is None
    again = inquiries.plan(scene)
    with scene.as_user("hana"):
        assert again.number == 2
        planning.decide(again, approved=True, **scene.by("hana"))
        assert scene.found.plan_approved_at == NOW
    with cast.inside(), pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Plan.objects.filter(pk=again.pk).update(decided_by=cast.idris)


def test_an_investigation_without_an_approved_plan_does_not_start(cast: Cast) -> None:
    scene = inquiries.assigned(cast)
    inquiries.plan(scene)
    with scene.as_user("idris"):
        with pytest.raises(DomainError):
            working.start(scene.found, **scene.by("idris"))
        assert scene.found.state == State.PLANNED


def test_a_plan_needs_a_question_and_a_task_and_its_words_are_sealed(cast: Cast) -> None:
    scene = inquiries.assigned(cast)
    with scene.as_user("idris"):
        for hypotheses, tasks in ((" ", [("Task", None)]), ("What happened", [(" ", None)])):
            with pytest.raises(DomainError):
                planning.submit(scene.found, hypotheses=hypotheses, risks="", tasks=tasks, **scene.by("idris"))
        inquiries.plan(scene)
        assert b"list" not in PlanTask.objects.get().what.ciphertext
        with pytest.raises(DomainError):
            inquiries.plan(scene)


def test_a_task_is_ticked_off_once(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with scene.as_user("idris"):
        task = PlanTask.objects.select_related("plan__investigation__case").get()
        planning.tick_off(task, **scene.by("idris"))
        assert (task.done_by, task.done_at) == (cast.idris, NOW)
        with pytest.raises(Refused):
            planning.tick_off(task, **scene.by("idris"))


# --- log -------------------------------------------------------------------------------------------------------------


def test_a_decision_in_the_log_has_its_reason_and_nothing_there_is_changed(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with scene.as_user("idris"):
        with pytest.raises(DomainError):
            working.log(scene.found, kind="decision", what="Hear the driver first", why=" ", **scene.by("idris"))
        entry = working.log(
            scene.found, kind="decision", what="Hear the driver first", why="He leaves.", **scene.by("idris")
        )
        assert b"driver" not in entry.what.ciphertext
        with pytest.raises(Exception, match="permission denied|row-level"), transaction.atomic():
            LogEntry.objects.filter(pk=entry.pk).update(kind="other")


# --- pause -----------------------------------------------------------------------------------------------------------


def asked(scene: inquiries.Scene, **rest: object) -> PauseRequest:
    values = {"reason": "authorities", "review_on": next_week(), "words": "They asked.", **rest}
    with scene.as_user("idris"):
        return working.ask_pause(scene.found, **values, **scene.by("idris"))


def test_a_pause_is_decided_above_the_asker_and_stops_every_clock(cast: Cast) -> None:
    scene = inquiries.running(cast)
    request = asked(scene)
    with cast.inside():
        give_role(cast.members["idris"], "investigation_manager")
    with scene.as_user("idris"), pytest.raises(Refused):
        working.decide_pause(request, approved=True, **scene.by("idris"))
    with scene.as_user("hana"):
        assert scene.found.state == State.RUNNING, "asking alone changes nothing"
        request.investigation = scene.found
        working.decide_pause(request, approved=True, **scene.by("hana"))
        assert scene.found.state == State.SUSPENDED
        states = dict(Deadline.objects.filter(subject=scene.case.pk).values_list("kind", "state"))
        assert states["investigation.total_un"] == states["investigation.interviews"] == "paused"
        with pytest.raises(Refused):
            working.decide_pause(request, approved=False, **scene.by("hana"))
    with cast.inside(), pytest.raises(IntegrityError, match="pause_two_people"), transaction.atomic():
        PauseRequest.objects.update(decided_by=cast.idris)


def test_a_pause_is_for_a_listed_reason_and_looks_ahead(cast: Cast) -> None:
    scene = inquiries.running(cast)
    for odd in ({"reason": "complex"}, {"reason": "holiday"}, {"review_on": timezone.localdate(NOW) - DAY}):
        with pytest.raises(DomainError):
            asked(scene, **odd)
    asked(scene)
    with pytest.raises(DomainError):
        asked(scene)


def test_a_pause_ends_by_itself_at_its_review_date_and_only_then(cast: Cast) -> None:
    scene = inquiries.running(cast)
    request = asked(scene)
    with scene.as_user("hana"):
        request.investigation = scene.found
        working.decide_pause(request, approved=True, **scene.by("hana"))
        due = Deadline.objects.get(subject=scene.case.pk, kind="investigation.total_un").due_at
    with cast.inside():
        assert working.resume_due(now=request.review_at - timedelta(minutes=1)) == 0
        assert working.resume_due(now=request.review_at + timedelta(minutes=5)) == 1
        assert working.resume_due(now=request.review_at + timedelta(minutes=6)) == 0, "once is enough"
        assert scene.found.state == State.RUNNING
        clock = Deadline.objects.get(subject=scene.case.pk, kind="investigation.total_un")
        assert clock.state == "open"
        assert clock.due_at - due >= 6 * DAY, "the time that stood still is given back"
        request.refresh_from_db()
        assert request.ended_at is not None


def test_the_page_of_the_case_cannot_pause_a_clock_of_the_investigation(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with scene.as_user("hana"):
        with pytest.raises(Refused):
            case_clocks.pause(scene.case, "investigation.total_un", reason="complex", **scene.by("hana"))
        with pytest.raises(Refused):
            case_clocks.go_on(scene.case, "investigation.total_un", **scene.by("hana"))


def test_more_time_is_asked_for_with_a_reason_and_given_by_somebody_else(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with scene.as_user("idris"):
        before = Deadline.objects.get(subject=scene.case.pk, kind="investigation.total_un").due_at
        case_clocks.ask_for_time(scene.case, "investigation.total_un", more=10, reason="complex", **scene.by("idris"))
    with scene.as_user("hana"):
        case_clocks.decide(scene.case, "investigation.total_un", approved=True, **scene.by("hana"))
        after = Deadline.objects.get(subject=scene.case.pk, kind="investigation.total_un").due_at
    assert after - before == 10 * DAY


# --- findings and review ---------------------------------------------------------------------------------------------


def test_a_finding_has_the_standard_of_the_legal_regime_and_none_is_refused(cast: Cast) -> None:
    scene = inquiries.running(cast)
    inquiries.find_all(scene, "unsubstantiated")
    with scene.as_user("idris"):
        row = Finding.objects.get()
        assert row.standard == "clear_and_convincing", "sexual exploitation, United Nations Secretariat"
        assert b"For and" not in row.reasoning.ciphertext
        pair = inquiries.pairs(scene.case)[0]
        for odd in ({"result": "probably"}, {"standard": "guess"}, {"reasoning": " "}):
            values = {"result": "unsubstantiated", "reasoning": "Words.", **odd}
            with pytest.raises(DomainError):
                finding.record(scene.found, pair, **values, **scene.by("idris"))
        for column, value in (("standard", ""), ("result", "maybe")):
            with pytest.raises(IntegrityError), transaction.atomic():
                Finding.objects.filter(pk=row.pk).update(**{column: value})


def test_a_finding_hangs_on_an_allegation_and_somebody_it_is_about(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with cast.inside():
        pair = inquiries.pairs(scene.case)[0]
        with pytest.raises(IntegrityError, match="finding_of_a_pair"), transaction.atomic():
            Finding.objects.create(
                case=scene.case, investigation=scene.found, allegation=pair.allegation, subject=scene.victim,
                result="unsubstantiated", standard="preponderance", found_by=cast.idris, found_at=NOW,
            )  # fmt: skip


def test_nobody_reviews_their_own_draft_and_findings_stand_while_it_is_reviewed(cast: Cast) -> None:
    scene = inquiries.in_review(cast)
    with scene.as_user("idris"):
        draft = DraftReport.objects.select_related("investigation__case").get()
        with pytest.raises(Refused):
            reporting.review(draft, accepted=True, **scene.by("idris"))
        with pytest.raises(Refused):
            finding.record(
                scene.found,
                inquiries.pairs(scene.case)[0],
                result="unsubstantiated",
                reasoning="x",
                **scene.by("idris"),
            )
        with pytest.raises(DomainError):
            reporting.issue(scene.found, **scene.by("idris"))
    with scene.as_user("hana"):
        with pytest.raises(DomainError):
            reporting.review(draft, accepted=False, **scene.by("hana"))
        reporting.review(draft, accepted=False, remarks="Weigh the second witness.", **scene.by("hana"))
        assert scene.found.state == State.DRAFT
    with cast.inside(), pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        DraftReport.objects.update(reviewed_by=cast.idris)


def test_a_missed_stage_is_one_permanent_breach_that_the_manager_hears_of(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with cast.inside():
        stage = Deadline.objects.get(subject=scene.case.pk, kind="investigation.interviews")
        assert stage.owner == cast.idris
    late = stage.due_at + 10 * DAY
    with cast.inside():
        assert take_step(stage.pk, late)
        take_step(stage.pk, late + DAY)
        assert Breach.objects.filter(deadline=stage).count() == 1
        assert standing_on(stage, "manager", late) == [cast.hana.pk]
        exclude(scene.case, cast.hana)
        assert cast.hana.pk not in standing_on(stage, "manager", late)


# --- several roles ---------------------------------------------------------------------------------------------------


def test_a_further_role_opens_nothing_from_another_side_of_the_wall(cast: Cast) -> None:
    """Noor supports somebody in this case and investigates elsewhere; Dana decides here and manages elsewhere."""
    scene = inquiries.awaiting(cast)
    with cast.inside():
        give_role(cast.members["noor"], "investigator")
        give_role(cast.members["noor"], "investigation_manager")
        give_role(cast.members["dana"], "investigation_manager")
        give_grant(scene.case, cast.noor, "support")
    for name in ("noor", "dana"):
        with scene.as_user(name), pytest.raises(Refused):
            assigning.assign(scene.found, cast.ines, lead=True, **scene.by(name))
    at = f"/o/north/cases/{scene.case.reference}/inquiry/"
    assert signed_in(cast.noor).get(at).status_code == 404
    assert "Name somebody else who decides" not in signed_in(cast.dana).get(at).content.decode()
    with cast.inside():
        give_role(cast.members["idris"], "investigation_manager")
    with scene.as_user("idris"), pytest.raises(Refused):
        reporting.end_early(scene.found, result="out_of_scope", reason="x", **scene.by("idris"))
