"""Triage: safety before anything else, one decision with its reason, and nobody overwrites anybody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from cases.actions import access, consents, triage
from cases.actions.triage import Findings
from cases.actions.versions import Seen, snapshot
from cases.choices import Part, PriorityReason, Purpose, TriageDecision
from cases.forms.triage import of_case
from cases.models import (
    Allegation,
    AllegationSubject,
    AllegationVictim,
    Case,
    Exclusion,
    MessageDue,
    SupportRequest,
    TriageDraft,
)
from cases.selectors.counts import counts_of
from core import deadlines
from core.actors import SYSTEM
from core.audit.tables import AuditEvent
from core.deadlines.models import Deadline
from core.encryption import keys
from core.errors import ConcurrentEdit, DomainError, Refused
from tests.factories import (
    NOW,
    Cast,
    exclude,
    give_grant,
    make_case,
    make_named,
    make_part,
    make_report,
)  # fmt: skip

SEA = Findings(standing="community", personnel="partner_staff", stream="sea", kinds=("se_aid_condition",))


@pytest.fixture
def case(cast: Cast) -> Case:
    """A new report Rosa has for triage, with its clock."""
    with cast.inside():
        made = make_case(cast.lake, state="received")
        make_report(made)
        give_grant(made, cast.rosa, identities="victim,subject,witness,reporter")
        deadlines.start("intake.triage", subject=made.pk, reference=made.reference, at=NOW)
        return made


def ready(cast: Cast, case: Case) -> None:
    rosa = cast.actor(cast.rosa)
    triage.start(case, by=rosa, now=NOW)
    triage.check_safety(case, safe="yes", ask_support=False, by=rosa, now=NOW)


def decide(cast: Cast, case: Case, decision: str = "open", **rest: object) -> Case:
    findings = rest.pop("findings", SEA)
    return triage.decide(
        case, findings, decision=decision, by=cast.actor(cast.rosa), now=NOW,  # type: ignore[arg-type]
        **{"reason": "Enough to go on.", **rest},  # type: ignore[arg-type]
    )  # fmt: skip


def test_whoever_takes_a_report_up_owns_it_and_its_clock(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        triage.start(case, by=cast.actor(cast.rosa), now=NOW)
        case.refresh_from_db()
        assert (case.state, case.owner) == ("triage", cast.rosa)
        assert Deadline.objects.get(subject=case.pk).owner == cast.rosa
        with pytest.raises(Refused):
            triage.start(case, by=cast.actor(cast.rosa), now=NOW)


def test_whoever_only_logged_it_hands_ownership_to_who_triages(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        give_grant(case, cast.amina, "logged")
        access.place_owner(case, cast.amina, manager=False, now=NOW)
        triage.start(case, by=cast.actor(cast.rosa), now=NOW)
        case.refresh_from_db()
        assert case.owner == cast.rosa


def test_nothing_is_decided_before_safety(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        triage.start(case, by=cast.actor(cast.rosa), now=NOW)
        with pytest.raises(DomainError) as found:
            decide(cast, case)
        assert "safe" in str(found.value.message)
        case.refresh_from_db()
        assert case.state == "triage"


def test_support_is_asked_for_in_the_same_act_and_names_nobody(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        rosa = cast.actor(cast.rosa)
        triage.start(case, by=rosa, now=NOW)
        triage.check_safety(case, safe="no", ask_support=True, by=rosa, now=NOW)
        asked = SupportRequest.objects.get()
        assert (asked.case, asked.person, asked.source, asked.urgent) == (case, None, "triage", True)
        case.refresh_from_db()
        assert (case.priority, case.priority_reasons) == ("urgent", ["not_safe"])
        assert case.support_asked_at == NOW


def test_the_decision_makes_allegations_with_their_people_and_starts_the_next_clock(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        subject = make_part(case, Part.SUBJECT)
        ready(cast, case)
        findings = Findings(
            standing="community", personnel="staff_national", senior=True, stream="sea",
            kinds=("sa_assault", "se_transactional"), paternity=True, reasons=("threat",),
        )  # fmt: skip
        decide(cast, case, findings=findings)
        case.refresh_from_db()
        assert (case.state, case.stream, case.category) == ("in_assessment", "sea", 1)
        assert case.priority_reasons == [PriorityReason.THREAT, PriorityReason.SENIOR_SUBJECT]
        assert set(Allegation.objects.values_list("kind", "paternity")) == {
            ("sa_assault", True), ("se_transactional", True),
        }  # fmt: skip
        assert set(AllegationSubject.objects.values_list("participant_id", flat=True)) == {subject.pk}
        victim = AllegationVictim.objects.first().participant  # type: ignore[union-attr]
        assert (victim.part, victim.standing) == (Part.VICTIM, "community")
        subject.refresh_from_db()
        assert (subject.personnel, subject.senior) == ("staff_national", True)
        kinds = dict(Deadline.objects.filter(subject=case.pk).values_list("kind", "state"))
        assert kinds == {"intake.triage": "met", "case.assessment": "open"}
        assert MessageDue.objects.get().change == "assessment"
        assert case.reveal("decision_reason", purpose="test", by=SYSTEM) == "Enough to go on."
        assert AuditEvent.objects.get(action="cases.triaged").facts["pointed_to"] == "sea"


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ({"reason": "  "}, "reason"), ({"decision": ""}, "what happens now"), ({"decision": "burn"}, "what happens"),
        ({"findings": Findings(stream="sea")}, "at least one type"),
        ({"findings": Findings(stream="sh", kinds=("sa_rape",))}, "does not belong"),
        ({"findings": Findings(stream="sea", kinds=("sa_rape",), category=3)}, "from the list"),
        ({"decision": "refer"}, "to whom"), ({"decision": "duplicate"}, "open case"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_changes(cast: Cast, case: Case, rest: dict, words: str) -> None:
    with cast.as_user(cast.rosa):
        ready(cast, case)
        with pytest.raises(DomainError) as found:
            decide(cast, case, **rest)
        assert words in str(found.value.message)
        case.refresh_from_db()
        assert case.state == "triage"
        assert not Allegation.objects.exists()


def test_a_known_person_is_not_referred_out_without_their_yes(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        victim = make_named(case, Part.VICTIM, "Person One Test")
        ready(cast, case)
        with pytest.raises(DomainError) as found:
            decide(cast, case, "refer", recipient="South Aid")
        assert "not agreed" in str(found.value.message)
        consents.give(
            victim.person, purpose=Purpose.REFERRAL, recipient="Another one", wording="x1", language="en",
            method="voice", by=cast.actor(cast.rosa), now=NOW,
        )  # fmt: skip
        with pytest.raises(DomainError):
            decide(cast, case, "refer", recipient="South Aid")
        consents.give(
            victim.person, purpose=Purpose.REFERRAL, recipient="South Aid", wording="x1", language="en",
            method="voice", by=cast.actor(cast.rosa), now=NOW,
        )  # fmt: skip
        decide(cast, case, "refer", recipient="South Aid")
        case.refresh_from_db()
        assert case.state == "referred_out"


def test_a_report_about_somebody_unknown_may_be_referred(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        make_part(case, Part.VICTIM)
        ready(cast, case)
        decide(cast, case, "refer", recipient="South Aid")
        assert case.state == "referred_out"


def test_outside_our_scope_is_closed_under_that_name_and_never_as_unsubstantiated(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        ready(cast, case)
        decide(cast, case, "out_of_scope", findings=Findings(stream="out_of_scope"))
        case.refresh_from_db()
        assert (case.state, case.close_reason, case.closed_at) == ("closed", "out_of_scope", NOW)
        assert not Allegation.objects.exists()
        assert not Deadline.objects.filter(subject=case.pk, state="open").exists()


def test_a_duplicate_moves_what_was_told_and_shuts_out_there_too(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        into = make_case(cast.lake, state="in_assessment")
        keys.create(into.pk)
        give_grant(into, cast.rosa, identities="victim,subject,witness,reporter")
        give_grant(into, cast.kofi)
        exclude(case, cast.kofi)
        ready(cast, case)
        decide(cast, case, "duplicate", into=into)
        case.refresh_from_db()
        assert (case.state, case.close_reason) == ("closed", "duplicate")
        moved = into.reports.get()
        assert moved.reveal("account", purpose="test", by=SYSTEM) == "Fictional account."
        assert Exclusion.objects.filter(case=into, user=cast.kofi).exists()
        assert not access.in_force(into, cast.kofi.pk, NOW + timedelta(seconds=1))


def test_a_duplicate_is_joined_only_to_a_case_one_has(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        other = make_case(cast.lake)
        ready(cast, case)
        with pytest.raises(Http404):
            decide(cast, case, "duplicate", into=other)


def test_the_second_writer_is_shown_what_changed_and_overwrites_nothing(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        ready(cast, case)
        case.refresh_from_db()
        seen = Seen(case.version, snapshot(case))
        Case.objects.filter(pk=case.pk).update(category=2, version=case.version + 1)
        with pytest.raises(ConcurrentEdit) as found:
            decide(cast, case, seen=seen)
        assert found.value.changes == {"Category": ("", "Category 2: other")}
        case.refresh_from_db()
        assert (case.category, case.state) == (2, "triage")


@pytest.mark.parametrize("name", ["kofi", "amina", "idris", "hana", "ada"])
def test_without_the_case_nobody_triages_it(cast: Cast, case: Case, name: str) -> None:
    user = getattr(cast, name)
    with cast.as_user(user):
        actor = cast.actor(user)
        with pytest.raises((Http404, Refused)):
            triage.start(case, by=actor, now=NOW)
        with pytest.raises((Http404, Refused)):
            triage.check_safety(case, safe="yes", ask_support=True, by=actor, now=NOW)
        with pytest.raises((Http404, Refused)):
            triage.decide(case, SEA, decision=TriageDecision.OPEN, reason="x", by=actor, now=NOW)
    with cast.inside():
        left = Case.objects.get(pk=case.pk)
        assert (left.state, left.safety_checked_at, left.version) == (case.state, None, case.version)


def test_somebody_shut_out_while_triaging_cannot_go_on(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        ready(cast, case)
        rosa = cast.actor(cast.rosa)
        exclude(case, cast.rosa)
        with pytest.raises(Http404):
            triage.decide(case, SEA, decision="open", reason="x", by=rosa, now=NOW)


def test_a_draft_is_sealed_and_gone_after_the_decision(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        rosa = cast.actor(cast.rosa)
        ready(cast, case)
        triage.keep_draft(case, {"reason": ["words nobody else may read"]}, by=rosa, now=NOW)
        triage.keep_draft(case, {"reason": ["second words"]}, by=rosa, now=NOW)
        draft = TriageDraft.objects.get()
        assert b"words" not in bytes(draft.answers.ciphertext)
        assert triage.draft_of(case, by=rosa)[1] == {"reason": ["second words"]}
        decide(cast, case)
        assert not TriageDraft.objects.exists()


def test_what_was_kept_as_information_can_be_taken_up_again(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        ready(cast, case)
        decide(cast, case, "information", findings=Findings())
        assert case.state == "info_only"
        triage.take_up_again(case, by=cast.actor(cast.rosa), now=NOW)
        assert case.state == "triage"
        assert Deadline.objects.filter(subject=case.pk, kind="intake.triage", state="open").count() == 1


# --- triaging again --------------------------------------------------------------------------------------------------


def test_a_type_that_is_left_out_the_second_time_is_withdrawn_and_stays_on_record(cast: Cast, case: Case) -> None:
    both = replace(SEA, kinds=("se_aid_condition", "sa_assault"))
    with cast.as_user(cast.rosa):
        rosa = cast.actor(cast.rosa)
        ready(cast, case)
        decide(cast, case, "information", findings=both)
        triage.take_up_again(case, by=rosa, now=NOW)
        decide(cast, case, findings=replace(SEA, kinds=("sa_assault", "se_trafficking")))
        alleged = {each.kind: each for each in Allegation.objects.filter(case=case)}
        assert {kind for kind, each in alleged.items() if each.withdrawn_at is None} == {"sa_assault", "se_trafficking"}
        gone = alleged["se_aid_condition"]
        assert (gone.withdrawn_at, gone.withdrawn_by) == (NOW, cast.rosa)
        said = AuditEvent.objects.get(action="cases.allegation_withdrawn")
        assert said.facts == {"kind": "se_aid_condition"}
        assert counts_of(case).allegations == 2, "what was withdrawn is not counted"


def test_a_type_that_was_withdrawn_may_be_alleged_anew(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        rosa = cast.actor(cast.rosa)
        ready(cast, case)
        for kinds in (("sa_assault",), (), ("sa_assault",)):
            decide(cast, case, "information", findings=replace(SEA, kinds=kinds))
            triage.take_up_again(case, by=rosa, now=NOW)
        assert [each.withdrawn_at for each in Allegation.objects.order_by("created_at", "id")] == [NOW, None]


def test_what_was_ticked_once_may_be_unticked_when_it_is_triaged_again(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        rosa = cast.actor(cast.rosa)
        ready(cast, case)
        Case.objects.filter(pk=case.pk).update(priority_reasons=[PriorityReason.CHILD])
        case.refresh_from_db()
        grave = replace(SEA, reasons=(PriorityReason.THREAT,), senior=True)
        decide(cast, case, "information", findings=grave)
        assert case.priority_reasons == ["child", "threat", "senior_subject"]
        triage.take_up_again(case, by=rosa, now=NOW)
        decide(cast, case, findings=SEA)
        assert case.priority_reasons == ["child"], "what the reports say stays"


def test_triaging_again_starts_from_what_is_on_record(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        ready(cast, case)
        decide(cast, case, "information", findings=replace(SEA, paternity=True, reasons=(PriorityReason.THREAT,)))
        form = of_case(case, {})
        found = {
            name: form[name].value() for name in ("stream", "kinds", "standing", "personnel", "paternity", "reasons")
        }
        assert found == {
            "stream": "sea", "kinds": ["se_aid_condition"], "standing": "community", "personnel": "partner_staff",
            "paternity": True, "reasons": ["threat"],
        }  # fmt: skip


def test_the_database_refuses_a_withdrawal_before_the_allegation(cast: Cast, case: Case) -> None:
    with cast.inside():
        made = Allegation.objects.create(case=case, kind="sa_rape", created_at=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Allegation.objects.filter(pk=made.pk).update(withdrawn_at=NOW - timedelta(seconds=1))
