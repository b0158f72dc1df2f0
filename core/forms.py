"""Forms: our renderer, a base form that can list its own problems, and dates of which only a part is known."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _


class Renderer(TemplatesSetting):
    """Draws forms and fields with templates/components/forms/; set as FORM_RENDERER."""

    form_template_name = "components/forms/form.html"
    field_template_name = "components/forms/field.html"


@dataclass(frozen=True)
class Problem:
    """One line of the list at the top of a page: what to do, and the address of the control it is about."""

    anchor: str
    message: str


def first_control(field: forms.BoundField) -> str:
    """The id of the first control of a field, where a link in the problem list has to lead."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    if isinstance(widget, forms.MultiWidget):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


def problems(form: forms.BaseForm) -> list[Problem]:
    """Every correction of a form in the order of the page; those of the form as a whole first, without an address."""
    found = [Problem("", str(message)) for message in form.non_field_errors()]
    for field in form:
        anchor = "" if field.is_hidden else first_control(field)
        found += [Problem(anchor, str(message)) for message in field.errors]
    return found


class Manners:
    """What every form of the product has in common."""

    # The server answers with sentences that say what to do; the browser's own bubbles would be in another language.
    use_required_attribute = False
    #: Write "(optional)" behind the label of fields that may stay empty. Off where nearly everything may.
    mark_optional: ClassVar[bool] = False
    #: The icon beside a correction; public forms hold out a hand instead of a warning sign.
    correction_icon: ClassVar[str] = "alert"
    #: Names of fields that take the whole width of a `div.fields` grid, and of those whose label is for ears only.
    whole: ClassVar[frozenset[str]] = frozenset()
    label_hidden: ClassVar[frozenset[str]] = frozenset()

    def no_later_than(self, date: datetime.date, *names: str) -> None:
        """Refuse days after `date` in the named partial dates; TypeError for a field of another kind."""
        for name in names:
            field = self.fields[name]  # type: ignore[attr-defined]
            if not isinstance(field, PartialDateField):
                raise TypeError(f"{name} is no partial date")
            field.not_after = date


class Form(Manners, forms.Form):
    """Base of every form of the product."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class PublicForm(Form):
    """Base of the forms a reporter meets."""

    correction_icon = "talk"


class ModelForm(Manners, forms.ModelForm):
    """Base of forms over a row without private fields; public pages use Form, since their role may not read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


@dataclass(frozen=True)
class Choice:
    """The words of a choice with a sentence below them: `("open", Choice(_("Open"), _("A clock starts.")))`."""

    label: Any
    hint: Any = ""

    def __str__(self) -> str:
        return str(self.label)


# --- dates of which a part may be unknown -----------------------------------------------------------------------------

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class PartialDate:
    """A day, a month, a year, or "asked and not known". Written "2026-11-19", "2026-11", "2026" or "unknown"."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """From its written form; ValueError for anything else, impossible days included."""
        if text == "unknown":
            return cls()
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(f"not a date or a part of one: {text!r}")
        date = cls(*(int(part) if part else None for part in match.groups()))
        try:
            date.earliest()
        except ValueError:
            raise ValueError(f"not a date or a part of one: {text!r}") from None
        return date

    def __str__(self) -> str:
        if self.year is None:
            return "unknown"
        written = f"{self.year:04d}"
        for part in (self.month, self.day):
            if part is None:
                break
            written += f"-{part:02d}"
        return written

    @property
    def known(self) -> bool:
        """Whether at least the year is known."""
        return self.year is not None

    def earliest(self) -> datetime.date | None:
        """The first day it can mean; None when nothing is known."""
        if self.year is None:
            return None
        return datetime.date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    def latest(self) -> datetime.date | None:
        """The last day it can mean; None when nothing is known."""
        if self.year is None:
            return None
        if self.day is not None:
            return self.earliest()
        month = self.month or 12
        following = datetime.date(self.year + month // 12, month % 12 + 1, 1)
        return following - datetime.timedelta(days=1)


class PartialDateWidget(forms.MultiWidget):
    """Three short inputs for day, month and year, and if wanted a box for "not known"; numerals of any script."""

    template_name = "components/forms/widgets/partial_date.html"
    PARTS: ClassVar[tuple[tuple[str, Any], ...]] = (("day", _("Day")), ("month", _("Month")), ("year", _("Year")))

    def __init__(self, *, offer_unknown: bool = False, attrs: Mapping[str, Any] | None = None) -> None:
        self.offer_unknown = offer_unknown
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput(
                {"inputmode": "numeric", "autocomplete": "off", "maxlength": 4 if name == "year" else 2}
            )
            for name, _label in self.PARTS
        }
        if offer_unknown:
            widgets["unknown"] = forms.CheckboxInput()
        super().__init__(widgets, dict(attrs or {}))

    def decompress(self, value: PartialDate | str | None) -> list[Any]:
        if isinstance(value, str):
            value = PartialDate.parse(value)
        if value is None:
            parts: list[Any] = [None, None, None]
        else:
            parts = [value.day, value.month, value.year]
        return [*parts, value is not None and not value.known] if self.offer_unknown else parts

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        drawn = context["widget"]["subwidgets"]
        for part, (kind, label) in zip(drawn, self.PARTS, strict=False):
            part["label"] = label
            part["size"] = "long" if kind == "year" else "short"
        context["widget"]["parts"] = drawn[:3]
        context["widget"]["unknown"] = drawn[3] if self.offer_unknown else None
        return context


class PartialDateField(forms.MultiValueField):
    """Gives a PartialDate, or None when nothing was filled in; day needs month, month needs year.

    `not_after` may be set by the form (from the moment it was passed): the first possible day must not lie behind it.
    """

    widget = PartialDateWidget
    default_error_messages: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        "numbers": _("Use numbers only, such as 19, 11 and 2026."),
        "year_missing": _("Add the year, or leave all three empty."),
        "month_missing": _("Add the month, or leave the day empty."),
        "impossible": _("There is no such day. Check the day and the month."),
        "both": _("Either fill in what is known, or tick “Not known”."),
        "future": _("This day has not come yet. Use today or an earlier day."),
    }

    def __init__(self, *, offer_unknown: bool = False, not_after: datetime.date | None = None, **kwargs: Any) -> None:
        self.not_after = not_after
        fields: list[forms.Field] = [forms.CharField(required=False) for _part in range(3)]
        if offer_unknown:
            fields.append(forms.BooleanField(required=False))
        kwargs.setdefault("widget", PartialDateWidget(offer_unknown=offer_unknown))
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> PartialDate | None:
        if not data_list:
            return None
        day, month, year = (self._number(part) for part in data_list[:3])
        unknown = bool(data_list[3]) if len(data_list) > 3 else False
        given = any(part is not None for part in (day, month, year))
        if unknown:
            if given:
                raise self._problem("both")
            return PartialDate()
        if not given:
            return None
        if year is None:
            raise self._problem("year_missing")
        if day is not None and month is None:
            raise self._problem("month_missing")
        date = PartialDate(year, month, day)
        try:
            first = date.earliest()
        except ValueError:
            raise self._problem("impossible") from None
        if self.not_after is not None and first is not None and first > self.not_after:
            raise self._problem("future")
        return date

    def has_changed(self, initial: Any, data: Any) -> bool:
        if isinstance(initial, str) and initial:
            initial = PartialDate.parse(initial)
        return super().has_changed(initial, data)

    def _number(self, text: Any) -> int | None:
        text = str(text or "").strip()
        if not text:
            return None
        if not text.isdecimal() or len(text) > 4:
            raise self._problem("numbers")
        return int(text)

    def _problem(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class DayField(PartialDateField):
    """A whole day in the same three boxes, given as a date; a part of one is refused."""

    default_error_messages: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        "whole": _("Give the day, the month and the year."),
    }

    def clean(self, value: Any) -> datetime.date | None:
        given = super().clean(value)
        if given is None:
            return None
        if given.day is None:
            raise self._problem("whole")
        return datetime.date(given.year, given.month, given.day)
