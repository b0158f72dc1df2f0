"""Assessment, assignment, plan, pause, log and report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.access import assignable
from cases.choices import CloseReason, GrantLevel
from cases.models import Case
from core.forms import Choice, DayField, Form
from investigations import choices
from investigations.choices import AssessmentState

INLINE = {"class": "inline"}
CHOOSE = ("", _("Choose"))
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
TASKS = 6


def words(label: Any, *, rows: int = 4, **rest: Any) -> forms.CharField:
    """Words that are sealed."""
    return forms.CharField(label=label, max_length=20_000, widget=forms.Textarea(attrs={"rows": rows}), **rest)


REASON_HELP = _("Two lines someone can follow a year from now. No names.")


class AssessForm(Form):
    """Two questions, one end."""

    in_mandate = forms.ChoiceField(
        label=_("Is it ours to look into?"),
        help_text=_("Our people, our partners, or something done in our name."),
        choices=YES_NO,
        widget=forms.RadioSelect(attrs=INLINE),
    )
    could_be_misconduct = forms.ChoiceField(
        label=_("If it is true, could it amount to misconduct?"),
        help_text=_("Not whether it is true: that is for the investigation."),
        choices=YES_NO,
        widget=forms.RadioSelect(attrs=INLINE),
    )
    state = forms.ChoiceField(
        label=_("How does the assessment end?"),
        widget=forms.RadioSelect,
        choices=[
            (
                AssessmentState.TO_INVESTIGATION,
                Choice(_("It has to be investigated"), _("Needs a yes to both questions. Its clocks start now.")),
            ),
            (
                AssessmentState.NO_CASE,
                Choice(_("There is no case"), _("The case closes. Support goes on, whatever is decided here.")),
            ),
            (
                AssessmentState.REFERRED_OUT,
                Choice(_("Another organisation is responsible"), _("Only with the survivor’s agreement.")),
            ),
        ],
    )
    close_reason = forms.ChoiceField(
        label=_("Why is there no case?"), required=False,
        choices=[CHOOSE, *[(str(code), CloseReason(code).label) for code in choices.NO_CASE_REASONS]],
    )  # fmt: skip
    recipient = forms.CharField(
        label=_("Refer to"), help_text=_("Only for a referral: the organisation’s name"), max_length=80, required=False
    )
    profile = forms.ChoiceField(label=_("Limits of the investigation"), required=False)
    profile_words = forms.CharField(
        label=_("Why other limits than those of the rule?"), required=False, max_length=2_000
    )
    reason = words(_("Your reason"), help_text=REASON_HELP, rows=3)
    recommendations = words(
        _("Recommendations to managers"), required=False, rows=3,
        help_text=_("What should be put right, even if nothing is investigated."),
    )  # fmt: skip

    def __init__(self, *args: Any, by_rule: str, days: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["profile"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (
                    code,
                    _("%(days)d days (by the rule)") % {"days": days[code]}
                    if code == by_rule
                    else _("%(name)s: %(days)d days") % {"name": label, "days": days[code]},
                )
                for code, label in choices.Profile.choices
            ]


class SomebodyForm(Form):
    """Somebody who may be given the case for a purpose."""

    level = GrantLevel.INVESTIGATE
    who = forms.ChoiceField(label=_("Who"))

    def __init__(self, *args: Any, case: Case, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["who"]
        if isinstance(field, forms.ChoiceField):
            people = assignable(case, level=self.level, now=now)
            field.choices = [CHOOSE, *[(user.mark, user.name) for user in people]]


class AssignForm(SomebodyForm):
    """Who investigates."""

    who = forms.ChoiceField(
        label=_("Who investigates?"),
        help_text=_("Only people who hold the role, are not shut out and never supported or decided in this case."),
    )
    lead = forms.BooleanField(label=_("As the lead, who owns the case"), required=False, initial=True)


class DecisionMakerForm(SomebodyForm):
    """Who decides."""

    level = GrantLevel.DECIDE
    who = forms.ChoiceField(
        label=_("Who decides?"), help_text=_("Never somebody who investigated or supported in this case.")
    )


class DeclareForm(Form):
    """Does anything stand between this person and the truth?"""

    conflict = forms.ChoiceField(
        label=_("Do you have a conflict of interest?"),
        help_text=_(
            "Kinship, friendship, a dispute, the same line of work: with anybody affected, named, or who reported."
        ),
        choices=choices.Conflict.choices,
        widget=forms.RadioSelect,
    )
    words = words(
        _("What should be known about it?"), required=False, rows=3,
        help_text=_("Sealed. With a conflict of interest, the case no longer exists for you from then on."),
    )  # fmt: skip


class PlanForm(Form):
    """What is to be found out, and how."""

    hypotheses = words(
        _("What has to be found out"),
        help_text=_("What would be true if the allegation is right, and what if it is not."),
    )
    risks = words(
        _("Risks"),
        required=False,
        rows=3,
        help_text=_("For people affected, witnesses, the person named, the evidence."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, TASKS + 1):
            self.fields[f"task_{number}"] = forms.CharField(
                label=_("Task %(number)d") % {"number": number}, required=False, max_length=500
            )
            self.fields[f"until_{number}"] = DayField(label=_("until"), required=False)

    def tasks(self) -> list[tuple[str, Any]]:
        """The tasks that were filled in."""
        data = self.cleaned_data
        return [(data[f"task_{number}"], data[f"until_{number}"]) for number in range(1, TASKS + 1)]


class VerdictForm(Form):
    """Approve, or send back with remarks."""

    answer = forms.ChoiceField(
        label=_("Your decision"), choices=[("yes", _("Approve it")), ("no", _("Send it back"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    remarks = words(_("Remarks"), required=False, rows=3, help_text=_("Needed when you send it back."))


class PauseForm(Form):
    """Why everything should stand still, and until when."""

    reason = forms.ChoiceField(
        label=_("Why should it pause?"), choices=choices.PauseReason.choices, widget=forms.RadioSelect
    )
    review_on = DayField(
        label=_("It goes on by itself on"), help_text=_("Every clock of the investigation stands still until then.")
    )
    words = words(_("What somebody above you should know"), required=False, rows=3)


class AnswerForm(Form):
    """Yes or no."""

    answer = forms.ChoiceField(
        label=_("Your decision"), choices=[("yes", _("Give the pause")), ("no", _("Do not give it"))],
        widget=forms.RadioSelect,
    )  # fmt: skip


class LogForm(Form):
    """One entry, never changed."""

    kind = forms.ChoiceField(label=_("Kind"), choices=choices.LogKind.choices)
    what = words(_("What happened"), rows=3)
    why = words(_("Why"), required=False, rows=2, help_text=_("A decision always needs its reason."))


class DraftForm(Form):
    """The text of the report."""

    body = words(
        _("Report"), rows=18,
        help_text=_("What was done, what was found, what speaks for and against it. Codes instead of names."),
    )  # fmt: skip


class EndForm(Form):
    """Why an investigation ends without a full report."""

    result = forms.ChoiceField(
        label=_("Why does it end?"),
        help_text=_("None of these means “unsubstantiated”."),
        choices=[(str(code), choices.Result(code).label) for code in choices.EARLY],
        widget=forms.RadioSelect,
    )
    reason = words(_("Your reason"), help_text=REASON_HELP, rows=3)


class HandOverForm(Form):
    """Who takes it."""

    reason = words(_("Who takes it over, and why?"), help_text=REASON_HELP, rows=3)
