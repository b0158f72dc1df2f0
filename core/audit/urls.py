"""Addresses of an organisation's audit."""

from django.urls import path

from core.audit import pages

urlpatterns = [
    path("audit/", pages.Events.as_view(), name="audit"),
    path("audit/package/", pages.Export.as_view(), name="audit_export"),
]
