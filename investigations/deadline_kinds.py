"""The clocks of an investigation, on the ladder of its case."""

from django.utils.translation import gettext_lazy as _

from cases.deadline_kinds import may_know, page, people
from core import deadlines

TITLES = {
    "investigation.start": _("Start the investigation"),
    "investigation.total_who": _("Finish the investigation, within 120 days"),
    "investigation.total_un": _("Finish the investigation, within 180 days"),
    "investigation.total_un_urgent": _("Finish the urgent investigation, within 90 days"),
    "investigation.interim_update": _("Give an interim update on the investigation"),
    "investigation.national_officer": _("Answer of the country about an investigation officer"),
    "investigation.national_officer_urgent": _("Urgent answer of the country about an investigation officer"),
    "investigation.decision": _("Decide about measures"),
    "retaliation.review": _("Review the complaint about retaliation"),
    "retaliation.investigation": _("Finish the investigation of retaliation"),
}

for _key, _title in TITLES.items():
    deadlines.declare(_key, title=_title, people=people, may_know=may_know, link=page)
