"""What clocks and news tell: their notices and their audit events."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import audit
from core.deadlines import ladder
from core.deadlines.models import Reason, Unit
from core.deadlines.registry import ABOVE, HEAD_OF_OFFICE, MANAGER, OWNER, Titles
from core.deadlines.steps import WARNING
from core.outbox.models import Failure

ladder.declare()

LABELS: dict[str, Any] = {
    "kind": Titles(),
    "reason": dict(Reason.choices),
    "why": dict(Failure.choices),
    "unit": dict(Unit.choices),
    "to": {
        WARNING: _("the owner"),
        OWNER: _("the owner"),
        MANAGER: _("the manager"),
        ABOVE: _("the person above"),
        HEAD_OF_OFFICE: _("the head of office"),
    },
}
SENTENCES = {
    "deadlines.warned": _("“{kind}” was close to its end, and {to} was told"),
    "deadlines.missed": _("“{kind}” was not done in time, and {to} was told; working days late: {late}"),
    "deadlines.met": _("{actor} did what “{kind}” waited for"),
    "deadlines.cancelled": _("{actor} ended “{kind}”, which was no longer needed"),
    "deadlines.paused": _("{actor} paused “{kind}”: {reason}"),
    "deadlines.resumed": _("{actor} let “{kind}” go on"),
    "deadlines.extension_asked": _("{actor} asked for more time for “{kind}” ({more}): {reason}"),
    "deadlines.extension_given": _("{actor} gave more time for “{kind}” ({more})"),
    "deadlines.extension_refused": _("{actor} refused more time for “{kind}” ({more})"),
    "deadlines.calendar_changed": _("{actor} changed the working calendar at {day}"),
    "deadlines.terms_changed": _("{actor} set the time for “{kind}” to {amount} ({unit})"),
    "outbox.undeliverable": _("An e-mail could not be delivered: {why}"),
}
FURTHER = {
    "deadlines.warned": ("late",),
    "deadlines.met": ("found_late",),
    "deadlines.cancelled": ("found_late",),
    "deadlines.calendar_changed": ("worked",),
}

for _name, _sentence in SENTENCES.items():
    audit.declare(_name, _sentence, facts=FURTHER.get(_name, ()), labels=LABELS)
