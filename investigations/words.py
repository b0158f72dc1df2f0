"""Words several pages share."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import phrases
from investigations.models import Proceeding

#: Why the support side did not ask; the codes are those of its own form.
NOT_ASKED = {
    "not_reached": gettext_lazy("the person could not be reached in time"),
    "not_safe_to_ask": gettext_lazy("asking would itself put the person in danger"),
    "asked_not_to": gettext_lazy("the person asked not to be contacted"),
    "unknown": gettext_lazy("nobody knows who the person is"),
}

#: The public vocabulary of the field, for people at work.
PUBLIC = {
    "under_review_limited_info": gettext_lazy("Under review, limited information"),
    "preliminary_assessment": gettext_lazy("Preliminary assessment"),
    "under_investigation": gettext_lazy("Under investigation"),
    "substantiated": gettext_lazy("Substantiated"),
    "not_substantiated": gettext_lazy("Not substantiated"),
    "closed_other_circumstances": gettext_lazy("Closed, other circumstances"),
    "referred_to_member_state": gettext_lazy("Referred elsewhere"),
}


def proceeding_facts(proceeding: Proceeding) -> list[tuple[Any, ...]]:
    """How one proceeding stands."""
    who = proceeding.decision_maker.name if proceeding.decision_maker else _("Nobody yet")
    rows: list[tuple[Any, ...]] = [(_("State"), proceeding.get_state_display()), (_("Decides"), who)]
    if proceeding.decided_at:
        rows.append((_("Decided"), phrases.exact(proceeding.decided_at)))
    if proceeding.appeal_until:
        closed = _("closed") if proceeding.appeal_closed_at else _("open")
        rows.append((_("Time to appeal"), _("until %(day)s") % {"day": phrases.exact(proceeding.appeal_until)}, closed))
    return rows
