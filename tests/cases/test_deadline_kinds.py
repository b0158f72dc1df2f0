"""Who hears of the clocks of a case, and who never does. Committed rows, worked on as the worker does."""

from datetime import timedelta
from uuid import UUID

import pytest

from cases.models import Case
from core import deadlines
from core.deadlines.models import DeadlineKind
from core.deadlines.sweeping import sweep
from core.outbox.delivery import deliver
from core.outbox.models import Delivery
from core.tenancy import signed_in_as
from tests.factories import NOW, Cast, exclude, give_grant, make_case

DAY = timedelta(days=1)
LATE = NOW + 60 * DAY

pytestmark = [pytest.mark.django_db(transaction=True)]


def scene(cast: Cast, *, triaging: bool = True, excluded: str = "", owner: str = "", manager: str = "") -> Case:
    """A new case at Lake with a clock for triage that is a month late; Rosa holds the grant to triage it."""
    with cast.inside():
        deadlines.give_defaults()
        case = make_case(
            cast.lake,
            owner=getattr(cast, owner) if owner else None,
            manager=getattr(cast, manager) if manager else None,
        )
        if triaging:
            give_grant(case, cast.rosa)
        if excluded:
            exclude(case, getattr(cast, excluded))
        deadlines.start("intake.triage", subject=case.pk, at=NOW, reference=case.reference)
        return case


def hears(cast: Cast, to: str) -> set[UUID]:
    """Who hears when the ladder has one rung, `to`."""
    with cast.inside():
        ladder = [{"to": to, "late": 0, "unit": "hours"}]
        DeadlineKind.objects.filter(key="intake.triage").update(ladder=ladder, warn=[])
    with signed_in_as("worker"):
        sweep(LATE)
        deliver(LATE)
    with signed_in_as("worker"), cast.inside():
        return set(Delivery.objects.filter(channel="inbox").values_list("user_id", flat=True))


def test_before_triage_whoever_may_triage_the_case_hears(cast: Cast) -> None:
    scene(cast)
    assert hears(cast, "owner") == {cast.rosa.pk}


def test_a_case_without_anyone_goes_to_the_next_step_of_the_intake_route(cast: Cast) -> None:
    scene(cast, triaging=False)
    assert hears(cast, "owner") == {cast.ines.pk}


def test_the_owner_and_the_manager_of_the_case_stand_on_its_rungs(cast: Cast) -> None:
    scene(cast, owner="idris", manager="hana")
    assert hears(cast, "owner") == {cast.idris.pk}


def test_the_manager_of_the_case_hears_on_the_second_rung(cast: Cast) -> None:
    scene(cast, owner="idris", manager="hana")
    assert hears(cast, "manager") == {cast.hana.pk}


def test_an_excluded_owner_hears_nothing_and_the_next_one_up_does(cast: Cast) -> None:
    scene(cast, owner="kofi", excluded="kofi", manager="hana")
    assert hears(cast, "owner") == {cast.hana.pk}


def test_an_excluded_manager_is_passed_over_on_the_way_up_too(cast: Cast) -> None:
    scene(cast, triaging=False, excluded="ines")
    assert hears(cast, "owner") == {cast.hana.pk}


def test_an_excluded_administrator_is_no_last_resort(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    case = scene(cast, triaging=False, excluded="ada")
    with cast.inside():
        for name in ("ines", "hana"):
            exclude(case, getattr(cast, name))
    assert hears(cast, "owner") == set()
    assert "reached nobody" in caplog.text
    assert case.reference not in caplog.text
