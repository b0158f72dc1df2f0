"""The page of one investigation: where its three lives stand, what is due, who does what next."""

from typing import Any

from django.utils.translation import gettext as _

from cases.choices import CaseState
from core import phrases
from core.deadlines import registry as kinds
from core.ui import Cell, Table
from investigations.choices import ENDED, ProceedingState, State
from investigations.permissions import Perm
from investigations.rules import public_status
from investigations.selectors.inquiry import Inquiry, inquiry_of
from investigations.states import INVESTIGATION
from investigations.views.base import InInquiry
from investigations.views.timeline import turn_rows
from investigations.words import PUBLIC

#: Moves without words of their own, by state: who may is asked by the action.
BUTTONS = {
    State.PLANNED: ("start",),
    State.RUNNING: ("write",),
    State.DRAFT: ("look_further",),
}


class InquiryPage(InInquiry):
    """Assessment, investigation and proceedings of one case."""

    needs = Perm.READ
    may_be_none = True
    template_name = "investigations/inquiry.html"

    def context(self) -> dict[str, Any]:
        facts = inquiry_of(self.case, self.now)
        found = facts.investigation
        return {
            **super().context(),
            "facts": facts,
            "found": found,
            "title": found.get_state_display() if found else _("Not opened yet"),
            "overview": self.overview(facts),
            "offers": self.offers(facts),
            "clock_rows": [self.clock_row(clock) for clock in facts.clocks],
            "team": self.team(facts),
            "subjects": self.subjects(facts),
            "victims": self.victims(facts),
            "story": turn_rows(facts.turns),
            "undeclared": self.undeclared(facts),
            "plan_text": self.plan_text(facts),
            "report_text": self.report_text(facts),
        }

    def undeclared(self, facts: Inquiry) -> bool:
        mine = facts.assignment(self.request.actor.user_id)
        return mine is not None and not mine.declared

    # --- what one can do -------------------------------------------------------------------------------------------

    def offers(self, facts: Inquiry) -> list[dict[str, Any]]:
        """The next acts of this person, the main one first; the actions themselves ask once more."""
        if not self.writes:
            return []
        found, works = facts.investigation, self.works(facts)
        made: list[dict[str, Any]] = []
        if self.case.state == CaseState.IN_ASSESSMENT and self.can(Perm.ASSESS):
            made.append({"text": _("Decide the assessment"), "url": self.url("inquiry_assess")})
        if found is None:
            return made
        if self.undeclared(facts):
            made.append({"text": _("Say whether you have a conflict"), "url": self.url("inquiry_declare")})
        if works:
            made += self.offers_to_investigator(facts)
        if self.can(Perm.MANAGE):
            made += self.offers_to_manager(facts)
        first = next((offer for offer in made if not offer.get("aside")), None)
        for offer in made:
            offer["kind"] = "" if offer is first else "quiet"
        return made

    def works(self, facts: Inquiry) -> bool:
        mine = facts.assignment(self.request.actor.user_id)
        return mine is not None and mine.declared == "none"

    def offers_to_investigator(self, facts: Inquiry) -> list[dict[str, Any]]:
        found = facts.investigation
        if found is None or found.state in ENDED:
            return []
        made: list[dict[str, Any]] = []
        waits = facts.plan is not None and facts.plan.state == "submitted"
        if found.plan_approved_at is None and not waits:
            made.append({"text": _("Write the plan"), "url": self.url("inquiry_plan_new")})
        ready = found.lead_declared_at is not None and found.plan_approved_at is not None
        for verb in BUTTONS.get(State(found.state), ()):
            if verb != "start" or ready:
                made.append(self.press(verb))
        if found.state == State.DRAFT:
            made.insert(0, {"text": _("Write the report"), "url": self.url("inquiry_report_write")})
        accepted = facts.draft is not None and facts.draft.verdict == "accepted"
        if found.state == State.IN_REVIEW and accepted:
            made.insert(0, self.press("issue"))
        if found.state == State.RUNNING and facts.pause is None:
            made.append({"text": _("Ask for a pause"), "url": self.url("inquiry_pause"), "aside": True})
        return made

    def offers_to_manager(self, facts: Inquiry) -> list[dict[str, Any]]:
        found, actor = facts.investigation, self.request.actor
        if found is None:
            return []
        made: list[dict[str, Any]] = []
        if found.state not in ENDED:
            if facts.plan is not None and facts.plan.state == "submitted":
                made.append({"text": _("Look at the plan"), "url": self.url("inquiry_plan")})
            if facts.pause is not None and facts.pause.decided_at is None:
                made.append({"text": _("Decide about the pause"), "url": self.url("inquiry_pause_decide")})
            if facts.draft is not None and not facts.draft.verdict and facts.draft.written_by_id != actor.user_id:
                made.append({"text": _("Review the draft"), "url": self.url("inquiry_report")})
            if found.state == State.SUSPENDED:
                made.append(self.press("resume"))
            staffed = any(row.ended_at is None for row in facts.team)
            made.append({"text": _("Assign somebody"), "url": self.url("inquiry_assign"), "aside": staffed})
            made.append({"text": _("End without a full report"), "url": self.url("inquiry_end"), "aside": True})
            made.append({"text": _("Hand over to another body"), "url": self.url("inquiry_hand_over"), "aside": True})
        waiting = [row for row in facts.proceedings.values() if row.state == ProceedingState.AWAITING_DECISION]
        if waiting:
            named = all(row.decision_maker_id for row in waiting)
            text = _("Name somebody else who decides") if named else _("Name who decides")
            made.insert(0, {"text": text, "url": self.url("inquiry_decision_maker"), "aside": named})
        return made

    def press(self, verb: str) -> dict[str, Any]:
        label = INVESTIGATION.moves[verb].label
        aside = verb == "look_further"
        return {"text": label, "url": self.url("inquiry_move", verb), "post": True, "aside": aside}

    # --- what the page shows ---------------------------------------------------------------------------------------

    def overview(self, facts: Inquiry) -> list[tuple[Any, ...]]:
        case, found, assessed = self.case, facts.investigation, facts.assessment
        status = public_status(case.state, case.close_reason)
        if case.state == CaseState.IN_ASSESSMENT and assessed is not None and assessed.decided_at:
            assessed = None  # that of an earlier time: a reopened case is assessed anew
        rows: list[tuple[Any, ...]] = [
            (
                _("Assessment"),
                assessed.get_state_display() if assessed else _("Not decided yet"),
                phrases.exact(assessed.decided_at) if assessed and assessed.decided_at else "",
            )
        ]
        if found is not None:
            rows += [
                (_("Investigation"), found.get_state_display(), found.get_ended_early_display()),
                (_("Lead"), found.lead.name if found.lead else _("Nobody yet")),
                (
                    _("Limits"),
                    _("%(days)d days") % {"days": found.limit_days},
                    found.get_profile_rule_display(),
                ),
                (_("Counted from"), phrases.exact(found.opened_at)),
            ]
        if facts.pause is not None and facts.pause.approved:
            until = _("until %(day)s") % {"day": phrases.day(facts.pause.review_at.date())}
            rows.append((_("Paused"), facts.pause.get_reason_display(), until))
        results: dict[str, int] = {}
        for row in facts.findings.values():
            results[str(row.get_result_display())] = results.get(str(row.get_result_display()), 0) + 1
        if results:
            rows.append((_("Findings"), ", ".join(f"{name}: {count}" for name, count in results.items())))
        rows.append((_("Public status"), PUBLIC.get(status, "–"), _("derived, never typed in")))
        return rows

    def clock_row(self, clock: Any) -> dict[str, Any]:
        owner = clock.owner.name if clock.owner else _("Nobody yet")
        return {
            "pill": clock.pill,
            "pill_text": clock.pill_text,
            "title": kinds.kind(clock.kind).title,
            "detail": owner if clock.state == "open" else _("%(owner)s, stands still") % {"owner": owner},
            "due_at": clock.due_at if clock.state == "open" else None,
        }

    def team(self, facts: Inquiry) -> Table | None:
        if not facts.team:
            return None
        words = {"none": _("No conflict of interest"), "conflict": _("Conflict of interest"), "": _("Not declared yet")}
        return Table.of(
            _("Who investigates"),
            [_("Name"), _("As"), _("Declared"), _("Since")],
            [
                [
                    Cell(row.user.name),
                    Cell(_("ended") if row.ended_at else _("lead") if row.lead else _("beside the lead")),
                    Cell(words[row.declared], state="done" if row.declared == "none" else "ring"),
                    Cell(phrases.day(row.assigned_at.date())),
                ]
                for row in facts.team
            ],
        )

    def subjects(self, facts: Inquiry) -> Table | None:
        people = facts.subjects()
        if facts.investigation is None or not people:
            return None
        rows = []
        for person in people:
            found = [str(row.get_result_display()) for key, row in facts.findings.items() if key[1] == person.pk]
            proceeding = facts.proceedings.get(person.pk)
            left = facts.departures.get(person.pk)
            rows.append(
                [
                    Cell(person.code, url=self.url("inquiry_person", person.code), reference=True),
                    Cell(person.get_personnel_display() or "–", small=left.get_kind_display() if left else ""),
                    Cell(", ".join(sorted(set(found))) or _("None yet")),
                    Cell(proceeding.get_state_display() if proceeding else "–"),
                ]
            )
        return Table.of(_("People named"), [_("Code"), _("Works as"), _("Findings"), _("Proceeding")], rows)

    def victims(self, facts: Inquiry) -> Table | None:
        people = facts.victims()
        if facts.investigation is None or not people:
            return None
        rows = []
        for person in people:
            withdrawal = facts.withdrawals.get(person.pk)
            if withdrawal is None:
                words = _("takes part as they decide")
            elif withdrawal.checked_at is None:
                words = _("withdrew; to be checked for pressure")
            else:
                words = _("withdrew")
            rows.append(
                [
                    Cell(person.code, url=self.url("inquiry_person", person.code), reference=True),
                    Cell(person.get_standing_display() or "–"),
                    Cell(words),
                ]
            )
        return Table.of(_("People affected"), [_("Code"), _("Is"), _("Taking part")], rows)

    def plan_text(self, facts: Inquiry) -> str:
        if facts.plan is None:
            return _("There is none yet.")
        words = {
            "submitted": _("Plan %(number)d waits for approval."),
            "approved": _("Plan %(number)d is approved."),
            "sent_back": _("Plan %(number)d went back with remarks."),
        }
        return words[facts.plan.state] % {"number": facts.plan.number}

    def report_text(self, facts: Inquiry) -> str:
        if facts.draft is None:
            return _("There is none yet.")
        words = {
            "": _("Draft %(number)d waits for review."),
            "accepted": _("Draft %(number)d was accepted."),
            "sent_back": _("Draft %(number)d went back with remarks."),
        }
        return words[facts.draft.verdict] % {"number": facts.draft.number}
