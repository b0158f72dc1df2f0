"""What the support side does: take a request with the access it needs, and answer it."""

from datetime import datetime

from cases.actions import access, support
from cases.choices import GrantLevel, Part
from cases.models import SupportRequest
from core.actors import Actor
from core.errors import Refused


def take(request: SupportRequest, *, by: Actor, now: datetime) -> SupportRequest:
    """Take a request: it is this person's from now on, and they may ask for the identity of whom it is about.

    Raises Refused for whoever is shut out of the case, investigates or decides it, or came second.
    """
    if by.user is None:
        raise Refused
    taken = support.take(request, by=by, now=now)
    if taken.case is not None:
        access.give(taken.case, by.user, level=GrantLevel.SUPPORT, identities=[Part.VICTIM], by=by, now=now)
    return taken
