"""The page of one case, and the pages beside it: what was told, messages, notes, audit."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import choices
from cases.forms.moves import MessageForm, NoteForm
from cases.models import Message
from cases.permissions import Perm
from cases.selectors.case_page import CaseFacts, facts_of, mailboxes_of, messages_of, notes_of, unread_of
from cases.views.in_case import InCase
from core import audit, phrases
from core.audit.selectors import events_about
from core.deadlines import registry as deadline_kinds
from core.encryption.fields import reveal_each
from core.permissions import allowed
from core.ui import Cell, Table

audit.declare("cases.told_read", gettext_lazy("{actor} read what was told"))
audit.declare("cases.messages_read", gettext_lazy("{actor} read the messages"))
audit.declare("cases.opened", gettext_lazy("{actor} opened the case"))


class CasePage(InCase):
    """Overview, what is due, people as codes, allegations, timeline, team."""

    needs = Perm.CASE_LIST
    template_name = "cases/case_page.html"

    revealed: dict[Any, str] = {}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        audit.record("cases.opened", by=request.actor, about=self.case, reference=self.case.reference)
        return self.render()

    def context(self) -> dict[str, Any]:
        facts, handover, actor = facts_of(self.case, self.now), self.grant.handover, self.request.actor
        kinds = [each.get_kind_display() for each in facts.alleged]
        return {
            **super().context(),
            "title": kinds[0] if kinds else self.case.get_stream_display(),
            "facts": facts,
            "overview": self.overview(facts),
            "clock_rows": [self.clock_row(clock) for clock in facts.clocks],
            "people": [self.person(person) for person in facts.people],
            "purposes": choices.RevealReason.choices,
            "allegations": self.allegations(facts),
            "story": self.story(facts),
            "team": self.team(facts),
            "may_assign": self.may(Perm.CASE_ASSIGN),
            "may_hand_over": self.case.owner_id == actor.user_id and self.may(Perm.CASE_HANDOVER),
            "may_ask_support": self.may(Perm.SUPPORT_ASK),
            "handover_from": handover["giver"] if handover and handover["receiver"] == str(actor.user_id) else "",
            "told_url": self.url("case_told") if allowed(actor, Perm.NARRATIVE_READ) else "",
        }

    def overview(self, facts: CaseFacts) -> list[tuple[Any, ...]]:
        case = self.case
        anonymous = any(report.mode == "anonymous" for report in facts.reports)
        reasons = ", ".join(
            str(choices.PriorityReason(reason).label)
            for reason in case.priority_reasons
            if reason in choices.PriorityReason.values
        )
        rows = [
            (_("Kind"), case.get_stream_display(), ", ".join(str(a.get_kind_display()) for a in facts.alleged)),
            (_("Reports"), len(facts.reports), ", ".join(str(r.get_channel_display()) for r in facts.reports[:3])),
            (_("Allegations"), len(facts.alleged)),
            (_("People affected"), facts.victims),
            (_("Received"), phrases.day(case.received_at.date()) if anonymous else phrases.exact(case.received_at)),
            (_("Organisation became aware"), phrases.day(case.aware_at.date())),
            (_("Priority"), case.get_priority_display(), reasons),
            (_("Office concerned"), case.office.name if case.office else _("Not known")),
        ]
        if case.category:
            rows.append((_("Category"), case.get_category_display()))
        if case.closed_at:
            rows.append((_("Closed"), phrases.day(case.closed_at.date()), case.get_close_reason_display()))
        asked = case.support_asked_at
        rows.append(
            (_("Support"), _("Received") if asked else _("Not asked for"), phrases.day(asked.date()) if asked else "")
        )
        return rows

    def clock_row(self, clock: Any) -> dict[str, Any]:
        owner = clock.owner.name if clock.owner else _("Nobody yet")
        return {
            "pill": clock.pill,
            "pill_text": clock.pill_text,
            "title": deadline_kinds.kind(clock.kind).title,
            "url": self.url("case_clock", clock.kind),
            "detail": owner if clock.state == "open" else _("%(owner)s, stands still") % {"owner": owner},
            "due_at": clock.due_at if clock.state == "open" else None,
        }

    def person(self, person: Any) -> dict[str, Any]:
        part = choices.Part(person.part)
        listed = self.grant is not None and person.part in self.grant.identities.split(",")
        perm = Perm.SUBJECT_IDENTITY if part is choices.Part.SUBJECT else Perm.VICTIM_IDENTITY
        may = listed and person.has_identity and allowed(self.request.actor, perm) and person.person.erased_at is None
        notes = [person.get_standing_display(), person.get_personnel_display()]
        if part in (choices.Part.VICTIM, choices.Part.REPORTER) and person.agreed:
            notes.append(_("agreed that investigators may know the name"))
        if listed and not person.has_identity:
            notes.append(_("There is no name to reveal."))
        if person.person.erased_at:
            notes = [_("This person was erased.")]
        return {
            "code": person.code,
            "part": person.get_part_display(),
            "note": " · ".join(str(note) for note in notes if note),
            "name": self.revealed.get(person.pk, ""),
            "reveal_url": self.url("case_reveal", person.code) if may else "",
        }

    def allegations(self, facts: CaseFacts) -> Table | None:
        if not facts.allegations:
            return None
        codes = {person.pk: person.code for person in facts.people}
        return Table.of(
            _("Allegations"),
            [_("Allegation"), _("Affected"), _("Named")],
            [
                [
                    Cell(allegation.get_kind_display(), small=self.remark(allegation)),
                    Cell(", ".join(code for key, code in codes.items() if key in allegation.affected) or "–"),
                    Cell(", ".join(code for key, code in codes.items() if key in allegation.named) or "–"),
                ]
                for allegation in facts.allegations
            ],
        )

    def remark(self, allegation: Any) -> str:
        if allegation.withdrawn_at:
            return _("withdrawn %(day)s") % {"day": phrases.day(allegation.withdrawn_at.date())}
        return _("with a paternity claim") if allegation.paternity else ""

    def story(self, facts: CaseFacts) -> list[dict[str, Any]]:
        ahead = [
            {"kind": "ahead", "text": deadline_kinds.kind(clock.kind).title, "at": clock.due_at}
            for clock in reversed(facts.clocks)
            if clock.due_at > self.now and clock.state == "open"
        ]
        quiet = ("encryption.", "cases.opened", "cases.told_read", "cases.messages_read")
        done = [
            {"kind": "done", "text": entry.sentence, "at": entry.at}
            for entry in facts.story
            if not entry.event.action.startswith(quiet) and entry.event.outcome == "done"
        ]
        return ahead + done

    def team(self, facts: CaseFacts) -> Table:
        return Table.of(
            _("Who may open this case"),
            [_("Name"), _("For"), _("Since"), _("Until")],
            [
                [
                    Cell(grant.user.name),
                    Cell(grant.get_level_display(), small=_("emergency reading") if grant.break_glass else ""),
                    Cell(phrases.day(grant.starts_at.date())),
                    Cell(phrases.day(grant.ends_at.date()) if grant.ends_at else _("No end set")),
                ]
                for grant in facts.team
            ],
        )


class ToldPage(InCase):
    """What was told, in the reporters' own words; opening it is recorded."""

    needs = Perm.NARRATIVE_READ
    here = "told"
    template_name = "cases/case_told.html"

    def context(self) -> dict[str, Any]:
        reports = list(self.case.reports.select_related("logged_by").order_by("received_at", "id"))
        fields = ("account", "place", "about_whom", "wishes_words")
        values = reveal_each(reports, *fields, purpose="case_work", by=self.request.actor)
        audit.record("cases.told_read", by=self.request.actor, about=self.case, reference=self.case.reference)
        return {
            **super().context(),
            "reports": [{"report": report, **words} for report, words in zip(reports, values, strict=True)],
            "wish_words": dict(choices.WishFor.choices),
        }


class MessagesPage(InCase):
    """Messages both ways with the reporters of this case."""

    needs = Perm.MESSAGES
    here = "messages"
    template_name = "cases/case_messages.html"

    def context(self) -> dict[str, Any]:
        messages = list(messages_of(self.case))
        words = reveal_each(messages, "body", purpose="case_work", by=self.request.actor)
        audit.record("cases.messages_read", by=self.request.actor, about=self.case, reference=self.case.reference)
        if self.writes:
            Message.objects.filter(Q(pk__in=unread_of(self.case).values("pk"))).update(read_at=self.now)
            self.grant.unread = 0
        return {
            **super().context(),
            "talk": [
                {
                    "who": message.sent_by.name if message.sent_by else _("The reporter"),
                    "text": word["body"],
                    "at": message.sent_at,
                    "mine": message.direction == "out",
                    "note": "" if message.direction == "in" or message.read_at else _("not yet opened"),
                }
                for message, word in zip(messages, words, strict=True)
            ],
            "mailboxes": [box for box in mailboxes_of(self.case) if box.state == "open"],
            "form": MessageForm(),
        }


class NotesPage(InCase):
    """Working notes, newest first."""

    needs = Perm.NARRATIVE_READ
    here = "notes"
    template_name = "cases/case_notes.html"

    def context(self) -> dict[str, Any]:
        notes = list(notes_of(self.case))
        words = reveal_each(notes, "body", purpose="case_work", by=self.request.actor)
        return {
            **super().context(),
            "notes": [{"note": note, "text": word["body"]} for note, word in zip(notes, words, strict=True)],
            "form": NoteForm(),
        }


class CaseAuditPage(InCase):
    """Who opened and did what, for the manager of the case."""

    needs = Perm.CASE_ASSIGN
    here = "audit"
    template_name = "cases/case_audit.html"

    def context(self) -> dict[str, Any]:
        people = [row.person_id for row in self.case.participants.all()]
        reports = [row.pk for row in self.case.reports.all()]
        rows = [self.case.pk, *people, *reports]
        entries = events_about(*rows, reference=self.case.reference, most=300)
        return {**super().context(), "story": [{"kind": "done", "text": e.sentence, "at": e.at} for e in entries]}
