"""The three lives of a case under inquiry, a table each (domain reference §3.1).

Who may make a move is asked by the action behind it, which also knows the grant on the case.
"""

from django.utils.translation import gettext_lazy as _

from core.states import Machine, Move
from investigations.choices import ENDED, AssessmentState, ProceedingState, State
from investigations.permissions import Perm

A, S, P = AssessmentState, State, ProceedingState

ASSESSMENT = Machine(
    "assessments",
    states=A.values,
    moves=(
        Move("investigate", (A.OPEN,), A.TO_INVESTIGATION, Perm.ASSESS, _("Open an investigation"), True),
        Move("no_case", (A.OPEN,), A.NO_CASE, Perm.ASSESS, _("No case"), True),
        Move("refer_out", (A.OPEN,), A.REFERRED_OUT, Perm.ASSESS, _("Refer to another organisation"), True),
    ),
)

#: Everything but its ends.
UNDER_WAY = (S.PLANNED, S.RUNNING, S.SUSPENDED, S.DRAFT, S.IN_REVIEW)

INVESTIGATION = Machine(
    "investigations",
    states=S.values,
    moves=(
        Move("start", (S.PLANNED,), S.RUNNING, Perm.WORK, _("Start the investigation")),
        Move("suspend", (S.RUNNING,), S.SUSPENDED, Perm.MANAGE, _("Pause the investigation"), True),
        Move("resume", (S.SUSPENDED,), S.RUNNING, Perm.MANAGE, _("Go on now")),
        Move("write", (S.RUNNING,), S.DRAFT, Perm.WORK, _("Begin the draft report")),
        Move("look_further", (S.DRAFT,), S.RUNNING, Perm.WORK, _("Go back to interviews and evidence")),
        Move("submit", (S.DRAFT,), S.IN_REVIEW, Perm.WORK, _("Send the draft to review")),
        Move("send_back", (S.IN_REVIEW,), S.DRAFT, Perm.REVIEW, _("Send the draft back"), True),
        Move("issue", (S.IN_REVIEW,), S.ISSUED, Perm.WORK, _("Issue the report")),
        Move("end_early", UNDER_WAY, S.ISSUED, Perm.MANAGE, _("End without a full report"), True),
        Move("hand_over", UNDER_WAY, S.HANDED_OVER, Perm.MANAGE, _("Hand over to another body"), True),
    ),
)

PROCEEDING = Machine(
    "proceedings",
    states=P.values,
    moves=(
        Move("leave_unsanctioned", (P.AWAITING_DECISION,), P.NO_SANCTION, Perm.DECIDE, _("No sanction"), True),
        Move("sanction", (P.AWAITING_DECISION,), P.SANCTIONED, Perm.DECIDE, _("Sanction"), True),
        Move("appeal", (P.SANCTIONED, P.EXECUTED), P.UNDER_APPEAL, Perm.MEASURES, _("An appeal was filed")),
        Move("uphold", (P.UNDER_APPEAL,), P.UPHELD, Perm.MEASURES, _("The appeal was dismissed"), True),
        Move("reverse", (P.UNDER_APPEAL,), P.REVERSED, Perm.MEASURES, _("The sanction was reversed"), True),
        Move("carry_out", (P.SANCTIONED, P.UPHELD), P.EXECUTED, Perm.MEASURES, _("Every measure was carried out")),
    ),
)

#: Where each life may rest for ever.
FINAL = {
    "assessments": (A.TO_INVESTIGATION, A.NO_CASE, A.REFERRED_OUT),
    "investigations": ENDED,
    "proceedings": (P.NO_SANCTION, P.REVERSED, P.EXECUTED),
}
