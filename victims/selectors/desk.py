"""What the support side may see: requests and questions about safety.

Nothing here depends on the state of an investigation; whoever is shut out of a case sees nothing that hangs on it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from cases.models import Exclusion, Participant, SafetyQuestion, SupportRequest
from core.actors import Actor
from core.deadlines.models import Deadline


def _open_to(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    shut = Exclusion.objects.filter(case_id=OuterRef("case_id"), user=actor.user)
    return rows.filter(~Exists(shut))


def requests_open(actor: Actor) -> QuerySet[SupportRequest]:
    """Requests nobody has taken and those this person took and has not answered; urgent ones first."""
    rows = SupportRequest.objects.filter(Q(state="received") | Q(state="taken", taken_by_id=actor.user_id))
    return _open_to(rows, actor).select_related("case__office", "person").order_by("-urgent", "asked_at", "id")


def access_request(actor: Actor, mark: str) -> SupportRequest:
    """One request, or Http404: taken ones belong to whoever took them."""
    rows = SupportRequest.objects.filter(Q(state="received") | Q(taken_by_id=actor.user_id))
    found = _open_to(rows, actor).select_related("case__office", "person").filter(mark=mark.upper()).first()
    if found is None:
        raise Http404
    return found


def questions_open(actor: Actor) -> QuerySet[SafetyQuestion]:
    """Questions about safety nobody has answered, except one's own."""
    rows = SafetyQuestion.objects.filter(answer="").exclude(asked_by_id=actor.user_id)
    return _open_to(rows, actor).select_related("victim__person", "case__office").order_by("asked_at", "id")


def access_question(actor: Actor, mark: str) -> SafetyQuestion:
    """One open question, or Http404."""
    found = questions_open(actor).filter(mark=mark.upper()).first()
    if found is None:
        raise Http404
    return found


def due_times(subjects: list[UUID]) -> dict[UUID, datetime]:
    """When the running clocks of these rows are due."""
    clocks = Deadline.objects.filter(subject__in=subjects, state="open")
    return dict(clocks.order_by("-due_at").values_list("subject", "due_at"))


def people_to_support(request: SupportRequest) -> list[Participant]:
    """Whom the request is about: its person, else everyone affected in its case."""
    if request.case_id is None:
        return []
    people = Participant.objects.select_related("person").filter(case_id=request.case_id, part="victim")
    if request.person_id is not None:
        people = people.filter(person_id=request.person_id)
    return list(people.order_by("created_at", "id"))
