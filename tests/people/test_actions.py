"""Nobody promotes themselves: roles and resets take two people, neither of them the one it is about."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from core.audit.tables import AuditEvent
from core.encryption.fields import _may
from core.errors import ConcurrentEdit, DomainError, Refused, SecondFactorNeeded
from core.on_duty import holders
from core.organisations import Membership, Office, Organisation, RoleGrant, User
from core.outbox.delivery import deliver
from core.outbox.models import Channel, Delivery, Notice
from core.people import actions, house
from core.people.mail import choose_path
from core.people.tables import AccountReset
from core.permissions import Role
from core.tenancy import organisation, signed_in_as
from tests.factories import NOW, Cast, give_role, make_membership, make_user, signed_in

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def bea(cast: Cast) -> User:
    """North's second administrator."""
    bea = make_user("Bea")
    with cast.inside():
        cast.members["bea"] = make_membership(bea, cast.hq, Role.ADMINISTRATOR)
    return bea


def roles(cast: Cast, name: str) -> frozenset[str]:
    return cast.actor(getattr(cast, name), now=LATER).roles


# --- members ---


def test_a_new_member_gets_an_account_without_password_and_a_link_to_choose_one(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), cast.as_user(cast.ada):
        member = actions.add(
            email=" New.Person@North.example ", name="New Test", office=cast.lake, by=cast.actor(cast.ada), now=NOW
        )
    assert member.user.email == "new.person@north.example"
    assert not member.user.has_usable_password()
    (message,) = mail.outbox
    assert message.to == ["new.person@north.example"]
    assert "North" not in message.body + message.subject
    path = re.search(r"/account/choose/\S+", message.body).group(0)  # type: ignore[union-attr]
    client = Client()
    weak = client.post(path, {"password": "short", "again": "short"})
    assert weak.status_code == 422
    assert client.post(path, {"password": "four made up words", "again": "other words"}).status_code == 422
    assert client.post(path, {"password": "four made up words", "again": "four made up words"}).status_code == 302
    assert client.get(path).status_code == 404
    assert (
        client.post("/account/login/", {"login": member.user.email, "password": "four made up words"}).status_code
        == 302
    )


def test_a_link_to_choose_a_password_works_for_nobody_else_and_for_three_days(cast: Cast) -> None:
    import time_machine

    path = choose_path(cast.amina)
    other = path.replace(cast.amina.mark, cast.noor.mark)
    assert str(cast.amina.pk) not in path
    client = Client()
    assert client.get(path).status_code == 200
    assert client.get(other).status_code == 404
    assert client.get("/account/choose/nobody/x/").status_code == 404
    with time_machine.travel(NOW + timedelta(days=3, hours=1), tick=False):
        assert client.get(path).status_code == 404


def test_somebody_of_another_organisation_becomes_a_member_with_the_account_they_have(cast: Cast) -> None:
    with cast.as_user(cast.ada):
        member = actions.add(email=cast.sofia.email, name="Other", office=cast.hq, by=cast.actor(cast.ada), now=NOW)
    assert member.user == cast.sofia
    assert User.objects.get(pk=cast.sofia.pk).name == "Sofia Test"


def test_whoever_is_a_member_is_not_added_twice_and_comes_back_after_leaving(cast: Cast) -> None:
    with cast.as_user(cast.ada):
        by = cast.actor(cast.ada)
        with pytest.raises(DomainError):
            actions.add(email=cast.noor.email, name="Noor", office=cast.hq, by=by, now=NOW)
        actions.end(cast.members["noor"], by=by, now=NOW)
        back = actions.add(email=cast.noor.email, name="Noor", office=cast.hq, by=by, now=LATER)
    assert back.pk == cast.members["noor"].pk
    with cast.inside():
        assert roles(cast, "noor") == frozenset()


@pytest.mark.parametrize("name", ["amina", "hana", "omar", "dan", "sofia"])
def test_only_an_administrator_adds_changes_or_ends(cast: Cast, name: str) -> None:
    user = getattr(cast, name)
    with cast.as_user(user):
        by = cast.actor(user)
        member = make_membership(make_user("Someone"), cast.hq if name != "sofia" else cast.coast)
        for act in (
            lambda: actions.add(email="x@north.example", name="X", office=cast.hq, by=by, now=NOW),
            lambda: actions.change(member, by=by, now=NOW, post="Boss"),
            lambda: actions.end(member, by=by, now=NOW),
            lambda: actions.propose(member, Role.INVESTIGATOR, by=by, now=NOW),
            lambda: actions.ask_reset(member, "both", by=by, now=NOW),
            lambda: house.change_settings(by=by, now=NOW, name="Mine"),
            lambda: house.add_office(name="Mine", country="", parent=cast.hq, by=by, now=NOW),
        ):
            with pytest.raises(Refused):
                act()


def test_ending_a_membership_ends_roles_and_sessions_at_once(cast: Cast) -> None:
    client = signed_in(cast.amina)
    assert client.get("/o/north/people/").status_code == 404
    with cast.as_user(cast.ada):
        actions.end(cast.members["amina"], by=cast.actor(cast.ada), now=NOW)
        assert not RoleGrant.objects.filter(membership=cast.members["amina"], ended_at=None).exists()
    assert client.get("/o/north/people/").status_code == 302


def test_a_member_away_is_not_on_duty_and_comes_back(cast: Cast) -> None:
    with cast.as_user(cast.ada):
        actions.change(
            cast.members["noor"], by=cast.actor(cast.ada), now=NOW,
            away_from=NOW, away_until=NOW + timedelta(days=2),
        )  # fmt: skip
        assert cast.noor.pk not in holders(Role.SUPPORT_OFFICER, now=LATER)
        assert cast.noor.pk in holders(Role.SUPPORT_OFFICER, now=NOW + timedelta(days=2))


def test_nobody_stands_above_themselves(cast: Cast) -> None:
    with cast.as_user(cast.ada), pytest.raises(DomainError):
        actions.change(
            cast.members["omar"], by=cast.actor(cast.ada), now=NOW, supervisor=cast.members["lena"]
        )  # Lena works under Kofi, who works under Omar


# --- roles ---


def test_a_role_holds_only_when_a_second_person_approves(cast: Cast, bea: User) -> None:
    with cast.as_user(cast.ada):
        grant = actions.propose(cast.members["amina"], Role.INTAKE_OFFICER, by=cast.actor(cast.ada), now=NOW)
        assert Role.INTAKE_OFFICER not in roles(cast, "amina")
        with pytest.raises(Refused):
            actions.approve(grant, by=cast.actor(cast.ada), now=LATER)
        with cast.as_user(bea):
            actions.approve(grant, by=cast.actor(bea), now=LATER)
        assert Role.INTAKE_OFFICER in roles(cast, "amina")
        with pytest.raises(ConcurrentEdit):
            actions.approve(grant, by=cast.actor(cast.dan), now=LATER)


def test_nobody_proposes_or_approves_a_role_for_themselves(cast: Cast, bea: User) -> None:
    with cast.as_user(bea):
        with pytest.raises(Refused):
            actions.propose(cast.members["bea"], Role.INVESTIGATOR, by=cast.actor(bea), now=NOW)
        with cast.as_user(cast.ada):
            grant = actions.propose(cast.members["bea"], Role.INVESTIGATOR, by=cast.actor(cast.ada), now=NOW)
        with pytest.raises(Refused):
            actions.approve(grant, by=cast.actor(bea), now=LATER)


def test_the_database_itself_refuses_one_person_in_both_parts(cast: Cast) -> None:
    with cast.as_user(cast.ada):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.create(
                membership=cast.members["amina"], role=Role.INVESTIGATOR, proposed_by=cast.ada, proposed_at=NOW,
                approved_by=cast.ada, approved_at=NOW,
            )  # fmt: skip
        for user, asker, decider in (
            (cast.amina, cast.ada, cast.ada),
            (cast.amina, cast.amina, cast.ada),
            (cast.amina, cast.ada, cast.amina),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                AccountReset.objects.create(
                    membership=cast.members["amina"], user=user, what="both", asked_by=asker, asked_at=NOW,
                    decided_by=decider, decided_at=NOW, allowed=True,
                )  # fmt: skip


def test_a_new_or_ended_role_ends_the_sessions_of_its_owner(cast: Cast, bea: User) -> None:
    client = signed_in(cast.dan)
    with cast.as_user(cast.ada):
        grant = actions.propose(cast.members["dan"], Role.AUDITOR, by=cast.actor(cast.ada), now=NOW)
    assert client.get("/o/north/people/").status_code == 200
    with cast.as_user(bea):
        actions.approve(grant, by=cast.actor(bea), now=LATER)
    assert client.get("/o/north/people/").status_code == 302
    client = signed_in(User.objects.get(pk=cast.dan.pk))
    with cast.as_user(bea):
        actions.end_role(grant, by=cast.actor(bea), now=LATER)
        assert roles(cast, "dan") == {Role.DATA_PROTECTION_OFFICER}
    assert client.get("/o/north/people/").status_code == 302


def test_the_last_administrator_stays(cast: Cast, bea: User) -> None:
    with cast.as_user(cast.ada):
        by = cast.actor(cast.ada)
        actions.end_role(RoleGrant.objects.get(membership=cast.members["bea"]), by=by, now=NOW)
        with pytest.raises(Refused):
            actions.end_role(RoleGrant.objects.get(membership=cast.members["ada"]), by=by, now=LATER)


def test_roles_and_resets_ask_for_the_second_step_again(cast: Cast, settings: Any) -> None:
    settings.DEMO = False
    with cast.as_user(cast.ada):
        by = cast.actor(cast.ada, fresh=False)
        with pytest.raises(SecondFactorNeeded):
            actions.propose(cast.members["amina"], Role.INVESTIGATOR, by=by, now=NOW)
        with pytest.raises(SecondFactorNeeded):
            actions.ask_reset(cast.members["amina"], "both", by=by, now=NOW)


def test_the_database_too_lets_nobody_propose_or_approve_a_role_for_themselves(cast: Cast, bea: User) -> None:
    with cast.inside():
        noor = cast.members["noor"]
        for proposer, approver in ((cast.noor, bea), (bea, cast.noor), (bea, bea)):
            with pytest.raises(IntegrityError), transaction.atomic():
                give_role(noor, Role.INVESTIGATOR, by=(proposer, approver))
        grant = give_role(noor, Role.INVESTIGATOR, by=(bea, cast.dan))
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.filter(pk=grant.pk).update(approved_by=cast.noor)


# --- resets ---


@pytest.mark.django_db(transaction=True)
def test_a_reset_tells_the_owner_everywhere_and_holds_back_reveals_for_a_day(cast: Cast, bea: User) -> None:
    with organisation(cast.south.id):
        make_membership(cast.noor, cast.coast, Role.SUPPORT_OFFICER)
    cast.noor.set_password("a fictional long password")
    cast.noor.save()
    TOTP.activate(cast.noor, generate_totp_secret())
    client = signed_in(cast.noor)
    with cast.as_user(cast.ada):
        reset = actions.ask_reset(cast.members["noor"], "both", by=cast.actor(cast.ada), now=NOW)
        with pytest.raises(Refused):
            actions.allow_reset(reset, by=cast.actor(cast.ada), now=LATER)
        with pytest.raises(DomainError):
            actions.ask_reset(cast.members["noor"], "password", by=cast.actor(bea), now=LATER)
    assert User.objects.get(pk=cast.noor.pk).has_usable_password()
    with cast.as_user(bea):
        actions.allow_reset(reset, by=cast.actor(bea), now=LATER)
    noor = User.objects.get(pk=cast.noor.pk)
    assert not noor.has_usable_password()
    assert not Authenticator.objects.filter(user=noor).exists()
    assert noor.reveals_held_until == LATER + timedelta(hours=24)
    assert client.get("/account/2fa/").status_code == 302
    with cast.inside(), pytest.raises(Refused):
        _may(cast.actor(noor))
    asked, done, link = [str(message.body) for message in mail.outbox if message.to == [noor.email]]
    assert "Somebody asked that your way to sign in is made anew" in asked
    assert "every session ended" in done
    assert "/account/choose/" in link
    with signed_in_as("worker"):
        deliver(LATER)
        for home in (cast.north, cast.south):
            with organisation(home.id):
                told = Delivery.objects.filter(user=noor, channel=Channel.INBOX).values_list("notice__kind", flat=True)
                assert set(told) == {"people.your_reset_asked", "people.your_reset_done"}


@pytest.mark.django_db(transaction=True)
def test_an_owner_who_is_away_or_about_to_leave_hears_of_a_reset_all_the_same(cast: Cast) -> None:
    """Leave is when an account is taken over."""
    week = timedelta(days=7)
    with cast.inside():
        away = {"away_from": NOW - week, "away_until": NOW + week, "ends_at": NOW + 2 * week}
        Membership.objects.filter(user=cast.noor).update(**away)
    with cast.as_user(cast.ada):
        actions.ask_reset(cast.members["noor"], "both", by=cast.actor(cast.ada), now=NOW)
    with signed_in_as("worker"):
        deliver(LATER)
        with cast.inside():
            assert Delivery.objects.filter(user=cast.noor, notice__kind="people.your_reset_asked").exists()


def test_the_owner_cannot_allow_their_own_reset_and_a_declined_one_changes_nothing(cast: Cast, bea: User) -> None:
    with cast.as_user(cast.ada):
        reset = actions.ask_reset(cast.members["bea"], "password", by=cast.actor(cast.ada), now=NOW)
        with pytest.raises(Refused):
            actions.allow_reset(reset, by=cast.actor(bea), now=LATER)
        with cast.as_user(cast.dan):
            actions.decline_reset(reset, by=cast.actor(cast.dan), now=LATER)
        with pytest.raises(ConcurrentEdit):
            actions.allow_reset(reset, by=cast.actor(cast.dan), now=LATER)
    assert User.objects.get(pk=bea.pk).reveals_held_until is None


def test_whoever_may_approve_is_told_and_neither_the_asker_nor_the_owner(cast: Cast, bea: User) -> None:
    from core.people.declarations import wait_for_reset, wait_for_role

    with cast.as_user(cast.ada):
        grant = actions.propose(cast.members["dan"], Role.AUDITOR, by=cast.actor(cast.ada), now=NOW)
        reset = actions.ask_reset(cast.members["bea"], "both", by=cast.actor(cast.ada), now=NOW)
    with cast.inside():
        assert wait_for_role(Notice(about=grant.pk), LATER) == [bea.pk]
        assert wait_for_reset(Notice(about=reset.pk), LATER) == [cast.dan.pk]


# --- the organisation ---


def test_settings_change_and_are_recorded_and_another_organisation_keeps_its_own(cast: Cast) -> None:
    with cast.as_user(cast.ada):
        house.change_settings(by=cast.actor(cast.ada), now=NOW, name="North anew (fictional)", weekend=["fri", "sat"])
        event = AuditEvent.objects.get(action="people.settings_changed")
        assert event.facts == {"changed": ["name", "weekend"]}
    north, south = (Organisation.objects.get(pk=home.pk) for home in (cast.north, cast.south))
    assert (north.name, north.weekend) == ("North anew (fictional)", ["fri", "sat"])
    assert south.name == cast.south.name


@pytest.mark.parametrize("values", [{"languages": []}, {"weekend": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}])
def test_settings_that_would_stop_form_or_clocks_are_refused(cast: Cast, values: dict[str, Any]) -> None:
    with cast.as_user(cast.ada), pytest.raises(DomainError):
        house.change_settings(by=cast.actor(cast.ada), now=NOW, **values)


def test_what_belongs_to_the_operator_is_not_the_administrators_to_change(cast: Cast) -> None:
    with cast.as_user(cast.ada), pytest.raises(ValueError, match="slug"):
        house.change_settings(by=cast.actor(cast.ada), now=NOW, slug="south")


def test_offices_stay_a_tree(cast: Cast) -> None:
    with cast.as_user(cast.ada):
        by = cast.actor(cast.ada)
        shore = house.add_office(name="Shore", country="UG", parent=cast.lake, by=by, now=NOW)
        with pytest.raises(DomainError):
            house.change_office(cast.lake, name="Lake", country="UG", parent=shore, by=by, now=NOW)
        with pytest.raises(DomainError):
            house.change_office(cast.hq, name="HQ", country="KE", parent=cast.lake, by=by, now=NOW)
        with pytest.raises(DomainError):
            house.add_office(name="Shore", country="", parent=cast.hq, by=by, now=NOW)
        house.change_office(shore, name="Shore", country="UG", parent=cast.hq, by=by, now=NOW)
        assert Office.objects.get(pk=shore.pk).parent_id == cast.hq.pk


def test_every_act_on_people_is_recorded(cast: Cast, bea: User) -> None:
    with cast.as_user(cast.ada):
        by, second = cast.actor(cast.ada), cast.actor(bea)
        grant = actions.propose(cast.members["amina"], Role.INVESTIGATOR, by=by, now=NOW)
        with cast.as_user(bea):
            actions.decline(grant, by=second, now=NOW)
        actions.change(cast.members["amina"], by=by, now=NOW, post="New post")
        reset = actions.ask_reset(cast.members["amina"], "password", by=by, now=NOW)
        with cast.as_user(bea):
            actions.allow_reset(reset, by=second, now=NOW)
        actions.end(cast.members["amina"], by=by, now=NOW)
        names = set(AuditEvent.objects.values_list("action", flat=True))
    assert names >= {
        "people.role_proposed", "people.role_declined", "people.member_changed", "people.reset_asked",
        "people.reset_allowed", "people.role_ended", "people.member_ended",
    }  # fmt: skip
    with cast.inside():
        assert Membership.objects.get(pk=cast.members["amina"].pk).ends_at == NOW
