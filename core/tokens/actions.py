"""Making a token, ending it, and answering the same post twice with one answer."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.access import ensure_fresh_second_factor
from core.actors import Actor
from core.encryption.pepper import keyed
from core.errors import ConcurrentEdit, DomainError, Refused
from core.tokens.tables import LONGEST, Answered, ApiToken, Scope

PREFIX = "amparo_"
KEPT = timedelta(days=7)  # how long a post may be sent again


class OtherBody(DomainError):
    """The key of an earlier post with another body."""

    default = _("This key was used for another report. Use a new key for each report.")


def hashed(secret: str) -> str:
    """What is kept of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(*, name: str, scopes: Sequence[str], days: int, by: Actor, now: datetime) -> tuple[ApiToken, str]:
    """A token for the actor, and its secret, which is kept nowhere.

    Asks for the second factor again; raises Refused for a scope that is none or a time over 90 days.
    """
    if by.membership is None:
        raise Refused
    ensure_fresh_second_factor(by, now)
    return make(name=name, scopes=scopes, days=days, by=by, now=now)


def make(*, name: str, scopes: Sequence[str], days: int, by: Actor, now: datetime) -> tuple[ApiToken, str]:
    """The same for whoever runs the installation, on the owner's behalf."""
    if by.user is None:
        raise Refused
    if not scopes or not set(scopes) <= set(Scope.values):
        raise DomainError(_("Choose at least one of the things a token can be used for."))
    if not 0 < days <= LONGEST.days:
        raise DomainError(_("A token lasts from 1 to 90 days."))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by.user, name=name, hash=hashed(secret), scopes=sorted(set(scopes)), made_at=now,
        expires_at=now + timedelta(days=days),
    )  # fmt: skip
    audit.record("tokens.issued", by=by, about=token, facts={"scopes": "/".join(token.scopes), "days": days})
    return token, secret


def end(token: ApiToken, *, by: Actor, now: datetime) -> None:
    """The token opens nothing from now on; raises Refused for somebody else's."""
    if token.user_id != by.user_id:
        raise Refused
    if ApiToken.objects.filter(pk=token.pk, ended_at=None).update(ended_at=now):
        audit.record("tokens.ended", by=by, about=token)


def used(token: ApiToken, *, now: datetime) -> None:
    """Note the day; nothing finer, nor what for: the audit says that."""
    if token.last_used_on != now.date():
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=now.date())


def once(token: ApiToken, key: str, body: bytes, act: Callable[[], str], *, now: datetime) -> tuple[str, bool]:
    """The reference `act` gives, and whether it was this call that acted; the same key again gives the first one's.

    Raises OtherBody for a key that came with another body, ConcurrentEdit while the first is still being answered.
    """
    marks = {"key": _mark("key", token, key.encode()), "body": _mark("body", token, body)}
    Answered.objects.filter(token=token, at__lt=now - KEPT).delete()
    if (found := Answered.objects.filter(token=token, key=marks["key"]).first()) is not None:
        if found.body != marks["body"]:
            raise OtherBody
        return found.reference, False
    try:
        with transaction.atomic():
            row = Answered.objects.create(token=token, reference="", at=now, **marks)
    except IntegrityError as error:
        raise ConcurrentEdit(_("This report is being saved by another call. Ask again in a moment.")) from error
    row.reference = act()
    row.save(update_fields=["reference"])
    return row.reference, True


def _mark(what: str, token: ApiToken, value: bytes) -> str:
    return keyed(b"api token", what.encode(), token.mark.encode(), value).hex()
