"""Addresses that belong to no organisation."""

from django.urls import path

from core import health, pages

urlpatterns = [
    path("", pages.front, name="front"),
    path("calendar/", pages.month, name="calendar"),
    path("healthz", health.Alive.as_view(), name="healthz"),
    path("readyz", health.Ready.as_view(), name="readyz"),
    path("status", health.Status.as_view(), name="status"),
]
