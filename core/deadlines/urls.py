"""Addresses of an organisation's clocks."""

from django.urls import path

from core.deadlines import pages

urlpatterns = [
    path("clocks/", pages.Clocks.as_view(), name="clocks"),
    path("clocks/days-off/", pages.DayOff.as_view(), name="clocks_day_off"),
    path("clocks/days-off/<str:day>/remove/", pages.DayOn.as_view(), name="clocks_day_on"),
    path("clocks/<str:kind>/", pages.ClockTerms.as_view(), name="clock_terms"),
]
