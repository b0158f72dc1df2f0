"""What was refused is rolled back, and yet on record."""

import uuid
from enum import StrEnum

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import include, path
from rest_framework.exceptions import PermissionDenied as RestDenied

from core import audit, permissions
from core.api.base import ApiView
from core.audit.tables import AuditEvent
from core.errors import Refused
from core.tenancy import organisation
from core.tokens import actions as tokens
from core.tokens.tables import Scope
from core.views import Page
from tests.factories import NOW, signed_in

SUBJECT = uuid.UUID(int=7)


class Perm(StrEnum):
    NOBODY = "test.nobody"


if "test.nobody" not in permissions.declared():
    permissions.declare(Perm, {Perm.NOBODY: "held by nobody"})


class Closed(Page):
    needs = Perm.NOBODY


class Acting(Page):
    """Records what it does, keeps a refusal, then ends as the address says."""

    member = True

    def get(self, request, *args, how, **kwargs):
        audit.record("test.read", by=request.actor, reference="DONE-2222")
        audit.refused_later(request, "test.read", by=request.actor, about=SUBJECT, reference="AAAA-2222")
        if how == "ok":
            return HttpResponse("ok")
        if how == "crash":
            raise RuntimeError("the page broke")
        raise {"404": Http404, "403": PermissionDenied, "refused": Refused}[how]


class Public(Page):
    public = True

    def get(self, request, *args, **kwargs):
        audit.refused_later(request, "test.read", by=request.actor, reference="AAAA-2222")
        raise Http404


class Api(ApiView):
    scope = Scope.OFFICES_READ
    member = True

    def get(self, request, **kwargs):
        audit.refused_later(request, "test.read", by=request._request.actor, reference="AAAA-2222")
        raise RestDenied


urlpatterns = [
    path("o/<slug:org>/closed/", Closed.as_view()),
    path("o/<slug:org>/act/<slug:how>/", Acting.as_view(), name="act"),
    path("report/<slug:org>/", Public.as_view()),
    path("api/v1/o/<slug:org>/denied/", Api.as_view()),
    path("", include("config.urls")),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def on_record(cast):
    with organisation(cast.north.pk):
        found = AuditEvent.objects.exclude(action__startswith="encryption.").order_by("id")
        return [(event.action, event.outcome, event.reference, event.actor) for event in found]


@pytest.mark.parametrize(("how", "status"), [("404", 404), ("403", 403)])
def test_a_refusal_is_on_record_although_the_page_was_rolled_back(cast, how, status):
    assert signed_in(cast.amina).get(f"/o/north/act/{how}/").status_code == status
    assert on_record(cast) == [("test.read", "refused", "AAAA-2222", cast.amina.pk)]


def test_a_rule_that_refuses_is_on_record_by_itself(cast):
    assert signed_in(cast.amina).get("/o/north/act/refused/").status_code == 403
    assert [event[:2] for event in on_record(cast)] == [("test.read", "refused"), ("core.act_refused", "refused")]


def test_a_page_that_answers_keeps_both_what_it_did_and_what_it_refused(cast):
    assert signed_in(cast.amina).get("/o/north/act/ok/").status_code == 200
    assert [event[1:3] for event in on_record(cast)] == [("done", "DONE-2222"), ("refused", "AAAA-2222")]


def test_a_page_that_breaks_keeps_the_refusal_alone(cast):
    client = signed_in(cast.amina)
    client.raise_request_exception = False
    assert client.get("/o/north/act/crash/").status_code == 500
    assert [event[1] for event in on_record(cast)] == ["refused"]


def test_a_member_without_the_permission_is_on_record_and_sees_nothing(cast):
    assert signed_in(cast.amina).get("/o/north/closed/").status_code == 404
    with organisation(cast.north.pk):
        event = AuditEvent.objects.get(action="core.page_refused")
        assert audit.present(event).startswith("Amina Test asked for a page that needs the permission test.nobody")
    assert (event.outcome, event.facts) == ("refused", {"needed": "test.nobody"})


def test_a_stranger_leaves_no_trace_in_the_organisation_they_knocked_at(cast):
    assert signed_in(cast.sofia).get("/o/north/closed/").status_code == 404
    assert on_record(cast) == []


def test_the_public_form_records_refusals_with_the_right_to_insert_alone(cast, client):
    assert client.get("/report/north/").status_code == 404
    assert on_record(cast) == [("test.read", "refused", "AAAA-2222", None)]


def test_the_interface_for_programs_records_refusals_too(cast):
    with cast.as_user(cast.amina):
        by = cast.actor(cast.amina)
        _token, secret = tokens.make(name="A program", scopes=[Scope.OFFICES_READ], days=30, by=by, now=NOW)
    answer = Client().get("/api/v1/o/north/denied/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 403
    assert on_record(cast)[1:] == [("test.read", "refused", "AAAA-2222", cast.amina.pk)]
