"""The time of one investigation: planned against actual, as a picture and as a list beside it."""

from typing import Any

from django.utils.translation import gettext as _

from core import phrases
from core.deadlines import registry as kinds
from core.deadlines.models import Breach, Deadline
from core.ui import Cell, Table
from investigations import picture
from investigations.choices import ENDED
from investigations.permissions import Perm
from investigations.selectors.board import limits, planned, stretches
from investigations.selectors.inquiry import inquiry_of, turns_of
from investigations.states import INVESTIGATION, PROCEEDING
from investigations.views.base import BesideInquiry


def key() -> list[dict[str, Any]]:
    """What the shapes mean."""
    return [
        {"shape": "spent", "label": _("plan, interviews")},
        {"shape": "review", "label": _("draft, review")},
        {"shape": "stopped", "label": _("paused")},
        {"shape": "plan", "label": _("by the plan")},
        {"shape": "limit", "label": _("limit")},
    ]


class TimelinePage(BesideInquiry):
    """Stages planned against actual, then everything that happened, newest first."""

    needs = Perm.READ
    here = "inquiry_time"
    template_name = "investigations/timeline.html"

    def context(self) -> dict[str, Any]:
        found = self.inquiry
        turns = [turn for turn in turns_of(self.case) if turn.thing == found.pk][::-1]
        actual = stretches(found, turns, self.now)
        plan = planned(found)
        clock = limits([self.case.pk]).get(self.case.pk)
        limit = clock.due_at if clock else plan[-1][2]
        lines = [
            picture.Line(
                _("By the plan"), found.get_profile_display(),
                [picture.Stretch(since, until, "plan", name) for name, since, until in plan], limit,
            ),
            picture.Line(_("Really"), found.get_state_display(), actual, limit),
        ]  # fmt: skip
        drawn = picture.draw(lines, now=self.now, today=_("today"))
        return {
            **super().context(),
            "chart": {
                "id": "time",
                "title": _("Time of the investigation, planned and real"),
                "description": _("The limit is %(day)s. The table below says the same.")
                % {"day": phrases.exact(limit)},
                **drawn,
            },
            "key": key(),
            "stages": self.stages(),
            "story": self.story(),
            "limit": limit,
            "ended": found.state in ENDED,
        }

    def stages(self) -> Table:
        """The clocks of the stages and what became of them."""
        clocks = Deadline.objects.filter(subject=self.case.pk, kind__startswith="investigation.").order_by(
            "started_at", "id"
        )
        rows = [clock for clock in clocks if clock.started_at >= self.inquiry.opened_at or clock.state == "open"]
        missed = dict(Breach.objects.filter(deadline__in=rows).values_list("deadline_id", "due_at"))
        table = []
        for clock in rows:
            state = _("Running") if clock.state == "open" else clock.get_state_display()
            table.append(
                [
                    Cell(kinds.kind(clock.kind).title),
                    Cell(phrases.exact(clock.started_at)),
                    Cell(phrases.exact(clock.due_at)),
                    Cell(phrases.exact(clock.ended_at) if clock.ended_at else "–", small=state),
                    Cell(_("missed"), pill="late")
                    if clock.pk in missed
                    else Cell(_("in time") if clock.ended_at else "–"),
                ]
            )
        heads = [_("Stage"), _("Begun"), _("Due"), _("Done"), _("Kept")]
        return Table.of(_("The stages"), heads, table)

    def story(self) -> list[dict[str, Any]]:
        facts = inquiry_of(self.case, self.now)
        ahead = [
            {"kind": "ahead", "text": kinds.kind(clock.kind).title, "at": clock.due_at}
            for clock in reversed(facts.clocks)
            if clock.due_at > self.now and clock.state == "open"
        ]
        return ahead + turn_rows(facts.turns)


def turn_rows(turns: list[Any]) -> list[dict[str, Any]]:
    """The permanent record as a story, newest first."""
    labels = {
        **{("investigation", verb): move.label for verb, move in INVESTIGATION.moves.items()},
        **{("proceeding", verb): move.label for verb, move in PROCEEDING.moves.items()},
        ("assessment", "investigate"): _("It has to be investigated"),
        ("assessment", "no_case"): _("No case after preliminary assessment"),
        ("assessment", "refer_out"): _("Referred to another organisation"),
        ("proceeding", "open"): _("A decision about measures is due"),
    }
    return [
        {
            "kind": "done",
            "text": labels.get((turn.life, turn.verb), turn.verb),
            "at": turn.at,
            "by": turn.by.name if turn.by else _("by itself"),
        }
        for turn in turns
    ]
