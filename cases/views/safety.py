"""Before somebody learns something new: is it safe? What the support side answered, and what people are told."""

from typing import Any, ClassVar

from django.forms import Form
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import safety, telling
from cases.forms.safety import AskSafetyForm, ContactForm
from cases.models import MessageDue, SafetyQuestion
from cases.permissions import Perm
from cases.selectors.told import contacts_for, owed_in, questions_in, victims_of
from cases.views.in_case import ActInCase
from core import phrases
from core.deadlines.models import Deadline
from core.permissions import allowed


class SafetyPage(ActInCase):
    """Questions with their answers, what is still to be told, and a form for one more question."""

    needs = Perm.CASE_LIST
    here = "safety"
    template_name = "cases/case_safety.html"
    form_class: ClassVar[type[Form]] = AskSafetyForm
    then = "case_safety"
    done_message = gettext_lazy("Asked. You will find the answer here.")

    def form_arguments(self) -> dict[str, Any]:
        return {"victims": victims_of(self.case)}

    def context(self) -> dict[str, Any]:
        victims, questions = victims_of(self.case), questions_in(self.case)
        due = dict(
            Deadline.objects.filter(subject__in=[each.pk for each in questions], state="open").values_list(
                "subject", "due_at"
            )
        )
        names = self.may(Perm.CASE_ASSIGN)
        return {
            **super().context(),
            "questions": [self.question(each, due.get(each.pk)) for each in questions],
            "told": [self.told(each) for each in owed_in(self.case)],
            "contacts": [(person.code, person.contact.name) for person in victims if person.contact],
            "may_ask": bool(victims) and self.grant_allows(Perm.SAFETY_ASK),
            "contact_form": ContactForm(victims=victims, who=contacts_for(self.case, self.now))
            if names and victims
            else None,
        }

    def grant_allows(self, perm: str) -> bool:
        """Whether the role allows it and the grant is more than reading; whoever logged the case may ask, too."""
        logged = self.grant.level == "logged" and not self.grant.break_glass
        return (self.writes or logged) and allowed(self.request.actor, perm)

    def question(self, asked: SafetyQuestion, due: Any) -> dict[str, Any]:
        answers = {
            "": ("wait", _("Not answered yet")),
            "go": ("done", _("Yes, go on")),
            "wait": (
                "now",
                _("Wait until %(day)s") % {"day": phrases.day(asked.wait_until)} if asked.wait_until else "",
            ),
            "not_asked": ("dash", _("The person was not asked")),
        }
        state, words = answers[asked.answer]
        return {
            "title": _("Is this safe: %(step)s?") % {"step": dict(SafetyQuestion.STEPS)[asked.step]},
            "reference": asked.victim.code,
            "detail": asked.asked_by.name,
            "due_at": due,
            "at": None if due else asked.answered_at or asked.asked_at,
            "state": state,
            "state_text": words,
        }

    def told(self, owed: MessageDue) -> dict[str, Any]:
        """What changed and whether the person knows; never by which way."""
        return {
            "title": telling.TEXTS.get(owed.text, ""),
            "reference": owed.participant.code if owed.participant else "",
            "at": owed.done_at,
            "due_at": None if owed.done_at else owed.due_at,
            "state": "done" if owed.done_at else "wait",
            "state_text": _("Told") if owed.done_at else _("To be told"),
        }

    def act(self, data: dict[str, Any]) -> Any:
        return safety.ask(self.case, data["victim"], step=data["step"], by=self.request.actor, now=self.now)


class NameContact(SafetyPage):
    """Who tells a person affected what changes, where it is not the support side."""

    needs = Perm.CASE_ASSIGN
    own_page = False
    template_name = ""
    form_class = ContactForm
    done_message = gettext_lazy("Noted.")

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "who": contacts_for(self.case, self.now)}

    def act(self, data: dict[str, Any]) -> Any:
        return telling.name_contact(data["victim"], data["who"], by=self.request.actor, now=self.now)
