"""Whoever is shut out, or works on the other side of the wall, takes no part in a case by any door."""

from datetime import timedelta
from functools import partial

import pytest

from cases.actions import access, handover, reveal, safety, support, telling
from cases.choices import GrantLevel, Mode, Part, Purpose
from cases.models import CaseGrant, Consent, Mailbox, MessageDue, SafetyQuestion, SupportRequest
from core.errors import DomainError, Refused
from tests.factories import NOW, Cast, exclude, give_grant, give_role, make_case, make_part, make_report


def test_on_the_support_side_too_nobody_shut_out_takes_answers_or_tells(cast: Cast) -> None:
    with cast.as_user(cast.noor):
        noor = cast.actor(cast.noor)
        case = make_case(cast.lake)
        victim = make_part(case)
        asked = SupportRequest.objects.create(case=case, source="triage", asked_by=cast.rosa, asked_at=NOW)
        taken = SupportRequest.objects.create(
            case=case, source="screen", state="taken", asked_by=cast.rosa, asked_at=NOW, taken_by=cast.noor,
            taken_at=NOW,
        )  # fmt: skip
        question = SafetyQuestion.objects.create(
            case=case, victim=victim, step="interview", asked_by=cast.rosa, asked_at=NOW
        )
        due = MessageDue.objects.create(
            case=case, participant=victim, change="closed", text="closed", due_at=NOW, created_at=NOW
        )
        exclude(case, cast.noor)
        with pytest.raises(Refused):
            support.take(asked, by=noor, now=NOW)
        with pytest.raises(Refused):
            support.answer(taken, by=noor, now=NOW)
        with pytest.raises(Refused):
            safety.answer(question, answer="go", by=noor, now=NOW)
        with pytest.raises(Refused):
            telling.carry_out(due, channel="by phone", reception="", by=noor, now=NOW)


@pytest.mark.parametrize("waits", [True, False])
def test_somebody_who_did_not_ask_for_the_report_is_told_by_the_support_side_alone(cast: Cast, waits: bool) -> None:
    with cast.as_user(cast.rosa):
        case = make_case(cast.lake)
        make_report(case, for_whom="other", contact_waits=waits)
        give_grant(case, cast.rosa)
        named = make_part(case, contact=cast.rosa)
        due = MessageDue.objects.create(
            case=case, participant=named, change="closed", text="closed", due_at=NOW, created_at=NOW
        )
        tell = partial(telling.carry_out, due, channel="by phone", reception="", now=NOW)
        if waits:
            with pytest.raises(Refused) as refused:
                tell(by=cast.actor(cast.rosa))
            assert "A support officer decides how" in str(refused.value.message)
        else:
            tell(by=cast.actor(cast.rosa))
    if waits:
        with cast.as_user(cast.noor):
            tell(by=cast.actor(cast.noor))


def test_whoever_investigates_a_case_never_takes_its_request_for_support(cast: Cast) -> None:
    with cast.as_user(cast.idris):
        give_role(cast.members["idris"], "support_officer")
        case = make_case(cast.lake)
        give_grant(case, cast.idris, GrantLevel.INVESTIGATE)
        asked = SupportRequest.objects.create(case=case, source="triage", asked_by=cast.rosa, asked_at=NOW)
        with pytest.raises(Refused):
            support.take(asked, by=cast.actor(cast.idris), now=NOW)
        asked.refresh_from_db()
        assert asked.state == "received"


@pytest.mark.parametrize("name", ["ada", "dan", "noor", "amina", "nobody"])
def test_a_case_is_handed_over_only_to_somebody_whose_role_may_have_it(cast: Cast, name: str) -> None:
    with cast.as_user(cast.rosa):
        case = make_case(cast.lake, owner=cast.rosa)
        give_grant(case, cast.rosa)
        with pytest.raises(DomainError):
            handover.offer(case, to=getattr(cast, name), by=cast.actor(cast.rosa), now=NOW)


def test_what_a_focal_point_only_wrote_down_is_handed_over_to_be_triaged(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        case = make_case(cast.lake, owner=cast.amina)
        give_grant(case, cast.amina, GrantLevel.LOGGED, ends_at=NOW + timedelta(days=30))
        offer = handover.offer(case, to=cast.rosa, by=cast.actor(cast.amina), now=NOW)
        with cast.as_user(cast.rosa):
            handover.confirm(offer, by=cast.actor(cast.rosa), now=NOW)
        assert CaseGrant.objects.get(user=cast.rosa).level == GrantLevel.TRIAGE
        assert not access.in_force(case, cast.amina.pk, NOW + timedelta(seconds=1))


def test_a_yes_taken_back_ends_what_a_report_under_ones_name_allowed(cast: Cast) -> None:
    with cast.as_user(cast.idris):
        case = make_case(cast.lake)
        reporter = make_part(case, Part.REPORTER)
        report = make_report(case, mode=Mode.NAMED)
        with pytest.raises(reveal.ConsentMissing):
            reveal.ensure_investigation_may_know(reporter, case=case)
        Mailbox.objects.create(
            report=report, reporter=reporter, lookup="0" * 64, salt=b"x", verifier=b"x", wrapped_key=b"x",
            created_at=NOW, changed_at=NOW,
        )  # fmt: skip
        reveal.ensure_investigation_may_know(reporter, case=case)  # the name on the report is a yes by itself
        yes = Consent.objects.create(
            person=reporter.person, purpose=Purpose.INVESTIGATION, wording="x1", language="en", method="form",
            given_at=NOW,
        )  # fmt: skip
        reveal.ensure_investigation_may_know(reporter, case=case)
        yes.withdrawn_at = NOW
        yes.save()
        with pytest.raises(reveal.ConsentMissing):
            reveal.ensure_investigation_may_know(reporter, case=case)
