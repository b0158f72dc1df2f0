"""All addresses: the signed-in organisation, the public form, accounts, health."""

from django.conf import settings
from django.urls import include, path, re_path

from core.api.base import nothing_here

urlpatterns = [
    path("o/<slug:org>/", include("victims.urls")),
    path("o/<slug:org>/", include("investigations.urls")),
    path("account/", include("core.account_urls")),
    path("o/<slug:org>/", include("cases.urls")),
    path("o/<slug:org>/", include("core.audit.urls")),
    path("o/<slug:org>/", include("core.deadlines.urls")),
    path("o/<slug:org>/", include("core.people.urls")),
    path("o/<slug:org>/", include("core.tokens.urls")),
    path("api/v1/o/<slug:org>/", include("core.api.urls")),
    path("api/v1/o/<slug:org>/", include("cases.api.urls")),
    re_path(r"^api/", nothing_here),
    path("report/<slug:org>/", include("cases.public.urls")),
    path("", include("core.urls")),
    path("<slug:neutral>/", include("cases.public.urls", namespace="neutral")),
]

if not settings.PRODUCTION:
    urlpatterns.insert(0, path("gallery/", include("config.gallery.urls")))
