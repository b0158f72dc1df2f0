"""What time does to clocks, signed in as the worker, on rows that are committed."""

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connection

from core import deadlines
from core.deadlines import sweeping
from core.deadlines.actions import pauses_of
from core.deadlines.models import Breach, Deadline, DeadlineKind
from core.deadlines.sweeping import sweep, take_step
from core.outbox.models import Notice
from core.tenancy import organisation, signed_in_as
from tests.clocks.conftest import MONDAY
from tests.clocks.test_clocks import WEDNESDAY_NIGHT
from tests.factories import Cast

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
LATE = WEDNESDAY_NIGHT + SECOND

pytestmark = [pytest.mark.django_db(transaction=True)]


def begin(cast: Cast, many: int = 1, **rest: object) -> list[UUID]:
    with cast.inside():
        values = {"at": MONDAY, "owner": cast.rosa, **rest}
        return [deadlines.start("test.answer", subject=uuid4(), **values).pk for _number in range(many)]


def swept(now: object, **rest: object) -> int:
    with signed_in_as("worker"):
        return sweep(now, **rest)


def told(cast: Cast) -> list[tuple[str, str, int]]:
    """(kind, rung, working days late) of every notice of North, oldest first."""
    with signed_in_as("worker"), cast.inside():
        rows = Notice.objects.order_by("created_at", "id").values_list("kind", "facts")
        return [(kind.removeprefix("deadlines."), facts["to"], facts["late"]) for kind, facts in rows]


def clock(cast: Cast, pk: UUID) -> Deadline:
    with cast.inside():
        return Deadline.objects.get(pk=pk)


def breaches(cast: Cast) -> int:
    with cast.inside():
        return Breach.objects.count()


def test_a_clock_warns_its_owner_then_climbs_the_ladder_one_step_at_a_time(both: Cast) -> None:
    (pk,) = begin(both)
    assert swept(MONDAY) == 0
    assert swept(WEDNESDAY_NIGHT - DAY) == 0  # its very moment belongs to the person
    assert swept(LATE - DAY) == 1
    assert swept(LATE - DAY) == 0
    assert swept(LATE) == 1
    assert breaches(both) == 1
    assert swept(LATE + DAY) == 1
    # Two more working days: Friday and, after the weekend, Monday.
    assert swept(LATE + 4 * DAY) == 0
    assert swept(LATE + 5 * DAY) == 1
    assert swept(LATE + 50 * DAY) == 0
    assert told(both) == [
        ("warned", "warning", 0), ("missed", "owner", 1), ("missed", "manager", 2), ("missed", "above", 4),
    ]  # fmt: skip
    assert clock(both, pk).next_at is None
    assert breaches(both) == 1


def test_after_days_without_workers_each_clock_tells_once_where_it_stands(both: Cast) -> None:
    begin(both, many=3)
    assert swept(LATE + 50 * DAY, batch=2) == 3
    assert {(kind, rung) for kind, rung, _late in told(both)} == {("missed", "above")}
    assert len(told(both)) == 3
    assert breaches(both) == 3


def test_clocks_of_every_organisation_are_swept_each_by_its_own_terms(both: Cast) -> None:
    begin(both)
    with both.inside(both.south):
        DeadlineKind.objects.update(ladder=[{"to": "above", "late": 0, "unit": "hours"}], warn=[])
        deadlines.start("test.answer", subject=uuid4(), at=MONDAY)
    assert swept(LATE + DAY) == 2
    with signed_in_as("worker"), both.inside(both.south):
        assert Notice.objects.get().facts["to"] == "above"


def test_four_sweeps_at_once_act_once(both: Cast) -> None:
    begin(both, many=12)
    ready, won = threading.Barrier(4), []

    def work() -> None:
        try:
            with signed_in_as("worker"):
                ready.wait(timeout=30)
                won.append(sweep(LATE))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(won) == 12
    assert len(told(both)) == 12
    assert breaches(both) == 12


def test_a_worker_that_is_given_another_organisations_clock_changes_nothing(both: Cast) -> None:
    (pk,) = begin(both)
    with signed_in_as("worker"), both.inside(both.south):
        assert not take_step(pk, LATE)
    assert clock(both, pk).rung == 0
    assert breaches(both) == 0


def test_a_row_that_raises_waits_an_hour_and_the_others_go_on(
    both: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sick, well = begin(both, many=2)
    steps = sweeping.pauses_of

    def pauses(clock: Deadline) -> list[object]:
        if clock.pk == sick:
            raise ZeroDivisionError("a row nobody can read")
        return steps(clock)

    monkeypatch.setattr(sweeping, "pauses_of", pauses)
    assert swept(LATE) == 1
    assert clock(both, well).rung == 2
    assert clock(both, sick).next_at == LATE + HOUR
    assert "poisonous row" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert swept(LATE + HOUR) == 0
    monkeypatch.setattr(sweeping, "pauses_of", pauses_of)
    assert swept(LATE + HOUR + SECOND) == 1
    assert breaches(both) == 2


def test_a_clock_that_is_met_meanwhile_is_left_alone(both: Cast) -> None:
    (pk,) = begin(both)
    with both.as_user(both.rosa):
        deadlines.meet("test.answer", subject=clock(both, pk).subject, by=both.actor(both.rosa), now=MONDAY)
    assert swept(LATE) == 0
    with signed_in_as("worker"), both.inside():
        assert not take_step(pk, LATE)
    assert told(both) == []


def test_a_paused_clock_sleeps_and_goes_on_by_itself_at_the_planned_end(both: Cast) -> None:
    (pk,) = begin(both)
    with both.as_user(both.rosa):
        rosa = both.actor(both.rosa)
        deadlines.pause(Deadline.objects.get(pk=pk), reason="witness", by=rosa, now=MONDAY, until=MONDAY + 7 * DAY)
    assert swept(MONDAY + 6 * DAY) == 0
    assert swept(MONDAY + 7 * DAY + SECOND) == 1
    found = clock(both, pk)
    # Paused from Monday to Monday, 10:00: Tuesday and Wednesday of the next week count.
    assert (found.state, found.due_at) == ("open", WEDNESDAY_NIGHT + 7 * DAY)
    assert told(both) == []


def test_a_pause_that_ended_during_downtime_is_caught_up_with_the_step_due_since(both: Cast) -> None:
    (pk,) = begin(both)
    with both.as_user(both.rosa):
        rosa = both.actor(both.rosa)
        deadlines.pause(Deadline.objects.get(pk=pk), reason="witness", by=rosa, now=MONDAY, until=MONDAY + 7 * DAY)
    assert swept(LATE + 8 * DAY) == 1
    assert [(kind, rung) for kind, rung, _late in told(both)] == [("missed", "manager")]
    with both.inside():
        assert pauses_of(clock(both, pk))[0].ended_at == MONDAY + 7 * DAY


def test_a_clock_paused_without_an_end_is_never_swept(both: Cast) -> None:
    (pk,) = begin(both)
    with both.as_user(both.rosa):
        deadlines.pause(Deadline.objects.get(pk=pk), reason="safety", by=both.actor(both.rosa), now=MONDAY)
    assert swept(LATE + 400 * DAY) == 0


def test_only_a_worker_may_ask_which_clocks_of_all_organisations_are_due(both: Cast) -> None:
    begin(both)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM due_deadlines(now(), 10)")


def test_a_worker_cannot_change_or_remove_a_breach(both: Cast) -> None:
    begin(both)
    swept(LATE)
    for sql in ("UPDATE deadline_breach SET found_at = now()", "DELETE FROM deadline_breach"):
        with (
            signed_in_as("worker"),
            pytest.raises(ProgrammingError, match="permission denied"),
            organisation(both.north.id),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
