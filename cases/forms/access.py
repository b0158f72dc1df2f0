"""Who gets, keeps and loses a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.access import assignable
from cases.choices import GrantLevel
from cases.models import Case, Exclusion
from core.forms import Form
from core.organisations import Membership

#: Levels one becomes the owner or manager by.
OWNING = (GrantLevel.INVESTIGATE, GrantLevel.TRIAGE, GrantLevel.MANAGE)
#: Levels that only give access.
HELPING = (GrantLevel.DECIDE, GrantLevel.ADVISE, GrantLevel.READ)


class PersonForm(Form):
    """Somebody, for a purpose: only those the case may be given to are offered."""

    levels: tuple[GrantLevel, ...] = ()
    who = forms.ChoiceField(label=_("Who"))

    def __init__(self, *args: Any, case: Case, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (level.label, [(f"{level}:{user.mark}", user.name) for user in assignable(case, level=level, now=now)])
            for level in self.levels
        ]
        field = self.fields["who"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *[group for group in groups if group[1]]]

    def chosen(self) -> tuple[str, str]:
        """(level, mark of the user)."""
        level, _colon, mark = self.cleaned_data["who"].partition(":")
        return level, mark


class AssignForm(PersonForm):
    """Who owns the case from now on."""

    levels = OWNING


class GrantForm(PersonForm):
    """Who may open the case beside its owner, and until when."""

    levels = HELPING
    ends_on = forms.DateField(
        label=_("Until"), help_text=_("Empty: until somebody ends it."), required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip


class ExcludeForm(Form):
    """Who must not know, whatever their role."""

    who = forms.ChoiceField(label=_("Who must not know of this case"))
    why = forms.ChoiceField(
        label=_("Why"), choices=[pair for pair in Exclusion.WHY if pair[0] not in ("doubt", "office")]
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shut = Exclusion.objects.filter(case=case).values("user_id")
        staff = Membership.objects.select_related("user").exclude(user_id__in=shut).order_by("user__name")
        field = self.fields["who"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *[(member.user.mark, member.user.name) for member in staff]]
