"""A case is offered to somebody who cannot open it yet: the offer itself is a page, and nothing more."""

import pytest

from cases.choices import GrantLevel
from cases.models import Case, Handover
from core import deadlines
from core.deadlines.models import Deadline
from tests.factories import Cast, exclude, give_grant, make_case, make_report, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of Rosa's that she offers to Ines on its page."""
    with cast.inside():
        deadlines.give_defaults()
        made = make_case(cast.lake, owner=cast.rosa)
        make_report(made)
        give_grant(made, cast.rosa, GrantLevel.TRIAGE)
    offered = signed_in(cast.rosa).post(
        f"/o/north/cases/{made.reference}/hand-over/", {"to": cast.members["ines"].reference, "version": "1"}
    )
    assert offered.status_code == 302
    return made


def page(case: Case) -> str:
    return f"/o/north/cases/{case.reference}/hand-over/answer/"


def test_the_receiver_finds_the_offer_on_their_desk_and_takes_it(cast: Cast, case: Case) -> None:
    ines = signed_in(cast.ines)
    assert ines.get(f"/o/north/cases/{case.reference}/").status_code == 404, "an offer opens no case"
    assert page(case) in ines.get("/o/north/").content.decode()
    shown = ines.get(page(case)).content.decode()
    assert "Rosa Test hands this case over to you" in shown
    assert "Fictional account" not in shown
    taken = ines.post(page(case), {"answer": "confirm"})
    assert taken.headers["Location"] == f"/o/north/cases/{case.reference}/"
    with cast.inside():
        assert Case.objects.get(pk=case.pk).owner == cast.ines
        assert Deadline.objects.get(kind="case.handover").state == "met"
    assert ines.get(page(case)).status_code == 404, "answered once"


def test_who_cannot_take_it_leaves_it_where_it_is(cast: Cast, case: Case) -> None:
    ines = signed_in(cast.ines)
    assert ines.post(page(case), {"answer": "perhaps"}).status_code == 422
    assert ines.post(page(case), {"answer": "decline"}).headers["Location"] == "/o/north/"
    with cast.inside():
        assert Case.objects.get(pk=case.pk).owner == cast.rosa
        assert Handover.objects.get().declined_at is not None


def test_to_whoever_is_shut_out_meanwhile_there_was_never_an_offer(cast: Cast, case: Case) -> None:
    ines = signed_in(cast.ines)
    with cast.inside():
        exclude(case, cast.ines)
    assert ines.get(page(case)).status_code == 404
    assert ines.post(page(case), {"answer": "confirm"}).status_code == 404
    assert case.reference not in ines.get("/o/north/").content.decode()


def test_nobody_else_finds_the_offer(cast: Cast, case: Case) -> None:
    for user in (cast.rosa, cast.hana, cast.kofi, cast.sofia, cast.nobody):
        assert signed_in(user).get(page(case)).status_code == 404


def test_an_offer_nobody_answers_goes_up(cast: Cast, case: Case) -> None:
    with cast.inside():
        clock = Deadline.objects.get(kind="case.handover")
        assert (clock.owner, clock.state) == (cast.ines, "open")
