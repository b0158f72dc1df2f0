"""The call for care that works only for a time: made by a worker, taken by one person, ended by what became of it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from cases.actions import access, routing
from cases.choices import GrantLevel, Part
from cases.models import Participant, Person, Report
from core import audit, deadlines
from core.actors import SYSTEM, Actor
from core.calendars import due_at
from core.deadlines.steps import terms_and_calendar
from core.errors import DomainError, Refused
from core.organisations import Organisation
from core.permissions import allowed
from core.tenancy import scope
from victims import clinical_rules
from victims.actions import files
from victims.choices import AlarmState, Source, WindowOutcome
from victims.clinical_rules import Bounds
from victims.models import ClinicalAlarm, ClinicalWindow, SupportFile
from victims.permissions import Perm
from victims.selectors.duty import first_called, free_for

CALL = "clinical.alarm"


def bounds_of(report: Report, *, zone: ZoneInfo) -> Bounds | None:
    """Between which moments it happened, as told: by the days that were written down, else by the coarse answer.

    Where the two contradict each other, the more recent one counts: nobody goes without care for a wrong date.
    """
    told, heard = min(report.aware_at, report.received_at), report.received_at
    step = clinical_rules.of_step(report.last_time, told_at=told, heard_at=heard, zone=zone)
    if report.incident_from is None:
        return step
    days = clinical_rules.of_days(report.incident_from, report.incident_until, now=heard, zone=zone)
    return step if step is not None and days.latest < step.earliest else days


def ring(report_id: UUID, *, now: datetime, again: bool = False) -> list[UUID] | None:
    """In a worker: make the call a report asks for, once; who is called first, or None where no care is in time.

    It waits for no triage, no name and no consent to anything. `again`: the call reached nobody before. Raises
    KeyUnavailable while nobody can tell who must not know.
    """
    report = Report.objects.select_related("case__office").filter(pk=report_id).first()
    if report is None:
        return None
    # Whoever must not know is shut out before anybody is called; the report's own notice finds that done.
    routing.route(report.case_id, now=now)
    home = Organisation.objects.get(pk=scope().organisation)
    bounds = bounds_of(report, zone=ZoneInfo(home.time_zone))
    alarm = ClinicalAlarm.objects.filter(report=report).first()
    if bounds is None:
        return None
    if alarm is not None:
        if alarm.state != AlarmState.RINGING:
            return None
        count_from(alarm, bounds, now=now)
        return first_called(alarm, now) if again else None
    people = Participant.objects.filter(case=report.case, part=Part.VICTIM).values_list("person_id", flat=True)[:2]
    office = report.case.office
    alarm = ClinicalAlarm(
        report=report,
        case=report.case,
        person_id=people[0] if len(people) == 1 else None,
        country=(office.country if office else "") or home.country,
        earliest=bounds.earliest,
        latest=bounds.latest,
        rung_at=now,
    )
    if not in_time(alarm, now=now):
        return None
    alarm.save(force_insert=True)
    count_from(alarm, bounds, now=now)
    deadlines.start(CALL, subject=alarm.pk, at=now)
    audit.record("victims.alarm_rung", by=SYSTEM, about=alarm)
    return first_called(alarm, now)


def closing() -> Callable[[str, datetime], datetime]:
    """When care of a clock ends that is counted from a moment: by the organisation's own terms, asked for once."""
    agreed, calendar = terms_and_calendar({each.clock for each in clinical_rules.windows()})

    def at(clock: str, moment: datetime) -> datetime:
        terms = agreed[clock]
        return due_at(
            moment, amount=terms.amount, unit=terms.unit, roll=terms.roll, zone=calendar.zone,
            weekend=calendar.weekend, holidays=calendar.holidays,
        )  # fmt: skip

    return at


def in_time(alarm: ClinicalAlarm, *, now: datetime) -> bool:
    """Whether any care somebody is called for may still work."""
    ends = closing()
    return any(ends(each.clock, alarm.latest) > now for each in clinical_rules.windows() if each.rings)


def count_from(alarm: ClinicalAlarm, bounds: Bounds, *, now: datetime) -> None:
    """Reckon the windows that nobody has settled from these moments; clocks of those still open start or move."""
    if (alarm.earliest, alarm.latest) != (bounds.earliest, bounds.latest):
        alarm.earliest, alarm.latest = bounds.earliest, bounds.latest
        ClinicalAlarm.objects.filter(pk=alarm.pk).update(earliest=bounds.earliest, latest=bounds.latest)
    there, ends = {window.kind: window for window in ClinicalWindow.objects.filter(alarm=alarm)}, closing()
    for each in clinical_rules.windows():
        window = there.get(each.kind) or ClinicalWindow(alarm=alarm, kind=each.kind)
        if window.outcome:
            continue
        window.closes_at = ends(each.clock, bounds.earliest)
        window.may_work_until = ends(each.clock, bounds.latest)
        window.save()
        deadlines.cancel_all(subject=window.pk, by=SYSTEM, now=now)
        if alarm.taken_by_id is not None and window.closes_at > now:  # before, the call itself is the clock
            deadlines.start(each.clock, subject=window.pk, at=bounds.earliest, owner=alarm.taken_by)


def from_file(file: SupportFile, bounds: Bounds, *, by: Actor, now: datetime) -> ClinicalAlarm:
    """The officer was told when it happened: the windows run from then, and the call is theirs already."""
    files.ensure_works(file, by=by, now=now)
    files.ensure_open(file)
    if bounds.earliest > now:
        raise DomainError(_("This moment has not come yet."))
    alarm = ClinicalAlarm.objects.filter(file=file).order_by("-rung_at").first() or ClinicalAlarm(
        file=file, person_id=file.person_id, country=file.country, rung_at=now
    )
    alarm.earliest, alarm.latest = bounds.earliest, max(bounds.earliest, min(bounds.latest, now))
    if alarm.state == AlarmState.RINGING:
        deadlines.meet(CALL, subject=alarm.pk, by=by, now=now)
        alarm.state, alarm.taken_by, alarm.taken_at = AlarmState.TAKEN, by.user, now
    alarm.save()
    count_from(alarm, Bounds(alarm.earliest, alarm.latest), now=now)
    audit.record("victims.time_recorded", by=by, about=file, reference=file.reference)
    return alarm


def take(alarm: ClinicalAlarm, *, by: Actor, now: datetime) -> ClinicalAlarm:
    """Somebody on the support side takes the call: it goes no further, and the person, if known, has a file.

    Refused for whoever came second, investigates or decides the case; Http404 for whoever is shut out of it.
    """
    if by.user is None or not allowed(by, Perm.ALARM):
        raise Refused
    if not free_for(alarm, [by.user.pk]):
        raise Http404
    won = ClinicalAlarm.objects.filter(pk=alarm.pk, state=AlarmState.RINGING).update(
        state=AlarmState.TAKEN, taken_by=by.user, taken_at=now
    )
    if not won:
        raise Refused(_("Somebody else has taken it already."))
    alarm.refresh_from_db()
    if alarm.case is not None:
        # As with a request for support: whoever looks after the person may ask for the name.
        access.give(alarm.case, by.user, level=GrantLevel.SUPPORT, identities=[Part.VICTIM], by=by, now=now)
    if alarm.person_id is not None:
        _into_file(alarm, by=by, now=now)
    deadlines.meet(CALL, subject=alarm.pk, by=by, now=now)
    count_from(alarm, Bounds(alarm.earliest, alarm.latest), now=now)
    audit.record("victims.alarm_taken", by=by, about=alarm)
    return alarm


def _into_file(alarm: ClinicalAlarm, *, by: Actor, now: datetime) -> None:
    person = Person.objects.get(pk=str(alarm.person_id))
    file = SupportFile.objects.filter(person=person).first()
    if file is None:
        file = files.open_for(person, source=Source.ALARM, country=alarm.country, by=by, now=now)
    alarm.file = file
    ClinicalAlarm.objects.filter(pk=alarm.pk).update(file=file)


def record(window: ClinicalWindow, *, outcome: str, by: Actor, now: datetime) -> ClinicalWindow:
    """What became of one kind of care, once; only whoever took the call, or works in the person's file."""
    alarm = window.alarm
    if by.user is None or not allowed(by, Perm.ALARM) or not free_for(alarm, [by.user.pk]):
        raise Refused
    if alarm.taken_by_id != by.user.pk:
        if alarm.file is None:
            raise Refused(_("Take the call first."))
        files.ensure_works(alarm.file, by=by, now=now)
    if outcome not in WindowOutcome.values:
        raise DomainError(_("Say what became of it."))
    if outcome == WindowOutcome.TOO_LATE and now < window.closes_at:
        raise DomainError(_("It is not too late: this care still works."))
    won = ClinicalWindow.objects.filter(pk=window.pk, outcome="").update(
        outcome=outcome, recorded_by=by.user, recorded_at=now
    )
    if not won:
        raise Refused(_("This has been noted already."))
    if outcome == WindowOutcome.MET:
        for clock in {each.clock for each in clinical_rules.windows() if each.kind == window.kind}:
            deadlines.meet(clock, subject=window.pk, by=by, now=now)
    deadlines.cancel_all(subject=window.pk, by=by, now=now)
    audit.record("victims.care_recorded", by=by, about=alarm)
    window.refresh_from_db()
    return window
