"""Tokens: whose they are, what they open, when they end."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.http import Http404

from core.audit.tables import AuditEvent
from core.errors import DomainError, Refused, SecondFactorNeeded
from core.organisations import RoleGrant
from core.tokens import actions, selectors
from core.tokens.tables import ApiToken
from tests.api.conftest import Caller
from tests.factories import NOW, exclude, give_grant, make_case, signed_in

pytestmark = pytest.mark.django_db


def test_a_token_answers_in_its_own_organisation_alone(cast, caller):
    hana = caller(cast.hana)
    assert hana.get("offices/").status_code == 200
    hana.slug = "south"
    assert hana.get("offices/").status_code == 401
    hana.slug = "nowhere"
    assert hana.get("offices/").status_code == 401


def test_whoever_has_no_token_or_a_wrong_one_hears_the_same(cast, caller):
    caller(cast.hana)
    answers = [Caller("north", secret).get("cases/") for secret in ("", "x", "amparo_" + "x" * 43)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"].startswith("Bearer")


def test_only_a_hash_is_kept_and_the_page_shows_the_secret_once(cast, caller):
    client = signed_in(cast.hana)
    sent = {"name": "Monthly list", "scopes": ["cases:read"], "days": "30"}
    made = client.post("/o/north/tokens/", sent)
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert Caller("north", secret).get("cases/").status_code == 200
    page = client.get("/o/north/tokens/").content.decode()
    assert "Monthly list" in page
    assert secret not in page
    with cast.inside():
        token = ApiToken.objects.get()
        assert secret not in repr({field.name: getattr(token, field.name) for field in ApiToken._meta.fields})


def test_a_form_without_a_use_keeps_the_name_and_says_what_is_missing(cast):
    answer = signed_in(cast.hana).post("/o/north/tokens/", {"name": "Monthly list", "days": "200"})
    assert answer.status_code == 422
    assert "Monthly list" in answer.content.decode()


def test_making_one_asks_for_the_second_factor_again(cast, settings):
    settings.DEMO = False
    with cast.as_user(cast.hana), pytest.raises(SecondFactorNeeded):
        actions.issue(name="x", scopes=["cases:read"], days=1, by=cast.actor(cast.hana, fresh=False), now=NOW)


@pytest.mark.parametrize(
    ("scopes", "days"), [([], 30), (["everything"], 30), (["cases:read"], 91), (["cases:read"], 0)]
)
def test_a_token_has_a_use_and_lasts_ninety_days_at_most(cast, scopes, days):
    with cast.as_user(cast.hana), pytest.raises(DomainError):
        actions.issue(name="x", scopes=scopes, days=days, by=cast.actor(cast.hana), now=NOW)


def test_the_database_refuses_a_token_for_longer(cast):
    with cast.as_user(cast.hana), pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.create(
            user=cast.hana, name="x", hash="0" * 64, made_at=NOW, expires_at=NOW + timedelta(days=90, seconds=1)
        )


def test_it_ends_by_itself_and_by_a_button_of_its_owner_alone(cast, caller):
    hana = caller(cast.hana, days=2)
    with time_machine.travel(NOW + timedelta(days=2, seconds=1), tick=False):
        assert hana.get("offices/").status_code == 401
    with cast.as_user(cast.rosa):
        token = ApiToken.objects.get()
        with pytest.raises(Http404):
            selectors.access_token(cast.actor(cast.rosa), token.mark)
        with pytest.raises(Refused):
            actions.end(token, by=cast.actor(cast.rosa), now=NOW)
    assert signed_in(cast.rosa).post(f"/o/north/tokens/{token.mark}/end/").status_code == 404
    assert signed_in(cast.hana).post(f"/o/north/tokens/{token.mark}/end/").status_code == 302
    assert hana.get("offices/").status_code == 401


def test_it_opens_no_more_than_its_owner_may_at_that_moment(cast, caller):
    hana = caller(cast.hana)
    with cast.as_user(cast.hana):
        case = make_case(cast.lake)
        give_grant(case, cast.hana, "manage")
    assert hana.get(f"cases/{case.reference}/").status_code == 200
    with cast.as_user(cast.hana):
        exclude(case, cast.hana)
    assert hana.get(f"cases/{case.reference}/").status_code == 404
    with cast.as_user(cast.ada):
        RoleGrant.objects.filter(membership=cast.members["hana"]).update(ended_by=cast.ada, ended_at=NOW)
    assert hana.get("cases/").status_code == 404
    with cast.as_user(cast.ada):
        membership = cast.members["hana"]
        membership.ends_at = NOW
        membership.save(update_fields=["ends_at"])
    assert hana.get("offices/").status_code == 401


def test_outside_the_demo_an_account_without_a_second_factor_gets_nowhere(cast, caller):
    hana = caller(cast.hana)
    cast.north.demo = False
    cast.north.save(update_fields=["demo"])
    assert hana.get("offices/").status_code == 401


def test_a_scope_it_was_not_made_for_is_refused_in_words(cast, caller):
    answer = caller(cast.hana, "offices:read").get("cases/")
    assert answer.status_code == 403
    assert "cases:read" in answer.json()["detail"]


def test_what_a_token_does_is_in_the_audit_under_its_mark(cast, caller):
    hana = caller(cast.hana)
    with cast.as_user(cast.hana):
        case = make_case(cast.lake)
        give_grant(case, cast.hana, "manage")
    hana.get(f"cases/{case.reference}/")
    with cast.inside():
        token = ApiToken.objects.get()
        event = AuditEvent.objects.get(action="cases.opened")
        assert (event.actor, event.session) == (cast.hana.pk, token.mark.lower())
        assert token.last_used_on is not None


def test_the_command_prints_a_token_once_and_refuses_strangers(cast):
    said = StringIO()
    call_command(
        "issue_token", "hana@north.example", "--organisation", "north", "--scopes", "cases:read,offices:read",
        stdout=said,
    )  # fmt: skip
    secret = said.getvalue().strip()
    assert Caller("north", secret).get("offices/").status_code == 200
    for email, slug in (("hana@north.example", "south"), ("nobody@north.example", "north"), ("x@y.example", "north")):
        with pytest.raises(CommandError):
            call_command("issue_token", email, "--organisation", slug, "--scopes", "cases:read")
    with pytest.raises(CommandError):
        call_command("issue_token", "hana@north.example", "--organisation", "north", "--scopes", "everything")
