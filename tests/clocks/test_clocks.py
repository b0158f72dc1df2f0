"""Starting, pausing, extending and meeting a clock."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from core import deadlines
from core.deadlines.actions import note_breach
from core.deadlines.models import Breach, Deadline, DeadlineKind, Extension, OwnDay, Pause, State
from core.deadlines.registry import declared, defaults
from core.errors import Refused
from core.tenancy import organisation
from tests.clocks.conftest import MONDAY, give_terms
from tests.factories import Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEDNESDAY_NIGHT = datetime(2030, 11, 20, 20, 59, 59, tzinfo=UTC)  # 23:59:59 in Nairobi


def begin(cast: Cast, **rest: object) -> Deadline:
    return deadlines.start("test.answer", **{"subject": uuid4(), "at": MONDAY, "owner": cast.rosa, **rest})


def test_a_clock_is_due_by_its_organisations_terms_zone_and_calendar(both: Cast) -> None:
    with both.inside():
        clock = begin(both)
        assert clock.due_at == WEDNESDAY_NIGHT
        assert clock.next_at == WEDNESDAY_NIGHT - DAY  # one working day before: the warning
    with both.inside(both.south):
        DeadlineKind.objects.update(amount=3)
        assert begin(both, owner=None).due_at == datetime(2030, 11, 21, 23, 59, 59, tzinfo=UTC)


def test_public_holidays_of_the_country_are_not_counted(both: Cast) -> None:
    with both.inside():
        before_christmas = datetime(2030, 12, 23, 7, 0, tzinfo=UTC)  # Monday; Wednesday and Thursday are holidays
        assert begin(both, at=before_christmas).due_at == datetime(2030, 12, 27, 20, 59, 59, tzinfo=UTC)


def test_a_day_off_of_the_organisation_moves_the_clocks_that_run(both: Cast) -> None:
    with both.as_user(both.ada):
        clock = begin(both)
        ada = both.actor(both.ada)
        deadlines.add_own_day(date(2030, 11, 19), name="Founders’ day", by=ada, now=MONDAY)
        clock.refresh_from_db()
        assert clock.due_at == WEDNESDAY_NIGHT + DAY
        assert clock.next_at == WEDNESDAY_NIGHT
        deadlines.remove_own_day(date(2030, 11, 19), by=ada, now=MONDAY)
        clock.refresh_from_db()
        assert clock.due_at == WEDNESDAY_NIGHT


def test_a_report_can_start_a_clock_although_the_public_role_reads_nothing_back(both: Cast) -> None:
    with organisation(both.north.id, role="intake"):
        clock = begin(both, owner=None)
    with both.inside():
        assert Deadline.objects.get(pk=clock.pk).due_at == WEDNESDAY_NIGHT


def test_the_public_role_cannot_start_a_clock_that_is_done_already(both: Cast) -> None:
    clock = Deadline(
        kind="test.answer", subject=uuid4(), started_at=MONDAY, amount=1, unit="hours", due_at=MONDAY + HOUR,
        state=State.MET, ended_at=MONDAY, organisation=both.north,
    )  # fmt: skip
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        organisation(both.north.id, role="intake"),
    ):
        clock.save(force_insert=True)


def test_one_clock_of_a_kind_runs_for_a_subject(both: Cast) -> None:
    subject = uuid4()
    with both.as_user(both.rosa):
        begin(both, subject=subject)
        with pytest.raises(IntegrityError, match="deadline_one_open"), transaction.atomic():
            begin(both, subject=subject)
        assert deadlines.meet("test.answer", subject=subject, by=both.actor(both.rosa), now=MONDAY + HOUR)
        begin(both, subject=subject)


def test_what_is_done_in_time_leaves_no_breach_and_what_is_done_late_does(both: Cast) -> None:
    with both.as_user(both.rosa):
        rosa = both.actor(both.rosa)
        early, late = begin(both), begin(both)
        assert deadlines.meet("test.answer", subject=early.subject, by=rosa, now=WEDNESDAY_NIGHT)
        assert deadlines.meet("test.answer", subject=late.subject, by=rosa, now=WEDNESDAY_NIGHT + HOUR)
        assert list(Breach.objects.values_list("deadline_id", flat=True)) == [late.pk]
        assert set(Deadline.objects.values_list("state", "next_at")) == {("met", None)}


def test_meeting_what_does_not_run_changes_nothing(both: Cast) -> None:
    with both.as_user(both.rosa):
        clock = begin(both)
        rosa = both.actor(both.rosa)
        assert not deadlines.meet("test.answer", subject=uuid4(), by=rosa, now=MONDAY)
        assert deadlines.cancel_all(subject=clock.subject, by=rosa, now=MONDAY) == 1
        assert not deadlines.meet("test.answer", subject=clock.subject, by=rosa, now=MONDAY)
    with both.inside(both.south):
        assert not deadlines.meet("test.answer", subject=clock.subject, by=both.actor(both.sofia), now=MONDAY)


def test_a_paused_clock_waits_and_takes_the_paused_days_with_it(both: Cast) -> None:
    with both.as_user(both.rosa):
        clock, rosa = begin(both), both.actor(both.rosa)
        deadlines.pause(clock, reason="interpreter", by=rosa, now=MONDAY + DAY)
        assert (clock.state, clock.next_at) == (State.PAUSED, None)
        with pytest.raises(Refused):
            deadlines.pause(clock, reason="interpreter", by=rosa, now=MONDAY + DAY)
        assert deadlines.resume(clock, by=rosa, now=MONDAY + 2 * DAY)
        # Tuesday and Wednesday were paused in part, so Thursday and Friday count.
        assert (clock.state, clock.due_at) == (State.OPEN, WEDNESDAY_NIGHT + 2 * DAY)
        assert clock.next_at == WEDNESDAY_NIGHT + DAY
        assert not deadlines.resume(clock, by=rosa, now=MONDAY + 2 * DAY)


def test_a_pause_after_the_clock_was_missed_undoes_nothing(both: Cast) -> None:
    with both.as_user(both.rosa):
        clock, rosa = begin(both), both.actor(both.rosa)
        late = WEDNESDAY_NIGHT + HOUR
        deadlines.pause(clock, reason="safety", by=rosa, now=late)
        deadlines.resume(clock, by=rosa, now=late + DAY)
        assert clock.due_at == WEDNESDAY_NIGHT
        assert Breach.objects.get().deadline_id == clock.pk


def test_a_pause_ends_when_it_was_meant_to_even_if_noticed_later(both: Cast) -> None:
    with both.as_user(both.rosa):
        clock, rosa = begin(both), both.actor(both.rosa)
        until = MONDAY + HOUR
        deadlines.pause(clock, reason="witness", by=rosa, now=MONDAY, until=until)
        assert clock.next_at == until
        deadlines.resume(clock, by=rosa, now=MONDAY + 3 * DAY)
        assert Pause.objects.get().ended_at == until
        assert clock.due_at == WEDNESDAY_NIGHT
        with pytest.raises(Refused):
            deadlines.pause(clock, reason="witness", by=rosa, now=MONDAY, until=MONDAY)


def test_more_time_needs_a_second_person(both: Cast) -> None:
    with both.as_user(both.rosa):
        clock, rosa, hana = begin(both), both.actor(both.rosa), both.actor(both.hana)
        asked = deadlines.extend(clock, more=3, reason="complex", by=rosa, now=MONDAY)
        with pytest.raises(Refused):
            deadlines.decide_extension(asked, approved=True, by=rosa, now=MONDAY)
        assert Deadline.objects.get(pk=clock.pk).due_at == WEDNESDAY_NIGHT
        with both.as_user(both.hana):
            deadlines.decide_extension(asked, approved=True, by=hana, now=MONDAY)
        with pytest.raises(Refused):
            deadlines.decide_extension(asked, approved=False, by=hana, now=MONDAY)
        # Two and three working days, over a weekend.
        assert Deadline.objects.get(pk=clock.pk).due_at == WEDNESDAY_NIGHT + 5 * DAY


def test_more_time_that_is_refused_changes_nothing(both: Cast) -> None:
    with both.as_user(both.rosa):
        clock, rosa, hana = begin(both), both.actor(both.rosa), both.actor(both.hana)
        asked = deadlines.extend(clock, more=3, reason="complex", by=rosa, now=MONDAY)
        with pytest.raises(Refused):
            deadlines.extend(clock, more=1, reason="complex", by=hana, now=MONDAY)
        with both.as_user(both.hana):
            deadlines.decide_extension(asked, approved=False, by=hana, now=MONDAY)
        assert Deadline.objects.get(pk=clock.pk).due_at == WEDNESDAY_NIGHT


def test_more_time_given_late_moves_the_clock_and_keeps_the_breach(both: Cast) -> None:
    with both.as_user(both.rosa):
        clock, rosa, hana = begin(both), both.actor(both.rosa), both.actor(both.hana)
        late = WEDNESDAY_NIGHT + HOUR
        asked = deadlines.extend(clock, more=5, reason="complex", by=rosa, now=late)
        with both.as_user(both.hana):
            deadlines.decide_extension(asked, approved=True, by=hana, now=late)
        clock.refresh_from_db()
        assert clock.due_at > late
        assert Breach.objects.get().due_at == WEDNESDAY_NIGHT


def test_every_declared_clock_has_terms_with_a_source_and_every_term_a_declared_clock() -> None:
    assert set(defaults()) == set(declared())
    assert all(terms.source for terms in defaults().values())


def test_a_new_organisation_gets_a_copy_of_every_default_and_may_differ(cast: Cast) -> None:
    with cast.inside():
        assert deadlines.give_defaults() == len(defaults())
        assert deadlines.give_defaults() == 0
        assert not DeadlineKind.objects.filter(source="").exists()
        DeadlineKind.objects.update(amount=77)
    with cast.inside(cast.south):
        deadlines.give_defaults()
        assert not DeadlineKind.objects.filter(amount=77).exists()


def refuse(match: str, **row: object) -> None:
    model = row.pop("model")
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        model(**row).save(force_insert=True)


def test_pauses_of_one_clock_never_overlap(both: Cast) -> None:
    with both.inside():
        clock = begin(both)
        Pause(deadline=clock, started_at=MONDAY, ended_at=MONDAY + 2 * HOUR, reason="safety").save(force_insert=True)
        row = {"model": Pause, "deadline": clock, "reason": "safety"}
        refuse("deadline_pause_no_overlap", started_at=MONDAY + HOUR, ended_at=MONDAY + 3 * HOUR, **row)
        refuse("deadline_pause_no_overlap", started_at=MONDAY - HOUR, **row)
        refuse("deadline_pause_forward|range lower bound", started_at=MONDAY, ended_at=MONDAY - HOUR, **row)
        refuse("deadline_pause_reason", started_at=MONDAY + DAY, **{**row, "reason": "because"})
        refuse("deadline_pause_until_later", started_at=MONDAY + DAY, until=MONDAY, **row)
        Pause(deadline=clock, started_at=MONDAY + 2 * HOUR, reason="safety").save(force_insert=True)
        Pause(deadline=begin(both), started_at=MONDAY, reason="safety").save(force_insert=True)


def test_what_must_never_be_false_of_a_clock_is_refused_by_the_database(both: Cast) -> None:
    with both.inside():
        row = {
            "model": Deadline, "kind": "test.answer", "subject": uuid4(), "started_at": MONDAY, "amount": 1,
            "unit": "hours", "due_at": MONDAY,
        }  # fmt: skip
        refuse("deadline_ended_is_quiet", **{**row, "state": "asleep"})
        refuse("deadline_unit", **{**row, "unit": "moons"})
        refuse("deadline_due_after_start", **{**row, "due_at": MONDAY - HOUR})
        refuse("deadline_ended_is_quiet", **{**row, "state": "met"})
        refuse("deadline_ended_is_quiet", **{**row, "state": "met", "ended_at": MONDAY, "next_at": MONDAY})
        refuse("deadline_ended_is_quiet", **{**row, "ended_at": MONDAY})


def test_nobody_approves_the_time_they_asked_for_whatever_the_code_says(both: Cast) -> None:
    with both.inside():
        row = {
            "model": Extension, "deadline": begin(both), "more": 1, "reason": "complex", "asked_by": both.rosa,
            "asked_at": MONDAY,
        }  # fmt: skip
        decided = {"decided_at": MONDAY, "approved": True}
        refuse("deadline_extension_two_people", **row, **decided, decided_by=both.rosa)
        refuse("deadline_extension_decided_whole", **row, decided_by=both.hana)
        refuse("deadline_extension_more", **{**row, "more": 0})
        refuse("deadline_extension_reason", **{**row, "reason": "because"})
        Extension(**{name: value for name, value in row.items() if name != "model"}).save(force_insert=True)
        refuse("deadline_extension_one_open", **row)


def test_a_breach_is_written_once_and_never_changed_or_removed(both: Cast) -> None:
    with both.inside():
        clock = begin(both)
        late = WEDNESDAY_NIGHT + HOUR
        assert note_breach(clock, now=late)
        assert not note_breach(clock, now=late)
        row = {"model": Breach, "deadline": clock, "due_at": WEDNESDAY_NIGHT, "found_at": late}
        refuse("deadline_breach_once", **row)
        refuse("deadline_breach_after_due", **{**row, "deadline": begin(both), "found_at": WEDNESDAY_NIGHT})
        changes = ("UPDATE deadline_breach SET found_at = now()", "DELETE FROM deadline_breach", "DELETE FROM deadline")
        for sql in changes:
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)


def test_a_kind_and_a_day_off_exist_once_in_an_organisation(both: Cast) -> None:
    with both.inside():
        with pytest.raises(IntegrityError, match="deadline_kind_once"), transaction.atomic():
            give_terms()
        with pytest.raises(IntegrityError, match="deadline_kind_unit"), transaction.atomic():
            DeadlineKind.objects.create(key="test.other", amount=1, unit="moons")
        OwnDay.objects.create(day=date(2030, 1, 2))
        with pytest.raises(IntegrityError, match="own_day_once"), transaction.atomic():
            OwnDay.objects.create(day=date(2030, 1, 2))


def test_a_pause_cannot_hang_on_another_organisations_clock(both: Cast) -> None:
    with both.inside():
        clock = begin(both)
    with both.inside(both.south):
        refuse("deadline_pause_same_org", model=Pause, deadline=clock, started_at=MONDAY, reason="safety")
        refuse("deadline_breach_same_org", model=Breach, deadline=clock, due_at=MONDAY, found_at=MONDAY + DAY)
        refuse(
            "deadline_extension_same_org", model=Extension, deadline=clock, more=1, reason="complex",
            asked_by=both.sofia, asked_at=MONDAY,
        )  # fmt: skip
