"""Who is called: the officer on duty in the country, the deputy, the supervisors; and calls one may answer."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from cases.models import Exclusion
from core.actors import Actor
from core.on_duty import holders, present
from core.permissions import Role, allowed
from victims.choices import AlarmState
from victims.models import ClinicalAlarm, ClinicalWindow, DutyTurn
from victims.permissions import Perm
from victims.selectors.files import in_force, may_support


def turn_at(country: str, now: datetime) -> DutyTurn | None:
    """The turn in force in the country, else the one for every other country."""
    turns = DutyTurn.objects.filter(country__in={country, ""}, starts_at__lte=now)
    return turns.filter(Q(ends_at=None) | Q(ends_at__gt=now)).order_by("-country").first()


def rungs(country: str, now: datetime) -> tuple[list[UUID], list[UUID], list[UUID]]:
    """Officer, deputy and supervisors; without a turn every officer is called at once."""
    turn = turn_at(country, now)
    supervisors = holders(Role.SUPPORT_SUPERVISOR, now=now)
    if turn is None:
        return holders(Role.SUPPORT_OFFICER, now=now), [], supervisors
    return [turn.officer_id], [turn.deputy_id], supervisors


def on_support_side(users: list[UUID], now: datetime) -> list[UUID]:
    """Those of them who still hold a role of the support side."""
    there = {*holders(Role.SUPPORT_OFFICER, now=now), *holders(Role.SUPPORT_SUPERVISOR, now=now)}
    return [user for user in users if user in there]


def free_for(alarm: ClinicalAlarm, users: list[UUID]) -> list[UUID]:
    """Those shut out of neither the alarm's case nor any other case of its person."""
    found = may_support(users, alarm.person_id)
    if alarm.case_id is None:
        return found
    shut = set(Exclusion.objects.filter(case_id=alarm.case_id, user_id__in=found).values_list("user_id", flat=True))
    return [user for user in found if user not in shut]


def first_called(alarm: ClinicalAlarm, now: datetime, *, beginning: int = 0) -> list[UUID]:
    """The first rung, from `beginning` on, with anybody who is at work and may know."""
    for rung in rungs(alarm.country, now)[beginning:]:
        if found := free_for(alarm, on_support_side(present(rung, now=now), now)):
            return found
    return []


def alarms_for(actor: Actor) -> QuerySet[ClinicalAlarm]:
    """Calls this person may see: those nobody has taken, and their own; none of a case they are shut out of."""
    if actor.user_id is None or not allowed(actor, Perm.ALARM):
        return ClinicalAlarm.objects.none()
    shut = Exclusion.objects.filter(case_id=OuterRef("case_id"), user_id=actor.user_id)
    found = ClinicalAlarm.objects.filter(Q(state=AlarmState.RINGING) | Q(taken_by_id=actor.user_id))
    found = found.filter(~Exists(shut)).exclude(person__staff_user_id=actor.user_id)
    return found.select_related("case__office", "person", "file", "taken_by").order_by("-state", "rung_at", "id")


def open_alarms(actor: Actor) -> QuerySet[ClinicalAlarm]:
    """Calls that ring, and this person's own of which a kind of care is still open."""
    undone = ClinicalWindow.objects.filter(alarm_id=OuterRef("pk"), outcome="")
    return alarms_for(actor).filter(Q(state=AlarmState.RINGING) | Exists(undone))


def access_alarm(actor: Actor, reference: str, now: datetime) -> ClinicalAlarm:
    """One call, or Http404. Whoever works in its file reads it too."""
    found = alarms_for(actor).filter(reference=reference.upper()).first()
    if found is None and actor.user_id is not None and allowed(actor, Perm.WORK):
        mine = in_force(actor.user_id, now).exclude(kind="review").values("file_id")
        rows = ClinicalAlarm.objects.select_related("case__office", "person", "file", "taken_by")
        found = rows.filter(reference=reference.upper(), file_id__in=mine).first()
        if found is not None and not free_for(found, [actor.user_id]):
            found = None
    if found is None:
        raise Http404
    return found


def turns(now: datetime) -> QuerySet[DutyTurn]:
    """Turns that have not ended, by country and time."""
    return (
        DutyTurn.objects.select_related("officer", "deputy")
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .order_by("country", "starts_at", "id")
    )


def access_turn(reference: str, now: datetime) -> DutyTurn:
    """One turn that has not ended, or Http404."""
    found = turns(now).filter(reference=reference.upper()).first()
    if found is None:
        raise Http404
    return found
