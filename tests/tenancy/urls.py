"""Pages made to go wrong in every way a page can, for the tests of what is kept of them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path
from django.views import View
from rest_framework.exceptions import PermissionDenied as ApiPermissionDenied

from core.api.base import ApiView
from core.errors import DomainError
from core.forms import Form
from core.organisations import Office
from core.tokens.tables import Scope
from core.views import ActionView, Page


def save() -> None:
    Office.objects.create(name="Made by a page")


class Saving(Page):
    """Saves, then answers as the address says."""

    member = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        save()
        return getattr(self, kwargs["how"])()

    def raises(self) -> HttpResponse:
        raise RuntimeError

    def refuses(self) -> HttpResponse:
        raise PermissionDenied

    def hides(self) -> HttpResponse:
        raise Http404

    def breaks_a_rule(self) -> HttpResponse:
        raise DomainError

    def answers_403(self) -> HttpResponse:
        return HttpResponse("no", status=403)

    def answers_404(self) -> HttpResponse:
        return HttpResponse("nothing here", status=404)

    def answers_500(self) -> HttpResponse:
        return HttpResponse("broken", status=500)

    def breaks_while_drawing(self) -> HttpResponse:
        return TemplateResponse(self.request, "core/organisations.html", {"organisations": Broken()})

    def swallows(self) -> HttpResponse:
        try:
            save()
        except IntegrityError:
            return HttpResponse("saved")
        raise AssertionError("the second office of that name was taken")

    def fails_afterwards(self) -> HttpResponse:
        def hook() -> None:
            raise ConnectionError("nobody listens")

        transaction.on_commit(hook, robust=True)
        return HttpResponse("saved")

    def succeeds(self) -> HttpResponse:
        return HttpResponse("saved")


class Broken:
    def __iter__(self) -> Any:
        raise RuntimeError


class RuleBroken(ActionView):
    """A form whose act saves and then meets a rule."""

    member = True
    form_class = Form
    template_name = "confirm.html"

    def act(self, data: dict[str, Any]) -> Any:
        save()
        raise DomainError


class Api(ApiView):
    scope = Scope.OFFICES_READ
    member = True

    def get(self, request: Any, **kwargs: Any) -> HttpResponse:
        save()
        raise ApiPermissionDenied


def standing() -> HttpResponse:
    """Who this connection is signed in as, whose rows it would see, and which connection it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, coalesce(current_setting('amparo.organisation', true), ''), "
            "coalesce(current_setting('amparo.user', true), ''), pg_backend_pid()"
        )
        return HttpResponse("|".join(str(value) for value in cursor.fetchone()))


class Inside(Page):
    member = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return standing()


class InsidePublic(Page):
    public = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return standing()


class Plain(View):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return standing()


urlpatterns = [
    path("plain/", Plain.as_view()),
    path("o/<slug:org>/standing/", Inside.as_view()),
    path("report/<slug:org>/standing/", InsidePublic.as_view()),
    path("o/<slug:org>/saving/<slug:how>/", Saving.as_view()),
    path("o/<slug:org>/rule/", RuleBroken.as_view()),
    path("api/v1/o/<slug:org>/saving/", Api.as_view()),
    path("", include("config.urls")),
]
