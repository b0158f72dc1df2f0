"""My desk: the first page of the day."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.deadline_kinds import page as case_page
from cases.permissions import Perm
from cases.selectors.desk import Desk, desk_of
from core import phrases
from core.deadlines import registry as deadline_kinds
from core.outbox import inbox
from core.permissions import allowed
from core.ui import Cell, Table
from core.views import Page


def headline(desk: Desk) -> str:
    """One sentence that answers “what now?”."""
    late, today = desk.late, desk.today
    if late and today:
        return (
            ngettext("One thing is late", "%(n)d things are late", late) % {"n": late}
            + ", "
            + (ngettext("one is for today", "%(n)d are for today", today) % {"n": today})
        )
    if late:
        return ngettext("One thing is late", "%(n)d things are late", late) % {"n": late}
    if today:
        return ngettext("One thing is for today", "%(n)d things are for today", today) % {"n": today}
    if desk.new_count:
        return ngettext("One new report waits", "%(n)d new reports wait", desk.new_count) % {"n": desk.new_count}
    if desk.clocks:
        return _("Nothing is late")
    return _("Nothing needs you now")


class DeskPage(Page):
    """What needs me now: clocks first, then new reports, my cases, messages."""

    member = True
    template_name = "cases/desk.html"

    def context(self) -> dict[str, Any]:
        actor, slug = self.request.actor, self.request.organisation.slug
        desk = desk_of(actor, self.now)
        notices = inbox.show(desk.notices, now=self.now)
        new = sum(1 for notice in notices if notice.new)
        talk = len(desk.unread) + len(desk.handovers) + len(desk.owed)
        rail = [
            {"label": _("Needs you"), "url": "#needs", "current": True, "count": desk.clock_count},
            {"label": _("New reports"), "url": "#new", "count": desk.new_count},
            {"label": _("My cases"), "url": "#mine", "count": desk.mine_count},
            {
                "label": _("Messages"),
                "url": "#talk",
                "count": talk + new,
            },
        ]
        works_on_cases = allowed(actor, Perm.CASE_LIST)
        return {
            "desk": desk,
            "title": headline(desk),
            "today": phrases.day(timezone.localdate(self.now)),
            "rail": rail if works_on_cases else rail[:1] + rail[3:],
            "clock_rows": [self.clock_row(clock, slug) for clock in desk.clocks],
            "new_rows": [self.new_row(case, slug) for case in desk.new],
            "talk_rows": self.talk_rows(desk, notices, slug),
            "mine": self.mine(desk, slug),
            "works_on_cases": works_on_cases,
            "may_log": allowed(actor, Perm.CASE_LOG),
            "empty": not (desk.clocks or desk.new or desk.mine or talk or notices),
        }

    def clock_row(self, clock: Any, slug: str) -> dict[str, Any]:
        kind = deadline_kinds.kind(clock.kind)
        url = reverse("case", args=[slug, clock.reference]) if clock.reference else ""
        if kind.link is not None and kind.link is not case_page:  # a clock of another app leads to a page of its own
            url = kind.link(clock.reference)
        return {
            "pill": clock.pill,
            "pill_text": clock.pill_text,
            "title": kind.title,
            "url": url,
            "reference": clock.reference,
            "due_at": clock.due_at if clock.state == "open" else None,
            "detail": _("stands still") if clock.state == "paused" else "",
            "action": _("Open") if url else "",
            "action_url": url,
            "action_hear": clock.reference,
        }

    def new_row(self, case: Any, slug: str) -> dict[str, Any]:
        report = min(case.reports.all(), key=lambda report: (report.received_at, report.pk), default=None)
        unsafe = report is not None and report.safe_now == "no"
        language = phrases.language_name(report.language) if report else ""
        what = report.get_channel_display() if report else _("Report")
        title = _("%(channel)s, in %(language)s") % {"channel": what, "language": language} if language else what
        url = reverse("triage", args=[slug, case.reference])
        return {
            "title": title,
            "url": url,
            "pill": "soon" if unsafe or case.many_at_once else "",
            "pill_text": _("Not yet safe") if unsafe else _("Many at once"),
            "reference": case.reference,
            "at": case.received_at,
            "action": _("Start") if case.state == "received" else _("Go on"),
            "action_url": url,
            "action_hear": _("with %(reference)s") % {"reference": case.reference},
        }

    def talk_rows(self, desk: Desk, notices: list[Any], slug: str) -> list[dict[str, Any]]:
        rows = [
            {
                "title": _("A reporter wrote"),
                "url": reverse("case_messages", args=[slug, message.mailbox.report.case.reference]),
                "reference": message.mailbox.report.case.reference,
                "at": message.sent_at,
                "state": "now",
                "state_text": _("Unread"),
            }
            for message in desk.unread
        ]
        rows += [
            {
                "title": _("%(name)s asks you to confirm a hand-over") % {"name": handover.giver.name},
                "url": reverse("case_handover_answer", args=[slug, handover.case.reference]),
                "reference": handover.case.reference,
                "at": handover.offered_at,
                "state": "now",
                "state_text": _("To answer"),
            }
            for handover in desk.handovers
        ]
        rows += [
            {
                "title": _("Tell what changed"),
                "url": reverse("tell", args=[slug, due.mark]),
                "reference": due.participant.code if due.participant else "",
                "due_at": due.due_at,
                "state": "now",
                "state_text": _("To be told"),
            }
            for due in desk.owed
        ]
        return rows + [
            {
                "title": notice.text,
                "url": notice.link,
                "reference": notice.reference,
                "at": notice.at,
                "state": "now" if notice.new else "done",
                "state_text": _("New") if notice.new else _("Read"),
            }
            for notice in notices
        ]

    def mine(self, desk: Desk, slug: str) -> Table | None:
        if not desk.mine:
            return None
        return Table.of(
            _("My open cases"),
            [_("Reference"), _("Office"), _("State"), _("Next")],
            [
                [
                    Cell(case.reference, url=reverse("case", args=[slug, case.reference]), reference=True),
                    Cell(case.office.name if case.office else "–", small=case.get_stream_display()),
                    Cell(case.get_state_display(), state="ring" if case.state in ("received", "triage") else "step"),
                    Cell(_("Next clock") if case.next_due else "–", due_at=case.next_due),
                ]
                for case in desk.mine
            ],
        )
