"""The pages about people: for administrators and whoever approves, and nobody else knows they exist."""

import pytest
from django.test import Client

from core.organisations import Organisation, RoleGrant, User
from core.people.tables import AccountReset
from core.permissions import Role
from core.tenancy import organisation
from tests.factories import Cast, make_membership, make_user, signed_in

pytestmark = pytest.mark.django_db
PEOPLE = "/o/north/people/"


@pytest.fixture
def bea(cast: Cast) -> User:
    bea = make_user("Bea")
    with cast.inside():
        cast.members["bea"] = make_membership(bea, cast.hq, Role.ADMINISTRATOR)
    return bea


def page(cast: Cast, name: str, tail: str = "") -> str:
    return f"{PEOPLE}{cast.members[name].reference}/{tail}"


def test_an_administrator_takes_a_new_person_from_nothing_to_a_role_with_a_second_one(cast: Cast, bea: User) -> None:
    ada, second = signed_in(cast.ada), signed_in(bea)
    assert ada.get(f"{PEOPLE}add/").status_code == 200
    answer = ada.post(
        f"{PEOPLE}add/",
        {"name": "New Test", "email": "new@north.example", "language": "en", "office": cast.lake.reference},
    )
    place = answer["Location"]
    assert ada.get(place).status_code == 200
    assert ada.post(f"{place}roles/", {"role": Role.INVESTIGATOR}).status_code == 302
    assert ada.post(f"{place}roles/investigator/approve/").status_code == 403
    assert "New Test" in second.get(f"{PEOPLE}waiting/").content.decode()
    assert second.post(f"{place}roles/investigator/approve/").status_code == 302
    with cast.inside():
        assert RoleGrant.objects.get(membership__user__email="new@north.example").approved_by == bea
    assert ada.post(f"{place}roles/investigator/end/").status_code == 302


def test_a_lost_phone_takes_two_people(cast: Cast, bea: User) -> None:
    ada, second = signed_in(cast.ada), signed_in(bea)
    place = page(cast, "noor")
    assert ada.post(f"{place}reset/", {"what": "second_factor"}).status_code == 302
    assert ada.post(f"{place}reset/allow/").status_code == 403
    assert b"Allow it" in second.get(place).content
    assert second.post(f"{place}reset/allow/").status_code == 302
    assert second.post(f"{place}reset/allow/").status_code == 409
    with cast.inside():
        assert AccountReset.objects.get().allowed is True


def test_the_list_is_narrowed_by_office_and_role_and_shows_who_left_only_when_asked(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    ada.post(page(cast, "lena", "end/"))
    everybody = ada.get(PEOPLE).content.decode()
    assert "Amina Test" in everybody
    assert "Lena Test" not in everybody
    assert "Idris Test" not in ada.get(f"{PEOPLE}?office={cast.lake.reference}").content.decode()
    assert "Noor Test" in ada.get(f"{PEOPLE}?role=support_officer").content.decode()
    assert "Lena Test" in ada.get(f"{PEOPLE}?ended=on").content.decode()


def test_days_away_are_days_of_the_organisation(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    days = {"away_from_day": 1, "away_until_day": 5} | dict.fromkeys(("away_from_month", "away_until_month"), 12)
    years = dict.fromkeys(("away_from_year", "away_until_year"), 2026)
    values = {"office": cast.lake.reference, **days, **years}
    assert ada.post(page(cast, "noor", "change/"), values).status_code == 302
    with cast.inside():
        cast.members["noor"].refresh_from_db()
    assert cast.members["noor"].away_from.isoformat() == "2026-11-30T21:00:00+00:00"  # midnight in Nairobi
    assert ada.post(page(cast, "noor", "change/"), {**values, "away_until_day": ""}).status_code == 422


def test_a_field_nobody_offered_changes_nothing(cast: Cast) -> None:
    """Mass assignment: dates of membership, roles and organisation are no fields of any form."""
    ada = signed_in(cast.ada)
    with cast.inside():
        before = cast.members["noor"].starts_at
    ada.post(
        page(cast, "noor", "change/"),
        {
            "office": cast.lake.reference,
            "starts_at": "2020-01-01",
            "organisation": str(cast.south.id),
            "role": "auditor",
        },
    )
    with cast.inside():
        cast.members["noor"].refresh_from_db()
    assert (cast.members["noor"].starts_at, cast.members["noor"].organisation_id) == (before, cast.north.id)


def test_settings_and_offices_are_saved(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    values = {"name": "North anew", "languages": ["en", "ar"], "time_zone": "Asia/Amman", "country": "JO",
              "weekend": ["fri", "sat"]}  # fmt: skip
    assert ada.post("/o/north/people/organisation/", values).status_code == 302
    assert Organisation.objects.get(slug="north").time_zone == "Asia/Amman"
    assert ada.post("/o/north/people/organisation/", {**values, "languages": []}).status_code == 422
    assert ada.post("/o/north/people/organisation/", {**values, "time_zone": "Moon/Crater"}).status_code == 422
    added = {"name": "Shore", "country": "UG", "parent": cast.lake.reference}
    assert ada.post("/o/north/people/offices/add/", added).status_code == 302
    assert "Shore" in ada.get("/o/north/people/offices/").content.decode()


def test_somebody_of_another_organisation_is_not_found_by_reference(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    foreign = cast.members["sofia"].reference
    assert ada.get(f"{PEOPLE}{foreign}/").status_code == 404
    assert ada.post(f"{PEOPLE}{foreign}/end/").status_code == 404
    with organisation(cast.south.id):
        cast.members["sofia"].refresh_from_db()
    assert cast.members["sofia"].ends_at is None


def test_a_form_without_its_token_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ada)
    assert client.post(page(cast, "noor", "end/")).status_code == 403
    with cast.inside():
        cast.members["noor"].refresh_from_db()
    assert cast.members["noor"].ends_at is None


def test_the_list_asks_no_more_questions_for_more_people(cast: Cast, django_assert_max_num_queries: object) -> None:
    ada = signed_in(cast.ada)
    ada.get(PEOPLE)
    with cast.inside():
        for number in range(20):
            make_membership(make_user(f"Many{number}"), cast.lake, Role.FOCAL_POINT)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert ada.get(PEOPLE).status_code == 200
