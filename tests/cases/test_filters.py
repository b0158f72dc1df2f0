"""Ways to narrow the list that a person keeps: codes alone, their own alone, once each."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import Http404

from cases.actions import filters
from cases.choices import GrantLevel, Part
from cases.models import SavedFilter
from cases.selectors.case_list import access_filter, filtered, saved_filters
from core.errors import DomainError, Refused
from tests.factories import NOW, Cast, exclude, give_grant, make_case, make_part, signed_in

pytestmark = pytest.mark.django_db
LIST = "/o/north/cases/"


def keep(cast: Cast, who: str = "rosa", **wanted: str) -> SavedFilter:
    user = getattr(cast, who)
    with cast.as_user(user):
        return filters.keep(wanted, by=cast.actor(user), now=NOW)


def test_a_filter_is_kept_once_and_holds_choices_alone(cast: Cast) -> None:
    first = keep(cast, state="closed", q="ZZZZ-ZZZZ", words="a name")
    assert first.wanted == {"state": "closed"}
    assert keep(cast, state="closed") == first
    keep(cast, state="closed", priority="urgent")
    with cast.as_user(cast.rosa):
        assert [each.wanted for each in saved_filters(cast.actor(cast.rosa))] == [
            {"state": "closed"}, {"state": "closed", "priority": "urgent"},
        ]  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedFilter.objects.create(owner=cast.rosa, wanted={"state": "closed"}, saved_at=NOW)


@pytest.mark.parametrize("wanted", [{}, {"q": "ZZZZ-ZZZZ"}, {"state": ""}])
def test_nothing_chosen_is_nothing_to_keep(cast: Cast, wanted: dict[str, str]) -> None:
    with pytest.raises(DomainError):
        keep(cast, **wanted)


def test_nobody_keeps_more_than_twenty(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "MOST", 1)
    keep(cast, state="closed")
    with pytest.raises(DomainError):
        keep(cast, state="triage")
    assert keep(cast, state="closed").wanted == {"state": "closed"}


def test_a_colleagues_filters_are_not_there_not_even_for_the_database(cast: Cast) -> None:
    mine = keep(cast, state="closed")
    with cast.as_user(cast.ines):
        by = cast.actor(cast.ines)
        assert saved_filters(by) == []
        with pytest.raises(Http404):
            access_filter(by, mine.mark)
        with pytest.raises(Refused):
            filters.let_go(mine, by=by)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM saved_filter")
            assert cursor.fetchone() == (0,)
        with pytest.raises(DatabaseError), transaction.atomic():
            SavedFilter.objects.create(owner=cast.rosa, wanted={"state": "triage"}, saved_at=NOW)


def test_the_list_is_searched_by_reference_and_by_the_code_of_a_person(cast: Cast) -> None:
    with cast.as_user(cast.rosa):
        case, other, shut = make_case(cast.lake), make_case(cast.lake), make_case(cast.lake)
        person = make_part(case, Part.SUBJECT)
        hidden = make_part(shut, Part.SUBJECT)
        for each in (case, other, shut):
            give_grant(each, cast.rosa, GrantLevel.TRIAGE)
        exclude(shut, cast.rosa)
        by = cast.actor(cast.rosa)
        for text in (case.reference, case.reference[:7].lower(), person.code, person.code.lower(), person.person.code):
            assert list(filtered(by, NOW, {"q": text})) == [case], text
        for text in (hidden.code, shut.reference, "V-ZZZZZZZZ", "-"):
            assert list(filtered(by, NOW, {"q": text})) == [], text


def test_the_page_keeps_a_filter_beside_the_list_and_lets_it_go(cast: Cast) -> None:
    rosa = signed_in(cast.rosa)
    assert b"Keep this filter" not in rosa.get(LIST).content
    narrowed = rosa.get(f"{LIST}?state=closed&priority=urgent").content.decode()
    assert 'name="state" value="closed"' in narrowed
    kept = rosa.post(f"{LIST}filters/keep/", {"state": "closed", "priority": "urgent"})
    assert kept["Location"] == f"{LIST}?state=closed&priority=urgent"
    text = rosa.get(kept["Location"]).content.decode()
    assert "Closed · Urgent" in text
    assert "Keep this filter no more" in text
    with cast.as_user(cast.rosa):
        mark = SavedFilter.objects.get().mark
    assert "Closed · Urgent" not in signed_in(cast.ines).get(LIST).content.decode()
    assert signed_in(cast.ines).post(f"{LIST}filters/{mark}/let-go/").status_code == 404
    assert rosa.post(f"{LIST}filters/{mark}/let-go/").status_code == 302
    assert "Closed · Urgent" not in rosa.get(LIST).content.decode()
    assert rosa.post(f"{LIST}filters/keep/", {"state": "no such state"}).status_code == 422
