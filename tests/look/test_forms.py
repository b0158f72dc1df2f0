"""Fields are wired for ears and keyboards; dates may be known in part."""

from __future__ import annotations

import datetime
import re

import pytest
from django import forms
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from core.forms import Choice, Form, PartialDate, PartialDateField, PublicForm, problems


class Told(Form):
    """One field of every kind."""

    mark_optional = True
    words = forms.CharField(label="In their words", help_text="Leave gaps.", widget=forms.Textarea)
    safe = forms.ChoiceField(
        label="Safe now?",
        choices=[("yes", "Yes"), ("no", Choice("No", "Someone calls today."))],
        widget=forms.RadioSelect(attrs={"class": "inline"}),
    )
    agreed = forms.BooleanField(label="They agreed", help_text="Ask first.")
    day = PartialDateField(label="When", help_text="A month is enough.", required=False, offer_unknown=True)


class Asked(PublicForm):
    words = forms.CharField(label="What happened?")


def ids(html: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', html))


@pytest.mark.parametrize("data", [None, {}, {"day_day": "31", "day_month": "2", "day_year": "2026"}])
def test_every_label_and_description_points_at_something_that_is_there(data: dict[str, str] | None) -> None:
    html = str(Told(data))
    there = ids(html)
    assert len(there) == len(re.findall(r'\bid="', html)), "an id stands twice"
    for target in re.findall(r'\bfor="([^"]+)"', html):
        assert target in there
    for targets in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(targets.split()) <= there


def test_every_control_has_a_label() -> None:
    html = str(Told())
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', html))
    controls = re.findall(r"<(?:input|select|textarea)\b[^>]*>", html)
    assert len(controls) == 8
    for control in controls:
        assert re.search(r' id="([^"]+)"', control)[1] in labelled  # type: ignore[index]


def test_a_group_of_choices_is_a_fieldset_with_its_question_as_legend() -> None:
    html = str(Told()["safe"].as_field_group())
    assert html.count("<fieldset") == 1
    assert re.search(r"<legend>\s*Safe now\?\s*</legend>", html)
    assert html.count('class="choice"') == 2
    assert 'class="choices inline"' in html
    assert "Someone calls today." in html


def test_a_field_with_a_problem_says_it_beside_the_control_and_to_the_ear() -> None:
    html = str(Told({})["words"].as_field_group())
    assert 'class="field problem"' in html
    assert 'id="id_words_error"' in html
    assert 'aria-describedby="id_words_helptext id_words_error"' in html
    assert 'aria-invalid="true"' in html


def test_nothing_is_left_to_the_bubbles_of_the_browser() -> None:
    assert not re.search(r"\srequired\b", str(Told()))


def test_a_problem_list_leads_to_the_first_control_of_each_field() -> None:
    form = Told({"day_day": "31", "day_month": "2", "day_year": "2026"})
    html = render_to_string("components/summary.html", {"form": form})
    links = re.findall(r'href="#([^"]+)"', html)
    assert links == ["id_words", "id_safe_0", "id_agreed", "id_day_0"]
    assert set(links) <= ids(str(form))
    assert 'role="alert"' in html


def test_a_fine_form_shows_no_problem_list() -> None:
    fine = Told({"words": "a", "safe": "yes", "agreed": "on"})
    assert render_to_string("components/summary.html", {"form": fine}).strip() == ""
    assert render_to_string("components/summary.html", {"form": Told()}).strip() == ""


def test_a_problem_of_the_whole_form_stands_first_and_leads_nowhere() -> None:
    form = Told({})
    form.add_error(None, "Someone else has it open.")
    assert problems(form)[0].message == "Someone else has it open."
    assert problems(form)[0].anchor == ""


def test_a_reporter_is_never_shown_a_warning_sign() -> None:
    staff, public = str(Told({})), str(Asked({}))
    triangle = "M12 3.5 22 20.5H2Z"
    assert triangle in staff
    assert triangle not in public
    assert triangle not in render_to_string("components/summary.html", {"form": Asked({})})


def test_what_someone_types_is_escaped_where_it_comes_back() -> None:
    html = str(Told({"words": '"><script>x</script>', "day_year": '"><b>'}))
    assert "<script>" not in html
    assert "<b>" not in html


# --- dates known in part ----------------------------------------------------------------------------------------------


def given_date(day: str = "", month: str = "", year: str = "", **more: str) -> Told:
    return Told(
        {"words": "a", "safe": "yes", "agreed": "on", "day_day": day, "day_month": month, "day_year": year} | more
    )


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        (("19", "11", "2026"), "2026-11-19"),
        (("", "11", "2026"), "2026-11"),
        (("", "", "2026"), "2026"),
        (("١٩", "١١", "٢٠٢٦"), "2026-11-19"),
        (("۱۹", "۱۱", "۲۰۲۶"), "2026-11-19"),
        ((" 9 ", "2", "2026"), "2026-02-09"),
    ],
)
def test_a_date_may_stop_at_the_month_or_the_year_in_any_numerals(parts: tuple[str, str, str], written: str) -> None:
    form = given_date(*parts)
    assert form.is_valid(), form.errors
    assert str(form.cleaned_data["day"]) == written


def test_nothing_filled_in_is_not_the_same_as_not_known() -> None:
    empty, unknown = given_date(), given_date(day_unknown="on")
    assert empty.is_valid()
    assert empty.cleaned_data["day"] is None
    assert unknown.is_valid()
    assert unknown.cleaned_data["day"] == PartialDate()
    assert str(unknown.cleaned_data["day"]) == "unknown"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("19", "", "2026"), "month_missing"),
        (("19", "11", ""), "year_missing"),
        (("31", "2", "2026"), "impossible"),
        (("0", "2", "2026"), "impossible"),
        (("", "13", "2026"), "impossible"),
        (("", "", "0"), "impossible"),
        (("two", "2", "2026"), "numbers"),
        (("-1", "2", "2026"), "numbers"),
        (("1", "2", "9" * 5000), "numbers"),
    ],
)
def test_a_date_that_cannot_be_is_sent_back_with_what_to_do(parts: tuple[str, str, str], code: str) -> None:
    form = given_date(*parts)
    assert not form.is_valid()
    assert form.errors.as_data()["day"][0].code == code


def test_a_known_part_and_not_known_at_once_is_sent_back() -> None:
    form = given_date(year="2026", day_unknown="on")
    assert form.errors.as_data()["day"][0].code == "both"


def test_a_day_to_come_is_refused_but_the_month_of_today_is_not() -> None:
    for parts, fine in ((("20", "11", "2026"), False), (("19", "11", "2026"), True), (("", "11", "2026"), True)):
        form = given_date(*parts)
        form.no_later_than(datetime.date(2026, 11, 19), "day")
        assert form.is_valid() is fine, parts


def test_only_a_partial_date_can_be_told_not_to_lie_ahead() -> None:
    with pytest.raises(TypeError, match="no partial date"):
        Told().no_later_than(datetime.date(2026, 11, 19), "words")


def test_what_was_stored_comes_back_into_the_three_fields() -> None:
    html = str(Told(initial={"day": "2026-11"})["day"])
    assert re.search(r'name="day_month" value="11"', html)
    assert re.search(r'name="day_year" value="2026"', html)
    assert not re.search(r'name="day_day" value', html)
    assert "checked" in str(Told(initial={"day": "unknown"})["day"])


@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2200, 12, 31)), st.integers(1, 3))
def test_a_date_reads_back_as_it_was_written_and_spans_its_own_days(date: datetime.date, parts: int) -> None:
    known = PartialDate(*(date.year, date.month, date.day)[:parts])
    assert PartialDate.parse(str(known)) == known
    first, last = known.earliest(), known.latest()
    assert first is not None
    assert last is not None
    assert first <= date <= last
    assert (first == last) is (parts == 3)


@pytest.mark.parametrize("text", ["2026-02-31", "2026-13", "26", "2026-1", "", "yesterday", "2026-11-19T00:00"])
def test_nonsense_is_not_read_as_a_date(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        PartialDate.parse(text)
