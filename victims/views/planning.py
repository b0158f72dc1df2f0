"""Needs, risk, safety plan, goals, tasks and the wish to close: one form each, inside one file."""

from typing import Any

from django.utils.translation import gettext_lazy as _l

from core.encryption.fields import reveal_fields
from victims.actions import closing, planning
from victims.choices import CHECKLIST
from victims.forms.planning import CloseForm, GoalForm, NeedForm, RiskForm, SafetyPlanForm, TaskForm
from victims.models import Goal, Need, SafetyPlan, Task
from victims.permissions import Perm
from victims.selectors import work
from victims.views.base import FileButton, FileForm


class AddNeed(FileForm):
    needs = Perm.WORK
    form_class = NeedForm
    title = _l("A need")
    button = _l("Note it")
    done_message = _l("Noted.")

    def act(self, data: dict[str, Any]) -> Any:
        planning.note_need(self.file, **data, by=self.request.actor, now=self.now)


class JudgeRisk(FileForm):
    needs = Perm.WORK
    form_class = RiskForm
    title = _l("Risk")
    lead = _l("How likely is it that the person is harmed again, and how badly?")
    button = _l("Save")
    done_message = _l("Saved.")

    def initial(self) -> dict[str, Any]:
        words = reveal_fields(self.file, ["risk_words"], purpose="support", by=self.request.actor)["risk_words"]
        return {"risk": self.file.risk, "words": words}

    def act(self, data: dict[str, Any]) -> Any:
        planning.judge_risk(self.file, **data, by=self.request.actor, now=self.now)


class WriteSafetyPlan(FileForm):
    needs = Perm.WORK
    form_class = SafetyPlanForm
    title = _l("Safety plan")
    lead = _l("In the person’s own words. Sealed: only whoever supports them reads it.")
    button = _l("Save")
    done_message = _l("Saved.")

    def initial(self) -> dict[str, Any]:
        plan = SafetyPlan.objects.filter(file=self.file).first()
        words = planning.read_safety_plan(self.file, by=self.request.actor, now=self.now)
        return {**words, "made_together": plan is not None and plan.made_together}

    def act(self, data: dict[str, Any]) -> Any:
        together = data.pop("made_together")
        planning.write_safety_plan(self.file, data, made_together=together, by=self.request.actor, now=self.now)


class SetGoal(FileForm):
    needs = Perm.WORK
    form_class = GoalForm
    title = _l("A goal")
    lead = _l("What the person wants, not what would be good for them.")
    button = _l("Set it")
    done_message = _l("Noted.")

    def act(self, data: dict[str, Any]) -> Any:
        planning.set_goal(self.file, **data, by=self.request.actor, now=self.now)


class AddTask(FileForm):
    needs = Perm.WORK
    form_class = TaskForm
    title = _l("A task or a follow-up")
    button = _l("Add it")
    done_message = _l("Noted. A clock runs for it.")

    def act(self, data: dict[str, Any]) -> Any:
        planning.add_task(self.file, **data, by=self.request.actor, now=self.now)


class AskClosure(FileForm):
    needs = Perm.WORK
    form_class = CloseForm
    title = _l("Ask to close the file")
    lead = _l("A supervisor decides. Support can begin again at any time, and does not hang on the end of a case.")
    button = _l("Ask the supervisor")
    done_message = _l("Your supervisor decides.")

    def act(self, data: dict[str, Any]) -> Any:
        checklist = {key: data[key] for key, _text in CHECKLIST}
        closing.ask(
            self.file, reason=data["reason"], checklist=checklist, words=data["words"], by=self.request.actor,
            now=self.now,
        )  # fmt: skip


# --- buttons of the page of a file ------------------------------------------------------------------------------------


class SettleNeed(FileButton):
    needs = Perm.WORK

    def act(self, data: dict[str, Any]) -> Any:
        need = work.row_of(Need, self.file, self.kwargs["row"])
        return planning.settle_need(need, state=data["state"], by=self.request.actor, now=self.now)


class MoveGoal(FileButton):
    needs = Perm.WORK

    def act(self, data: dict[str, Any]) -> Any:
        goal = work.row_of(Goal, self.file, self.kwargs["row"])
        return planning.move_goal(goal, state=data["state"], by=self.request.actor, now=self.now)


class EndTask(FileButton):
    needs = Perm.WORK

    def act(self, data: dict[str, Any]) -> Any:
        task = work.row_of(Task, self.file, self.kwargs["row"])
        return planning.end_task(task, outcome=data["state"], by=self.request.actor, now=self.now)


class Submit(FileButton):
    needs = Perm.WORK
    done_message = _l("The plan is with your supervisor.")

    def act(self, data: dict[str, Any]) -> Any:
        return planning.submit(self.file, by=self.request.actor, now=self.now)


class Revise(FileButton):
    needs = Perm.WORK

    def act(self, data: dict[str, Any]) -> Any:
        return planning.revise(self.file, by=self.request.actor, now=self.now)


class Reopen(FileButton):
    needs = Perm.WORK
    done_message = _l("Support has begun again.")

    def act(self, data: dict[str, Any]) -> Any:
        return closing.reopen(self.file, by=self.request.actor, now=self.now)
