"""Who is told what about investigations; runs in a worker, and nobody shut out of the case ever hears."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.notifications import free_to_hear
from cases.selectors.team import case_of, free
from core import outbox
from core.outbox.models import Notice
from investigations.deadline_kinds import inquiry
from investigations.models import Investigation

KIND = "investigations.news"


def manager(case: Case) -> list[UUID | None]:
    return [case.manager_id or case.owner_id]


def lead(case: Case) -> list[UUID | None]:
    found = Investigation.objects.filter(case=case).order_by("-number").values_list("lead_id", flat=True).first()
    return [found or case.owner_id]


#: What happened: who is to hear, and the sentence.
NEWS: dict[str, tuple[Callable[[Case], list[UUID | None]], Any]] = {
    "plan_waits": (manager, _("A plan waits for your approval")),
    "plan_approved": (lead, _("Your plan was approved")),
    "plan_sent_back": (lead, _("Your plan came back with remarks")),
    "pause_waits": (manager, _("A pause of an investigation waits for your decision")),
    "pause_given": (lead, _("The pause you asked for was given")),
    "pause_refused": (lead, _("The pause you asked for was not given")),
    "pause_over": (lead, _("A pause is over: the investigation goes on")),
    "draft_waits": (manager, _("A draft report waits for review")),
    "draft_accepted": (lead, _("The draft report was accepted")),
    "draft_sent_back": (lead, _("The draft report came back with remarks")),
    "conflict": (manager, _("Somebody you assigned declared a conflict of interest")),
    "withdrawal": (manager, _("A person affected withdrew: check for pressure")),
    "issued": (manager, _("A report was issued")),
}


def tell(what: str, *, case: Case, now: datetime) -> None:
    """Write the notice with the change; KeyError for news nobody declared."""
    NEWS[what]
    outbox.notify(KIND, about=case.pk, reference=case.reference, facts={"what": what}, now=now)


def resolve(notice: Notice, _now: datetime) -> list[UUID] | None:
    case = case_of(notice.about)
    return free(case, NEWS[notice.facts["what"]][0](case)) or None if case else None


def text(notice: Notice) -> str:
    return str(NEWS[notice.facts["what"]][1])


def link(notice: Notice) -> str:
    return inquiry(notice.reference)


def declare() -> None:
    """Called once when the app is ready."""
    outbox.declare(KIND, resolve=resolve, text=text, link=link, may_know=free_to_hear)
