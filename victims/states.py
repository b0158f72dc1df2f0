"""The life of a support file and of a referral (domain reference §4.3, §4.5)."""

from django.utils.translation import gettext_lazy as _

from core.states import Machine, Move
from victims.choices import FileState as F
from victims.choices import ItemState as I
from victims.choices import ReferralState as R
from victims.permissions import Perm

WORKED_ON = (F.NEW, F.ASSESSMENT, F.PLAN_REVIEW, F.ACTIVE)

FILE = Machine(
    "support_file",
    states=F.values,
    moves=(
        Move("assess", (F.NEW,), F.ASSESSMENT, Perm.WORK, _("Begin the assessment")),
        Move("submit", (F.ASSESSMENT,), F.PLAN_REVIEW, Perm.WORK, _("Put the plan before the supervisor")),
        Move("approve", (F.PLAN_REVIEW,), F.ACTIVE, Perm.APPROVE, _("Approve the plan")),
        Move("return", (F.PLAN_REVIEW,), F.ASSESSMENT, Perm.APPROVE, _("Send the plan back"), True),
        Move("revise", (F.ACTIVE,), F.ASSESSMENT, Perm.WORK, _("Change the plan")),
        Move("ask_closure", (F.NEW, F.ASSESSMENT, F.ACTIVE), F.CLOSING, Perm.WORK, _("Ask to close")),
        Move("keep_open", (F.CLOSING,), F.ASSESSMENT, Perm.APPROVE, _("Keep it open"), True),
        Move("close", (F.CLOSING,), F.CLOSED, Perm.APPROVE, _("Close")),
        Move("reopen", (F.CLOSED,), F.ASSESSMENT, Perm.WORK, _("Begin support again")),
    ),
)

REFERRAL = Machine(
    "referral",
    states=R.values,
    moves=(
        Move("accept", (R.SENT,), R.ACCEPTED, Perm.WORK, _("Accepted")),
        Move("refuse", (R.SENT, R.ACCEPTED), R.REFUSED, Perm.WORK, _("Refused by the provider")),
        Move("unavailable", (R.SENT, R.ACCEPTED), R.UNAVAILABLE, Perm.WORK, _("Service not available")),
        Move("attend", (R.ACCEPTED, R.NO_SHOW), R.ATTENDED, Perm.WORK, _("Attended")),
        Move("no_show", (R.ACCEPTED,), R.NO_SHOW, Perm.WORK, _("Did not come")),
        Move("complete", (R.ATTENDED,), R.COMPLETED, Perm.WORK, _("Completed")),
        # Comes with the consent taken back, whoever writes that down; never by a button of its own.
        Move("withdraw", (R.SENT, R.ACCEPTED, R.NO_SHOW), R.WITHDRAWN, None, _("Taken back"), own_button=False),
    ),
)

ITEM = Machine(
    "support_item",
    states=I.values,
    moves=(
        Move("give", (I.PLANNED,), I.GIVEN, Perm.WORK, _("Everything was given")),
        Move("drop", (I.PLANNED,), I.DROPPED, Perm.WORK, _("Not needed any more")),
    ),
)
