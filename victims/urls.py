"""Addresses of the support side."""

from django.urls import path

from victims import views

urlpatterns = [
    path("support/", views.SupportDesk.as_view(), name="support_desk"),
    path("support/requests/<uuid:key>/", views.RequestPage.as_view(), name="support_request"),
    path("support/safety/<uuid:key>/", views.QuestionPage.as_view(), name="support_question"),
    path("support/tell/<uuid:key>/", views.TellPage.as_view(), name="support_tell"),
]
