"""What the API reads: the same rows as the pages, no more."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from cases.models import Case
from cases.selectors import visible_cases
from core.actors import Actor
from core.deadlines.models import Breach, Deadline


def visible_clocks(actor: Actor, now: datetime, *, case: str = "", state: str = "") -> QuerySet[Deadline]:
    """The clocks of the cases the actor may open, with the case's reference (`of`) and whether each was `missed`."""
    cases = visible_cases(actor, now)
    if case:
        cases = cases.filter(reference=case.upper())
    found = Deadline.objects.filter(subject__in=cases.values("pk")).select_related("owner")
    if state:
        found = found.filter(state=state)
    return found.annotate(
        of=Subquery(Case.objects.filter(pk=OuterRef("subject")).values("reference")),
        missed=Exists(Breach.objects.filter(deadline=OuterRef("pk"))),
    )
