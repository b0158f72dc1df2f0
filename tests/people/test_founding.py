"""The operator makes an organisation that can work at once, and stays outside it."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from cases.models import Case
from core.access import actor_for
from core.actors import Actor
from core.audit.tables import AuditEvent
from core.deadlines.models import DeadlineKind
from core.encryption.tables import OrganisationKey, SealingKey
from core.organisations import Membership, Office, Organisation, RoleGrant, User
from core.people import actions, founding
from core.permissions import Role
from core.tenancy import organisation
from tests.factories import Cast, signed_in

pytestmark = pytest.mark.django_db
WANTED: dict[str, Any] = {
    "name": "West Help (fictional)", "language": ["en", "ar"], "time_zone": "Africa/Dakar", "country": "SN",
    "regime": "national", "headquarters": "Dakar",
    "administrator": [["first@west.example", "First Test"], ["Second@West.example", "Second Test"]],
}  # fmt: skip


def create(slug: str = "west", **changed: Any) -> str:
    out, words = StringIO(), [slug]
    for name, value in {**WANTED, **changed}.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(flag)
            continue
        for each in value if isinstance(value, list) else [value]:
            words += [flag, *(each if isinstance(each, list) else [each])]
    call_command("create_organisation", *words, stdout=out)
    return out.getvalue()


def test_it_has_keys_deadlines_a_head_office_and_two_administrators(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        said = create()
    west = Organisation.objects.get(slug="west")
    assert (west.time_zone, west.country, west.legal_regime, west.languages, west.weekend, west.demo) == (
        "Africa/Dakar", "SN", "national", ["en", "ar"], ["sat", "sun"], False,
    )  # fmt: skip
    with organisation(west.pk):
        assert OrganisationKey.objects.filter(purpose="kek").count() == 1
        assert SealingKey.objects.count() == 1
        assert DeadlineKind.objects.filter(key="intake.triage").exists()
        assert Office.objects.get().headquarters
        grants = RoleGrant.objects.select_related("membership__user")
        assert {(grant.membership.user.email, grant.role) for grant in grants} == {
            ("first@west.example", Role.ADMINISTRATOR), ("second@west.example", Role.ADMINISTRATOR),
        }  # fmt: skip
        assert {"people.organisation_founded", "people.first_role", "encryption.keys_founded"} <= set(
            AuditEvent.objects.values_list("action", flat=True)
        )
    assert sorted(message.to[0] for message in mail.outbox) == ["first@west.example", "second@west.example"]
    assert "/account/choose/" not in said, "the links go to their owners alone"
    assert "/report/west/" in said


def test_the_link_leads_to_a_password_once_and_then_to_a_second_factor(
    django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        create()
    path = re.search(r"/account/choose/\S+", str(mail.outbox[0].body)).group(0)  # type: ignore[union-attr]
    client, words = Client(), {"password": "three fictional words", "again": "three fictional words"}
    assert client.post(path, words).status_code == 302
    assert client.get(path).status_code == 404
    user = User.objects.get(email=mail.outbox[0].to[0])
    assert user.check_password("three fictional words")
    assert signed_in(user).get("/o/west/")["Location"] == "/account/2fa/", "not even where the demo is on"


def acting(user: User) -> Actor:
    later = timezone.now()
    found = actor_for(user, later, second_factor_at=later)
    assert found is not None
    return found


def test_its_first_people_give_roles_together_and_open_no_case() -> None:
    create()
    west = Organisation.objects.get(slug="west")
    first, second = (User.objects.get(email=f"{each}@west.example") for each in ("first", "second"))
    with organisation(west.pk, user=first.pk):
        by = acting(first)
        assert by.roles == {Role.ADMINISTRATOR}
        now = timezone.now()
        member = actions.add(email="rosa@west.example", name="Rosa West", office=Office.objects.get(), by=by, now=now)
        grant = actions.propose(member, Role.INTAKE_OFFICER, by=by, now=now)
    with organisation(west.pk, user=second.pk):
        actions.approve(grant, by=acting(second), now=timezone.now())
        assert RoleGrant.objects.get(pk=grant.pk).approved_by == second


def test_a_report_can_be_sent_to_it_at_once() -> None:
    create()
    assert Client().get("/report/west/").status_code == 200
    with organisation(Organisation.objects.get(slug="west").pk):
        assert not Case.objects.exists()


def test_somebody_who_works_elsewhere_too_keeps_their_password_and_gets_no_link(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    cast.ada.set_password("three fictional words")
    cast.ada.save()
    with django_capture_on_commit_callbacks(execute=True):
        said = create(data_protection_officer=[[cast.ada.email, "Somebody Else"]])
    assert cast.ada.email not in [message.to[0] for message in mail.outbox]
    assert f"{cast.ada.email} has a password already" in said
    assert User.objects.get(pk=cast.ada.pk).name == cast.ada.name
    with cast.inside():
        assert Membership.objects.filter(user=cast.ada).count() == 1


def test_the_links_are_printed_only_when_asked_for() -> None:
    assert create(show_links=True).count("/account/choose/") == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "West Help"}, {"slug": "west-"}, {"slug": "w" * 41}, {"name": " "}, {"language": ["xx"]},
        {"time_zone": "Moon/Crater"}, {"country": "Senegal"}, {"country": "sn"}, {"day_off": ["someday"]},
        {"administrator": [["first@west.example", "One"]]},
        {"administrator": [["first@west.example", "One"], ["FIRST@west.example", "Again"]]},
        {"administrator": [["first", "One"], ["second@west.example", "Two"]]},
        {"administrator": [], "data_protection_officer": [["a@west.example", "A"], ["b@west.example", "B"]]},
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_said_and_leaves_nothing(wrong: dict[str, Any]) -> None:
    before = User.objects.count()
    with pytest.raises(CommandError):
        create(**wrong)
    assert not Organisation.objects.exists()
    assert User.objects.count() == before


def test_a_short_name_is_given_once(cast: Cast) -> None:
    with pytest.raises(CommandError, match="already"):
        create("north")


def test_a_fault_half_way_leaves_no_half_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("fictional fault")

    monkeypatch.setattr(founding, "send_choose_link", broken)
    with pytest.raises(RuntimeError):
        create()
    assert not Organisation.objects.exists()
    assert not User.objects.exists()
