"""The list of cases: filters, order and what each row says, in a fixed number of queries."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from cases.models import Allegation, Case, Participant, SavedFilter
from cases.selectors import visible_cases
from cases.selectors.desk import next_due
from core.actors import Actor

ORDERS = {
    "newest": ("-received_at", "id"),
    "oldest": ("received_at", "id"),
    "changed": ("-changed_at", "id"),
}


def filtered(actor: Actor, now: datetime, wanted: dict[str, Any]) -> QuerySet[Case]:
    """The visible cases that fit what was chosen; unknown keys are ignored, an unknown order is the newest first."""
    cases = visible_cases(actor, now)
    if wanted.get("q"):
        cases = cases.filter(_called(wanted["q"].strip().upper()))
    for column in ("state", "stream", "priority"):
        if wanted.get(column):
            cases = cases.filter(**{column: wanted[column]})
    if wanted.get("office"):
        cases = cases.filter(office__reference=wanted["office"])
    if wanted.get("whose") == "mine":
        cases = cases.filter(owner_id=actor.user_id)
    return cases.order_by(*ORDERS.get(wanted.get("order") or "newest", ORDERS["newest"]))


def _called(text: str) -> Q:
    """Cases whose reference begins so, or with a person of that code, with or without the letter of their part."""
    code = text.partition("-")[2] if text[1:2] == "-" else text
    if len(code) < len("8H2PK7TF"):
        return Q(reference__startswith=text)
    there = Participant.objects.filter(case_id=OuterRef("pk"), person__code=code)
    return Q(reference__startswith=text) | Q(Exists(there))


def saved_filters(actor: Actor) -> list[SavedFilter]:
    """What this person keeps, the oldest first."""
    return list(SavedFilter.objects.filter(owner=actor.user).order_by("saved_at", "id")) if actor.user else []


def access_filter(actor: Actor, mark: str) -> SavedFilter:
    """One of this person's own, or Http404."""
    found = SavedFilter.objects.filter(owner=actor.user, mark=mark.upper()).first()
    if found is None:
        raise Http404
    return found


def fill(cases: list[Any]) -> list[Any]:
    """Give the rows of one page what they show: kinds of allegation, who it is about, the next clock."""
    ids = [case.pk for case in cases]
    kinds: dict[object, list[str]] = {}
    for allegation in (
        Allegation.objects.filter(case_id__in=ids, withdrawn_at=None)
        .order_by("created_at", "id")
        .only("case_id", "kind")
    ):
        kinds.setdefault(allegation.case_id, []).append(allegation.get_kind_display())
    subjects: dict[object, list[str]] = {}
    rows = Participant.objects.filter(case_id__in=ids, part="subject").exclude(personnel="")
    for participant in rows.only("case_id", "personnel"):
        subjects.setdefault(participant.case_id, []).append(participant.get_personnel_display())
    due = next_due(cases)
    for case in cases:
        case.kinds = kinds.get(case.pk, [])
        case.about = subjects.get(case.pk, [])
        case.next_due = due.get(case.pk)
    return cases
