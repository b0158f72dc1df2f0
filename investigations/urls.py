"""Addresses of investigations; each beside its case."""

from django.urls import path

from investigations.views import board, decision, inquiry, people, report, timeline, work

CASE = "cases/<str:reference>/inquiry/"
PERSON = CASE + "people/<str:code>/"

urlpatterns = [
    path("investigations/", board.Board.as_view(), name="investigation_board"),
    path(CASE, inquiry.InquiryPage.as_view(), name="inquiry"),
    path(CASE + "time/", timeline.TimelinePage.as_view(), name="inquiry_timeline"),
    path(CASE + "log/", work.LogPage.as_view(), name="inquiry_log"),
    path(CASE + "assess/", work.Assess.as_view(), name="inquiry_assess"),
    path(CASE + "assign/", work.Assign.as_view(), name="inquiry_assign"),
    path(CASE + "declare/", work.Declare.as_view(), name="inquiry_declare"),
    path(CASE + "plan/", work.PlanPage.as_view(), name="inquiry_plan"),
    path(CASE + "plan/new/", work.NewPlan.as_view(), name="inquiry_plan_new"),
    path(CASE + "plan/decide/", work.DecidePlan.as_view(), name="inquiry_plan_decide"),
    path(CASE + "plan/tasks/<str:task>/", work.TickOff.as_view(), name="inquiry_task"),
    path(CASE + "move/<slug:verb>/", work.Make.as_view(), name="inquiry_move"),
    path(CASE + "pause/", work.AskPause.as_view(), name="inquiry_pause"),
    path(CASE + "pause/decide/", work.DecidePause.as_view(), name="inquiry_pause_decide"),
    path(CASE + "report/", report.ReportPage.as_view(), name="inquiry_report"),
    path(CASE + "report/write/", report.WriteReport.as_view(), name="inquiry_report_write"),
    path(CASE + "report/review/", report.ReviewReport.as_view(), name="inquiry_report_review"),
    path(CASE + "end/", report.EndEarly.as_view(), name="inquiry_end"),
    path(CASE + "hand-over/", report.HandOver.as_view(), name="inquiry_hand_over"),
    path(CASE + "decision-maker/", decision.NameDecisionMaker.as_view(), name="inquiry_decision_maker"),
    path(PERSON, people.PersonPage.as_view(), name="inquiry_person"),
    path(PERSON + "steps/", people.Step.as_view(), name="inquiry_step"),
    path(PERSON + "steps/<slug:kind>/allow/", people.AllowStep.as_view(), name="inquiry_step_allow"),
    path(PERSON + "findings/", people.Findings.as_view(), name="inquiry_findings"),
    path(PERSON + "left/", people.Left.as_view(), name="inquiry_left"),
    path(PERSON + "withdraw/", people.Withdraw.as_view(), name="inquiry_withdraw"),
    path(PERSON + "withdrawal/", people.CheckWithdrawal.as_view(), name="inquiry_withdrawal"),
    path(PERSON + "screening/", people.ScreeningDone.as_view(), name="inquiry_screening"),
    path(PERSON + "decide/", decision.Decide.as_view(), name="inquiry_decide"),
    path(PERSON + "interim/", decision.Interim.as_view(), name="inquiry_interim"),
    path(PERSON + "measures/<str:measure>/", decision.CarriedOut.as_view(), name="inquiry_measure"),
    path(PERSON + "measures/<str:measure>/lift/", decision.Lift.as_view(), name="inquiry_lift"),
    path(PERSON + "appeal/", decision.Appeal.as_view(), name="inquiry_appeal"),
    path(PERSON + "appeal/end/", decision.EndAppeal.as_view(), name="inquiry_appeal_end"),
]
