"""Who gets, keeps and loses a case."""

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.access import assignable
from cases.choices import GrantLevel
from cases.forms.versions import Versioned
from cases.models import Case, Exclusion
from cases.selectors.case_page import team_of
from core.forms import DayField, Form
from core.organisations import Membership, User

#: Levels one becomes the owner or manager by.
OWNING = (GrantLevel.INVESTIGATE, GrantLevel.TRIAGE, GrantLevel.MANAGE)
#: Levels that only give access.
HELPING = (GrantLevel.DECIDE, GrantLevel.ADVISE, GrantLevel.READ)
#: What the form proposes; whoever gives access changes it.
USUAL_ACCESS = timedelta(days=90)


class MemberForm(Form):
    """A form that offers members, in groups; they travel as marks, never as keys."""

    who = forms.ChoiceField(label=_("Who"))

    def offer(self, groups: list[tuple[Any, str, list[User]]]) -> None:
        """Offer the members of each group (its word, what is sent before the mark, the members)."""
        choices: list[Any] = [("", _("Choose"))]
        self.offered: dict[str, tuple[str, User]] = {}
        for word, before, members in groups:
            mine = {f"{before}:{user.mark}".lstrip(":"): user for user in members}
            self.offered |= {sent: (before, user) for sent, user in mine.items()}
            pairs = [(sent, user.name) for sent, user in mine.items()]
            choices += [(word, pairs)] if word and pairs else pairs
        cast(forms.ChoiceField, self.fields["who"]).choices = choices

    def clean(self) -> dict[str, Any]:
        """What was sent, with the member as `user` and what stood before the mark as `level`."""
        data = super().clean() or {}
        if data.get("who"):
            data["level"], data["user"] = self.offered[data["who"]]
        return data


class PersonForm(MemberForm):
    """Somebody, for a purpose: only those the case may be given to are offered."""

    levels: tuple[GrantLevel, ...] = ()

    def __init__(self, *args: Any, case: Case, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer([(level.label, str(level), assignable(case, level=level, now=now)) for level in self.levels])


class AssignForm(PersonForm, Versioned):
    """Who owns the case from now on."""

    levels = OWNING


class GrantForm(PersonForm):
    """Who may open the case beside its owner, and until when."""

    levels = HELPING
    ends_on = DayField(label=_("Until"), help_text=_("The last day. It can be given again, or ended before."))

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, now=now, **kwargs)
        self.fields["ends_on"].initial = (now + USUAL_ACCESS).date()


class EndForm(MemberForm):
    """Whose access ends."""

    def __init__(self, *args: Any, case: Case, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer([("", "", [grant.user for grant in team_of(case, now)])])


class ExcludeForm(MemberForm):
    """Who must not know, whatever their role."""

    why = forms.ChoiceField(
        label=_("Why"), choices=[pair for pair in Exclusion.WHY if pair[0] not in ("doubt", "office")]
    )

    def __init__(self, *args: Any, case: Case, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].label = _("Who must not know of this case")
        shut = Exclusion.objects.filter(case=case).values("user_id")
        staff = User.objects.filter(memberships__in=Membership.objects.exclude(user_id__in=shut))
        self.offer([("", "", list(staff.order_by("name", "email").distinct()))])
