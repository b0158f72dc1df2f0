"""The clocks of an investigation, on the ladder of its case."""

from django.utils.translation import gettext_lazy as _

from cases.deadline_kinds import may_know, page, people
from core import deadlines


def inquiry(reference: str) -> str:
    """The page of the investigation, for its owner."""
    return f"{page(reference)}inquiry/" if reference else ""


TITLES = {
    "investigation.start": _("Start the investigation"),
    "investigation.interim_update": _("Give an interim update on the investigation"),
    "investigation.national_officer": _("Answer of the country about an investigation officer"),
    "investigation.national_officer_urgent": _("Urgent answer of the country about an investigation officer"),
    "investigation.decision": _("Decide about measures"),
    "investigation.safety": _("Wait for the answer about safety"),
    "investigation.withdrawal": _("Check a withdrawal for pressure"),
    "investigation.execution": _("Carry out the measures"),
    "investigation.appeal": _("End of the time to appeal"),
    "investigation.screening": _("Enter in the screening register"),
    "retaliation.review": _("Review the complaint about retaliation"),
    "retaliation.investigation": _("Finish the investigation of retaliation"),
}
#: These pause with the investigation, for listed reasons and by a second person's decision.
PAUSED_WITH_IT = {
    "investigation.total_who": _("Finish the investigation, within 120 days"),
    "investigation.total_un": _("Finish the investigation, within 180 days"),
    "investigation.total_un_urgent": _("Finish the urgent investigation, within 90 days"),
    "investigation.total_own": _("Finish the investigation, within our own limit"),
    "investigation.plan": _("Plan the investigation"),
    "investigation.interviews": _("Hold the interviews and take in the evidence"),
    "investigation.draft": _("Write the draft report"),
    "investigation.review": _("Review the draft report"),
    "investigation.final": _("Issue the report"),
}

for _key, _title in TITLES.items():
    deadlines.declare(_key, title=_title, people=people, may_know=may_know, link=inquiry)
for _key, _title in PAUSED_WITH_IT.items():
    deadlines.declare(_key, title=_title, people=people, may_know=may_know, link=inquiry, pause_is_asked_for=True)
