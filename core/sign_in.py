"""Sign-in by allauth: what Amparo adds to it."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse

from core.access import second_factors_of
from core.organisations import User

SECOND_FACTORS = ("mfa",)  # how allauth records an app, a passkey or a recovery code
LONGEST_SESSION = timedelta(hours=8)
STEP = timedelta(minutes=1)  # how often at most a session that is in use is written down


class Adapter(DefaultAccountAdapter):
    """Accounts are made by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._login_failed_rl_usage = None  # core.guessing makes guesses wait, by account; one count is enough

    def reauthenticate(self, user: Any, password: str) -> bool:
        return user.check_password(password)

    def get_client_ip(self, request: HttpRequest) -> str:
        return no_address(request)


def no_address(request: HttpRequest) -> str:
    """Axes counts by account; no address of anybody is stored."""
    return "0.0.0.0"  # noqa: S104  a constant in place of an address, nothing is bound to it


def session_mark(request: Any) -> str:
    """A short hash of the session key: tells sessions apart in the audit without opening one."""
    key = request.session.session_key or ""
    return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""


def second_factor_at(request: Any) -> datetime | None:
    """When this session last proved a second factor, or None."""
    records = request.session.get("account_authentication_methods", [])
    moments = [entry["at"] for entry in records if entry.get("method") in SECOND_FACTORS]
    return datetime.fromtimestamp(max(moments), tz=UTC) if moments else None


def in_demo(organisation: Any) -> bool:
    """Whether this is the demo, where nobody is made to own a second factor."""
    return bool(settings.DEMO and getattr(organisation, "demo", False))


def has_second_factor(user: Any) -> bool:
    """Whether the account owns an authenticator app or a passkey; recovery codes alone are none."""
    return second_factors_of(user).exists()


def confirm_address(request: Any, back: str) -> str:
    """Where this person proves that it is them, and then comes back to the path `back`."""
    name = "mfa_reauthenticate" if has_second_factor(request.user) else "account_reauthenticate"
    return f"{reverse(name)}?{urlencode({'next': back})}"


def too_old(request: Any, now: datetime) -> bool:
    """Whether the session began longer ago than a working day; the first question notes its beginning."""
    began = request.session.setdefault("began", now.timestamp())
    return now.timestamp() - began > LONGEST_SESSION.total_seconds()


def still_here(request: Any, now: datetime) -> None:
    """Move the end of a session that is in use, at most once a minute: it ends 29 to 30 minutes after the last page."""
    second = int(now.timestamp())
    if second - request.session.get("seen", 0) >= STEP.total_seconds():
        request.session["seen"] = second


def end_sessions(user: User) -> None:
    """Every session of the account ends with its next request, wherever it is."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
