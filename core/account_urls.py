"""Addresses of one's own account. A password or an address is never made anew by its owner alone."""

from django.urls import include, path, re_path

from core import account_pages
from core.pages import front

urlpatterns = [
    re_path(r"^(?:password/(?:reset|set)|email|confirm-email)(?:/.*)?$", account_pages.closed),
    path("choose/<str:mark>/<str:token>/", account_pages.Choose.as_view(), name="choose_password"),
    path("tokens/", front, {"place": "tokens/"}, name="account_tokens"),
    path("language/", account_pages.Language.as_view(), name="account_language"),
    path("", include("allauth.urls")),
]
