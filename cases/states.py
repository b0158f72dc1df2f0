"""The life of a case (domain reference §3.1, cut so that each life is one table)."""

from django.utils.translation import gettext_lazy as _

from cases.choices import CaseState as S
from cases.permissions import Perm
from core.states import Machine, Move

#: Closed by whoever handles the case. What is being looked into ends with the lives above it: cases.actions.lives.
OPEN = (S.TRIAGE, S.INFO_ONLY, S.REFERRED_OUT, S.MONITORED_EXTERNAL)
LOOKED_INTO = (S.IN_ASSESSMENT, S.IN_INVESTIGATION, S.IN_DECISION)

CASE = Machine(
    "cases",
    states=S.values,
    moves=(
        Move("start_triage", (S.RECEIVED,), S.TRIAGE, Perm.CASE_TRIAGE, _("Start triage")),
        Move("keep_as_information", (S.TRIAGE,), S.INFO_ONLY, Perm.CASE_TRIAGE, _("Keep as information"), True),
        Move("refer_out", (S.TRIAGE,), S.REFERRED_OUT, Perm.CASE_TRIAGE, _("Refer to another organisation"), True),
        Move("open_assessment", (S.TRIAGE, S.INFO_ONLY), S.IN_ASSESSMENT, Perm.CASE_TRIAGE, _("Open the case"), True),
        Move("retriage", (S.INFO_ONLY, S.REFERRED_OUT), S.TRIAGE, Perm.CASE_TRIAGE, _("Look at it again"), True),
        Move("monitor", (S.REFERRED_OUT,), S.MONITORED_EXTERNAL, Perm.CASE_EDIT, _("Follow it there"), True),
        Move("investigate", (S.IN_ASSESSMENT,), S.IN_INVESTIGATION, None, _("Investigate"), own_button=False),
        Move("send_to_decision", (S.IN_INVESTIGATION,), S.IN_DECISION, None, _("Send to decision"), own_button=False),
        Move(
            "refer_onwards",
            (S.IN_ASSESSMENT,),
            S.REFERRED_OUT,
            None,
            _("Refer to another organisation"),
            own_button=False,
        ),
        Move("give_away", (S.IN_INVESTIGATION,), S.MONITORED_EXTERNAL, None, _("Follow it there"), own_button=False),
        Move("conclude", LOOKED_INTO, S.CLOSED, None, _("Close the case"), own_button=False),
        Move("close", OPEN, S.CLOSED, Perm.CASE_CLOSE, _("Close the case"), True),
        Move("reopen", (S.CLOSED,), S.TRIAGE, Perm.CASE_REOPEN, _("Reopen the case"), True),
    ),
)
