"""The page of one person in an investigation, by code, and what is done there."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from cases.choices import Part
from core import phrases
from core.ui import Cell, Table
from investigations import choices
from investigations.actions import finding, people, screening, stepping
from investigations.choices import StepKind
from investigations.forms import people as forms
from investigations.models import Finding, SubjectStep
from investigations.permissions import Perm
from investigations.selectors.inquiry import Inquiry, inquiry_of
from investigations.views.base import Act, FormPage, InInquiry
from investigations.words import NOT_ASKED, proceeding_facts


class PersonPage(InInquiry):
    """What is found about one person, which steps they are told by, and what follows."""

    needs = Perm.READ
    template_name = "investigations/person.html"

    def context(self) -> dict[str, Any]:
        facts = inquiry_of(self.case, self.now)
        subject = self.person.part == Part.SUBJECT
        return {
            **super().context(),
            "person": self.person,
            "subject": subject,
            "notes": self.notes(facts),
            **(self.of_subject(facts) if subject else self.of_victim(facts)),
        }

    def notes(self, facts: Inquiry) -> list[tuple[Any, ...]]:
        person = self.person
        rows: list[tuple[Any, ...]] = [(_("Part"), person.get_part_display())]
        if person.personnel:
            rows.append((_("Works as"), person.get_personnel_display(), _("senior") if person.senior else ""))
        if left := facts.departures.get(person.pk):
            rows.append(
                (_("No longer there"), left.get_kind_display(), _("since %(day)s") % {"day": phrases.day(left.left_on)})
            )
        return rows

    def of_subject(self, facts: Inquiry) -> dict[str, Any]:
        actor, person, found = self.request.actor, self.person, self.inquiry
        steps = [step for step in facts.steps if step.subject_id == person.pk]
        for step in steps:
            step.case, step.subject = self.case, person
        proceeding = facts.proceedings.get(person.pk)
        mine = facts.assignment(actor.user_id)
        works = mine is not None and mine.declared == "none"
        decides = proceeding is not None and proceeding.decision_maker_id == actor.user_id
        waiting = {step.kind for step in steps if step.taken_at is None}
        records = self.can(Perm.MEASURES)
        manages = self.can(Perm.MANAGE)
        offered = stepping.may_prepare(found, works=works, decides=decides, manages=manages)
        measures = [row for row in facts.measures if row.subject_id == person.pk]
        interim = [row for row in measures if row.interim]
        if not any(row.lifted_at is None for row in interim):
            offered = [kind for kind in offered if kind != StepKind.END_OF_LEAVE]
        lifts = manages and StepKind.END_OF_LEAVE in waiting
        return {
            "findings": self.findings(facts),
            "may_find": works and found.state in finding.WHILE,
            "steps": [self.step(step, works=works, decides=decides, manages=manages) for step in steps],
            "offered": [(str(kind), kind.label) for kind in offered if kind not in waiting],
            "may_note_left": (works or manages) and person.pk not in facts.departures,
            "proceeding": proceeding,
            "proceeding_facts": proceeding_facts(proceeding) if proceeding else [],
            "may_decide": decides and proceeding is not None and proceeding.state == "awaiting_decision",
            "measures": [self.measure(row, records, proceeding) for row in measures if not row.interim],
            "interim": [self.interim(row, records, lifts) for row in interim],
            "may_impose": manages and found.state not in choices.ENDED and StepKind.INTERIM_MEASURE in waiting,
            "may_appeal": records
            and proceeding is not None
            and proceeding.appeal_until is not None
            and proceeding.appeal_closed_at is None
            and proceeding.state in ("sanctioned", "executed"),
            "window_over": proceeding is not None
            and proceeding.appeal_until is not None
            and proceeding.appeal_until <= self.now,
            "may_end_appeal": records and proceeding is not None and proceeding.state == "under_appeal",
            "duties": [row for row in facts.duties if row.subject_id == person.pk],
            "may_screen": manages,
        }

    def findings(self, facts: Inquiry) -> Table | None:
        mine = [pair for pair in facts.pairs if pair.participant_id == self.person.pk]
        rows = []
        for pair in mine:
            row: Finding | None = facts.findings.get((pair.allegation_id, pair.participant_id))
            rows.append(
                [
                    Cell(pair.allegation.get_kind_display()),
                    Cell(row.get_result_display(), state="done") if row else Cell(_("None yet"), state="ring"),
                    Cell(row.get_standard_display() if row else "–"),
                ]
            )
        heads = [_("Allegation"), _("Finding"), _("Standard of proof")]
        return Table.of(_("Findings about this person"), heads, rows) if rows else None

    def step(self, step: SubjectStep, *, works: bool, decides: bool, manages: bool) -> dict[str, Any]:
        """A step with what the asker may see of the answers: done, wait until, or not asked and why."""
        stands = stepping.standing(step, self.now)
        lines = []
        for answer in stands.answers:
            words = {
                "go": _("asked, and it may be done"),
                "wait": _("wait until %(day)s") % {"day": phrases.exact(answer.wait_until)}
                if answer.wait_until
                else "",
                "not_asked": _("not asked: %(reason)s") % {"reason": NOT_ASKED.get(answer.because, answer.because)},
            }.get(answer.answer, _("no answer yet"))
            lines.append(f"{answer.code}: {words}")
        taken = step.taken_at is not None
        own = step.kind in stepping.OF_DECISION
        unanswered = any(not answer.answer for answer in stands.answers)
        return {
            "row": step,
            "kind": step.get_kind_display(),
            "lines": lines,
            "ready": stands.ready,
            "waits_until": stands.waits_until,
            "may_take": not taken
            and stands.ready
            and (decides if own else works)
            and step.kind not in stepping.WITH_AN_ACT,
            "may_allow": manages
            and not taken
            and unanswered
            and not stands.ready
            and step.allowed_at is None
            and step.prepared_by_id != self.request.actor.user_id,
        }

    def measure(self, row: Any, records: bool, proceeding: Any) -> dict[str, Any]:
        dates = phrases.day(row.starts_on)
        if row.ends_on:
            dates = _("%(start)s to %(end)s") % {"start": dates, "end": phrases.day(row.ends_on)}
        runs = proceeding is not None and proceeding.state in ("sanctioned", "upheld")
        return {
            "row": row,
            "dates": dates,
            "done": _("carried out on %(day)s") % {"day": phrases.day(row.carried_out_on)}
            if row.carried_out_on
            else "",
            "url": self.url("inquiry_measure", self.person.code, row.reference)
            if records and runs and not row.carried_out_on and not row.lifted_at
            else "",
        }

    def interim(self, row: Any, records: bool, lifts: bool) -> dict[str, Any]:
        shown = self.measure(row, records, None)
        args = (self.person.code, row.reference)
        open_ = row.lifted_at is None
        shown["url"] = self.url("inquiry_measure", *args) if records and open_ and not row.carried_out_on else ""
        shown["lift_url"] = self.url("inquiry_lift", *args) if lifts and open_ else ""
        return shown

    def of_victim(self, facts: Inquiry) -> dict[str, Any]:
        mine = facts.assignment(self.request.actor.user_id)
        manages = self.can(Perm.MANAGE)
        works = mine is not None and mine.declared == "none"
        withdrawal = facts.withdrawals.get(self.person.pk)
        open_ = self.inquiry.state not in choices.ENDED
        return {
            "withdrawal": withdrawal,
            "may_withdraw": (works or manages) and open_ and withdrawal is None,
            "may_check": manages and withdrawal is not None and withdrawal.checked_at is None,
        }


class OfSubject(InInquiry):
    """Only about somebody the allegations name."""

    abstract = True

    def load(self) -> None:
        super().load()
        if self.person.part != Part.SUBJECT:
            raise Http404


class OfVictim(InInquiry):
    """Only about somebody affected."""

    abstract = True

    def load(self) -> None:
        super().load()
        if self.person.part != Part.VICTIM:
            raise Http404


class Step(OfSubject, Act):
    """Prepare a step, or note that it was taken."""

    needs = Perm.READ

    def act(self) -> str:
        kind, act = self.request.POST.get("kind", ""), self.request.POST.get("act", "prepare")
        if act == "prepare":
            stepping.prepare(self.inquiry, self.person, kind=kind, by=self.request.actor, now=self.now)
            return _("The support side is asked first. The step waits for the answer.")
        stepping.take(self.waiting(kind), by=self.request.actor, now=self.now)
        return _("Noted: the step was taken.")

    def waiting(self, kind: str) -> SubjectStep:
        row = SubjectStep.objects.filter(
            investigation=self.inquiry, subject=self.person, kind=kind, taken_at=None
        ).first()
        if row is None:
            raise Http404
        row.case, row.investigation, row.subject = self.case, self.inquiry, self.person
        return row


class AllowStep(OfSubject, FormPage):
    needs = Perm.MANAGE
    form_class = forms.AllowForm

    def heading(self) -> str:
        return _("Go on without an answer")

    def button(self) -> str:
        return _("Let it go on")

    def lead(self) -> str:
        return _("Only where waiting would do more harm. An answer “wait until” is never set aside.")

    def act(self, form: Any) -> str:
        row = SubjectStep.objects.filter(
            investigation=self.inquiry, subject=self.person, kind=self.kwargs["kind"], taken_at=None
        ).first()
        if row is None:
            raise Http404
        stepping.allow(row, **form.cleaned_data, by=self.request.actor, now=self.now)
        return _("The step may go on.")


class Findings(OfSubject, FormPage):
    needs = Perm.WORK
    form_class = forms.FindingsForm

    def heading(self) -> str:
        return _("Findings about %(code)s") % {"code": self.person.code}

    def button(self) -> str:
        return _("Record them")

    def lead(self) -> str:
        return _("One for each allegation. They can be changed until the report goes to review.")

    def arguments(self) -> dict[str, Any]:
        mine = [pair for pair in finding.pairs(self.case) if pair.participant_id == self.person.pk]
        return {"pairs": mine, "standard": finding.default_standard(self.case)}

    def initial(self) -> dict[str, Any]:
        rows = {row.allegation_id: row for row in self.inquiry.findings.filter(subject=self.person)}
        found: dict[str, Any] = {}
        for number, pair in enumerate(self.arguments()["pairs"]):
            if row := rows.get(pair.allegation_id):
                found[f"result_{number}"], found[f"standard_{number}"] = row.result, row.standard
                found[f"reasoning_{number}"] = row.reveal("reasoning", purpose="investigation", by=self.request.actor)
        return found

    def act(self, form: Any) -> str:
        for pair, values in form.found():
            finding.record(self.inquiry, pair, **values, by=self.request.actor, now=self.now)
        return _("The findings are recorded.")


class Left(OfSubject, FormPage):
    needs = Perm.READ
    form_class = forms.LeftForm

    def heading(self) -> str:
        return _("%(code)s is no longer there") % {"code": self.person.code}

    def button(self) -> str:
        return _("Note it")

    def lead(self) -> str:
        return _("This ends nothing: the investigation goes on, and the screening register must hear of it.")

    def act(self, form: Any) -> str:
        people.left(self.inquiry, self.person, **form.cleaned_data, by=self.request.actor, now=self.now)
        return _("Noted. Nothing ends because of it.")


class Withdraw(OfVictim, Act):
    needs = Perm.READ

    def act(self) -> str:
        people.withdraw(self.inquiry, self.person, by=self.request.actor, now=self.now)
        return _("Noted. The manager checks for pressure; nothing ends by itself.")


class CheckWithdrawal(OfVictim, FormPage):
    needs = Perm.MANAGE
    form_class = forms.WithdrawalForm

    def heading(self) -> str:
        return _("Check a withdrawal for pressure")

    def button(self) -> str:
        return _("Decide")

    def lead(self) -> str:
        return _("Their part ends with their word. Whether the investigation ends is for you to say, with a reason.")

    def act(self, form: Any) -> str:
        row = self.inquiry.withdrawals.filter(victim=self.person).first()
        if row is None:
            raise Http404
        row.investigation = self.inquiry
        data = {**form.cleaned_data, "goes_on": form.cleaned_data["goes_on"] == "yes"}
        people.check_withdrawal(row, **data, by=self.request.actor, now=self.now)
        return _("The check is on record.")


class ScreeningDone(OfSubject, Act):
    needs = Perm.MANAGE

    def act(self) -> str:
        cause = self.request.POST.get("cause", "")
        row = self.person.screening_duties.filter(cause=cause, done_at=None).first()
        if row is None:
            raise Http404
        row.case = self.case
        screening.done(row, by=self.request.actor, now=self.now)
        return _("Noted: entered in the screening register.")
