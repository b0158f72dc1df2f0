"""What stands in one file, the directory of providers, and which services are missing, as counts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from cases.actions.consents import open_consents
from cases.choices import Purpose
from core.actors import Actor
from core.permissions import allowed
from victims.choices import ReferralState, Service
from victims.models import ChildCare, ClinicalAlarm, Closure, Goal, Need, Plan, Provider, Referral, SupportFile, Task
from victims.permissions import Perm

#: Below this many, a count is not shown: a small number in a small place is a person.
FEWEST = 5


def needs(file: SupportFile) -> list[Need]:
    return list(Need.objects.filter(file=file).order_by("state", "noted_at", "id"))


def goals(file: SupportFile) -> list[Goal]:
    return list(Goal.objects.filter(file=file).order_by("set_at", "id"))


def tasks(file: SupportFile) -> list[Task]:
    return list(Task.objects.filter(file=file).order_by("outcome", "due_on", "id"))


def referrals(file: SupportFile) -> list[Referral]:
    return list(Referral.objects.select_related("provider").filter(file=file).order_by("-sent_at", "-id"))


def alarms(file: SupportFile) -> list[ClinicalAlarm]:
    return list(ClinicalAlarm.objects.filter(file=file).prefetch_related("windows").order_by("-rung_at"))


def last_plan(file: SupportFile) -> Plan | None:
    return Plan.objects.select_related("submitted_by", "decided_by").filter(file=file).order_by("-number").first()


def open_closure(file: SupportFile) -> Closure | None:
    return Closure.objects.select_related("asked_by").filter(file=file, approved=None).first()


def child_steps_done(file: SupportFile) -> bool:
    """Whether what is best for the child and what the child says are written down."""
    return ChildCare.objects.filter(file=file, best_interest_at__isnull=False).exclude(assent="").exists()


def row_of(rows: Any, file: SupportFile, reference: str) -> Any:
    """One row of the file by its reference, or Http404; its file is the one already opened.

    `rows` is a model or a query of one.
    """
    rows = getattr(rows, "objects", rows)
    found = rows.filter(file=file, reference=reference.upper()).first()
    if found is None:
        raise Http404
    found.file = file
    return found


def agreed(file: SupportFile) -> set[str]:
    """References of the providers the person agreed to be referred to."""
    return set(open_consents(file.person_id).filter(purpose=Purpose.REFERRAL).values_list("recipient", flat=True))


def providers(country: str = "") -> QuerySet[Provider]:
    """The directory, by country and name."""
    rows = Provider.objects.filter(country=country) if country else Provider.objects.all()
    return rows.order_by("country", "area", "name", "id")


def access_provider(reference: str) -> Provider:
    """One entry, or Http404."""
    found = Provider.objects.filter(reference=reference.upper()).first()
    if found is None:
        raise Http404
    return found


def usable(country: str, today: date) -> list[Provider]:
    """Providers of a country whose entry was checked in time."""
    return list(providers(country).filter(expires_on__gt=today))


@dataclass(frozen=True)
class Gap:
    """A service missing in a country: how often, or None where the number would be too small to show."""

    country: str
    service: str
    times: int | None


def gaps(actor: Actor) -> list[Gap]:
    """Where which service is missing, the most missed first; nobody's row, and no number under five."""
    if not allowed(actor, Perm.GAPS):
        return []
    found = (
        Referral.objects.filter(Q(state=ReferralState.UNAVAILABLE))
        .values("country", "service")
        .annotate(times=Count("file", distinct=True))
        .order_by("-times", "country", "service")
    )
    names = dict(Service.choices)
    return [
        Gap(row["country"], str(names[row["service"]]), row["times"] if row["times"] >= FEWEST else None)
        for row in found
    ]
