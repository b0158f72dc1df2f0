"""All addresses: the signed-in organisation, the public form, accounts, health."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("o/<slug:org>/", include("cases.urls")),
    path("", include("core.urls")),
]
