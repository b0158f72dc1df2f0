"""Addresses of cases."""

from django.urls import path

from cases.views import case_list, case_page, desk

urlpatterns = [
    path("", desk.DeskPage.as_view(), name="desk"),
    path("cases/", case_list.CaseList.as_view(), name="case_list"),
    path("cases/<str:reference>/", case_page.CasePage.as_view(), name="case"),
    path("cases/<str:reference>/told/", case_page.ToldPage.as_view(), name="case_told"),
    path("cases/<str:reference>/messages/", case_page.MessagesPage.as_view(), name="case_messages"),
    path("cases/<str:reference>/notes/", case_page.NotesPage.as_view(), name="case_notes"),
    path("cases/<str:reference>/audit/", case_page.CaseAuditPage.as_view(), name="case_audit"),
]
