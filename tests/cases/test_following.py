"""Whoever comes to stand above or below the accused, or into an office that must not know, is shut out at once."""

import pytest

from cases.actions import access, joining, routing
from cases.choices import GrantLevel, Part
from cases.models import Case, Exclusion
from core.actors import SYSTEM
from core.organisations import Membership, User
from core.people import actions
from tests.factories import NOW, Cast, exclude, give_grant, make_case, make_part, make_report, signed_in

pytestmark = pytest.mark.django_db


def case_of_ines(cast: Cast, **rest: object) -> Case:
    """A case Ines may open, and Rosa too."""
    case = make_case(cast.lake, **rest)
    give_grant(case, cast.ines)
    give_grant(case, cast.rosa)
    return case


def opens(cast: Cast, user: User, case: Case) -> bool:
    return signed_in(user).get(f"/o/north/cases/{case.reference}/").status_code == 200


def place(cast: Cast, name: str, **changed: str) -> dict[str, str]:
    member = Membership.objects.select_related("office", "supervisor").get(pk=cast.members[name].pk)
    boss = member.supervisor.reference if member.supervisor else ""
    return {"office": member.office.reference, "supervisor": boss, **changed}


def move(cast: Cast, name: str, **changed: str) -> None:
    """The administrator changes somebody's place on the page."""
    with cast.inside():
        values = place(cast, name, **changed)
    url = f"/o/north/people/{cast.members[name].reference}/change/"
    assert signed_in(cast.ada).post(url, values).status_code == 302


@pytest.mark.parametrize("state", ["triage", "closed"])
def test_a_new_supervisor_of_the_accused_is_shut_out_with_the_change_itself(cast: Cast, state: str) -> None:
    with cast.inside():
        case = case_of_ines(cast, state=state)
        make_part(case, Part.SUBJECT, staff_user=cast.idris)
        access.recompute(case, by=SYSTEM, now=NOW)
    assert opens(cast, cast.ines, case)
    move(cast, "idris", supervisor=cast.members["ines"].reference)
    assert not opens(cast, cast.ines, case)
    assert opens(cast, cast.rosa, case)
    with cast.inside():
        assert Exclusion.objects.get(case=case, user=cast.ines).why == "line"


def test_whoever_comes_to_work_under_the_accused_is_shut_out_with_the_change_itself(cast: Cast) -> None:
    with cast.inside():
        case = case_of_ines(cast)
        make_part(case, Part.SUBJECT, staff_user=cast.idris)
    move(cast, "ines", supervisor=cast.members["idris"].reference)
    assert not opens(cast, cast.ines, case)


def test_somebody_the_report_only_named_is_followed_too(cast: Cast) -> None:
    """No person of the case was linked to the staff list: the name in the field was enough."""
    with cast.inside():
        case = make_case(cast.lake, state="received", routed_at=None)
        make_report(case, about_whom="Noor Test")
        assert routing.route(case.pk, now=NOW) == [cast.rosa.pk]
        assert Exclusion.objects.get(user=cast.noor).why == "accused"
    assert opens(cast, cast.rosa, case)
    move(cast, "rosa", supervisor=cast.members["noor"].reference)
    assert not opens(cast, cast.rosa, case)
    with cast.inside():
        case.refresh_from_db()
        assert case.routed_at is None, "nobody was left, so it is routed again"


def test_whoever_the_manager_names_as_the_accused_brings_their_line(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = case_of_ines(cast)
        give_grant(case, cast.hana, GrantLevel.MANAGE)
        exclude(case, cast.kofi, "doubt")
        by = cast.actor(cast.hana)
        access.settle_doubt(case, cast.kofi, same=True, by=by, now=NOW)
        access.exclude(case, cast.amina, why="accused", by=by, now=NOW)
        found = dict(Exclusion.objects.filter(case=case).values_list("user__name", "why"))
        assert found == {"Kofi Test": "accused", "Omar Test": "line", "Lena Test": "line", "Amina Test": "accused"}
    move(cast, "amina", supervisor=cast.members["ines"].reference)
    assert not opens(cast, cast.ines, case)


def test_a_new_member_of_an_office_that_must_not_know_is_shut_out(cast: Cast) -> None:
    with cast.inside():
        case = make_case(cast.hq, state="received", routed_at=None)
        make_report(case, must_not_know="nobody at the Lake office")
        routing.route(case.pk, now=NOW)
        give_grant(case, cast.ines)
    assert opens(cast, cast.ines, case)
    move(cast, "ines", office=cast.lake.reference)
    assert not opens(cast, cast.ines, case)
    with cast.as_user(cast.ada):
        new = actions.add(
            email="new@north.example", name="New Test", office=cast.lake, by=cast.actor(cast.ada), now=NOW
        )
        assert Exclusion.objects.get(case=case, user=new.user).why == "office"


def test_a_joined_case_takes_its_offices_along(cast: Cast) -> None:
    with cast.as_user(cast.rosa):
        case, into = make_case(cast.hq, state="received", routed_at=None), make_case(cast.hq)
        make_report(case, must_not_know="nobody at the Lake office")
        make_report(into)
        routing.route(case.pk, now=NOW)
        joining.join(case, into, by=cast.actor(cast.rosa), now=NOW)
    with cast.inside():
        give_grant(into, cast.ines)
    move(cast, "ines", office=cast.lake.reference)
    assert not opens(cast, cast.ines, into)


def test_the_tidy_catches_what_was_changed_past_every_action(cast: Cast) -> None:
    with cast.inside():
        case = case_of_ines(cast)
        exclude(case, cast.idris, "accused")
        Membership.objects.filter(pk=cast.members["idris"].pk).update(supervisor=cast.members["ines"])
        access.recompute_all(now=NOW)
        assert Exclusion.objects.get(case=case, user=cast.ines).why == "line"
