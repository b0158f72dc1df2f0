"""Three lives, a table each: every state is reached and left or final, and the case follows by one rule."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.actions import closing, support
from cases.actions.telling import TEXTS
from cases.choices import CaseState
from cases.models import Case, MessageDue, SupportRequest
from core.deadlines.models import Deadline
from core.encryption.fields import Sealed
from core.errors import DomainError, Refused
from core.states import Machine
from investigations.actions import assessing, deciding, finding, reporting, working
from investigations.choices import AssessmentState, MeasureKind, ProceedingState, State
from investigations.models import Assessment, DraftReport, Finding, Investigation, Measure, Proceeding, Turn
from investigations.rules import case_state, public_status
from investigations.states import ASSESSMENT, FINAL, INVESTIGATION, PROCEEDING
from tests import inquiries
from tests.factories import NOW, Cast, give_grant, signed_in

pytestmark = pytest.mark.django_db


# --- the tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("machine", [ASSESSMENT, INVESTIGATION, PROCEEDING], ids=lambda machine: machine.name)
def test_each_state_can_be_reached_and_is_left_or_final(machine: Machine) -> None:
    first = machine.states[0]
    reached, edge = {first}, {first}
    while edge:
        edge = {move.target for move in machine.moves.values() if set(move.sources) & edge} - reached
        reached |= edge
    assert reached == set(machine.states)
    left = {source for move in machine.moves.values() for source in move.sources}
    never_left = set(machine.states) - left
    assert never_left <= {str(state) for state in FINAL[machine.name]}
    open_ends = set(machine.states) - {str(state) for state in FINAL[machine.name]}
    assert open_ends <= left


def test_a_walk_through_every_state_of_all_three_lives(cast: Cast) -> None:
    """One investigation with two people named, each at a different point of what follows."""
    met: set[tuple[str, str]] = set()

    def look(scene: inquiries.Scene) -> None:
        with cast.inside():
            met.update(("assessment", state) for state in Assessment.objects.values_list("state", flat=True))
            met.update(("investigation", state) for state in Investigation.objects.values_list("state", flat=True))
            met.update(("proceeding", state) for state in Proceeding.objects.values_list("state", flat=True))

    scene = inquiries.open_case(cast)
    with scene.as_user("hana"):
        assessing.begin(scene.case, **scene.by("hana"))
    look(scene)
    scene = inquiries.running(cast, subjects=2)
    look(scene)
    with scene.as_user("idris"):
        asked = working.ask_pause(
            scene.found, reason="authorities", review_on=(NOW + timedelta(days=9)).date(), words="",
            **scene.by("idris"),
        )  # fmt: skip
    with scene.as_user("hana"):
        asked.investigation = scene.found
        working.decide_pause(asked, approved=True, **scene.by("hana"))
        look(scene)
        working.resume(scene.found, **scene.by("hana"))
    with scene.as_user("idris"):
        reporting.begin_draft(scene.found, **scene.by("idris"))
        look(scene)
        reporting.look_further(scene.found, **scene.by("idris"))
    inquiries.find_all(scene, "substantiated")
    with scene.as_user("idris"):
        reporting.begin_draft(scene.found, **scene.by("idris"))
        reporting.submit(scene.found, body="Report.", **scene.by("idris"))
    look(scene)
    with scene.as_user("hana"):
        draft = DraftReport.objects.select_related("investigation__case").get(investigation=scene.found)
        reporting.review(draft, accepted=True, **scene.by("hana"))
    with scene.as_user("idris"):
        reporting.issue(scene.found, **scene.by("idris"))
    look(scene)
    with scene.as_user("hana"):
        deciding.name_decision_maker(scene.found, cast.dana, **scene.by("hana"))
        inquiries.let_in(scene)
    first, second = scene.subjects
    for subject in scene.subjects:
        inquiries.step(scene, "sanction", "dana", subject)
        inquiries.answer_all(scene)
        with scene.as_user("dana"):
            deciding.sanction(
                inquiries.proceeding(scene, subject), [deciding.Wanted("censure", NOW.date())], reasons="Reasons.",
                **scene.by("dana"),
            )  # fmt: skip
    look(scene)
    with scene.as_user("dana"):
        deciding.appeal(inquiries.proceeding(scene, first), **scene.by("dana"))
        deciding.appeal(inquiries.proceeding(scene, second), **scene.by("dana"))
        look(scene)
        deciding.end_appeal(inquiries.proceeding(scene, first), upheld=True, words="Court.", **scene.by("dana"))
        deciding.end_appeal(inquiries.proceeding(scene, second), upheld=False, words="Court.", **scene.by("dana"))
        look(scene)
        scene.case.refresh_from_db()
        assert scene.case.state == CaseState.IN_DECISION, "one of two proceedings is still open"
        measure = Measure.objects.select_related("proceeding__case").get(subject=first)
        deciding.carried_out(measure, on=NOW.date(), proof="The letter.", **scene.by("dana"))
        look(scene)
        scene.case.refresh_from_db()
        assert (scene.case.state, scene.case.close_reason) == (CaseState.CLOSED, "substantiated")
    for end in ("no_case", "referred_out"):
        scene = inquiries.open_case(cast)
        with scene.as_user("hana"):
            assessing.decide(
                scene.case,
                inquiries.outcome(
                    state=end, in_mandate=False, close_reason="no_case", recipient="Another body (fictional)"
                ),
                **scene.by("hana"),
            )
        look(scene)
    scene = inquiries.assessed(cast)
    look(scene)
    with scene.as_user("hana"):
        reporting.hand_over(scene.found, reason="The oversight office takes it.", **scene.by("hana"))
        scene.case.refresh_from_db()
        assert scene.case.state == CaseState.MONITORED_EXTERNAL
    look(scene)
    scene = inquiries.awaiting(cast)
    look(scene)
    with scene.as_user("dana"):
        deciding.leave_unsanctioned(inquiries.proceeding(scene), reasons="Reasons.", **scene.by("dana"))
    look(scene)
    wanted = {
        *(("assessment", state) for state in AssessmentState.values),
        *(("investigation", state) for state in State.values),
        *(("proceeding", state) for state in ProceedingState.values),
    }
    assert wanted - met == set()


# --- the case follows ------------------------------------------------------------------------------------------------


def test_the_case_moves_with_its_lives_and_closes_when_no_proceeding_is_open(cast: Cast) -> None:
    scene = inquiries.assessed(cast)
    states = []
    with cast.inside():
        states.append(Case.objects.get(pk=scene.case.pk).state)
    scene = inquiries.issued(cast, "unsubstantiated")
    with cast.inside():
        case = Case.objects.get(pk=scene.case.pk)
        states += [case.state, case.close_reason]
        assert not Deadline.objects.filter(subject=case.pk, state="open").exists()
    scene = inquiries.issued(cast, "substantiated")
    with cast.inside():
        states.append(Case.objects.get(pk=scene.case.pk).state)
    assert states == ["in_investigation", "closed", "unsubstantiated", "in_decision"]


def test_several_results_keep_their_own_and_the_first_of_the_order_closes_the_case(cast: Cast) -> None:
    scene = inquiries.issued(
        cast, "unsubstantiated", "insufficient_information", kinds=("se_aid_condition", "se_solicitation")
    )
    with cast.inside():
        results = set(Finding.objects.values_list("result", flat=True))
        assert results == {"unsubstantiated", "insufficient_information"}, "none is merged with another"
        assert Case.objects.get(pk=scene.case.pk).close_reason == "unsubstantiated"


@pytest.mark.parametrize(
    ("lives", "expected"),
    [
        ({"assessment": "open"}, ("in_assessment", "", "preliminary_assessment")),
        (
            {"assessment": "no_case", "close_reason": "out_of_scope"},
            ("closed", "out_of_scope", "closed_other_circumstances"),
        ),
        ({"assessment": "referred_out"}, ("referred_out", "", "referred_to_member_state")),
        (
            {"assessment": "to_investigation", "investigation": "suspended"},
            ("in_investigation", "", "under_investigation"),
        ),
        (
            {"assessment": "to_investigation", "investigation": "handed_over"},
            ("monitored_external", "", "referred_to_member_state"),
        ),
        (
            {"assessment": "to_investigation", "investigation": "issued", "results": ["victim_withdrew"]},
            ("closed", "victim_withdrew", "closed_other_circumstances"),
        ),
        (
            {"assessment": "to_investigation", "investigation": "issued", "results": ["unsubstantiated"]},
            ("closed", "unsubstantiated", "not_substantiated"),
        ),
    ],
)
def test_one_rule_derives_case_and_public_status(lives: dict, expected: tuple[str, str, str]) -> None:
    state, why = case_state(**lives)
    assert (state, why, public_status(state, why)) == expected


def test_a_case_that_is_looked_into_is_not_closed_by_hand(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with scene.as_user("hana"):
        with pytest.raises(Refused):
            closing.close(scene.case, why="no_case", reason="Words.", **scene.by("hana"))
        assert Case.objects.get(pk=scene.case.pk).state == CaseState.IN_INVESTIGATION
    page = signed_in(cast.hana).get(f"/o/north/cases/{scene.case.reference}/")
    assert b"Close the case" not in page.content


def test_a_reopened_case_gets_another_assessment_and_another_investigation(cast: Cast) -> None:
    scene = inquiries.issued(cast, "unsubstantiated")
    with scene.as_user("hana"):
        scene.case.refresh_from_db()
        closing.reopen(scene.case, reason="Somebody came forward.", **scene.by("hana"))
        Case.objects.filter(pk=scene.case.pk).update(state=CaseState.IN_ASSESSMENT)
        scene.case.refresh_from_db()
        assessing.decide(scene.case, inquiries.outcome(), by=scene.by("hana")["by"], now=NOW + timedelta(minutes=1))
        assert list(Investigation.objects.order_by("number").values_list("number", "state")) == [
            (1, "issued"),
            (2, "planned"),
        ]
        scene.case.refresh_from_db()
        assert scene.case.state == CaseState.IN_INVESTIGATION


# --- the invariants (domain reference §3.1) --------------------------------------------------------------------------


def test_support_depends_on_no_state_of_an_investigation(cast: Cast) -> None:
    """(a) Somebody asks for support; closing the case with any finding leaves the request as it was."""
    scene = inquiries.running(cast)
    with scene.as_user("hana"):
        support.ask(scene.case, source="screen", **scene.by("hana"))
    inquiries.find_all(scene, "unsubstantiated")
    with scene.as_user("hana"):
        reporting.end_early(scene.found, result="out_of_scope", reason="Words.", **scene.by("hana"))
        assert SupportRequest.objects.get().state == "received"
        assert Deadline.objects.get(kind="case.support").state == "open"


def test_each_change_of_state_keeps_who_when_and_why_and_cannot_be_changed(cast: Cast) -> None:
    """(d) The record of a change is sealed where somebody wrote, and the database takes no other one."""
    scene = inquiries.assessed(cast)
    with cast.inside():
        row = Turn.objects.get(life="assessment")
        assert (row.verb, row.from_state, row.to_state, row.by, row.at) == (
            "investigate", "open", "to_investigation", cast.hana, NOW,
        )  # fmt: skip
        assert isinstance(row.reason, Sealed)
        for change in ({"verb": "no_case"}, {"by": cast.idris}):
            with pytest.raises(Exception, match="permission denied|row-level"), transaction.atomic():
                Turn.objects.filter(pk=row.pk).update(**change)
        with pytest.raises(Exception, match="permission denied|row-level"), transaction.atomic():
            row.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            Turn.objects.create(
                case=scene.case,
                life="assessment",
                thing=row.thing,
                verb="x",
                from_state="open",
                to_state="open",
                at=NOW,
            )


def test_a_case_closed_without_investigation_may_carry_recommendations(cast: Cast) -> None:
    """(e) And they are sealed like any other words."""
    scene = inquiries.open_case(cast)
    with scene.as_user("hana"):
        made = assessing.decide(
            scene.case,
            inquiries.outcome(
                state="no_case", close_reason="no_case", could_be_misconduct=False,
                recommendations="Light the path to the well.",
            ),
            **scene.by("hana"),
        )  # fmt: skip
        assert b"well" not in made.recommendations.ciphertext
        assert (
            made.reveal("recommendations", purpose="test", by=scene.by("hana")["by"]) == "Light the path to the well."
        )
        scene.case.refresh_from_db()
        assert (scene.case.state, scene.case.close_reason) == ("closed", "no_case")


# --- guards in words and in the database -----------------------------------------------------------------------------


def test_an_investigation_needs_a_yes_to_both_tests(cast: Cast) -> None:
    scene = inquiries.open_case(cast)
    with scene.as_user("hana"):
        for missing in ({"in_mandate": False}, {"could_be_misconduct": False}, {"reason": " "}, {"state": "closed"}):
            with pytest.raises(DomainError), transaction.atomic():
                assessing.decide(scene.case, inquiries.outcome(**missing), **scene.by("hana"))
        begun = assessing.begin(scene.case, **scene.by("hana"))
        with pytest.raises(IntegrityError, match="assessment_both_tests_passed"), transaction.atomic():
            Assessment.objects.filter(pk=begun.pk).update(
                state="to_investigation", in_mandate=True, decided_at=NOW, decided_by=cast.hana
            )


def test_only_the_manager_of_the_case_decides_its_assessment(cast: Cast) -> None:
    scene = inquiries.open_case(cast)
    with cast.inside():
        give_grant(scene.case, cast.rosa, "triage")
        give_grant(scene.case, cast.idris, "investigate")
    for name in ("rosa", "idris"):
        with scene.as_user(name), pytest.raises(Refused):
            assessing.decide(scene.case, inquiries.outcome(), **scene.by(name))


def test_the_database_starts_no_investigation_without_lead_declaration_and_plan(cast: Cast) -> None:
    scene = inquiries.assessed(cast)
    with cast.inside():
        mine = Investigation.objects.filter(pk=scene.found.pk)
        whole = {"started_at": NOW, "lead": cast.idris, "lead_declared_at": NOW, "plan_approved_at": NOW}
        for missing in whole:
            values = {name: value for name, value in whole.items() if name != missing}
            with pytest.raises(IntegrityError, match="investigation_started_rightly"), transaction.atomic():
                mine.update(state="running", **values)
        assert mine.update(state="running", **whole) == 1


def test_one_investigation_of_a_case_is_open_at_a_time(cast: Cast) -> None:
    scene = inquiries.assessed(cast)
    with cast.inside():
        found = scene.found
        with pytest.raises(IntegrityError, match="investigation_one_open"), transaction.atomic():
            Investigation.objects.create(
                case=scene.case, assessment=found.assessment, number=2, profile="own", profile_rule="own_rules",
                limit_days=9, opened_at=NOW,
            )  # fmt: skip


def test_illegal_moves_are_refused_and_leave_nothing(cast: Cast) -> None:
    scene = inquiries.assigned(cast)
    with scene.as_user("idris"):
        for act in (reporting.begin_draft, reporting.look_further, reporting.issue):
            with pytest.raises((Refused, DomainError)), transaction.atomic():
                act(scene.found, **scene.by("idris"))
        with pytest.raises(Refused), transaction.atomic():
            reporting.submit(scene.found, body="Report.", **scene.by("idris"))
        assert scene.found.state == State.PLANNED
        assert not Turn.objects.filter(life="investigation").exists()


def test_a_report_is_issued_only_with_a_finding_for_each_allegation_and_person(cast: Cast) -> None:
    scene = inquiries.running(cast, subjects=2)
    with scene.as_user("idris"):
        first = inquiries.pairs(scene.case)[0]
        finding.record(scene.found, first, result="unsubstantiated", reasoning="Words.", **scene.by("idris"))
        reporting.begin_draft(scene.found, **scene.by("idris"))
        with pytest.raises(DomainError), transaction.atomic():
            reporting.submit(scene.found, body="Report.", **scene.by("idris"))
        assert scene.found.state == State.DRAFT


def test_an_early_end_says_why_and_never_whether_it_is_true(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with scene.as_user("hana"):
        for result in ("substantiated", "unsubstantiated", "died"):
            with pytest.raises(DomainError), transaction.atomic():
                reporting.end_early(scene.found, result=result, reason="Words.", **scene.by("hana"))
        reporting.end_early(scene.found, result="perpetrator_unidentified", reason="Words.", **scene.by("hana"))
        assert Finding.objects.get().result == "perpetrator_unidentified"
        scene.case.refresh_from_db()
        assert (scene.case.state, scene.case.close_reason) == ("closed", "perpetrator_unidentified")
    with scene.as_user("hana"), pytest.raises(IntegrityError, match="investigation_early_reason"), transaction.atomic():
        Investigation.objects.filter(pk=scene.found.pk).update(ended_early="substantiated")


# --- telling ---------------------------------------------------------------------------------------------------------


def test_each_change_of_state_owes_one_message_to_each_person_affected(cast: Cast) -> None:
    scene = inquiries.issued(cast, "unsubstantiated")
    with cast.inside():
        told = list(MessageDue.objects.filter(case=scene.case).values_list("change", flat=True))
        assert sorted(told) == sorted(
            ["investigation", "inquiry_started", "inquiry_writing", "inquiry_review", "outcome_unsubstantiated"]
        )


def test_what_a_survivor_is_told_names_no_sanction(cast: Cast) -> None:
    scene = inquiries.sanctioned(cast, kinds=("dismissal",))
    with cast.inside():
        told = {str(TEXTS[due.text]).lower() for due in MessageDue.objects.filter(case=scene.case)}
    assert told
    assert not [text for text in told for kind in MeasureKind if str(kind.label).lower() in text]
