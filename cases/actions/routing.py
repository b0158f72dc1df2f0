"""A report has arrived: who gets it, worked out by a worker after everybody who must not know was left out.

The page that took the report wrote one notice without recipients. Resolving that notice routes the case, exactly
once however many workers there are, and tells those it was given to no more than that there is a new report.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from cases.actions import access, known
from cases.choices import GrantLevel, Part
from cases.models import Case, CaseTerms, ExcludedOffice, Identity, IntakeRoute, Participant, Report
from cases.routing_rules import matched, names_office, priority_of, told_reasons
from cases.scripts import unread
from cases.selectors.team import line_of
from core import audit
from core.actors import SYSTEM
from core.encryption.fields import Unreadable, reveal_each
from core.encryption.index import folded
from core.errors import KeyUnavailable
from core.on_duty import on_duty
from core.organisations import Membership, Office, RoleGrant, User
from core.permissions import Role

#: A report against one of these takes the route the organisation named for it (domain reference §1.6).
OVERSIGHT = (
    Role.INTAKE_OFFICER, Role.INVESTIGATION_MANAGER, Role.INVESTIGATOR, Role.ETHICS_OFFICER, Role.DECISION_MAKER,
    Role.HEAD_OF_OFFICE,
)  # fmt: skip
HOUR = timedelta(hours=1)


@dataclass
class Found:
    """What the fields of the reports say about the organisation's own people."""

    shut_out: dict[UUID, str] = field(default_factory=dict)
    accused: set[UUID] = field(default_factory=set)
    doubts: set[UUID] = field(default_factory=set)
    offices: set[UUID] = field(default_factory=set)
    unread: bool = False  # in letters that can be held against no name: it may name anybody


def terms() -> CaseTerms:
    """The organisation's own numbers, or the defaults."""
    return CaseTerms.objects.first() or CaseTerms()


def route(case_id: UUID, *, now: datetime) -> list[UUID] | None:
    """Give a new case to whoever may have it; the users who have it for triage, None when it is gone.

    Whoever comes second finds it routed and changes nothing. Raises KeyUnavailable while what was told cannot be
    opened: nobody gets a report before it is known who must not have it.
    """
    won = Case.objects.filter(pk=case_id, routed_at=None).update(routed_at=now)
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        return None
    if not won:
        return _told(case, now)
    reports = list(Report.objects.filter(case=case).order_by("received_at", "id"))
    _note_urgency(case, reports, now)
    found = _read(case, reports)
    known.index_people(case)
    reasons = {
        **dict.fromkeys(line_of(found.accused), "line"),
        **found.shut_out,
        **dict.fromkeys(found.accused, "accused"),
    }
    for user_id in found.doubts:
        reasons.setdefault(user_id, "doubt")
    access.shut_out_all(case, reasons, by=SYSTEM, now=now)
    access.recompute(case, by=SYSTEM, now=now, and_route=False)
    recipients, step = _recipients(case, found, now)
    shut_office = _people_of(found.offices) - set(recipients)
    access.shut_out_all(case, dict.fromkeys(shut_office, "office"), by=SYSTEM, now=now)
    for office in sorted(found.offices):
        ExcludedOffice.objects.get_or_create(case=case, office_id=office, defaults={"since": now})
    if not recipients:
        audit.record("cases.unroutable", by=SYSTEM, about=case, reference=case.reference, outcome="failed")
        return []
    users = User.objects.in_bulk(recipients)
    for user_id in recipients:
        access.give(case, users[user_id], level=GrantLevel.TRIAGE, by=SYSTEM, now=now)
    audit.record(
        "cases.routed",
        by=SYSTEM,
        about=case,
        reference=case.reference,
        facts={
            "recipients": recipients,
            "step": step,
            "oversight": step == 0,
            "shut_out": len(reasons) + len(shut_office),
            "doubts": len(found.doubts) + found.unread,
            "many_at_once": case.many_at_once,
        },
    )
    return _told(case, now)


def _told(case: Case, now: datetime) -> list[UUID] | None:
    """Who hears of the report: those who have it for triage; nobody of one among many at once that is not urgent."""
    if case.many_at_once and case.priority != "urgent":
        return None
    grants = case.grants.filter(level=GrantLevel.TRIAGE, starts_at__lte=now).filter(
        Q(ends_at=None) | Q(ends_at__gt=now)
    )
    return list(grants.order_by("starts_at", "id").values_list("user_id", flat=True))


def _note_urgency(case: Case, reports: list[Report], now: datetime) -> None:
    """Priority by what the reports say, and whether this one came in above the hour's budget."""
    reasons = told_reasons(
        safe_now=[report.safe_now for report in reports],
        child=[report.child for report in reports],
        last_time=[report.last_time for report in reports],
    )
    reasons += [reason for reason in case.priority_reasons if reason not in reasons]
    since = case.received_at - HOUR
    before = Case.objects.filter(received_at__gt=since, received_at__lte=case.received_at).exclude(pk=case.pk).count()
    case.many_at_once = before >= terms().reports_an_hour
    case.priority, case.priority_reasons = str(priority_of(reasons)), reasons
    Case.objects.filter(pk=case.pk).update(
        many_at_once=case.many_at_once, priority=case.priority, priority_reasons=reasons
    )


# --- who must not have it --------------------------------------------------------------------------------------------


def _read(case: Case, reports: list[Report]) -> Found:
    """Hold what was written in fields against the staff list and the list of offices."""
    numbers, found = terms(), Found()
    staff = dict(Membership.objects.values_list("user_id", "user__name"))
    offices = dict(Office.objects.values_list("id", "name"))
    names = [folded(name) for name in staff.values()]

    def look(text: str | None, why: str, *, accuse: bool = False) -> None:
        if not text:
            return
        sure, perhaps = matched(staff, text, same=numbers.same_name, perhaps=numbers.perhaps_same_name)
        for user_id in sure:
            if why == "part" or user_id not in found.shut_out:
                found.shut_out[user_id] = why
        found.doubts.update(perhaps)
        found.unread = found.unread or unread(folded(text), names)
        if accuse:
            found.accused.update(sure)

    for told in reveal_each(reports, "must_not_know", "about_whom", purpose="routing", by=SYSTEM):
        must_not_know = _text(told["must_not_know"])
        look(must_not_know, "named")
        found.offices.update(key for key, name in offices.items() if names_office(name, must_not_know))
        look(_text(told["about_whom"]), "part", accuse=True)
    parts: dict[UUID, set[str]] = {}
    for part, person_id in Participant.objects.filter(case=case).values_list("part", "person_id"):
        parts.setdefault(person_id, set()).add(part)
    people = list(Identity.objects.filter(person_id__in=parts).order_by("id"))
    for person, told in zip(people, reveal_each(people, "name", purpose="routing", by=SYSTEM), strict=True):
        look(_text(told["name"]), "part", accuse=Part.SUBJECT in parts[person.person_id])
    linked = Participant.objects.filter(case=case, part=Part.SUBJECT).exclude(person__staff_user=None)
    found.accused.update(linked.values_list("person__staff_user_id", flat=True))
    found.doubts -= set(found.shut_out)
    return found


def _text(value: str | None) -> str:
    """What was written; nothing for what was erased or damaged, KeyUnavailable for what cannot be opened now."""
    if isinstance(value, Unreadable):
        if isinstance(value.error, KeyUnavailable):
            raise value.error
        return ""
    return value or ""


def _people_of(offices: set[UUID]) -> set[UUID]:
    return set(Membership.objects.filter(office_id__in=offices).values_list("user_id", flat=True)) if offices else set()


# --- who gets it -----------------------------------------------------------------------------------------------------


def _recipients(case: Case, found: Found, now: datetime) -> tuple[list[UUID], int]:
    """The first step of the route with anybody on it who is at work and free, and its number (0: oversight).

    First without the people of an office that must not know; with them only where there is nobody else.
    """
    shut = set(case.exclusions.values_list("user_id", flat=True))
    places = {place.user_id: place.office_id for place in on_duty(now)}
    offices = _people_of(found.offices)
    routes = list(IntakeRoute.objects.order_by("step", "id"))
    for forbidden in (shut | offices, shut) if offices - shut else (shut,):
        for number, users in _steps(case, found, routes, places):
            free = [user for user in users if user in places and user not in forbidden]
            if free:
                return free, number
    return [], -1


def _steps(
    case: Case, found: Found, routes: list[IntakeRoute], places: dict[UUID, UUID]
) -> list[tuple[int, list[UUID]]]:
    """The steps to try, in order. A doubt leaves out the first; the oversight route is always last."""
    last = [(0, list(dict.fromkeys(route.user_id for route in routes if route.oversight)))]
    if _against_oversight(found.accused):
        return last
    general = [route for route in routes if route.office_id is None and not route.oversight]
    special = [
        route for route in routes if route.office_id == case.office_id and route.office_id and not route.oversight
    ]
    # Someone of the office concerned gets its reports only where the organisation put them on that office's own route.
    outside = [route for route in general if places.get(route.user_id) != case.office_id or case.office_id is None]
    inside = [route for route in general if route not in outside]
    ladder: list[tuple[int, list[UUID]]] = []
    for chosen in (special, outside):
        for number in sorted({route.step for route in chosen}):
            ladder.append((number, [route.user_id for route in chosen if route.step == number]))
    doubtful = bool(found.doubts) or found.unread
    if doubtful:
        first = min((number for number, _users in ladder), default=0)
        ladder = [(number, users) for number, users in ladder if number > first]
    rest = [(route.step, [route.user_id]) for route in inside] if not doubtful else []
    return ladder + last + rest


def _against_oversight(accused: set[UUID]) -> bool:
    return RoleGrant.objects.filter(
        membership__user_id__in=accused, role__in=OVERSIGHT, approved_at__isnull=False, ended_at=None
    ).exists()
