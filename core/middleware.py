"""Slug → organisation → transaction and scope → membership, or 404."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from core import refusals
from core.access import actor_for
from core.actors import REPORTER
from core.api.base import broken
from core.organisations import Organisation
from core.sign_in import in_demo, second_factor_at, session_mark, still_here, too_old
from core.tenancy import organisation
from core.tokens.actions import used
from core.tokens.selectors import in_force

STAFF = re.compile(r"^/o/(?P<slug>[-a-z0-9_]+)/")
API = re.compile(r"^/api/v1/o/(?P<slug>[-a-z0-9_]+)/")
BEARER = re.compile(r"^Bearer ([!-~]{20,100})$")
PUBLIC = re.compile(r"^/report/(?P<slug>[-a-z0-9_]+)/")


class SwallowedDatabaseError(RuntimeError):
    """A view answered as if all were well although its transaction was already broken."""


class OrganisationScope:
    """Opens one organisation's transaction around a page, and never says 200 over a broken one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if match := STAFF.match(path):
            return self._staff(request, match["slug"])
        if match := API.match(path):
            try:
                return self._api(request, match["slug"])
            except Exception as error:
                return broken(request, error)  # whatever it is, a program is told so in its own format
        if match := PUBLIC.match(path):
            return self._public(request, Organisation.objects.filter(slug=match["slug"]).first(), base=match[0])
        if found := self._on_neutral_host(request):
            request.urlconf = settings.PUBLIC_URLS
            return self._public(request, found, base="/")
        if found := self._on_neutral_path(request):
            return self._public(request, found, base=f"/{found.neutral_path}/")
        if path.startswith("/account/") and request.user.is_authenticated:
            still_here(request, timezone.now())
        return self.get_response(request)

    def _on_neutral_host(self, request: Any) -> Organisation | None:
        """The organisation whose form has a host of its own; that host serves nothing else but the everyday page."""
        host = request.get_host().rsplit(":", 1)[0]
        if host in OWN_HOSTS or host == urlsplit(settings.ADDRESS).hostname:
            return None
        if request.path_info.startswith(("/static/", "/calendar/")):
            return None
        return Organisation.objects.filter(neutral_host=host).first()

    def _on_neutral_path(self, request: HttpRequest) -> Organisation | None:
        """The organisation whose form is served under a path that does not name it."""
        first, slash, _rest = request.path_info.lstrip("/").partition("/")
        if slash and re.fullmatch(r"[-a-z0-9_]{1,40}", first) and first not in RESERVED:
            return Organisation.objects.filter(neutral_path=first).first()
        return None

    def _staff(self, request: Any, slug: str) -> HttpResponse:
        found = Organisation.objects.filter(slug=slug).first()
        request.session.get("_")  # load now: every layer further in works under the scope's rules
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)  # the page itself sends to the sign-in, for any slug alike
        request.organisation = found
        if found is None:
            return self.get_response(request)
        now = timezone.now()
        if too_old(request, now):
            logout(request)
            return self.get_response(request)
        still_here(request, now)
        with timezone.override(found.time_zone), organisation(found.id, user=user.pk):
            request.actor = actor_for(
                user, now, session=session_mark(request), second_factor_at=second_factor_at(request)
            )
            if request.actor is not None and not in_demo(found) and not request.actor.owns_second_factor:
                return HttpResponseRedirect(reverse("mfa_index"))
            response = self._guarded(request)
        self._write_refusals(request, found, user=user.pk)
        return response

    def _api(self, request: Any, slug: str) -> HttpResponse:
        """A call with a token: no session, no cookie; without a token in force the view says so."""
        found = Organisation.objects.filter(slug=slug).first()
        request.organisation, request.actor, request.user = found, None, AnonymousUser()
        given = BEARER.match(request.headers.get("Authorization", ""))
        if found is None or given is None:
            return self.get_response(request)
        now = timezone.now()
        with organisation(found.id):
            token = in_force(given[1], now)
        if token is None:
            return self.get_response(request)
        with timezone.override(found.time_zone), organisation(found.id, user=token.user_id):
            actor = actor_for(token.user, now, session=token.mark.lower())
            if actor is not None and (actor.owns_second_factor or in_demo(found)):
                request.actor, request.token = actor, token
                used(token, now=now)
            response = self._guarded(request)
        self._write_refusals(request, found, user=token.user_id)
        return response

    def _public(self, request: Any, found: Organisation | None, *, base: str) -> HttpResponse:
        request.organisation, request.public_base = found, base
        if found is None:
            return self.get_response(request)
        request.actor = REPORTER
        request.user = AnonymousUser()  # whoever is signed in here: on this page they are a reporter
        with timezone.override(found.time_zone), organisation(found.id, role="intake"):
            response = self._guarded(request)
        self._write_refusals(request, found, role="intake")
        return response

    def _write_refusals(self, request: Any, found: Organisation, **scope: Any) -> None:
        if kept := refusals.taken(request):
            with organisation(found.id, **scope):
                for record in kept:
                    record()

    def _guarded(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        refused = getattr(request, "failed", False) or getattr(response, "exception", False)
        if refused or response.status_code >= 400:
            connection.set_rollback(True)
        elif connection.needs_rollback:
            raise SwallowedDatabaseError
        return response

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        request.failed = True
        return broken(request, exception) if request.path_info.startswith("/api/") else None


OWN_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]", "testserver"})
RESERVED = frozenset(
    {"o", "api", "report", "account", "static", "healthz", "readyz", "status", "gallery", "calendar", ""}
)


def require_member(request: Any) -> None:
    """Raises Http404 unless the signed-in person belongs to the organisation of this address."""
    if getattr(request, "actor", None) is None or getattr(request, "organisation", None) is None:
        raise Http404
