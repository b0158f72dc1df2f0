"""What pages are made of besides HTML: the registry of menu entries and tabs, tables and pagers as data.

Higher apps add entries from their apps.py; core knows none of them by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.functional import Promise, SimpleLazyObject

from core.deadlines.steps import calendar_of
from core.language import offered
from core.permissions import Role, allowed

Text = str | Promise


# --- menu and tabs ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One place to go to: a word in the menu, or a tab of a page such as the case page.

    `url` makes the address from the request and the subject; `needs` is a permission of `core.permissions` or None;
    `count` gives the number beside the word or None; `letter` opens it by the keys g and the letter.
    """

    key: str
    label: Text
    url: Callable[..., str]
    needs: str | None = None
    order: int = 50
    letter: str = ""
    count: Callable[..., int | None] | None = None
    shown: Callable[..., bool] | None = None


@dataclass(frozen=True)
class Place:
    """An entry as one request sees it, ready for the templates."""

    key: str
    label: Text
    url: str
    current: bool
    letter: str
    count: int | None


#: Addresses of people at work; whatever else fails is answered in the frame a reporter knows.
STAFF_PATHS = ("/o/", "/account/", "/api/", "/gallery/staff/")

_areas: dict[str, dict[str, Entry]] = {}

#: The area of the line above every staff page.
MENU = "menu"
#: The area of the one search field above every staff page; its first open entry is where the words are sent.
FIND = "find"


def add(area: str, entry: Entry) -> None:
    """Declare an entry of an area ("menu", "case", "desk" …); ValueError for a key declared twice."""
    entries = _areas.setdefault(area, {})
    if entries.get(entry.key, entry) != entry:
        raise ValueError(f"{area} has an entry {entry.key!r} already")
    entries[entry.key] = entry


def places(area: str, request: Any, *subject: Any, current: str = "") -> list[Place]:
    """The entries of an area open to `request.actor`, in order; without `current` the longest fitting address is it."""
    actor = getattr(request, "actor", None)
    found = []
    for entry in sorted(_areas.get(area, {}).values(), key=lambda entry: (entry.order, entry.key)):
        if entry.needs is not None and (actor is None or not allowed(actor, entry.needs)):
            continue
        if entry.shown is not None and not entry.shown(request, *subject):
            continue
        count = entry.count(request, *subject) if entry.count else None
        found.append((entry, entry.url(request, *subject), count))
    if not current:
        fitting = [(len(url), entry.key) for entry, url, _count in found if request.path.startswith(url)]
        current = max(fitting)[1] if fitting else ""
    return [
        Place(entry.key, entry.label, url, entry.key == current, entry.letter, count) for entry, url, count in found
    ]


def frame(request: Any) -> dict[str, Any]:
    """What the frame of every page needs: organisation, actor, and for staff menu, search, name and roles.

    The menu is worked out when a template asks for it, inside the organisation's scope.
    """
    organisation, actor = getattr(request, "organisation", None), getattr(request, "actor", None)
    staff = request.path_info.startswith(STAFF_PATHS)
    context: dict[str, Any] = {
        "organisation": organisation,
        "actor": actor,
        "error_frame": "errors/frame_plain.html" if staff else "public_base.html",
    }
    if organisation is not None:
        context["working_calendar"] = SimpleLazyObject(lambda: calendar_of(organisation))
    if organisation is not None and getattr(actor, "kind", "") == "reporter":
        # For pages of a fault as well, which know nothing of the form they stand in.
        codes = offered(organisation.languages) or [settings.LANGUAGE_CODE]
        return {**context, "leave_url": request.public_base + "leave/", "language_codes": codes}
    user = getattr(actor, "user", None) or getattr(request, "user", None)
    if user is not None and user.is_authenticated and getattr(actor, "kind", "user") == "user":
        context["person_name"] = user.name or user.email
        context["person_url"] = "/account/2fa/"
    if organisation is not None and actor is not None and actor.kind == "user":
        context["home_url"] = f"/o/{organisation.slug}/"
        context["person_role"] = ", ".join(str(Role(role).label) for role in sorted(actor.roles)[:2])
        context["menu"] = SimpleLazyObject(lambda: places(MENU, request))
        context["find_url"] = SimpleLazyObject(lambda: next((place.url for place in places(FIND, request)), ""))
    return context


# --- tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """One column: its word, whether it holds numbers, and if it can be sorted the address that does so."""

    label: Text
    number: bool = False
    one_line: bool = False
    url: str = ""
    sorted: str = ""  # "ascending" or "descending" when the rows stand in its order


@dataclass(frozen=True)
class Cell:
    """One cell: a text, and what it is (a link, a reference, a pill, a state), with a smaller line below.

    `words`: somebody wrote it, in a language that need not be the page's; it runs in its own direction.
    """

    text: Any
    small: Any = ""
    words: bool = False
    url: str = ""
    reference: bool = False
    pill: str = ""
    state: str = ""
    at: Any = None
    due_at: Any = None
    working_days: int | None = None


@dataclass(frozen=True)
class Row:
    """One row; `key` is what a tick box sends and names (a reference, never an id)."""

    cells: Sequence[Cell]
    key: str = ""
    chosen: bool = False
    columns: Sequence[Column] = ()

    @property
    def pairs(self) -> Iterator[tuple[Column, Cell]]:
        """Each cell with its column; ValueError when their numbers differ."""
        return zip(self.columns, self.cells, strict=True)


@dataclass(frozen=True)
class Table:
    """A table that becomes cards on a phone; the first column names its row. `choose` is the name of tick boxes."""

    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Row] = field(default_factory=tuple)
    choose: str = ""
    dense: bool = False

    @classmethod
    def of(
        cls,
        caption: Text,
        columns: Sequence[Column | Text],
        rows: Iterable[Sequence[Any]],
        **options: Any,
    ) -> Table:
        """From plain values: words become columns, anything that is no Cell becomes the text of one."""
        heads = [column if isinstance(column, Column) else Column(column) for column in columns]
        drawn = []
        for row in rows:
            cells = [cell if isinstance(cell, Cell) else Cell(cell) for cell in row]
            drawn.append(Row(cells, key=str(cells[0].text), columns=heads))
        return cls(caption, heads, drawn, **options)


# --- pager ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PageLink:
    """One number of a pager, or the gap between two."""

    number: int
    url: str
    current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Pager:
    """Where a long list stands: rows first..last of total, and the addresses of the other pages."""

    number: int
    size: int
    total: int
    query: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return min((self.number - 1) * self.size + 1, self.total)

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def previous_url(self) -> str:
        return self._address(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self._address(self.number + 1) if self.number < self.pages else ""

    @property
    def numbers(self) -> list[PageLink]:
        """First, last and the neighbours of the present page, with gaps between them."""
        wanted = sorted({1, self.number - 1, self.number, self.number + 1, self.pages} & set(range(1, self.pages + 1)))
        links: list[PageLink] = []
        for number in wanted:
            if links and number - links[-1].number > 1:
                links.append(PageLink(number, "", gap=True))
            links.append(PageLink(number, self._address(number), current=number == self.number))
        return links

    def _address(self, number: int) -> str:
        if isinstance(self.query, QueryDict):
            query = self.query.copy()
            query["page"] = str(number)
            return "?" + query.urlencode()
        return "?" + urlencode({**self.query, "page": number}, doseq=True)
