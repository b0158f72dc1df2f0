"""Reports, cases and clocks over the API: the same actions and selectors as the pages, codes and never names."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases import choices
from cases.actions import logging
from cases.actions.intake import Told
from cases.api.shapes import (
    CaseFilter,
    CaseRow,
    ClockFilter,
    ClockRow,
    OneCaseSerializer,
    ReportSerializer,
    SentSerializer,
    people_by_part,
)
from cases.permissions import Perm
from cases.selectors import entered
from cases.selectors.api import visible_clocks
from cases.selectors.case_list import fill, filtered
from cases.selectors.case_page import facts_of
from core import audit
from core.api.base import ApiView, listed, page_of
from core.organisations import Office
from core.tokens import actions as tokens
from core.tokens.tables import Scope

KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, pattern="^[!-~]{8,64}$",
    description="Made up by the caller, a new one for each report. The same key and body again, within seven days, "
    "get the first answer, without the receipt.",
)  # fmt: skip


def list_of(name: str, row: type[serializers.Serializer]) -> Any:
    """The schema of one page of a list."""
    return inline_serializer(name, {"next": serializers.CharField(allow_null=True), "results": row(many=True)})


class Reports(ApiView):
    """Reports sent by another system on somebody's behalf."""

    scope = Scope.REPORTS_WRITE
    needs = Perm.CASE_LOG

    @extend_schema(operation_id="send_report", parameters=[KEY], request=ReportSerializer,
                   responses={200: SentSerializer, 201: SentSerializer})  # fmt: skip
    def post(self, request: Request, org: str) -> Response:
        """Send a report on somebody's behalf; it is saved when this answers, and goes to triage.

        `receipt` is the number for the person, shown in this answer alone, if it was asked for.
        """
        key = request.headers.get("Idempotency-Key", "")
        if not 8 <= len(key) <= 64 or not all("!" <= letter <= "~" for letter in key):
            said = _("Send a header Idempotency-Key of 8 to 64 letters, a new one for each report.")
            raise exceptions.ParseError(said)
        found = ReportSerializer(data=request.data)
        found.is_valid(raise_exception=True)
        written = self.written(found.validated_data)
        made: list[logging.Logged] = []

        def act() -> str:
            made.append(logging.send(written, by=self.actor, now=self.now))
            return made[0].reference

        reference, first = tokens.once(self.token, key, _canonical(found.validated_data), act, now=self.now)
        body = {
            "reference": reference,
            "receipt": (made[0].code or None) if made else None,
            "answer_by": made[0].answer_by if made else None,
        }
        return Response(SentSerializer(body).data, status=201 if first else 200)

    def written(self, data: dict[str, Any]) -> logging.Written:
        """What was sent as the domain wants it; raises ValidationError for an office that is none."""
        office = None
        if data["office"]:
            office = Office.objects.filter(reference=data["office"].upper()).values_list("pk", flat=True).first()
            if office is None:
                raise exceptions.ValidationError({"office": [_("There is no such office.")]})
        named = data["mode"] == choices.Mode.NAMED
        told = Told(
            account=data["account"],
            language=data["language"],
            mode=data["mode"],
            for_whom=data["for_whom"],
            child=data["child"],
            last_time=data["last_time"],
            affected_knows=data["affected_knows"],
            affected_wants=data["affected_wants"],
            subject_name=data["subject_name"],
            subject_work=data["subject_work"],
            subject_place=data["subject_place"],
            must_not_know=data["must_not_know"],
            wishes=tuple(data["wishes"]),
            wishes_words=data["wishes_words"],
            name=data["name"],
            contact=data["contact"],
            safe_way=data["safe_way"],
            consents=tuple(each for each in data["consents"] if named or each != choices.Purpose.INVESTIGATION),
        )
        received = self.moment(data["told_on"]) or self.now
        return logging.Written(
            told=told,
            safe_now=data["safe_now"],
            channel=data["channel"],
            received_at=received,
            aware_at=self.moment(data["aware_on"]) or received,
            office=office,
            place=data["place"],
            incident_from=data["incident_from"],
            incident_until=data["incident_until"],
            receipt=data["receipt"],
        )

    def moment(self, day: Any) -> datetime | None:
        """Noon of that day in the organisation's time zone; today means now."""
        if day is None:
            return None
        zone = ZoneInfo(self.organisation.time_zone)
        if day == self.now.astimezone(zone).date():
            return self.now
        return datetime.combine(day, time(12), zone)


def _canonical(data: dict[str, Any]) -> bytes:
    """The same bytes for the same report, however its JSON was written."""
    return repr(sorted((name, str(value)) for name, value in data.items())).encode()


class Cases(ApiView):
    """The cases the token's owner may open now."""

    scope = Scope.CASES_READ
    needs = Perm.CASE_LIST

    @extend_schema(operation_id="cases", parameters=[CaseFilter], responses=list_of("CasePage", CaseRow))
    def get(self, request: Request, org: str) -> Response:
        """The cases the owner of the token may open, the newest first."""
        asked = self.asked(CaseFilter)
        wanted = {name: asked[name] for name in ("state", "stream", "priority", "office", "whose") if asked.get(name)}
        rows = filtered(self.actor, self.now, wanted).select_related("office", "owner")
        found, cursor = page_of(self, rows, ("-received_at", "id"), asked)
        return listed(CaseRow, fill(found), cursor)


class OneCase(ApiView):
    """One case."""

    scope = Scope.CASES_READ
    needs = Perm.CASE_LIST

    @extend_schema(operation_id="case", responses=OneCaseSerializer)
    def get(self, request: Request, org: str, reference: str) -> Response:
        """One case: what is alleged, people as codes, counts. Opening it is on record, as on its page."""
        case = entered(self.actor, reference, self.now).content_object
        audit.record("cases.opened", by=self.actor, about=case, reference=case.reference)
        facts = facts_of(case, self.now)
        fill([case])
        case.reports_count, case.affected_count = len(facts.reports), facts.victims
        case.people, case.alleged = people_by_part(facts), facts.allegations
        return Response(OneCaseSerializer(case, context={"codes": {each.pk: each.code for each in facts.people}}).data)


class Deadlines(ApiView):
    """The clocks of the cases the token's owner may open now."""

    scope = Scope.DEADLINES_READ
    needs = Perm.CASE_LIST

    @extend_schema(operation_id="deadlines", parameters=[ClockFilter], responses=list_of("DeadlinePage", ClockRow))
    def get(self, request: Request, org: str) -> Response:
        """The clocks of the cases the owner of the token may open, the nearest first."""
        asked = self.asked(ClockFilter)
        rows = visible_clocks(self.actor, self.now, case=asked.get("case", ""), state=asked.get("state", ""))
        return listed(ClockRow, *page_of(self, rows, ("due_at", "id"), asked))
