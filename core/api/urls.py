"""Addresses of the floor's part of the API."""

from django.urls import path

from core.api.offices import Offices

urlpatterns = [path("offices/", Offices.as_view(), name="api_offices")]
