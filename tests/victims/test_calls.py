"""Care that works only for a time: who is called, when it goes on to whom, and what is told."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from cases import care
from cases.choices import CaseState, LastTime, Part
from cases.models import Report
from core.deadlines.models import Deadline
from core.deadlines.sweeping import sweep
from core.errors import DomainError, Refused
from core.organisations import User
from core.outbox import inbox
from core.outbox.delivery import deliver
from core.outbox.models import Delivery
from core.tenancy import signed_in_as
from tests.factories import NOW, exclude, make_case, make_part, make_report
from tests.victims.conftest import Side
from victims import clinical_rules
from victims.actions import alarms, files, rota
from victims.choices import WindowOutcome
from victims.clinical_rules import Bounds
from victims.models import ClinicalAlarm, ClinicalWindow, DutyTurn, SupportFile
from victims.selectors.duty import access_alarm, alarms_for, first_called

pytestmark = pytest.mark.django_db
UTC = ZoneInfo("UTC")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def on_duty(side: Side, country: str = "UG", **rest: object) -> DutyTurn:
    """Noor on duty, Mary her deputy."""
    given = {"starts_at": NOW - HOUR, "ends_at": None, "now": NOW, **rest}
    with side.cast.as_user(side.musa):
        return rota.add(country, side.cast.noor, side.mary, by=side.actor(side.musa), **given)  # type: ignore[arg-type]


def told(side: Side, step: str = LastTime.TODAY_OR_YESTERDAY, **rest: object):
    """A report at Lake in which somebody said when it was; the notice lies in the outbox."""
    with side.cast.inside():
        case = make_case(side.cast.lake, state=CaseState.RECEIVED)
        make_part(case, Part.VICTIM)
        report = make_report(case, last_time=step, **rest)
        care.time_told(report, now=NOW)
    return report


def called(side: Side, report: Report, *, now: datetime = NOW) -> list[str] | None:
    """What a worker finds when it looks at the report: first names of those who are called, None for no call."""
    with side.cast.inside():
        found = alarms.ring(report.pk, now=now)
        return None if found is None else names(found)


def names(users: list[UUID]) -> list[str]:
    there = {user.pk: user.name.split()[0] for user in User.objects.filter(pk__in=users)}
    return [there[user] for user in users]


def inboxes(side: Side) -> list[str]:
    """First names of those who have a message in their inbox, in the order it came."""
    with signed_in_as("worker"), side.cast.inside():
        rows = Delivery.objects.filter(channel="inbox").select_related("user").order_by("created_at", "id")
        return [row.user.name.split()[0] for row in rows]


def work(now: datetime) -> None:
    """One round of a worker at that moment."""
    with signed_in_as("worker"):
        deliver(now)
        sweep(now)
        deliver(now)


@pytest.mark.django_db(transaction=True)
def test_at_night_a_call_nobody_takes_goes_to_the_deputy_after_thirty_minutes_then_to_the_supervisors(
    side: Side,
) -> None:
    on_duty(side)
    told(side)
    work(NOW)
    assert inboxes(side) == ["Noor"]
    work(NOW + 29 * MINUTE)
    assert inboxes(side) == ["Noor"]
    work(NOW + 31 * MINUTE)
    assert inboxes(side) == ["Noor", "Mary"]
    work(NOW + 59 * MINUTE)
    assert inboxes(side) == ["Noor", "Mary"]
    work(NOW + 61 * MINUTE)
    assert sorted(inboxes(side)[2:]) == ["Musa", "Zoe"]
    for user in (side.cast.noor, side.mary, side.musa):
        with side.cast.as_user(user):
            (shown,) = inbox.show(inbox.of(user.pk), now=NOW + 2 * HOUR)
            assert (shown.text, shown.link, shown.reference) == ("Someone needs you now", "/o/north/support/", "")


@pytest.mark.django_db(transaction=True)
def test_a_call_that_is_taken_goes_no_further_and_one_that_reaches_nobody_is_heard_of_by_the_operator(
    side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    on_duty(side)
    told(side)
    work(NOW)
    with side.cast.as_user(side.cast.noor):
        alarms.take(ClinicalAlarm.objects.get(), by=side.actor(side.cast.noor), now=NOW + MINUTE)
    work(NOW + 40 * MINUTE)
    assert "Mary" not in inboxes(side)
    second = told(side)
    with side.cast.inside():
        for user in (side.cast.noor, side.mary, side.musa, side.zoe):
            exclude(second.case, user)
    before = len(inboxes(side))
    work(NOW + 41 * MINUTE)
    assert len(inboxes(side)) == before, "no administrator hears of it"
    assert "reached nobody" in caplog.text


def test_whoever_takes_a_call_has_the_file_of_the_person_from_that_moment(side: Side) -> None:
    on_duty(side)
    assert called(side, told(side)) == ["Noor"]
    with side.cast.as_user(side.cast.noor):
        alarm = alarms.take(ClinicalAlarm.objects.get(), by=side.actor(side.cast.noor), now=NOW + MINUTE)
        assert alarm.file is not None
        assert alarm.file.source == "alarm"
        assert Deadline.objects.get(kind="clinical.alarm").state == "met"
        clock = Deadline.objects.get(subject=alarm.windows.get(kind="contraception").pk)
        assert clock.owner == side.cast.noor


def test_thirty_minutes_count_at_any_hour_of_any_day(side: Side) -> None:
    """Half past two at night on a Sunday."""
    night = datetime(2026, 12, 27, 2, 30, tzinfo=UTC)
    with side.cast.inside():
        report = make_report(make_case(side.cast.lake), last_time="three_days", received_at=night, aware_at=night)
    called(side, report, now=night)
    with side.cast.inside():
        assert Deadline.objects.get(kind="clinical.alarm").due_at == night + 30 * MINUTE


def test_an_absent_officer_is_passed_over_at_once(side: Side) -> None:
    on_duty(side)
    with side.cast.inside():
        member = side.cast.members["noor"]
        member.away_from, member.away_until = NOW - HOUR, NOW + timedelta(days=3)
        member.save()
    assert called(side, told(side)) == ["Mary"]


def test_nobody_shut_out_of_the_case_is_called_or_finds_the_call(side: Side) -> None:
    on_duty(side)
    report = told(side)
    with side.cast.inside():
        exclude(report.case, side.cast.noor)
    assert called(side, report) == ["Mary"]
    with side.cast.as_user(side.cast.noor):
        alarm = ClinicalAlarm.objects.get()
        with pytest.raises(Http404):
            access_alarm(side.actor(side.cast.noor), alarm.reference, NOW)
        with pytest.raises(Http404):
            alarms.take(alarm, by=side.actor(side.cast.noor), now=NOW)


def test_nobody_off_the_support_side_finds_a_call(side: Side) -> None:
    called(side, told(side))
    for other in (side.cast.hana, side.cast.ada, side.cast.idris, side.cast.dan):
        with side.cast.as_user(other):
            assert not alarms_for(side.actor(other)).exists()
            with pytest.raises(Refused):
                alarms.take(ClinicalAlarm.objects.get(), by=side.actor(other), now=NOW)


def test_without_a_rota_every_support_officer_is_called_at_once(side: Side) -> None:
    assert sorted(called(side, told(side)) or []) == ["Mary", "Noor"]


def test_the_turn_of_the_country_goes_before_the_one_for_everywhere(side: Side) -> None:
    on_duty(side, "")
    with side.cast.as_user(side.musa):
        rota.add("UG", side.mary, side.cast.noor, starts_at=NOW - HOUR, ends_at=None, by=side.actor(side.musa), now=NOW)
    assert called(side, told(side)) == ["Mary"]


def test_a_call_never_waits_for_triage_a_name_or_a_consent(side: Side) -> None:
    on_duty(side)
    report = told(side)
    assert called(side, report) == ["Noor"]
    with side.cast.inside():
        assert report.case.state == CaseState.RECEIVED
        person = ClinicalAlarm.objects.get().person
        assert person is not None
        assert not person.identities.exists()
        assert not person.consents.exists()


@pytest.mark.parametrize("step", [LastTime.LONGER, ""])
def test_nobody_is_called_where_nothing_can_be_in_time(side: Side, step: str) -> None:
    assert called(side, told(side, step)) is None
    with side.cast.inside():
        assert not ClinicalAlarm.objects.exists()


def test_a_second_word_about_the_same_report_makes_no_second_call(side: Side) -> None:
    report = told(side)
    called(side, report)
    with side.cast.inside():
        report.incident_from = report.incident_until = (NOW - timedelta(days=1)).date()
        report.save()
    assert called(side, report) is None
    with side.cast.inside():
        assert ClinicalAlarm.objects.get().earliest.date() <= report.incident_from


def test_a_call_that_reached_nobody_is_made_again_until_somebody_is_there(side: Side) -> None:
    report = told(side)
    with side.cast.inside():
        for name in ("noor", "mary", "musa", "zoe"):
            member = side.cast.members[name]
            member.away_from, member.away_until = NOW - HOUR, NOW + HOUR
            member.save()
        assert alarms.ring(report.pk, now=NOW) == []
        later = alarms.ring(report.pk, now=NOW + 2 * HOUR, again=True)
        assert sorted(names(later or [])) == ["Mary", "Noor"]
    with side.cast.as_user(side.cast.noor):
        alarms.take(ClinicalAlarm.objects.get(), by=side.actor(side.cast.noor), now=NOW + 2 * HOUR)
        assert alarms.ring(report.pk, now=NOW + 3 * HOUR, again=True) is None


@pytest.mark.django_db(transaction=True)
def test_whoever_is_named_in_the_report_is_shut_out_before_anybody_is_called(side: Side) -> None:
    """The call does not wait for the report's own routing: it makes sure of it."""
    on_duty(side)
    with side.cast.inside():
        case = make_case(side.cast.lake, state=CaseState.RECEIVED, routed_at=None)
        make_part(case, Part.VICTIM)
        report = make_report(case, subject=side.cast.noor.name, last_time="three_days")
    with signed_in_as("worker"):
        assert called(side, report) == ["Mary"]


def test_the_officer_corrects_the_time_of_a_call_and_there_is_no_second_one(side: Side) -> None:
    called(side, told(side))
    with side.cast.as_user(side.cast.noor):
        by = side.actor(side.cast.noor)
        alarm = alarms.take(ClinicalAlarm.objects.get(), by=by, now=NOW)
        assert alarm.file is not None
        again = alarms.from_file(alarm.file, Bounds(NOW - HOUR, NOW - HOUR), by=by, now=NOW)
        assert (again, again.certain) == (alarm, True)
        assert again.windows.get(kind="hiv_prophylaxis").closes_at == NOW + 71 * HOUR


def test_a_date_that_contradicts_the_coarse_answer_costs_nobody_their_care(side: Side) -> None:
    on_duty(side)
    with side.cast.inside():
        case = make_case(side.cast.lake)
        long_ago = (NOW - timedelta(days=60)).date()
        given = {"incident_from": long_ago, "incident_until": long_ago}
        wrong = make_report(case, last_time="three_days", **given)
        right = make_report(case, last_time="longer", **given)
    assert called(side, wrong) == ["Noor"]
    assert called(side, right) is None


def test_a_report_of_yesterday_counts_from_its_first_moment_and_says_that_it_is_not_known(side: Side) -> None:
    at = datetime(2026, 11, 20, 15, tzinfo=UTC)
    bounds = clinical_rules.of_step(LastTime.TODAY_OR_YESTERDAY, told_at=at, heard_at=at, zone=UTC)
    assert bounds == Bounds(datetime(2026, 11, 19, tzinfo=UTC), at)
    three = clinical_rules.of_step(LastTime.THREE_DAYS, told_at=at, heard_at=at, zone=UTC)
    assert three == Bounds(at - timedelta(days=3), at)
    unsure = clinical_rules.of_step(LastTime.NOT_SURE, told_at=at, heard_at=at, zone=UTC)
    assert unsure == Bounds(at - timedelta(days=5), at), "somebody unsure may have been hurt an hour ago"
    days = clinical_rules.of_days(date(2026, 11, 1), date(2026, 11, 30), now=at, zone=UTC)
    assert days == Bounds(datetime(2026, 11, 1, tzinfo=UTC), at), "a month is counted from its first day"


def test_windows_close_72_and_120_hours_after_the_moment_that_is_known(side: Side) -> None:
    file, noor, at = side.file(), side.cast.noor, NOW - 5 * HOUR
    with side.cast.as_user(noor):
        alarm = alarms.from_file(file, Bounds(at, at), by=side.actor(noor), now=NOW)
        ends = {window.kind: window for window in alarm.windows.all()}
        assert alarm.certain
        assert ends["hiv_prophylaxis"].closes_at == ends["hiv_prophylaxis"].may_work_until == at + 72 * HOUR
        assert ends["contraception"].closes_at == at + 120 * HOUR
        assert ends["hepatitis_globulin"].closes_at == at + 14 * 24 * HOUR
        assert ends["hepatitis_vaccine"].closes_at == at + 90 * 24 * HOUR
        assert {each.kind for each in clinical_rules.windows()} == set(ends) == set(clinical_rules.NAMES)
        assert all(each.source for each in clinical_rules.windows())


def test_a_window_that_may_still_work_is_not_over_because_its_earliest_moment_is(side: Side) -> None:
    called(side, told(side, LastTime.THREE_DAYS))
    with side.cast.inside():
        window = ClinicalWindow.objects.get(kind="hiv_prophylaxis")
        assert window.closes_at == NOW
        assert window.may_work_until == NOW + 72 * HOUR


def test_a_corrected_time_moves_what_nobody_has_settled(side: Side) -> None:
    file, noor = side.file(), side.cast.noor
    with side.cast.as_user(noor):
        by = side.actor(noor)
        alarm = alarms.from_file(file, Bounds(NOW - 10 * HOUR, NOW - 10 * HOUR), by=by, now=NOW)
        alarms.record(alarm.windows.get(kind="contraception"), outcome="declined", by=by, now=NOW)
        again = alarms.from_file(file, Bounds(NOW - 2 * HOUR, NOW - 2 * HOUR), by=by, now=NOW)
        assert again == alarm
        ends = dict(alarm.windows.values_list("kind", "closes_at"))
        assert ends["hiv_prophylaxis"] == NOW + 70 * HOUR
        assert ends["contraception"] == NOW + 110 * HOUR, "what is settled stays as it was"
        open_clock = Deadline.objects.get(subject=alarm.windows.get(kind="hiv_prophylaxis").pk, state="open")
        assert open_clock.due_at == NOW + 70 * HOUR


@pytest.mark.parametrize("outcome", [WindowOutcome.MET, WindowOutcome.DECLINED, WindowOutcome.NOT_APPLICABLE])
def test_what_became_of_care_is_noted_once_and_stops_its_clock(side: Side, outcome: str) -> None:
    file, noor = side.file(), side.cast.noor
    with side.cast.as_user(noor):
        by = side.actor(noor)
        alarm = alarms.from_file(file, Bounds(NOW - HOUR, NOW - HOUR), by=by, now=NOW)
        window = alarm.windows.get(kind="hiv_prophylaxis")
        alarms.record(window, outcome=outcome, by=by, now=NOW)
        ended = Deadline.objects.get(subject=window.pk)
        assert ended.state == ("met" if outcome == WindowOutcome.MET else "cancelled")
        with pytest.raises(Refused):
            alarms.record(window, outcome="met", by=by, now=NOW)


def test_too_late_is_only_said_when_it_is(side: Side) -> None:
    file, noor = side.file(), side.cast.noor
    with side.cast.as_user(noor):
        by = side.actor(noor)
        window = alarms.from_file(file, Bounds(NOW, NOW), by=by, now=NOW).windows.get(kind="hiv_prophylaxis")
        with pytest.raises(DomainError):
            alarms.record(window, outcome="too_late", by=by, now=NOW + 71 * HOUR)
        alarms.record(window, outcome="too_late", by=by, now=NOW + 72 * HOUR)


def test_two_people_who_answer_at_once_do_not_both_have_it(side: Side) -> None:
    called(side, told(side))
    with side.cast.as_user(side.cast.noor):
        alarms.take(ClinicalAlarm.objects.get(), by=side.actor(side.cast.noor), now=NOW)
    with side.cast.as_user(side.mary):
        alarm = ClinicalAlarm.objects.get()
        with pytest.raises(Refused):
            alarms.take(alarm, by=side.actor(side.mary), now=NOW)
        with pytest.raises(Http404):
            alarms.record(alarm.windows.get(kind="contraception"), outcome="met", by=side.actor(side.mary), now=NOW)


def test_a_call_about_somebody_whom_another_officer_supports_leaves_the_file_where_it_is(side: Side) -> None:
    report = told(side)
    called(side, report)
    with side.cast.as_user(side.mary):
        person = report.case.participants.get().person
        file = files.open_for(person, source="request", by=side.actor(side.mary), now=NOW)
    with side.cast.as_user(side.cast.noor):
        alarms.take(ClinicalAlarm.objects.get(), by=side.actor(side.cast.noor), now=NOW)
        assert ClinicalAlarm.objects.get().file == file
        assert SupportFile.objects.get().officer == side.mary


def test_the_rota_takes_only_people_of_the_support_side_two_of_them_and_one_turn_at_a_time(side: Side) -> None:
    cast, by = side.cast, None
    with cast.as_user(side.musa):
        by = side.actor(side.musa)
        given = {"starts_at": NOW, "ends_at": NOW + 24 * HOUR, "by": by, "now": NOW}
        for officer, deputy in ((cast.idris, side.mary), (cast.noor, cast.noor), (cast.noor, cast.ada)):
            with pytest.raises(DomainError):
                rota.add("UG", officer, deputy, **given)
        turn = rota.add("UG", cast.noor, side.mary, **given)
        with pytest.raises(DomainError):
            rota.add("UG", side.mary, cast.noor, **given)
        rota.add("KE", side.mary, cast.noor, **given)
        rota.end(turn, by=by, now=NOW + HOUR)
        rota.add("UG", side.mary, cast.noor, **{**given, "starts_at": NOW + HOUR})
        with pytest.raises(IntegrityError), transaction.atomic():
            DutyTurn.objects.create(
                country="SO", officer=cast.noor, deputy=cast.noor, starts_at=NOW, entered_by=side.musa
            )
    with cast.as_user(cast.noor), pytest.raises(Refused):
        rota.add("SO", cast.noor, side.mary, starts_at=NOW, ends_at=None, by=side.actor(cast.noor), now=NOW)


def test_somebody_who_left_the_support_side_is_called_no_more(side: Side) -> None:
    on_duty(side)
    with side.cast.inside():
        side.cast.members["noor"].role_grants.update(ended_at=NOW - MINUTE, ended_by=side.musa)
        alarm = ClinicalAlarm(country="UG", earliest=NOW, latest=NOW, rung_at=NOW)
        assert first_called(alarm, NOW) == [side.mary.pk]
