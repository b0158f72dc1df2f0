"""An organisation sets its own terms and days off."""

from uuid import uuid4

import pytest
from django.utils import timezone

from core import deadlines
from core.deadlines.models import Deadline, DeadlineKind, OwnDay
from core.deadlines.terms import all_terms
from tests.factories import Cast, signed_in

pytestmark = pytest.mark.django_db
TERMS = {
    "amount": "5", "unit": "working_days", "warn": "2", "manager": "1", "above": "", "head_of_office": "4",
}  # fmt: skip


def start(cast: Cast) -> Deadline:
    with cast.inside():
        return deadlines.start("intake.triage", subject=uuid4(), at=timezone.now())


def test_only_administrators_set_clocks_and_days_off(cast: Cast) -> None:
    for user in (cast.rosa, cast.hana, cast.sofia, cast.nobody):
        for tail in ("", "intake.triage/", "days-off/"):
            assert signed_in(user).get(f"/o/north/clocks/{tail}").status_code == 404
        assert signed_in(user).post("/o/north/clocks/intake.triage/", TERMS).status_code == 404
    assert "Finish triage" in signed_in(cast.ada).get("/o/north/clocks/").content.decode()
    assert signed_in(cast.ada).get("/o/north/clocks/no.such.kind/").status_code == 404
    with cast.inside():
        assert not DeadlineKind.objects.exists()


def test_new_terms_hold_for_new_clocks_of_this_organisation_alone(cast: Cast) -> None:
    before = start(cast)
    ada = signed_in(cast.ada)
    page = ada.get("/o/north/clocks/intake.triage/").content.decode()
    assert "no published number found" in page
    assert ada.post("/o/north/clocks/intake.triage/", TERMS).status_code == 302
    assert start(cast).amount == 5
    with cast.inside():
        assert Deadline.objects.get(pk=before.pk).amount == 2
        own = {each.terms.key: each for each in all_terms()}
        assert not own["intake.triage"].as_given
        assert own["intake.acknowledge"].as_given
        assert [rung.to for rung in own["intake.triage"].terms.ladder] == ["owner", "manager", "head_of_office"]
    with cast.inside(cast.south):
        assert all(each.as_given for each in all_terms())


def test_a_clock_counted_in_minutes_is_late_in_minutes_and_its_page_says_so(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    assert "30 minutes" in ada.get("/o/north/clocks/").content.decode()
    own = {**TERMS, "amount": "20", "unit": "minutes", "warn": "", "manager": "20", "head_of_office": ""}
    assert ada.post("/o/north/clocks/clinical.alarm/", own).status_code == 302
    with cast.inside():
        row = DeadlineKind.objects.get(key="clinical.alarm")
        assert [(rung["to"], rung["late"], rung["unit"]) for rung in row.ladder] == [
            ("owner", 0, "minutes"), ("manager", 20, "minutes"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "0"}, {"unit": "moons"}, {"warn": "9"}, {"manager": "", "head_of_office": ""}],
    ids=str,
)
def test_terms_that_do_not_fit_together_are_sent_back(cast: Cast, wrong: dict[str, str]) -> None:
    answer = signed_in(cast.ada).post("/o/north/clocks/intake.triage/", {**TERMS, **wrong})
    assert answer.status_code == 422
    with cast.inside():
        assert not DeadlineKind.objects.exists()


def test_a_day_off_moves_the_clocks_that_run_and_can_be_taken_back(cast: Cast) -> None:
    clock = start(cast)
    ada = signed_in(cast.ada)
    due = timezone.localtime(clock.due_at, timezone=None).date()
    sent = {"day_day": str(due.day), "day_month": str(due.month), "day_year": str(due.year), "name": "Founders’ day"}
    assert ada.post("/o/north/clocks/days-off/", sent).status_code == 302
    with cast.inside():
        assert OwnDay.objects.get().day == due
        assert Deadline.objects.get(pk=clock.pk).due_at > clock.due_at
    assert "Founders’ day" in ada.get("/o/north/clocks/").content.decode()
    assert ada.post(f"/o/north/clocks/days-off/{due.isoformat()}/remove/").status_code == 302
    with cast.inside():
        assert not OwnDay.objects.exists()
        assert Deadline.objects.get(pk=clock.pk).due_at == clock.due_at


def test_a_day_off_without_a_whole_day_is_sent_back(cast: Cast) -> None:
    answer = signed_in(cast.ada).post("/o/north/clocks/days-off/", {"day_year": "2030"})
    assert answer.status_code == 422
    assert "Give the day, the month and the year." in answer.content.decode()
