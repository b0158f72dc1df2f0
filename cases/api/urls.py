"""Addresses of cases, reports and clocks over the API."""

from django.urls import path

from cases.api import calls

urlpatterns = [
    path("reports/", calls.Reports.as_view(), name="api_reports"),
    path("cases/", calls.Cases.as_view(), name="api_cases"),
    path("cases/<str:reference>/", calls.OneCase.as_view(), name="api_case"),
    path("deadlines/", calls.Deadlines.as_view(), name="api_deadlines"),
]
