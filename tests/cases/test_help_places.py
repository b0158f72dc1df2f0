"""Places that help: written by those who know them, on the form while they hold, gone from it the day they do not."""

from datetime import date, timedelta

import pytest
from django.http import Http404
from django.test import Client

from cases.actions import help_places
from cases.models import HelpContact
from cases.selectors import help_places as places
from core.audit.tables import AuditEvent
from core.errors import DomainError, Refused
from tests.factories import NOW, Cast, signed_in

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
CLINIC = {"kind": "medical", "name": "Fictional clinic", "how": "Go in, phone 000 000 001.", "country": "KE"}


def write(cast: Cast, **told: object) -> HelpContact:
    with cast.as_user(cast.noor):
        return help_places.write(None, {**CLINIC, **told}, by=cast.actor(cast.noor), now=NOW)


def on_the_form(today: date = TODAY) -> set[str]:
    return {row.name for kinds in places.by_country(today).values() for _kind, rows in kinds for row in rows}


def test_an_entry_is_on_the_form_until_the_day_it_has_to_be_checked_again(cast: Cast) -> None:
    place = write(cast)
    with cast.inside():
        last = place.expires_on - timedelta(days=1)
        assert on_the_form(last) == {"Fictional clinic"}
        assert on_the_form(place.expires_on) == set()
    later = NOW + help_places.HOLDS
    with cast.as_user(cast.amina):
        help_places.write(place, CLINIC, by=cast.actor(cast.amina), now=later)
        assert on_the_form(later.date()) == {"Fictional clinic"}


@pytest.mark.parametrize("wrong", [{"kind": "horoscope"}, {"name": " "}, {"how": ""}])
def test_an_entry_needs_a_kind_a_name_and_how_to_reach_it(cast: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(DomainError):
        write(cast, **wrong)


@pytest.mark.parametrize("who", ["idris", "hana", "rosa", "dan"])
def test_whoever_does_not_keep_them_changes_nothing(cast: Cast, who: str) -> None:
    place, user = write(cast), getattr(cast, who)
    with cast.as_user(user):
        by = cast.actor(user)
        for act in (
            lambda: help_places.write(place, CLINIC, by=by, now=NOW),
            lambda: help_places.take_away(place, by=by),
        ):
            with pytest.raises(Refused):
                act()


def test_another_organisation_has_entries_of_its_own(cast: Cast) -> None:
    place = write(cast)
    with cast.inside(cast.south):
        assert on_the_form() == set()
        with pytest.raises(Http404):
            places.access_place(place.reference)


def test_the_pages_write_change_and_take_away_and_the_form_follows(cast: Cast) -> None:
    amina, reporter = signed_in(cast.amina), Client()
    page = "/o/north/help/"
    assert b"No place yet" in amina.get(page).content
    refused = amina.post(f"{page}add/", {**CLINIC, "name": ""})
    assert refused.status_code == 422
    assert b"000 000 001" in refused.content
    assert amina.post(f"{page}add/", {**CLINIC, "good_for_lgbtiq": "on", "cost": "Free"}).status_code == 302
    assert amina.post(f"{page}add/", {**CLINIC, "name": "Fictional clinic abroad", "country": "RW"}).status_code == 302
    text = reporter.get("/report/north/help/").content.decode()
    for words in ("Fictional clinic", "Free", "Safe for lesbian", "Help in Rwanda", "Fictional clinic abroad"):
        assert words in text
    assert "Fictional clinic" not in Client().get("/report/south/help/").content.decode()
    with cast.inside():
        place = HelpContact.objects.get(country="KE")
    assert amina.post(f"{page}{place.reference}/", {**CLINIC, "name": "Fictional ward"}).status_code == 302
    assert "Fictional ward" in reporter.get("/report/north/help/").content.decode()
    assert amina.post(f"{page}{place.reference}/remove/").status_code == 302
    assert "Fictional ward" not in reporter.get("/report/north/help/").content.decode()
    with cast.inside():
        done = list(AuditEvent.objects.filter(action__startswith="cases.help").values_list("action", "actor"))
    assert {action for action, _actor in done} == {"cases.help_written", "cases.help_removed"}
    assert {actor for _action, actor in done} == {cast.amina.pk}


def test_an_entry_that_is_not_shown_any_more_stands_out_to_its_keepers(cast: Cast) -> None:
    with cast.inside():
        HelpContact.objects.create(**CLINIC, checked_on=date(2020, 1, 1), expires_on=date(2020, 6, 1))
    text = signed_in(cast.amina).get("/o/north/help/").content.decode()
    assert "One place is not shown any more" in text
    assert "Fictional clinic" not in Client().get("/report/north/help/").content.decode()
