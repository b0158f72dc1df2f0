"""What somebody wrote down for others: its code and how far it is, also once they may not read it any more."""

from datetime import datetime

from django.db.models import Exists, Min, OuterRef, QuerySet

from cases.models import Case, Exclusion, Report
from cases.selectors import grants_in_force
from core.actors import Actor


def logged_by(actor: Actor, now: datetime) -> QuerySet[Case]:
    """The cases of the reports this person wrote down, the latest first; `told_at` is when, `may_read` whether still.

    A case they are shut out of is none of them.
    """
    mine = Report.objects.filter(case_id=OuterRef("pk"), logged_by=actor.user)
    shut = Exclusion.objects.filter(case_id=OuterRef("pk"), user=actor.user)
    if actor.user_id is None:
        return Case.objects.none()
    granted = grants_in_force(actor.user_id, now)
    return (
        Case.objects.filter(Exists(mine), ~Exists(shut))
        .annotate(
            told_at=mine.order_by().values("case_id").annotate(first=Min("received_at")).values("first"),
            may_read=Exists(granted.filter(content_object_id=OuterRef("pk"))),
        )
        .only("reference", "state")
        .order_by("-told_at", "id")
    )
