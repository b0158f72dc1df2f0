"""Whoever has no grant, or is excluded, meets an organisation without the case."""

import pytest
from django.http import Http404

from cases.selectors import access_case, visible_cases
from tests.factories import NOW, Cast, exclude, give_grant, make_case


def test_a_grant_opens_one_case_and_no_other(cast: Cast) -> None:
    with cast.as_user(cast.rosa):
        mine, other = make_case(cast.lake), make_case(cast.lake)
        give_grant(mine, cast.rosa)
        rosa = cast.actor(cast.rosa)
        assert list(visible_cases(rosa, NOW)) == [mine]
        assert access_case(rosa, mine.reference.lower(), NOW) == mine
        with pytest.raises(Http404):
            access_case(rosa, other.reference, NOW)


def test_an_exclusion_stands_above_a_grant(cast: Cast) -> None:
    with cast.as_user(cast.kofi):
        case = make_case(cast.lake)
        give_grant(case, cast.kofi)
        kofi = cast.actor(cast.kofi)
        assert list(visible_cases(kofi, NOW)) == [case]
        exclude(case, cast.kofi)
        assert not visible_cases(kofi, NOW).exists()
        with pytest.raises(Http404):
            access_case(kofi, case.reference, NOW)


def test_a_stranger_from_another_organisation_gets_nothing(cast: Cast) -> None:
    with cast.as_user(cast.rosa):
        case = make_case(cast.lake)
    with cast.as_user(cast.sofia):
        sofia = cast.actor(cast.sofia)
        with pytest.raises(Http404):
            access_case(sofia, case.reference, NOW)
