"""All addresses: the signed-in organisation, the public form, accounts, health."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("o/<slug:org>/", include("cases.urls")),
    path("", include("core.urls")),
]

if not settings.PRODUCTION:
    urlpatterns.insert(0, path("gallery/", include("config.gallery.urls")))
