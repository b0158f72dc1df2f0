"""Clocks: declared kinds, started by what happens, met by what people do, enforced by a sweep."""

from core.deadlines.actions import (
    add_own_day,
    cancel,
    cancel_all,
    decide_extension,
    extend,
    give_defaults,
    hand_over,
    meet,
    next_due,
    pause,
    remove_own_day,
    resume,
    start,
    start_all,
)
from core.deadlines.registry import ABOVE, HEAD_OF_OFFICE, MANAGER, OWNER, declare
from core.deadlines.steps import current_calendar
from core.deadlines.sweeping import sweep

__all__ = [
    "ABOVE",
    "HEAD_OF_OFFICE",
    "MANAGER",
    "OWNER",
    "add_own_day",
    "cancel",
    "cancel_all",
    "current_calendar",
    "decide_extension",
    "declare",
    "extend",
    "give_defaults",
    "hand_over",
    "meet",
    "next_due",
    "pause",
    "remove_own_day",
    "resume",
    "start",
    "start_all",
    "sweep",
]
