"""Closing, handing over, noting, revealing, asking for support and safety: who may, and what stays of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from cases.actions import access, closing, consents, handover, notes, reveal, safety, support, telling
from cases.actions.versions import Seen, snapshot
from cases.choices import CaseState, CloseReason, GrantLevel, Part
from cases.models import Case, Identity, MessageDue, Note, Participant, SafetyQuestion
from core.encryption import keys
from core.errors import ConcurrentEdit, DomainError, Refused
from tests.factories import EVERYBODY, NOW, Cast, exclude, give_grant, make_case, make_part

pytestmark = pytest.mark.django_db


def sealed_case(cast: Cast, **rest: object) -> Case:
    """A case with its key, managed by Hana."""
    case = make_case(cast.lake, manager=cast.hana, owner=cast.hana, **rest)
    keys.create(case.pk)
    give_grant(case, cast.hana, GrantLevel.MANAGE, identities=EVERYBODY)
    return case


def somebody(case: Case, part: str = Part.VICTIM, **rest: object) -> Participant:
    """A person with a part, a key and a fictional name."""
    made = make_part(case, part, **rest)
    keys.create(made.person_id)
    known = Identity(person=made.person, changed_at=NOW)
    known.seal(name="Fictional Name", contact="000 000 000")
    known.save(force_insert=True)
    return made


# --- closing ---------------------------------------------------------------------------------------------------------


def test_a_case_closes_with_its_reason_and_the_people_affected_are_to_be_told(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = sealed_case(cast)
        make_part(case, Part.VICTIM)
        make_part(case, Part.SUBJECT)
        closing.close(
            case, why=CloseReason.INSUFFICIENT_INFORMATION, reason="Too little to go on.", by=cast.actor(cast.hana),
            now=NOW,
        )  # fmt: skip
        case.refresh_from_db()
        assert (case.state, case.close_reason, case.closed_at) == ("closed", "insufficient_information", NOW)
        assert [due.change for due in MessageDue.objects.all()] == ["closed"], "the accused is not told by this"


def test_a_case_is_not_closed_without_words_or_reason(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = sealed_case(cast)
        for why, words in (("", "Words."), ("died", "Words."), (CloseReason.NO_CASE, "  ")):
            with pytest.raises(DomainError), transaction.atomic():
                closing.close(case, why=why, reason=words, by=cast.actor(cast.hana), now=NOW)
        assert Case.objects.get(pk=case.pk).state == CaseState.TRIAGE


def test_whoever_closes_an_old_view_of_a_case_is_shown_what_changed(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = sealed_case(cast)
        Case.objects.filter(pk=case.pk).update(version=5, state=CaseState.IN_ASSESSMENT)
        seen = Seen(1, snapshot(case))
        with pytest.raises(ConcurrentEdit) as caught:
            closing.close(case, why=CloseReason.NO_CASE, reason="Words.", seen=seen, by=cast.actor(cast.hana), now=NOW)
        assert caught.value.changes["State"] == ("Triage", "Preliminary assessment")


def test_a_reader_a_stranger_to_the_case_and_an_excluded_manager_cannot_close_it(cast: Cast) -> None:
    with cast.inside():
        case = sealed_case(cast)
        give_grant(case, cast.ines, GrantLevel.READ)
    with cast.as_user(cast.ines), pytest.raises(Refused):
        closing.close(case, why=CloseReason.NO_CASE, reason="Words.", by=cast.actor(cast.ines), now=NOW)
    with cast.as_user(cast.rosa), pytest.raises(Http404):
        closing.close(case, why=CloseReason.NO_CASE, reason="Words.", by=cast.actor(cast.rosa), now=NOW)
    with cast.as_user(cast.hana):
        exclude(case, cast.hana)
        with pytest.raises(Http404):
            closing.close(case, why=CloseReason.NO_CASE, reason="Words.", by=cast.actor(cast.hana), now=NOW)


def test_a_closed_case_reopens_into_triage_with_a_clock(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = sealed_case(cast)
        closing.close(case, why=CloseReason.NO_CASE, reason="Words.", by=cast.actor(cast.hana), now=NOW)
        closing.reopen(case, reason="Somebody came forward.", by=cast.actor(cast.hana), now=NOW)
        case.refresh_from_db()
        assert (case.state, case.close_reason, case.closed_at) == ("triage", "", None)


# --- notes -----------------------------------------------------------------------------------------------------------


def test_a_note_is_sealed_and_a_reader_cannot_add_one(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = sealed_case(cast)
        notes.add(case, "A fictional note.", by=cast.actor(cast.hana), now=NOW)
        row = Note.objects.get()
        assert b"fictional" not in row.body.ciphertext
        assert row.reveal("body", purpose="test", by=cast.actor(cast.hana)) == "A fictional note."
        give_grant(case, cast.ines, GrantLevel.READ)
    with cast.as_user(cast.ines), pytest.raises(Refused):
        notes.add(case, "Another.", by=cast.actor(cast.ines), now=NOW)


# --- revealing -------------------------------------------------------------------------------------------------------


def test_an_investigator_reads_a_survivors_name_only_after_she_agreed(cast: Cast) -> None:
    with cast.as_user(cast.idris):
        case = sealed_case(cast)
        person = somebody(case)
        access.take_duty(case, cast.idris, GrantLevel.INVESTIGATE, now=NOW)
        give_grant(case, cast.idris, GrantLevel.INVESTIGATE, identities=EVERYBODY)
        actor = cast.actor(cast.idris)
        with pytest.raises(reveal.ConsentMissing):
            reveal.identity(person, case=case, purpose="interview", by=actor, now=NOW)
        with cast.as_user(cast.noor):
            consents.give(
                person.person, purpose="investigation", wording="spoken-1", language="en", method="voice",
                by=cast.actor(cast.noor), now=NOW,
            )  # fmt: skip
        found = reveal.identity(person, case=case, purpose="interview", by=actor, now=NOW)
        assert found == {"name": "Fictional Name", "contact": None}, "the channel stays with intake and support"
        with cast.as_user(cast.noor):
            consents.withdraw(person.person, purpose="investigation", by=cast.actor(cast.noor), now=NOW)
        with pytest.raises(reveal.ConsentMissing):
            reveal.identity(person, case=case, purpose="interview", by=actor, now=NOW)


def test_a_name_needs_a_listed_part_a_purpose_and_a_grant(cast: Cast) -> None:
    with cast.as_user(cast.rosa):
        case = sealed_case(cast)
        person = somebody(case)
        actor = cast.actor(cast.rosa)
        with pytest.raises(Refused):
            reveal.identity(person, case=case, purpose="triage", by=actor, now=NOW)
        grant = give_grant(case, cast.rosa, GrantLevel.TRIAGE, identities="subject")
        with pytest.raises(Refused):
            reveal.identity(person, case=case, purpose="triage", by=actor, now=NOW)
        type(grant).objects.filter(pk=grant.pk).update(identities="subject,victim")
        with pytest.raises(Refused):
            reveal.identity(person, case=case, purpose="curiosity", by=actor, now=NOW)
        assert reveal.identity(person, case=case, purpose="triage", by=actor, now=NOW)["name"] == "Fictional Name"


# --- consent ---------------------------------------------------------------------------------------------------------


def test_a_yes_covers_its_purpose_and_recipient_and_nothing_else(cast: Cast) -> None:
    with cast.as_user(cast.noor):
        person = somebody(sealed_case(cast)).person
        actor = cast.actor(cast.noor)
        given = {"wording": "spoken-1", "language": "ar", "method": "witnessed", "by": actor, "now": NOW}
        consents.give(person, purpose="referral", recipient="clinic-1", **given)
        again = consents.give(person, purpose="referral", recipient="clinic-1", **given)
        assert consents.open_consents(person.pk).count() == 1
        assert again.recipient == "clinic-1"
        assert consents.may_share(person.pk, "referral", recipient="clinic-1")
        assert not consents.may_share(person.pk, "referral", recipient="clinic-2")
        assert not consents.may_share(person.pk, "referral")
        assert not consents.may_share(person.pk, "investigation")
        assert consents.withdraw(person, purpose="referral", recipient="clinic-1", by=actor, now=NOW)
        assert not consents.may_share(person.pk, "referral", recipient="clinic-1")


# --- handing over ----------------------------------------------------------------------------------------------------


def test_a_case_changes_hands_only_when_the_receiver_says_yes(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = sealed_case(cast)
        offer = handover.offer(case, to=cast.rosa, by=cast.actor(cast.hana), now=NOW)
        assert Case.objects.get(pk=case.pk).owner_id == cast.hana.pk
        with pytest.raises(DomainError):
            handover.offer(case, to=cast.ines, by=cast.actor(cast.hana), now=NOW)
        with pytest.raises(Refused):
            handover.confirm(offer, by=cast.actor(cast.ines), now=NOW)
    with cast.as_user(cast.rosa):
        handover.confirm(offer, by=cast.actor(cast.rosa), now=NOW + timedelta(seconds=1))
        assert Case.objects.get(pk=case.pk).owner_id == cast.rosa.pk
        with pytest.raises(Refused):
            handover.decline(offer, by=cast.actor(cast.rosa), now=NOW)


def test_nobody_excluded_is_offered_a_case_nor_can_take_one(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = sealed_case(cast)
        exclude(case, cast.kofi)
        with pytest.raises(Refused):
            handover.offer(case, to=cast.kofi, by=cast.actor(cast.hana), now=NOW)
        offer = handover.offer(case, to=cast.rosa, by=cast.actor(cast.hana), now=NOW)
        exclude(case, cast.rosa)
    with cast.as_user(cast.rosa), pytest.raises(Refused):
        handover.confirm(offer, by=cast.actor(cast.rosa), now=NOW)


# --- support and safety ----------------------------------------------------------------------------------------------


def test_a_request_for_support_is_taken_by_one_person_only(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = sealed_case(cast)
        request = support.ask(case, source="triage", by=cast.actor(cast.hana), now=NOW)
        assert support.ask(case, source="triage", by=cast.actor(cast.hana), now=NOW).pk == request.pk
        with pytest.raises(Refused):
            support.take(request, by=cast.actor(cast.hana), now=NOW)
    with cast.as_user(cast.noor):
        support.take(request, by=cast.actor(cast.noor), now=NOW)
        with pytest.raises(Refused):
            support.take(request, by=cast.actor(cast.noor), now=NOW)
        assert support.answer(request, by=cast.actor(cast.noor), now=NOW).state == "answered"


def test_only_the_support_side_answers_whether_a_step_is_safe_and_only_once(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = sealed_case(cast)
        victim, accused = make_part(case, Part.VICTIM), make_part(case, Part.SUBJECT)
        with pytest.raises(DomainError):
            safety.ask(case, accused, step="notice", by=cast.actor(cast.hana), now=NOW)
        question = safety.ask(case, victim, step="notice", by=cast.actor(cast.hana), now=NOW)
        with pytest.raises(Refused):
            safety.answer(question, answer="go", by=cast.actor(cast.hana), now=NOW)
    with cast.as_user(cast.noor):
        actor = cast.actor(cast.noor)
        for wrong in ({"answer": "wait"}, {"answer": "wait", "wait_until": NOW}, {"answer": "not_asked"}):
            with pytest.raises(DomainError):
                safety.answer(question, by=actor, now=NOW, **wrong)
        later = NOW + timedelta(days=2)
        assert safety.answer(question, answer="wait", wait_until=later, by=actor, now=NOW).wait_until == later
        with pytest.raises(Refused):
            safety.answer(question, answer="go", by=actor, now=NOW)


def test_the_database_refuses_an_answer_by_whoever_asked(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = sealed_case(cast)
        question = safety.ask(case, make_part(case, Part.VICTIM), step="notice", by=cast.actor(cast.hana), now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            SafetyQuestion.objects.filter(pk=question.pk).update(answer="go", answered_by=cast.hana, answered_at=NOW)


def test_what_a_survivor_was_told_is_recorded_once_and_the_channel_is_sealed(cast: Cast) -> None:
    with cast.as_user(cast.noor):
        case = sealed_case(cast)
        make_part(case, Part.VICTIM)
        with cast.as_user(cast.hana):
            due = telling.due_for_all(case, change="triaged", by=cast.actor(cast.hana), now=NOW)[0]
        telling.carry_out(due, channel="By phone, at noon", reception="Calm", by=cast.actor(cast.noor), now=NOW)
        stored = MessageDue.objects.get()
        assert b"phone" not in stored.channel.ciphertext
        with pytest.raises(Refused):
            telling.carry_out(due, channel="Again", reception="", by=cast.actor(cast.noor), now=NOW)
    with cast.as_user(cast.idris), pytest.raises(Refused):
        telling.carry_out(due, channel="By phone", reception="", by=cast.actor(cast.idris), now=NOW)


def test_a_change_without_a_text_is_refused_loudly(cast: Cast) -> None:
    with cast.as_user(cast.hana), pytest.raises(KeyError):
        telling.due_for_all(sealed_case(cast), change="other", by=cast.actor(cast.hana), now=NOW)
