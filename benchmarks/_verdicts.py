"""The goals, and what the figures say about each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Figures = dict[str, Any]
MOST_BYTES = 60 * 1024


@dataclass(frozen=True)
class Goal:
    """One line of the table: `values` are the figures shown, `met` judges them; without it they only stand beside."""

    what: str
    benchmark: str
    values: Callable[[Any], list[float]]
    goal: str = ""
    met: Callable[[list[float]], bool] | None = None


def at_most(limit: float) -> dict[str, Any]:
    return {"goal": f"at most {limit:,}", "met": lambda values: max(values) <= limit}


def of(*path: Any) -> Callable[[Any], list[float]]:
    """The one figure at that path."""

    def value(found: Any) -> list[float]:
        for step in path:
            found = found[step]
        return [found]

    return value


def each(*paths: tuple[Any, ...]) -> Callable[[Any], list[float]]:
    """Several figures."""
    return lambda found: [of(*path)(found)[0] for path in paths]


READERS = ("all", "one in fifty")


def readers(name: str) -> Callable[[Any], list[float]]:
    return each(*(("reader of", reader, name) for reader in READERS))


def among(page: str, *names: str) -> Callable[[Any], list[float]]:
    return each(*((f"among {size}", f"{page} {name}") for name in names for size in ("few", "many")))


def same_and_few(values: list[float]) -> bool:
    return len(set(values)) == 1 and max(values) <= 15


GOALS = (
    Goal("sealed field of 60 bytes against bare AES-GCM, write", "sealing",
         of("60 bytes", "field / bare, write"), **at_most(4)),
    Goal("the same, read", "sealing", of("60 bytes", "field / bare, read"), **at_most(3)),
    Goal("Fernet against bare AES-GCM, write and read", "sealing",
         each(("60 bytes", "fernet / bare, write"), ("60 bytes", "fernet / bare, read"))),
    Goal("row security against a hand-written `WHERE`, list of 50", "tenancy",
         of("row security / WHERE, list of 50"), **at_most(1.1)),
    Goal("the same, one row by its key", "tenancy", of("row security / WHERE, one by its key"), **at_most(1.1)),
    Goal("need-to-know list against a dedicated assignment table; reader of all, reader of one in fifty", "tenancy",
         readers("need to know / assignment table"), **at_most(1.1)),
    Goal("the two statements alone, without Django; ours also asks about times and exclusions", "tenancy",
         readers("the statements alone")),
    Goal("the same when both ask about exclusions", "tenancy", readers("the statements alone, both with exclusions")),
    Goal("guardian's own helper against the assignment table", "tenancy",
         readers("guardian's helper / assignment table")),
    Goal("list of cases, p95 among the many against the few", "pages", of("list p95, many / few"), **at_most(1.5)),
    Goal("page of a case, the same", "pages", of("case p95, many / few"), **at_most(1.5)),
    Goal("statements of the list, among few and many", "pages", among("list", "statements"),
         "the same, at most 15", same_and_few),
    Goal("statements of the case page", "pages", among("case", "statements"), "the same, at most 15", same_and_few),
    Goal("bytes of the list, English and Arabic, among few and many", "pages", among("list", "bytes en", "bytes ar"),
         **at_most(MOST_BYTES)),
    Goal("bytes of the case page, the same", "pages", among("case", "bytes en", "bytes ar"), **at_most(MOST_BYTES)),
    Goal("final posts a second, 4 clients", "posts", of("final_posts_a_second", "4"), "more than 42",
         lambda values: values[0] > 42),
    Goal("final posts a second, 1 and 16 clients", "posts",
         each(("final_posts_a_second", "1"), ("final_posts_a_second", "16"))),
    Goal("whole journeys a second, 1, 4 and 16 clients", "posts",
         each(*(("journeys_a_second", clients) for clients in ("1", "4", "16")))),
    Goal("requests with audit against the same without, 1 and 8 clients", "audit",
         each(("requests", 0, "ratio"), ("requests", 1, "ratio")), "at least 0.9",
         lambda values: min(values) >= 0.9),
    Goal("sweep with 1,000 due among 1,000,000 open against the 1,000 alone, by median and by the fastest", "sweep",
         each(("ratio",), ("ratio of the fastest",)), **at_most(1.2)),
)  # fmt: skip
#: Judged by tests that kill processes, with every run of the suite; no figure of these depends on the machine.
BY_TESTS = (
    ("values unreadable after key rotation under load, killed 20 times", "tests/faults/test_rotation_kills.py", "0"),
    ("reports lost of 1,000 from 16 clients while web, worker, broker and database are killed",
     "tests/faults/test_reports_survive.py", "0"),
)  # fmt: skip


def table(figures: Figures) -> str:
    """What, measured, goal, met: one line each."""
    lines = ["| what | measured | goal | met? |", "|---|---:|---|---|"]
    for goal in GOALS:
        if goal.benchmark not in figures:
            lines.append(f"| {goal.what} | not measured yet | {goal.goal or 'beside it'} | |")
            continue
        values = goal.values(figures[goal.benchmark])
        shown = ", ".join(f"{value:,}" for value in values)
        verdict = "" if goal.met is None else "yes" if goal.met(values) else "**no**"
        lines.append(f"| {goal.what} | {shown} | {goal.goal or 'beside it'} | {verdict} |")
    lines += [f"| {what} | by `{test}` | {wanted} | held by the test |" for what, test, wanted in BY_TESTS]
    return "\n".join(lines) + "\n"
