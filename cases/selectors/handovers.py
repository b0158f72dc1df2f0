"""Cases offered to somebody: an offer opens its own page, and nothing to whoever has been shut out since."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from cases.models import Exclusion, Handover
from core.actors import Actor


def offers_to(actor: Actor) -> QuerySet[Handover]:
    """The offers this person has still to answer, the oldest first."""
    shut = Exclusion.objects.filter(case_id=OuterRef("case_id"), user=actor.user)
    return (
        Handover.objects.filter(receiver=actor.user, confirmed_at=None, declined_at=None)
        .filter(~Exists(shut))
        .select_related("case__office", "giver", "receiver")
        .order_by("offered_at", "id")
    )


def access_offer(actor: Actor, reference: str) -> Handover:
    """The open offer of the case with that reference to this person, or Http404."""
    found = offers_to(actor).filter(case__reference=reference.upper()).first()
    if found is None:
        raise Http404
    return found
