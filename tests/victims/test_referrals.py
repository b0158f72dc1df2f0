"""Referrals: nothing leaves without her yes, and what is under way comes back when she takes it back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from cases.actions import consents
from cases.models import Consent
from core.deadlines.models import Deadline
from core.errors import DomainError, Refused
from tests.factories import NOW
from tests.victims.conftest import Side
from victims.actions import referrals
from victims.choices import ReferralState
from victims.models import Provider, Referral, SupportFile
from victims.selectors import work

pytestmark = pytest.mark.django_db


def agreed(side: Side) -> tuple[SupportFile, Provider]:
    file, clinic, noor = side.file(), side.provider(), side.cast.noor
    with side.cast.as_user(noor):
        referrals.agree(file, clinic, method="witnessed", language="en", by=side.actor(noor), now=NOW)
    return file, clinic


def send(side: Side, file: SupportFile, clinic: Provider, service: str = "medical", now=NOW) -> Referral:
    with side.cast.as_user(side.cast.noor):
        return referrals.refer(
            file, clinic, service=service, shared="Fictional need.", by=side.actor(side.cast.noor), now=now
        )


def test_nothing_leaves_without_a_consent_and_the_action_refuses_it(side: Side) -> None:
    file, clinic = side.file(), side.provider()
    with pytest.raises(referrals.ConsentMissing):
        send(side, file, clinic)
    with side.cast.inside():
        assert not Referral.objects.exists()


def test_a_yes_for_one_provider_is_none_for_another_and_a_yes_to_support_is_none_at_all(side: Side) -> None:
    file, clinic = agreed(side)
    other = side.provider(name="Fictional counsellor")
    with side.cast.as_user(side.cast.noor):
        consents.give(
            file.person, purpose="support", wording="x", language="en", method="mark",
            by=side.actor(side.cast.noor), now=NOW,
        )  # fmt: skip
    with pytest.raises(referrals.ConsentMissing):
        send(side, file, other)
    assert send(side, file, clinic).state == "sent"


def test_a_consent_taken_back_stops_the_next_referral_and_pulls_back_those_under_way(side: Side) -> None:
    file, clinic = agreed(side)
    noor = side.cast.noor
    first, done = send(side, file, clinic), send(side, file, clinic, "mhpss")
    with side.cast.as_user(noor):
        by = side.actor(noor)
        for verb in ("accept", "attend"):
            referrals.move(done, verb, by=by, now=NOW)
        pulled = referrals.take_back(file, clinic, by=by, now=NOW + timedelta(hours=1))
        assert pulled == [first]
        states = dict(Referral.objects.values_list("service", "state"))
        assert states == {"medical": "withdrawn", "mhpss": "attended"}
        assert Deadline.objects.get(subject=first.pk).state == "cancelled"
        with pytest.raises(DomainError):
            referrals.take_back(file, clinic, by=by, now=NOW + timedelta(hours=1))
    with pytest.raises(referrals.ConsentMissing):
        send(side, file, clinic)


def test_a_withdrawal_written_down_on_the_other_side_of_the_wall_pulls_the_referral_back_too(side: Side) -> None:
    file, clinic = agreed(side)
    send(side, file, clinic)
    with side.cast.as_user(side.mary):
        by = side.actor(side.mary)
        consents.withdraw(file.person, purpose="support", by=by, now=NOW)
        assert Referral.objects.get().state == "sent", "another yes than this one"
        consents.withdraw(file.person, purpose="referral", recipient=clinic.reference, by=by, now=NOW)
        assert Referral.objects.get().state == "withdrawn"


def test_a_sent_referral_without_a_consent_on_record_is_no_row(side: Side) -> None:
    file, clinic = agreed(side)
    values = {"file": file, "service": "medical", "sent_at": NOW, "sent_by": side.cast.noor, "changed_at": NOW}
    with side.cast.inside():
        for wrong in ({"provider": clinic}, {"consent": Consent.objects.get()}, {}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Referral.objects.create(**values, **wrong)


def test_a_referral_goes_its_way_and_no_other(side: Side) -> None:
    file, clinic = agreed(side)
    sent, noor = send(side, file, clinic), side.cast.noor
    with side.cast.as_user(noor):
        by = side.actor(noor)
        for wrong in ("attend", "complete", "no_show", "withdraw", "nothing"):
            with pytest.raises(Refused):
                referrals.move(sent, wrong, by=by, now=NOW)
        referrals.move(sent, "accept", appointment_at=NOW + timedelta(days=1), by=by, now=NOW)
        assert Deadline.objects.get(subject=sent.pk).state == "met"
        for verb, state in (("no_show", "no_show"), ("attend", "attended"), ("complete", "completed")):
            referrals.move(sent, verb, by=by, now=NOW)
            assert Referral.objects.get().state == state


def test_only_the_least_is_sealed_and_nobody_else_moves_it(side: Side) -> None:
    file, clinic = agreed(side)
    sent = send(side, file, clinic)
    assert b"Fictional" not in sent.shared.ciphertext
    for other in (side.mary, side.musa, side.cast.idris, side.cast.ada):
        with side.cast.as_user(other), pytest.raises(Http404):
            referrals.move(sent, "accept", by=side.actor(other), now=NOW)
    with side.cast.inside():
        assert Referral.objects.get().state == ReferralState.SENT


def test_an_entry_nobody_has_checked_for_half_a_year_is_not_used(side: Side) -> None:
    file, clinic = agreed(side)
    later = NOW + timedelta(days=181)
    with pytest.raises(DomainError):
        send(side, file, clinic, now=later)
    with side.cast.as_user(side.cast.noor):
        assert work.usable("UG", later.date()) == []
        referrals.check_provider(clinic, by=side.actor(side.cast.noor), now=later)
        assert work.usable("UG", later.date()) == [clinic]
    assert send(side, file, clinic, now=later).state == "sent"


def test_a_provider_is_asked_only_for_what_it_offers(side: Side) -> None:
    file, clinic = agreed(side)
    with pytest.raises(DomainError):
        send(side, file, clinic, "legal")


def test_missing_services_are_counted_and_small_numbers_are_not_shown(side: Side) -> None:
    noor = side.cast.noor
    for _each in range(4):
        file = side.file()
        with side.cast.as_user(noor):
            referrals.missing(file, service="legal", by=side.actor(noor), now=NOW)
            referrals.missing(file, service="legal", by=side.actor(noor), now=NOW)
    with side.cast.as_user(noor):
        (gap,) = work.gaps(side.actor(noor))
        assert gap.times is None
    fifth = side.file()
    with side.cast.as_user(noor):
        referrals.missing(fifth, service="legal", by=side.actor(noor), now=NOW)
        (gap,) = work.gaps(side.actor(noor))
        assert (gap.country, gap.times) == ("UG", 5)
    with side.cast.as_user(side.cast.idris):
        assert work.gaps(side.actor(side.cast.idris)) == []


def test_a_child_is_referred_only_after_its_steps(side: Side) -> None:
    file, clinic = side.file(age_band="child"), side.provider()
    with side.cast.as_user(side.cast.noor), pytest.raises(Refused):
        referrals.agree(file, clinic, method="mark", language="en", by=side.actor(side.cast.noor), now=NOW)


def test_only_the_support_side_keeps_the_directory(side: Side) -> None:
    clinic = side.provider()
    for other in (side.cast.idris, side.cast.ada, side.cast.rosa):
        with side.cast.as_user(other), pytest.raises(Refused):
            referrals.check_provider(clinic, by=side.actor(other), now=NOW)
