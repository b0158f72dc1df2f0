"""Offices over the API."""

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import ApiView, Paged, listed, page_of
from core.organisations import Office
from core.tokens.tables import Scope


class OfficeSerializer(serializers.Serializer):
    reference = serializers.CharField()
    name = serializers.CharField()
    country = serializers.CharField(allow_blank=True)
    part_of = serializers.CharField(source="parent.reference", allow_null=True, default=None)
    headquarters = serializers.BooleanField()


class Offices(ApiView):
    """The offices of the organisation, by name."""

    scope = Scope.OFFICES_READ
    member = True

    @extend_schema(
        operation_id="offices",
        parameters=[Paged],
        responses=inline_serializer(
            "OfficePage",
            {"next": serializers.CharField(allow_null=True), "results": OfficeSerializer(many=True)},
        ),
    )
    def get(self, request: Request, org: str) -> Response:
        """The offices of the organisation, in the order of their names."""
        rows, cursor = page_of(self, Office.objects.select_related("parent"), ("name", "id"), self.asked(Paged))
        return listed(OfficeSerializer, rows, cursor)
