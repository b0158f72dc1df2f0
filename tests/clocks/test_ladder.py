"""The ladder: who hears of a missed clock, rung by rung, past everyone who is away or must not know."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from core import deadlines
from core.deadlines.models import DeadlineKind
from core.deadlines.sweeping import sweep
from core.organisations import RoleGrant
from core.outbox import inbox
from core.outbox.delivery import deliver
from core.tenancy import signed_in_as
from tests.clocks.conftest import MONDAY, give_terms
from tests.clocks.test_clocks import WEDNESDAY_NIGHT
from tests.clocks.test_news import delivered, reached
from tests.factories import Cast

DAY = timedelta(days=1)
LATE = WEDNESDAY_NIGHT + timedelta(seconds=1)

pytestmark = [pytest.mark.django_db(transaction=True)]


def missed(cast: Cast, now: datetime, **rest: object) -> set[UUID]:
    """Who hears of a clock of Rosa's that is looked at again at `now`."""
    with cast.inside():
        deadlines.start("test.answer", **{"subject": uuid4(), "at": MONDAY, "owner": cast.rosa, **rest})
    with signed_in_as("worker"):
        sweep(now)
        deliver(now)
    return reached(cast)


def test_the_owner_hears_first(both: Cast) -> None:
    assert missed(both, LATE) == {both.rosa.pk}


def test_a_day_later_the_manager_hears(both: Cast) -> None:
    assert missed(both, LATE + DAY) == {both.hana.pk}


def test_in_the_end_headquarters_hears_when_the_line_ends(both: Cast) -> None:
    assert missed(both, LATE + 10 * DAY) == {both.hana.pk}


def test_the_person_above_the_manager_is_the_next_in_the_line(both: Cast) -> None:
    assert missed(both, LATE + 10 * DAY, owner=both.lena) == {both.omar.pk}


def test_an_owner_who_is_away_is_passed_over_upwards(both: Cast) -> None:
    with both.inside():
        both.members["rosa"].away_from = MONDAY
        both.members["rosa"].away_until = MONDAY + 60 * DAY
        both.members["rosa"].save()
    assert missed(both, LATE) == {both.hana.pk}


def test_whoever_must_not_know_is_passed_over_upwards(
    both: Cast, answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(answer, "may_know", lambda clock, user, now: user not in (both.lena.pk, both.kofi.pk))
    assert missed(both, LATE, owner=both.lena) == {both.omar.pk}


def test_a_clock_of_nobody_ends_with_headquarters_or_the_administrators_never_with_nobody(both: Cast) -> None:
    assert missed(both, LATE, owner=None) == {both.hana.pk}
    with both.inside():
        RoleGrant.objects.filter(membership=both.members["hana"]).update(ended_at=MONDAY, ended_by=both.ada)
    assert missed(both, LATE, owner=None) == {both.hana.pk, both.ada.pk}


def test_the_head_of_office_hears_only_where_the_organisation_says_so(both: Cast) -> None:
    assert missed(both, LATE, owner=both.amina) == {both.amina.pk}
    with both.inside():
        DeadlineKind.objects.all().delete()
        give_terms(ladder=[{"to": "head_of_office", "late": 0, "unit": "working_days"}], warn=[])
    assert missed(both, LATE, owner=both.amina) == {both.amina.pk, both.omar.pk}


def test_a_clock_that_was_met_before_anyone_was_told_is_no_news(both: Cast) -> None:
    with both.inside():
        clock = deadlines.start("test.answer", subject=uuid4(), at=MONDAY, owner=both.rosa)
    with signed_in_as("worker"):
        sweep(LATE)
    with both.as_user(both.rosa):
        deadlines.meet("test.answer", subject=clock.subject, by=both.actor(both.rosa), now=LATE)
    assert delivered(LATE) == 1
    assert reached(both) == set()


def test_a_rung_says_kind_code_and_days_late_and_opens_nothing(both: Cast) -> None:
    missed(both, LATE + DAY, reference="K7TF-29QM")
    with both.as_user(both.hana):
        (row,) = inbox.show(inbox.of(both.hana.pk), now=LATE + DAY)
    assert (row.text, row.link) == ("K7TF-29QM: “Answer the reporter” is 2 working days late.", "")


def test_a_clock_without_a_code_is_told_by_its_kind_alone(both: Cast) -> None:
    missed(both, LATE + DAY)
    with both.as_user(both.hana):
        (row,) = inbox.show(inbox.of(both.hana.pk), now=LATE + DAY)
    assert row.text == "“Answer the reporter” is 2 working days late."
