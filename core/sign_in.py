"""Sign-in by allauth: what Amparo adds to it."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

SECOND_FACTORS = ("mfa", "webauthn", "totp", "recovery_codes")


class Adapter(DefaultAccountAdapter):
    """Accounts are made by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def no_address(request: HttpRequest) -> str:
    """Axes counts by account; no address of anybody is stored."""
    return "0.0.0.0"  # noqa: S104  a constant in place of an address, nothing is bound to it


def session_mark(request: Any) -> str:
    """A short hash of the session key: tells sessions apart in the audit without opening one."""
    key = request.session.session_key or ""
    return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""


def second_factor_at(request: Any) -> datetime | None:
    """When this session last proved a second factor, or None."""
    moments = [
        entry["at"]
        for entry in request.session.get("account_authentication_methods", [])
        if entry.get("method") in SECOND_FACTORS
    ]
    return datetime.fromtimestamp(max(moments), tz=UTC) if moments else None
