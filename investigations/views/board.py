"""The board: what is due, what will be late, who has how much."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import phrases
from core.ui import Cell, Table
from core.views import Page
from investigations import picture
from investigations.permissions import Perm
from investigations.selectors.board import DRAWN, BoardFacts, Row, board_of, stretches
from investigations.views.timeline import key


class Board(Page):
    """Investigations of the cases one may open, the nearest limit first."""

    needs = Perm.READ
    template_name = "investigations/board.html"

    def context(self) -> dict[str, Any]:
        facts = board_of(self.request.actor, self.now)
        late = [row for row in facts.rows if row.limit is not None and row.limit.due_at < self.now]
        return {
            "title": self.title(facts, len(late)),
            "facts": facts,
            "decisions": [*self.waiting(facts), *self.deciding(facts)],
            "chart": self.chart(facts.rows[:DRAWN]) if facts.rows else None,
            "key": key(),
            "drawn": min(DRAWN, len(facts.rows)),
            "table": self.table(facts.rows) if facts.rows else None,
            "load": self.shares(facts),
            "rail": [
                {"label": _("Needs a decision"), "url": "#decisions", "current": True},
                {"label": _("Time"), "url": "#time", "count": facts.total},
                {"label": _("Load"), "url": "#load", "count": len(facts.load)},
            ],
        }

    def title(self, facts: BoardFacts, late: int) -> str:
        if not facts.total:
            return _("Investigations")
        if late:
            return ngettext("%(n)d investigation is late", "%(n)d investigations are late", late) % {"n": late}
        return ngettext("%(n)d open investigation, in time", "%(n)d open investigations, in time", facts.total) % {
            "n": facts.total
        }

    def url(self, name: str, row: Row) -> str:
        return reverse(name, args=[self.request.organisation.slug, row.investigation.case.reference])

    def waiting(self, facts: BoardFacts) -> list[dict[str, Any]]:
        """What waits for somebody, then what is late without waiting for anybody."""
        words = {
            "plan": (_("The plan waits for approval"), "inquiry_plan"),
            "draft": (_("The draft report waits for review"), "inquiry_report"),
            "pause": (_("A pause is asked for"), "inquiry"),
        }
        rows = []
        for row in facts.rows:
            is_late = row.limit is not None and row.limit.due_at < self.now
            if not row.waits and not is_late:
                continue
            title, page = words.get(row.waits, (_("The limit has passed"), "inquiry"))
            rows.append(
                {
                    "pill": row.limit.pill if row.limit else "later",
                    "pill_text": row.limit.pill_text if row.limit else _("Later"),
                    "title": title,
                    "url": self.url(page, row),
                    "reference": row.investigation.case.reference,
                    "detail": row.investigation.lead.name if row.investigation.lead else _("Nobody yet"),
                    "due_at": row.limit.due_at if row.limit and row.limit.state == "open" else None,
                    "action": _("Look"),
                    "action_url": self.url(page, row),
                    "action_hear": row.investigation.case.reference,
                }
            )
        return rows

    def deciding(self, facts: BoardFacts) -> list[dict[str, Any]]:
        slug = self.request.organisation.slug
        return [
            {
                "pill": "now" if row.decision_maker_id == self.request.actor.user_id else "later",
                "pill_text": _("Yours") if row.decision_maker_id == self.request.actor.user_id else _("Later"),
                "title": _("A decision about measures is due"),
                "url": reverse("inquiry_person", args=[slug, row.case.reference, row.subject.code]),
                "reference": row.case.reference,
                "detail": row.decision_maker.name if row.decision_maker else _("Nobody decides yet"),
                "action": _("Look"),
                "action_url": reverse("inquiry_person", args=[slug, row.case.reference, row.subject.code]),
                "action_hear": row.case.reference,
            }
            for row in facts.deciding
        ]

    def chart(self, rows: list[Row]) -> dict[str, Any]:
        lines = []
        for row in rows:
            found = row.investigation
            parts = stretches(found, row.turns, self.now)
            limit = row.limit.due_at if row.limit else None
            if limit is not None and limit > self.now:
                parts.append(picture.Stretch(self.now, limit, "plan", _("until the limit")))
            late = _("late") if limit is not None and limit < self.now else ""
            lines.append(picture.Line(found.case.reference, found.lead.name if found.lead else "–", parts, limit, late))
        return {
            "id": "open",
            "title": _("Open investigations"),
            "description": _("Each line is one investigation. The table below says the same."),
            **picture.draw(lines, now=self.now, today=_("today")),
        }

    def table(self, rows: list[Row]) -> Table:
        return Table.of(
            _("Open investigations"),
            [_("Case"), _("Lead"), _("Stage"), _("Limit"), _("Clock")],
            [
                [
                    Cell(row.investigation.case.reference, url=self.url("inquiry", row), reference=True),
                    Cell(row.investigation.lead.name if row.investigation.lead else _("Nobody yet")),
                    Cell(
                        row.investigation.get_state_display(),
                        small=_("until %(day)s") % {"day": phrases.day(row.paused_until.date())}
                        if row.paused_until
                        else "",
                    ),
                    Cell(phrases.day(row.limit.due_at.date(), today=self.now.date()) if row.limit else "–"),
                    Cell(row.limit.pill_text, pill=row.limit.pill) if row.limit else Cell("–"),
                ]
                for row in rows
            ],
        )

    def shares(self, facts: BoardFacts) -> Table | None:
        if not facts.load:
            return None
        return Table.of(
            _("Who has how much"),
            [_("Person"), _("Open investigations"), _("Due in 7 days")],
            [[Cell(name), Cell(count), Cell(soon)] for name, count, soon in facts.load],
        )
