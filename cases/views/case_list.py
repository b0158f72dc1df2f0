"""The list of cases one may open."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import choices
from cases.actions import filters
from cases.permissions import Perm
from cases.selectors.case_list import access_filter, fill, filtered, saved_filters
from core.forms import Form
from core.organisations import Office
from core.permissions import allowed
from core.ui import Cell, Column, Pager, Table
from core.views import ActionView, ListPage

PRIORITY_PILLS = {"urgent": "now", "high": "soon", "normal": "later"}


def any_of(choices_: Any, word: Any) -> list[tuple[str, Any]]:
    return [("", word), *choices_]


class FilterForm(Form):
    """What the list is narrowed to; only codes, never words about people, since it travels in the address."""

    q = forms.CharField(label=_("Reference or code"), required=False, max_length=10)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=any_of(choices.CaseState.choices, _("Any state"))
    )
    stream = forms.ChoiceField(label=_("Kind"), required=False, choices=any_of(choices.Stream.choices, _("Any kind")))
    priority = forms.ChoiceField(
        label=_("Priority"), required=False, choices=any_of(choices.Priority.choices, _("Any priority"))
    )
    office = forms.ChoiceField(label=_("Office"), required=False)
    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("All I may open")), ("mine", _("Mine"))]
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("Newest first")), ("oldest", _("Oldest first")), ("changed", _("Last changed first"))],
    )

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office = self.fields["office"]
        assert isinstance(office, forms.ChoiceField)  # noqa: S101  for the type checker
        office.choices = any_of(offices, _("Any office"))


class CaseList(ListPage):
    """Cases as rows, filtered by what the address says."""

    needs = Perm.CASE_LIST
    template_name = "cases/case_list.html"
    per_page = 40  # in Arabic, whose letters take two bytes, fifty would weigh more than 60 KB

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        offices = [(office.reference, office.name) for office in Office.objects.order_by("name")]
        form = FilterForm(request.GET, offices=offices)
        form.is_valid()
        wanted = {key: value for key, value in form.cleaned_data.items() if value}
        rows = filtered(request.actor, self.now, wanted).select_related("office", "owner")
        page = Paginator(rows, self.per_page).get_page(request.GET.get("page"))
        cases = fill(list(page.object_list))
        return self.render(
            {
                "form": FilterForm(initial=wanted, offices=offices),
                "chosen": self.chosen(form, wanted),
                "table": self.table(cases) if cases else None,
                "pager": Pager(page.number, self.per_page, page.paginator.count, request.GET),
                "total": page.paginator.count,
                "narrowed": bool(wanted),
                "saved": (saved := self.saved(offices)),
                "kept": next((mark for mark, query, _words in saved if query == filters.query_of(wanted)), ""),
                "query": filters.query_of(wanted),
                "may_find": allowed(request.actor, Perm.SUBJECT_IDENTITY),
            }
        )

    def saved(self, offices: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
        """What this person keeps: its mark, the query it stands for, and its choices in words."""
        fields, found = FilterForm(offices=offices).fields, []
        for each in saved_filters(self.request.actor):
            words = [str(dict(fields[key].choices).get(value, "–")) for key, value in each.wanted.items()]  # type: ignore[attr-defined]
            found.append((each.mark, filters.query_of(each.wanted), " · ".join(words)))
        return found

    def chosen(self, form: FilterForm, wanted: dict[str, Any]) -> list[dict[str, str]]:
        """The filters in force, each with the address that takes it away."""
        found = []
        for key, value in wanted.items():
            if key == "order":
                continue
            query = self.request.GET.copy()
            query.pop(key, None)
            query.pop("page", None)
            words = dict(getattr(form.fields[key], "choices", [])).get(value, value)
            found.append({"label": f"{form.fields[key].label}: {words}", "url": "?" + query.urlencode()})
        return found

    def table(self, cases: list[Any]) -> Table:
        slug = self.request.organisation.slug
        rows = []
        for case in cases:
            kind = case.kinds[0] if case.kinds else case.get_stream_display()
            place = ", ".join(str(word) for word in [case.office.name if case.office else "", *case.about[:1]] if word)
            rows.append(
                [
                    Cell(
                        case.reference, url=reverse("case", args=[slug, case.reference]), reference=True,
                        at=case.received_at,
                    ),
                    Cell(kind, small=place),
                    Cell(
                        case.get_state_display(),
                        state="ring" if case.state in ("received", "triage") else "done"
                        if case.state == "closed" else "step",
                        small=case.get_close_reason_display() if case.close_reason else "",
                    ),
                    Cell(
                        case.get_priority_display(),
                        pill="past" if case.state == "closed" else PRIORITY_PILLS[case.priority],
                    ),
                    Cell(case.owner.name if case.owner else "–"),
                    Cell("" if case.next_due else "–", due_at=case.next_due),
                ]
            )  # fmt: skip
        heads = [
            Column(_("Reference")), Column(_("About")), Column(_("State")), Column(_("Priority")), Column(_("Owner")),
            Column(_("Next clock")),
        ]  # fmt: skip
        return Table.of(_("Cases you may open"), heads, rows, dense=True)


class KeepFilter(ActionView):
    """Keep what the list is narrowed to."""

    needs = Perm.CASE_LIST
    own_page = False
    form_class = FilterForm
    done_message = _("Kept. You find it beside the list.")

    def form_arguments(self) -> dict[str, Any]:
        return {"offices": [(office.reference, office.name) for office in Office.objects.order_by("name")]}

    def act(self, data: dict[str, Any]) -> Any:
        return filters.keep(data, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        query = filters.query_of(self.result.wanted) if self.result else ""
        return reverse("case_list", args=[self.request.organisation.slug]) + (f"?{query}" if query else "")


class LetFilterGo(ActionView):
    """Keep a filter no more."""

    needs = Perm.CASE_LIST
    own_page = False
    done_message = _("Let go.")

    def load(self) -> None:
        self.saved = access_filter(self.request.actor, self.kwargs["mark"])

    def act(self, data: dict[str, Any]) -> Any:
        return filters.let_go(self.saved, by=self.request.actor)

    def success_url(self) -> str:
        return reverse("case_list", args=[self.request.organisation.slug])
