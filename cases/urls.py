"""Addresses of cases."""

from django.urls import path

from cases.views import access, case_list, case_page, clocks, desk, glass, log, moves, routes, triage

urlpatterns = [
    path("", desk.DeskPage.as_view(), name="desk"),
    path("cases/", case_list.CaseList.as_view(), name="case_list"),
    path("cases/log/", log.LogPage.as_view(), name="log"),
    path("cases/log/<str:mark>/", log.LogPage.as_view(), name="log_draft"),
    path("cases/<str:reference>/", case_page.CasePage.as_view(), name="case"),
    path("cases/<str:reference>/told/", case_page.ToldPage.as_view(), name="case_told"),
    path("cases/<str:reference>/messages/", case_page.MessagesPage.as_view(), name="case_messages"),
    path("cases/<str:reference>/notes/", case_page.NotesPage.as_view(), name="case_notes"),
    path("cases/<str:reference>/audit/", case_page.CaseAuditPage.as_view(), name="case_audit"),
    path("cases/<str:reference>/clocks/", clocks.ClocksPage.as_view(), name="case_clocks"),
    path("cases/<str:reference>/clocks/<str:kind>/", clocks.ClockPage.as_view(), name="case_clock"),
    path("cases/<str:reference>/clocks/<str:kind>/pause/", clocks.PauseClock.as_view(), name="case_clock_pause"),
    path("cases/<str:reference>/clocks/<str:kind>/go-on/", clocks.GoOn.as_view(), name="case_clock_go_on"),
    path("cases/<str:reference>/clocks/<str:kind>/more-time/", clocks.AskForTime.as_view(), name="case_clock_more"),
    path("cases/<str:reference>/clocks/<str:kind>/decide/", clocks.DecideTime.as_view(), name="case_clock_decide"),
    path("cases/<str:reference>/notes/add/", moves.AddNote.as_view(), name="case_note"),
    path("cases/<str:reference>/messages/send/", moves.AnswerReporter.as_view(), name="case_message"),
    path("cases/<str:reference>/triage/", triage.TriagePage.as_view(), name="triage"),
    path("cases/<str:reference>/team/", access.TeamPage.as_view(), name="case_team"),
    path("cases/<str:reference>/team/assign/", access.Assign.as_view(), name="case_assign"),
    path("cases/<str:reference>/team/access/", access.GrantAccess.as_view(), name="case_grant"),
    path("cases/<str:reference>/team/end/", access.EndAccess.as_view(), name="case_end"),
    path("cases/<str:reference>/team/shut-out/", access.ShutOut.as_view(), name="case_exclude"),
    path("cases/<str:reference>/support/", moves.AskSupport.as_view(), name="case_support"),
    path("cases/<str:reference>/hand-over/", moves.HandOver.as_view(), name="case_handover"),
    path("cases/<str:reference>/hand-over/answer/", moves.AnswerHandover.as_view(), name="case_handover_answer"),
    path("cases/<str:reference>/close/", moves.Close.as_view(), name="case_close"),
    path("cases/<str:reference>/reopen/", moves.Reopen.as_view(), name="case_reopen"),
    path("cases/<str:reference>/reveal/<str:person>/", moves.Reveal.as_view(), name="case_reveal"),
    path("people/routes/", routes.Routes.as_view(), name="routes"),
    path("glass/", glass.GlassPage.as_view(), name="glass"),
    path("glass/ask/", glass.Ask.as_view(), name="glass_ask"),
    path("glass/<str:reference>/<str:asker>/", glass.Decide.as_view(), name="glass_decide"),
    path("glass/<str:reference>/<str:asker>/refuse/", glass.Refuse.as_view(), name="glass_refuse"),
    path("glass/<str:reference>/<str:asker>/review/", glass.Review.as_view(), name="glass_review"),
]
