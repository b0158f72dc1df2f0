"""Slows down guessing of passwords: django-axes counts by account, and each further failure makes the wait longer.

Nobody is locked out for good, since that would let anybody shut a colleague out; passkeys do not come through here.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.base import AxesHandler
from axes.models import AccessAttempt
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

FREE = 5  # failures that cost nothing: fingers slip
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


def wait_after(failures: int) -> timedelta:
    """How long the next try must wait after so many failures in a row: nothing, then twice as long each time."""
    if failures < FREE:
        return timedelta(0)
    return min(FIRST_WAIT * 2 ** min(failures - FREE, 10), LONGEST_WAIT)


def account(request: Any, credentials: dict[str, Any] | None) -> str:
    """The account somebody tries, whether it exists or not, as a hash: people type passwords into the wrong field."""
    given = credentials or {}
    typed = given.get("email") or given.get("username") or request.POST.get("login", "")
    return hashlib.sha256(str(typed).strip().lower().encode()).hexdigest()


class Guessing(AxesHandler):
    """The handler of django-axes: one row an account, no address, no browser, nothing of what was sent."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        if request is None:
            return
        if self.is_locked(request, credentials):  # a try that was not even looked at is no failure
            self.refuse(request, credentials)
            return
        now = timezone.now()
        name = account(request, credentials)
        with transaction.atomic():
            AccessAttempt.objects.filter(attempt_time__lt=now - FORGOTTEN_AFTER).delete()
            AccessAttempt.objects.get_or_create(
                username=name,
                ip_address=None,
                user_agent="",
                defaults={"failures_since_start": 0, "path_info": "", "http_accept": ""},
            )
            AccessAttempt.objects.filter(username=name).update(
                failures_since_start=F("failures_since_start") + 1, attempt_time=now
            )
        if self.is_locked(request, credentials):
            self.refuse(request, credentials)

    def refuse(self, request: Any, credentials: dict[str, Any]) -> None:
        """Have the middleware of axes answer with the page that asks to wait."""
        request.axes_locked_out = True
        request.axes_credentials = credentials

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        self.reset_attempts(username=user.email)

    def user_logged_out(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        """Nothing is kept of it."""

    def post_save_access_attempt(self, instance: AccessAttempt, **kwargs: Any) -> None:
        """Nothing more is kept."""

    def post_delete_access_attempt(self, instance: AccessAttempt, **kwargs: Any) -> None:
        """Nothing more is kept."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        return self.waits_until(request, credentials) is not None

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        attempt = AccessAttempt.objects.filter(username=account(request, credentials)).first()
        return attempt.failures_since_start if attempt else 0

    def waits_until(self, request: Any, credentials: dict[str, Any] | None = None) -> datetime | None:
        """When the account may be tried again, or None when it may be now."""
        attempt = AccessAttempt.objects.filter(username=account(request, credentials)).first()
        if attempt is None:
            return None
        until = attempt.attempt_time + wait_after(attempt.failures_since_start)
        return until if until > timezone.now() else None

    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        if username is None:
            return 0
        name = hashlib.sha256(username.strip().lower().encode()).hexdigest()
        return AccessAttempt.objects.filter(username=name).delete()[0]


def wait(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """The same page for an account that exists and for one that does not."""
    return TemplateResponse(request, "account/wait.html", status=429).render()
