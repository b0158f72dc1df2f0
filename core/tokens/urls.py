"""Addresses of one's own tokens."""

from django.urls import path

from core.tokens import pages

urlpatterns = [
    path("tokens/", pages.Tokens.as_view(), name="tokens"),
    path("tokens/<str:mark>/end/", pages.EndToken.as_view(), name="token_end"),
]
