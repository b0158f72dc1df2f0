"""What clocks and news tell: their notices and their audit events."""

from django.utils.translation import gettext_lazy as _

from core import audit
from core.deadlines import ladder

ladder.declare()

audit.declare("deadlines.warned", _("The clock “{kind}” was close to its end; its owner was told"))
audit.declare("deadlines.missed", _("The clock “{kind}” was missed; {to} was told, {late} working days late"))
audit.declare("deadlines.met", _("{actor} did what the clock “{kind}” waited for"), facts=("found_late",))
audit.declare(
    "deadlines.cancelled", _("{actor} ended the clock “{kind}”, which was no longer needed"), facts=("found_late",)
)
audit.declare("deadlines.paused", _("{actor} paused a clock: {reason}"))
audit.declare("deadlines.resumed", _("{actor} let a clock go on"))
audit.declare("deadlines.extension_asked", _("{actor} asked for {more} more units of time: {reason}"))
audit.declare("deadlines.extension_given", _("{actor} gave {more} more units of time"))
audit.declare("deadlines.extension_refused", _("{actor} refused {more} more units of time"))
audit.declare("deadlines.calendar_changed", _("{actor} changed the working calendar: {day}"), facts=("worked",))
audit.declare("outbox.undeliverable", _("An e-mail could not be delivered: {why}"))
