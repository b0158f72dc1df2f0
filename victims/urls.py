"""Addresses of the support side."""

from django.urls import path

from victims import views

urlpatterns = [
    path("support/", views.SupportDesk.as_view(), name="support_desk"),
    path("support/requests/<str:mark>/", views.RequestPage.as_view(), name="support_request"),
    path("support/requests/<str:mark>/take/", views.Take.as_view(), name="support_take"),
    path("support/requests/<str:mark>/answered/", views.Answered.as_view(), name="support_answered"),
    path("support/requests/<str:mark>/reveal/<str:person>/", views.Reveal.as_view(), name="support_reveal"),
    path("support/requests/<str:mark>/consents/", views.Consents.as_view(), name="support_consents"),
    path("support/requests/<str:mark>/consents/end/", views.EndConsent.as_view(), name="support_consent_end"),
    path("support/all/<str:part>/", views.SupportList.as_view(), name="support_all"),
    path("support/safety/<str:mark>/", views.QuestionPage.as_view(), name="support_question"),
    path("support/tell/<str:mark>/", views.TellPage.as_view(), name="support_tell"),
]
