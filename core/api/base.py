"""What every call of the API has in common: tokens, scopes, problem details (RFC 9457), paging by cursor."""

import json
import logging
from http import HTTPStatus
from typing import Any, ClassVar, Literal

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import exceptions, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as answer_of

from core import audit
from core.encryption import opaque
from core.errors import DomainError, NotOpened, Refused, SecondFactorNeeded
from core.permissions import allowed
from core.tokens.tables import Scope

PROBLEM = "application/problem+json"
logger = logging.getLogger("amparo.api")


class BearerToken(BaseAuthentication):
    """The token in `Authorization: Bearer …`, which the middleware looked up in the organisation of the address."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        inner: Any = request._request
        actor = getattr(inner, "actor", None)
        return (actor.user, inner.token) if actor is not None else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ProblemSerializer(serializers.Serializer):
    """Problem details as RFC 9457 has them; `errors` names the fields a call has to correct."""

    type = serializers.CharField(default="about:blank")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:
        """`errors` is a property of serializers themselves and cannot be declared as the others are."""
        sentences = serializers.ListField(child=serializers.CharField())
        return {**super().get_fields(), "errors": serializers.DictField(child=sentences, required=False)}


class Negotiation(DefaultContentNegotiation):
    """JSON, whatever is asked for: what cannot be read is better than what cannot be said."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


#: What any call may be answered with, beside its own answer.
FAULTS = {
    400: "What was sent is no JSON.",
    401: "No token in force.",
    403: "The token lacks the scope, or its owner may not do this here.",
    404: "It does not exist, or its owner may not know of it.",
    405: "This address takes other methods.",
    409: "Another call is changing the same thing.",
    415: "Only application/json is read.",
    422: "Something needs to be corrected; `errors` says what.",
    500: "A fault of ours; nothing was changed.",
    503: "A key cannot be reached; try again later.",
}


class Schema(AutoSchema):
    """drf-spectacular's schema with the problems each call may answer."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        found = super()._get_response_bodies(direction=direction)
        for status, meaning in FAULTS.items():
            body = self._get_response_for_code(ProblemSerializer, str(status), media_types=[PROBLEM])
            found[str(status)] = {**body, "description": meaning}
        return found


class ApiView(APIView):
    """One address of the API. It names the `scope` its token must carry, and the permission its owner must hold or
    `member = True` for any member.

    One that names none is refused when it is defined. Whatever the owner may not see is answered as on the pages:
    it does not exist.
    """

    scope: ClassVar[str] = ""
    needs: ClassVar[str | None] = None
    member: ClassVar[bool] = False
    abstract: ClassVar[bool] = True
    authentication_classes = (BearerToken,)
    permission_classes = ()
    throttle_classes = ()
    content_negotiation_class = Negotiation
    request: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.abstract = cls.__dict__.get("abstract", False)
        if not cls.abstract and (cls.scope not in Scope.values or cls.member == bool(cls.needs)):
            raise ImproperlyConfigured(f"{cls.__name__} must name the scope and the permission it needs.")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.user is None:
            raise exceptions.NotAuthenticated(_("A token in force is needed here."))
        super().initial(request, *args, **kwargs)
        inner: Any = request._request
        self.actor, self.organisation, self.token = inner.actor, inner.organisation, inner.token
        self.now = timezone.now()
        if self.scope not in self.token.scopes:
            said = _("This token was not made for this: it lacks the scope %(scope)s.") % {"scope": self.scope}
            raise exceptions.PermissionDenied(said)
        if self.needs is not None and not allowed(self.actor, self.needs):
            audit.refused_later(request, "core.page_refused", by=self.actor, facts={"needed": str(self.needs)})
            raise Http404

    def get_exception_handler(self) -> Any:
        return explain

    def asked(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        """What stands behind the question mark, checked."""
        found = serializer(data=self.request.query_params)
        found.is_valid(raise_exception=True)
        return dict(found.validated_data)


class Paged(serializers.Serializer):
    """What pages of a list are asked by."""

    cursor = serializers.CharField(required=False, max_length=400, help_text="The `next` of the page before.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=100, default=50)


def page_of(view: ApiView, rows: QuerySet, order: tuple[str, ...], asked: dict[str, Any]) -> tuple[list[Any], str]:
    """One page of `rows` in that order (fields, perhaps with a minus) and the cursor of the next page, or "".

    The cursor is closed: it carries moments and keys that never leave the product. Raises ValidationError for one
    that was not given out here.
    """
    about = f"{view.organisation.pk} {view.actor.user_id} {type(view).__name__}"
    fields, limit = [name.lstrip("-") for name in order], asked["limit"]
    if asked.get("cursor"):
        text = opaque.opened(asked["cursor"], about=about)
        if text is None:
            raise exceptions.ValidationError({"cursor": [_("This is no cursor of this list.")]})
        values = dict(zip(fields, json.loads(text), strict=True))
        for name, value in values.items():
            values[name] = parse_datetime(value) or value if isinstance(value, str) else value
        rows = rows.filter(_behind(order, values))
    found = list(rows.order_by(*order)[: limit + 1])
    if len(found) <= limit:
        return found, ""
    last = [getattr(found[limit - 1], name) for name in fields]
    text = json.dumps([value.isoformat() if hasattr(value, "isoformat") else str(value) for value in last])
    return found[:limit], opaque.closed(text, about=about)


def _behind(order: tuple[str, ...], values: dict[str, Any]) -> Q:
    """The rows after that one: beyond it in the first field, or equal there and beyond it in the next, and so on."""
    found, equal = Q(pk__in=[]), Q()
    for name in order:
        field = name.lstrip("-")
        found |= equal & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": values[field]})
        equal &= Q(**{field: values[field]})
    return found


def listed(serializer: type[serializers.Serializer], rows: list[Any], cursor: str) -> Response:
    """The answer of a list."""
    return Response({"next": cursor or None, "results": serializer(rows, many=True).data})


# --- problems --------------------------------------------------------------------------------------------------------


def problem(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """The body of a problem."""
    found = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return {**found, "errors": errors} if errors else found


def plain_problem(status: int, detail: str) -> HttpResponse:
    """The same outside any view."""
    return HttpResponse(json.dumps(problem(status, detail)), status=status, content_type=PROBLEM)


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler: each error once, as a problem."""
    request = context["request"]._request
    if isinstance(error, DomainError):
        request.failed = True
        if isinstance(error, Refused):
            name = request.resolver_match.view_name
            audit.refused_later(request, "core.act_refused", by=request.actor, facts={"page": name})
        status = HTTPStatus.FORBIDDEN if isinstance(error, SecondFactorNeeded) else error.status
        if isinstance(error, NotOpened):
            status = HTTPStatus.SERVICE_UNAVAILABLE
        return Response(problem(status, str(error.message)), status=status, content_type=PROBLEM)
    answer = answer_of(error, context)
    if answer is None:
        return None
    errors: dict[str, list[str]] | None = None
    detail = str(getattr(error, "detail", "")) or _("There is nothing here.")
    if isinstance(error, exceptions.ValidationError):
        answer.status_code, detail = HTTPStatus.UNPROCESSABLE_ENTITY, _("Something needs to be corrected.")
        errors = _flat(error.detail)
    if isinstance(error, Http404 | exceptions.NotFound):
        detail = _("There is nothing here.")
    answer.data, answer.content_type = problem(answer.status_code, detail, errors), PROBLEM
    return answer


def _flat(detail: Any, before: str = "") -> dict[str, list[str]]:
    """Nested errors as one level: `consents.0` → sentences."""
    if isinstance(detail, list) and all(isinstance(each, str) for each in detail):
        return {before or "body": [str(each) for each in detail]}
    pairs = detail.items() if isinstance(detail, dict) else enumerate(detail)
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found |= _flat(value if isinstance(value, dict | list) else [value], f"{before}.{key}" if before else str(key))
    return found


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: written to the log without what was sent, and said without details."""
    logger.error("The API failed at %s", request.resolver_match.view_name if request.resolver_match else "?",
                 exc_info=error)  # fmt: skip
    return plain_problem(500, _("This did not work, and nothing was changed. Please try again later."))


def nothing_here(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Every address below /api/ that is none."""
    return plain_problem(404, _("There is nothing here."))


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema names our tokens."""

    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token; `docs/api.md` says how to get one.",
        }
