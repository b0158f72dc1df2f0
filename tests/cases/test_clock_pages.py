"""The clocks of a case on their pages: who may stop one, ask for more time, decide, and what strangers meet."""

import pytest
from django.utils import timezone

from cases.choices import GrantLevel
from cases.models import Case
from core import deadlines
from core.deadlines.models import Deadline
from tests.factories import NOW, Cast, exclude, give_grant, make_case, signed_in

pytestmark = pytest.mark.django_db
KIND = "intake.triage"


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of Rosa's, managed by Hana, with a running clock."""
    with cast.inside():
        deadlines.give_defaults()
        made = make_case(cast.lake, owner=cast.rosa, manager=cast.hana)
        give_grant(made, cast.rosa)
        give_grant(made, cast.hana, GrantLevel.MANAGE)
        deadlines.start(KIND, subject=made.pk, at=timezone.now(), owner=cast.rosa, reference=made.reference)
        return made


def address(case: Case, tail: str = "") -> str:
    return f"/o/north/cases/{case.reference}/clocks/{tail}"


def clock(cast: Cast) -> Deadline:
    with cast.inside():
        return Deadline.objects.get(kind=KIND)


def test_the_clocks_of_a_case_are_listed_and_each_has_its_page(cast: Cast, case: Case) -> None:
    rosa = signed_in(cast.rosa)
    assert "Finish triage" in rosa.get(address(case)).content.decode()
    page = rosa.get(address(case, f"{KIND}/")).content.decode()
    assert "2 working days" in page
    assert "Rosa Test" in page
    assert rosa.get(address(case, "intake.regulator/")).status_code == 404


@pytest.mark.parametrize("tail", ["", f"{KIND}/", f"{KIND}/pause/", f"{KIND}/more-time/", f"{KIND}/go-on/"])
def test_to_whoever_has_no_grant_or_is_shut_out_there_are_no_clocks(cast: Cast, case: Case, tail: str) -> None:
    for user in (cast.ines, cast.sofia, cast.nobody):
        assert signed_in(user).get(address(case, tail)).status_code == 404
    with cast.inside():
        exclude(case, cast.rosa)
    assert signed_in(cast.rosa).get(address(case, tail)).status_code == 404
    assert signed_in(cast.rosa).post(address(case, f"{KIND}/pause/"), {"reason": "safety"}).status_code == 404
    assert clock(cast).state == "open"


def test_a_clock_is_paused_with_a_reason_and_goes_on(cast: Cast, case: Case) -> None:
    rosa = signed_in(cast.rosa)
    without_reason = rosa.post(address(case, f"{KIND}/pause/"), {})
    assert without_reason.status_code == 422
    assert rosa.post(address(case, f"{KIND}/pause/"), {"reason": "interpreter"}).status_code == 302
    assert clock(cast).state == "paused"
    assert "Waits for an interpreter" in rosa.get(address(case, f"{KIND}/")).content.decode()
    assert rosa.post(address(case, f"{KIND}/go-on/")).status_code == 302
    assert clock(cast).state == "open"


def test_a_pause_may_end_by_itself_on_a_day_that_is_still_to_come(cast: Cast, case: Case) -> None:
    rosa = signed_in(cast.rosa)
    past = {"reason": "witness", "until_day": "1", "until_month": "1", "until_year": "2020"}
    assert rosa.post(address(case, f"{KIND}/pause/"), past).status_code == 422
    year = NOW.year + 2
    assert rosa.post(address(case, f"{KIND}/pause/"), {**past, "until_year": str(year)}).status_code == 302
    found = clock(cast)
    assert found.next_at is not None
    # Midnight in Nairobi.
    assert found.next_at.isoformat() == f"{year - 1}-12-31T21:00:00+00:00"


def test_more_time_is_given_by_somebody_else(cast: Cast, case: Case) -> None:
    rosa, hana = signed_in(cast.rosa), signed_in(cast.hana)
    before = clock(cast).due_at
    assert rosa.post(address(case, f"{KIND}/more-time/"), {"more": "3", "reason": "complex"}).status_code == 302
    assert "Somebody else who assigns cases decides" in rosa.get(address(case, f"{KIND}/")).content.decode()
    assert rosa.post(address(case, f"{KIND}/decide/"), {"answer": "give"}).status_code == 403
    assert clock(cast).due_at == before
    assert "Give it" in hana.get(address(case, f"{KIND}/")).content.decode()
    assert hana.post(address(case, f"{KIND}/decide/"), {"answer": "give"}).status_code == 302
    assert clock(cast).due_at > before


def test_more_time_that_is_not_given_leaves_the_clock_as_it_was(cast: Cast, case: Case) -> None:
    before = clock(cast).due_at
    signed_in(cast.rosa).post(address(case, f"{KIND}/more-time/"), {"more": "3", "reason": "complex"})
    signed_in(cast.hana).post(address(case, f"{KIND}/decide/"), {"answer": "refuse"})
    assert clock(cast).due_at == before
    assert "More time refused" in signed_in(cast.rosa).get(address(case, f"{KIND}/")).content.decode()


def test_whoever_may_only_read_changes_no_clock(cast: Cast, case: Case) -> None:
    with cast.inside():
        give_grant(case, cast.idris, GrantLevel.READ)
    idris = signed_in(cast.idris)
    assert "Pause it" not in idris.get(address(case, f"{KIND}/")).content.decode()
    assert idris.post(address(case, f"{KIND}/pause/"), {"reason": "safety"}).status_code == 403
    assert clock(cast).state == "open"
