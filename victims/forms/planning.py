"""The shape of needs, risk, safety plan, goals, tasks and closure."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Form
from victims import choices
from victims.forms.files import text_area


class NeedForm(Form):
    mark_optional = True
    service = forms.ChoiceField(label=_("What kind of help"), choices=choices.Service.choices)
    words = forms.CharField(label=_("In the person’s words"), max_length=2_000, required=False, widget=text_area())


class RiskForm(Form):
    mark_optional = True
    risk = forms.ChoiceField(label=_("How high is the risk?"), choices=choices.Risk.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("What it comes from"), max_length=2_000, required=False, widget=text_area())


class SafetyPlanForm(Form):
    mark_optional = True
    concern = forms.CharField(
        label=_("What the person is afraid of, in their own words"),
        max_length=5_000,
        required=False,
        widget=text_area(4),
    )
    resources = forms.CharField(
        label=_("Who and what helps: people, money, places"), max_length=5_000, required=False, widget=text_area()
    )
    steps = forms.CharField(label=_("What they will do"), max_length=5_000, required=False, widget=text_area())
    if_leaving = forms.CharField(
        label=_("If they have to leave: where to, how, with whom"), max_length=5_000, required=False, widget=text_area()
    )
    made_together = forms.BooleanField(label=_("Made together with the person"), required=False)


class GoalForm(Form):
    service = forms.ChoiceField(label=_("What kind of help"), choices=choices.Service.choices)
    words = forms.CharField(label=_("What the person wants to reach"), max_length=2_000, widget=text_area())


class TaskForm(Form):
    mark_optional = True
    kind = forms.ChoiceField(label=_("What it is"), choices=choices.TaskKind.choices, widget=forms.RadioSelect)
    due_on = DayField(label=_("By"))
    words = forms.CharField(label=_("What is to be done"), max_length=2_000, required=False, widget=text_area())


class CloseForm(Form):
    mark_optional = True
    reason = forms.ChoiceField(label=_("Why"), choices=choices.CloseReason.choices)
    words = forms.CharField(
        label=_("Anything the supervisor should know"), max_length=2_000, required=False, widget=text_area()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, text in choices.CHECKLIST:
            self.fields[key] = forms.ChoiceField(
                label=text, choices=choices.ANSWERS, required=False, widget=forms.RadioSelect(attrs={"class": "inline"})
            )
        self.order_fields(["reason", *[key for key, _text in choices.CHECKLIST], "words"])


class DecideForm(Form):
    """The buttons are drawn by the page itself."""

    decision = forms.ChoiceField(choices=[("approve", "approve"), ("return", "return")], widget=forms.HiddenInput)
    remark = forms.CharField(
        label=_("What has to change, if you send it back"), max_length=2_000, required=False, widget=text_area()
    )
