"""A page that fails, refuses or hides its failure leaves nothing behind and never says that it saved."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.access import actor_for
from core.organisations import Membership, Office, Organisation, User, every_organisation
from core.tenancy import NoOrganisation, Scope, organisation, scope, with_mailbox
from core.tokens import actions as tokens
from core.tokens.tables import Scope as TokenScope

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.tenancy.urls")]


class Place:
    """An organisation with one member, signed in."""

    def __init__(self, slug: str) -> None:
        self.organisation = Organisation.objects.create(slug=slug, name=slug.title(), created_at=NOW, demo=True)
        self.user = User.objects.create_user(f"amina.{slug}@example.org", name=f"Amina {slug.title()} Test")
        with organisation(self.organisation.id):
            office = Office.objects.create(name="First")
            Membership.objects.create(user=self.user, office=office, starts_at=NOW)
        self.client = Client(raise_request_exception=False)
        self.client.force_login(self.user, "allauth.account.auth_backends.AuthenticationBackend")

    def token(self) -> dict[str, str]:
        """What a program of the member sends with each call."""
        now = timezone.now()
        with organisation(self.organisation.id, user=self.user.pk):
            by = actor_for(self.user, now)
            assert by is not None
            _token, secret = tokens.make(name="A program", scopes=[TokenScope.OFFICES_READ], days=1, by=by, now=now)
        return {"Authorization": f"Bearer {secret}"}

    def offices(self) -> list[str]:
        with organisation(self.organisation.id):
            return sorted(Office.objects.values_list("name", flat=True))


@pytest.fixture
def north(db: None) -> Place:
    return Place("north")


@pytest.fixture
def south(db: None) -> Place:
    return Place("south")


@pytest.fixture(autouse=True)
def _quiet_log(caplog: pytest.LogCaptureFixture) -> None:
    """The pages here fail on purpose."""
    caplog.set_level("CRITICAL")


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("raises", 500),
        ("refuses", 403),
        ("hides", 404),
        ("breaks_a_rule", 422),
        ("answers_403", 403),
        ("answers_404", 404),
        ("answers_500", 500),
        ("breaks_while_drawing", 500),
        ("swallows", 500),
    ],
)
def test_a_page_that_saves_and_then_fails_leaves_nothing(north: Place, how: str, status: int) -> None:
    answer = north.client.get(f"/o/north/saving/{how}/")
    assert answer.status_code == status
    assert b"saved" not in answer.content.lower()
    assert north.offices() == ["First"]


def test_a_page_that_saves_and_succeeds_is_kept(north: Place) -> None:
    answer = north.client.get("/o/north/saving/succeeds/")
    assert (answer.status_code, answer.content) == (200, b"saved")
    assert north.offices() == ["First", "Made by a page"]


def test_a_form_whose_act_breaks_a_rule_half_way_leaves_nothing(north: Place) -> None:
    answer = north.client.post("/o/north/rule/")
    assert answer.status_code == 422
    assert north.offices() == ["First"]


def test_a_refusal_of_the_programming_interface_leaves_nothing(north: Place) -> None:
    assert north.client.get("/api/v1/o/north/saving/", headers=north.token()).status_code == 403
    assert north.offices() == ["First"]


@pytest.mark.hook_may_fail
def test_a_hook_that_fails_after_commit_leaves_the_answer_as_it_was(north: Place) -> None:
    answer = north.client.get("/o/north/saving/fails_afterwards/")
    assert (answer.status_code, answer.content) == (200, b"saved")
    assert north.offices() == ["First", "Made by a page"]


@pytest.mark.parametrize("slug", ["south", "nowhere"])
def test_a_stranger_is_answered_as_if_the_organisation_did_not_exist(north: Place, south: Place, slug: str) -> None:
    """The same bytes for an organisation one does not belong to and for one that was never there."""
    there = north.client.get(f"/o/{slug}/standing/")
    assert there.status_code == 404
    assert there.content == north.client.get("/o/nowhere/standing/").content


def test_somebody_not_signed_in_is_sent_to_the_sign_in_for_every_address_alike(north: Place) -> None:
    for slug in ("north", "nowhere"):
        answer = Client().get(f"/o/{slug}/standing/")
        assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next=/o/{slug}/standing/")


def test_an_ended_membership_opens_nothing(north: Place) -> None:
    with organisation(north.organisation.id):
        Membership.objects.update(ends_at=datetime(2026, 1, 6, tzinfo=UTC))
    assert north.client.get("/o/north/standing/").status_code == 404


def test_an_account_that_is_switched_off_opens_nothing(north: Place) -> None:
    User.objects.update(is_active=False)
    assert north.client.get("/o/north/standing/").status_code == 302


def test_a_connection_that_stays_open_never_keeps_role_or_organisation(north: Place, south: Place) -> None:
    """One backend serves them all in turn; after each, nothing of it is left."""
    pids = set()

    def plain() -> None:
        role, whose, user, pid = north.client.get("/plain/").content.decode().split("|")
        assert (role, whose, user) == ("app", "", "")
        pids.add(pid)

    def inside(place: Place, path: str, role: str, status: int = 200) -> None:
        answer = place.client.get(path)
        assert answer.status_code == status
        if status == 200:
            found, whose, user, pid = answer.content.decode().split("|")
            assert (found, whose) == (role, str(place.organisation.id))
            assert user == (str(place.user.id) if role == "app" else "")
            pids.add(pid)

    plain()
    inside(north, "/o/north/standing/", "app")
    plain()
    inside(north, "/o/north/saving/raises/", "app", 500)
    plain()
    inside(north, "/o/north/saving/swallows/", "app", 500)
    plain()
    inside(north, "/report/north/standing/", "intake")
    plain()
    inside(south, "/report/south/standing/", "intake")
    plain()
    inside(south, "/o/south/standing/", "app")
    plain()
    inside(north, "/o/south/standing/", "app", 404)
    plain()
    assert len(pids) == 1


def test_a_commit_that_fails_leaves_the_connection_clean(north: Place) -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop), organisation(north.organisation.id, role="intake"):
        raise Stop
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, coalesce(current_setting('amparo.organisation', true), '')")
        assert cursor.fetchone() == ("app", "")


# --- the scope ------------------------------------------------------------------------------------------------------


def test_a_question_outside_any_organisation_raises_in_python() -> None:
    with pytest.raises(NoOrganisation):
        Office.objects.count()
    with pytest.raises(NoOrganisation):
        scope()


def test_a_question_by_the_key_of_a_missing_row_raises_outside_any_organisation(north: Place) -> None:
    """By the manager, by the row's own refresh, by its save and by its relations alike."""
    with organisation(north.organisation.id):
        office = Office.objects.get()
        member = Membership.objects.get()
    with pytest.raises(NoOrganisation):
        Office.objects.filter(pk=uuid.uuid4()).first()
    for use in (office.refresh_from_db, office.save, office.delete, lambda: list(office.memberships.all())):
        with pytest.raises(NoOrganisation):
            use()
    with pytest.raises(NoOrganisation):
        _ = Membership(pk=member.pk, office_id=office.pk).office


def test_the_database_itself_raises_where_python_was_got_round(north: Place) -> None:
    from django.db import DataError, ProgrammingError

    with pytest.raises((DataError, ProgrammingError)), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM office WHERE id = %s", [uuid.uuid4()])


def current() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, current_setting('amparo.organisation'), current_setting('amparo.user'), "
            "current_setting('amparo.mailbox')"
        )
        return tuple(cursor.fetchone())


def test_scopes_nest_and_give_the_outer_one_back(north: Place, south: Place) -> None:
    with organisation(north.organisation.id, user=north.user.id):
        outer = current()
        with organisation(south.organisation.id, role="intake"):
            assert current() == ("intake", str(south.organisation.id), "", "")
            with with_mailbox("m"):
                assert current()[3] == "m"
            assert scope() == Scope(south.organisation.id, None, "intake")
        assert current() == outer
        with pytest.raises(ValueError, match="stop"), organisation(south.organisation.id):
            raise ValueError("stop")
        assert current() == outer
        assert scope() == Scope(north.organisation.id, north.user.id)


def test_a_row_of_one_organisation_is_not_there_in_the_scope_of_another(north: Place, south: Place) -> None:
    with organisation(south.organisation.id):
        foreign = Office.objects.get()
    with organisation(north.organisation.id):
        assert not Office.objects.filter(pk=foreign.pk).exists()
        with pytest.raises(Office.DoesNotExist):
            foreign.refresh_from_db()
        assert Office.objects.filter(pk=foreign.pk).update(name="Taken") == 0


def test_every_organisation_is_visited_in_a_scope_of_its_own(north: Place, south: Place) -> None:
    seen = []
    for found in every_organisation():
        assert scope().organisation == found.id
        seen.append((found.slug, Office.objects.count()))
    assert seen == [("north", 1), ("south", 1)]
    with pytest.raises(NoOrganisation):
        scope()
