"""Small forms of the case page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.closing import WITHOUT_FINDING
from cases.forms.versions import Versioned
from core.forms import Form
from core.organisations import Membership, User


class NoteForm(Form):
    """A working note."""

    body = forms.CharField(
        label=_("Add a note"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip


class MessageForm(Form):
    """A message to the reporter."""

    body = forms.CharField(
        label=_("Write to the reporter"),
        help_text=_("Plain words. No names of people affected or accused: someone else may be holding the phone."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )


class ReasonForm(Versioned):
    """Why something is decided about a case, for whoever looks at it later."""

    reason = forms.CharField(
        label=_("Your reason"),
        help_text=_("Two lines someone can follow a year from now. No names."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CloseForm(ReasonForm):
    """Why a case is closed."""

    why = forms.ChoiceField(
        label=_("Why is it closed?"),
        help_text=_("These stay apart from one another: too little information is never “unsubstantiated”."),
        choices=[(reason.value, reason.label) for reason in WITHOUT_FINDING],
        widget=forms.RadioSelect,
    )
    field_order = ["why", "reason"]


class HandoverAnswerForm(Form):
    """Two buttons: yes or no."""

    answer = forms.ChoiceField(choices=[("confirm", _("I take it")), ("decline", _("I cannot take it"))])


class HandoverForm(Versioned):
    """Who is to take the case."""

    to = forms.ChoiceField(label=_("Hand over to"), help_text=_("The case stays yours until your colleague says yes."))

    def __init__(self, *args: Any, colleagues: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {member.reference: member.user for member in colleagues}
        field = self.fields["to"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(member.reference, member.user.name) for member in colleagues]

    def clean_to(self) -> User:
        return self.colleagues[self.cleaned_data["to"]]
