"""A survivor's file: the list of one's own, the page of one, and what is written in it."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cases import choices as case_choices
from core import phrases
from core.encryption.fields import reveal_each
from core.errors import DomainError, SecondFactorNeeded
from core.ui import Cell, Column, Pager, Table
from core.views import ListPage
from victims import choices
from victims.actions import files, referrals
from victims.choices import FileState
from victims.forms.files import StandInForm, WalkInForm
from victims.models import ContactPlan
from victims.permissions import Perm
from victims.selectors import money as books
from victims.selectors import work
from victims.selectors.files import access_any, all_files, visible_files
from victims.views.base import RISKS, SHAPES, FormPage, InFile, SupportPage, windows_of


class Files(SupportPage, ListPage):
    """The files this person works in, those that wait first."""

    needs = Perm.WORK
    template_name = "victims/files.html"

    def rows(self) -> Any:
        return visible_files(self.request.actor, self.now).select_related("person").order_by("state", "opened_at", "id")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        page = self.page_of_rows()
        columns = [
            Column(_("File")),
            Column(_("Risk"), one_line=True),
            Column(_("State"), one_line=True),
            Column(_("Opened")),
        ]
        table = Table.of(_("Files"), columns, [self.row(file) for file in page])
        pager = Pager(page.number, self.per_page, page.paginator.count, query=request.GET)
        return self.render({"table": table if len(page) else None, "pager": pager})

    def row(self, file: Any) -> list[Cell]:
        return [
            Cell(file.reference, url=self.address("support_file", file.reference), reference=True),
            Cell(file.get_risk_display(), pill=RISKS[file.risk]) if file.risk else Cell(_("Not judged")),
            Cell(file.get_state_display(), state=SHAPES[FileState(file.state)]),
            Cell(phrases.moment(file.opened_at, now=self.now)),
        ]


class AllFiles(SupportPage, ListPage):
    """Every file as a code, for whoever may stand in."""

    needs = Perm.STAND_IN
    template_name = "victims/files.html"

    def rows(self) -> Any:
        return all_files(self.request.actor).exclude(state=FileState.CLOSED).order_by("officer__name", "id")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        page = self.page_of_rows()
        columns = [
            Column(_("File")), Column(_("Officer")), Column(_("Risk"), one_line=True), Column(_("State"), one_line=True)
        ]  # fmt: skip
        table = Table.of(_("All files"), columns, [self.row(file) for file in page])
        pager = Pager(page.number, self.per_page, page.paginator.count, query=request.GET)
        return self.render({"table": table if len(page) else None, "pager": pager, "everybody": True})

    def row(self, file: Any) -> list[Cell]:
        return [
            Cell(file.reference, url=self.address("support_stand_in", file.reference), reference=True),
            Cell(file.officer.name, small=file.office.name if file.office else ""),
            Cell(file.get_risk_display(), pill=RISKS[file.risk]) if file.risk else Cell(_("Not judged")),
            Cell(file.get_state_display(), state=SHAPES[FileState(file.state)]),
        ]


class OpenFile(FormPage):
    """A file for somebody who came by themselves."""

    needs = Perm.OPEN
    form_class = WalkInForm
    title = _l("Somebody came for support")
    lead = _l("No report is needed, and no name. Support waits for nothing and is not shown to whoever investigates.")
    button = _l("Open a file")
    done_message = _l("The file is open. Safety first: what is needed now?")

    def act(self, data: dict[str, Any]) -> Any:
        return files.walk_in(**data, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return self.address("support_file", self.result.reference)


class StandIn(FormPage):
    """Take an absent officer's place."""

    needs = Perm.STAND_IN
    form_class = StandInForm
    title = _l("Stand in for the officer")
    lead = _l("For two weeks, with your reason on record. The officer keeps the file.")
    button = _l("Stand in")
    done_message = _l("You stand in now.")

    def load(self) -> None:
        self.file = access_any(self.request.actor, self.kwargs["file"])

    def back(self) -> str:
        return self.address("support_every")

    def act(self, data: dict[str, Any]) -> Any:
        return files.stand_in(self.file, reason=data["reason"], by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return self.address("support_file", self.file.reference)


class FilePage(InFile):
    """One file: safety and care first, then needs, plan, tasks and referrals."""

    needs = Perm.WORK
    template_name = "victims/file.html"
    name = ""
    problem: Any = ""

    def context(self) -> dict[str, Any]:
        file, by = self.file, self.request.actor
        plan = work.last_plan(file)
        has_contact = ContactPlan.objects.filter(file=file).exists()
        needs, goals, tasks = work.needs(file), work.goals(file), work.tasks(file)
        sent, package = work.referrals(file), books.items(file)
        return {
            **self.head(),
            "problem": self.problem,
            "name": self.name,
            "purposes": case_choices.RevealReason.choices,
            "facts": self.facts(),
            "risk": (RISKS[file.risk], file.get_risk_display()) if file.risk else None,
            "needs": self.worded(needs, by),
            "need_states": choices.NeedState.choices,
            "goals": self.worded(goals, by),
            "goal_states": choices.GoalState.choices,
            "tasks": self.worded(tasks, by),
            "task_outcomes": choices.TaskOutcome.choices,
            "referrals": [(row, referrals.open_moves(row, by=by)) for row in sent],
            "package": self.package(package, by),
            "calls": [(call, windows_of(call, self.now)) for call in work.alarms(file)],
            "plan": plan,
            "remark": plan.show("remark", purpose="support", by=by) if plan else "",
            "closed": file.state == FileState.CLOSED,
            "planning": file.state in (FileState.NEW, FileState.ASSESSMENT),
            "has_contact": has_contact,
            "child": files.is_child(file.person),
            "child_done": work.child_steps_done(file),
        }

    def facts(self) -> list[tuple[Any, ...]]:
        person = self.file.person
        interpreter = _("with an interpreter") if person.interpreter_needed else ""
        return [
            (_("Age"), person.get_age_band_display()),
            (_("Language"), phrases.language_name(person.language), interpreter),
            (_("Officer"), self.file.officer.name),
            (_("Opened"), phrases.moment(self.file.opened_at, now=self.now), self.file.get_source_display()),
        ]

    def package(self, rows: list[Any], by: Any) -> list[tuple[Any, str, str, str]]:
        """Items with their words, what is planned and what was paid."""
        return [
            (row, words, phrases.money(row.planned, row.fund.currency), phrases.money(row.paid, row.fund.currency))
            for row, words in self.worded(rows, by)
        ]

    def worded(self, rows: list[Any], by: Any) -> list[tuple[Any, str]]:
        """Rows with the words sealed in them, opened together as one reading."""
        words = reveal_each(rows, "words", purpose="support", by=by) if rows else []
        return [(row, str(found["words"] or "")) for row, found in zip(rows, words, strict=True)]


class Reveal(FilePage):
    """The same page, once, with the name on it."""

    needs = Perm.WORK

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.file_url())

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            found = files.reveal_identity(
                self.file, purpose=request.POST.get("purpose", ""), by=request.actor, now=self.now
            )
        except SecondFactorNeeded:
            raise
        except DomainError as error:
            self.note(request, error)
            self.problem = error.message
            return self.render(status=error.status)
        self.name = " · ".join(text for text in (found["name"], found["contact"]) if text)
        return self.render()
