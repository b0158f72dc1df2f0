"""Addresses that belong to no organisation."""

from django.urls import path

from core import pages

urlpatterns = [path("", pages.front, name="front")]
