"""The tables of states as a page of the documentation, drawn from the code itself."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from cases import choices as case_choices
from cases.states import CASE
from core.states import Machine
from investigations import choices
from investigations.states import ASSESSMENT, INVESTIGATION, PROCEEDING

HEAD = """# Lives as tables

Printed by `manage.py print_states` from `cases/states.py` and `investigations/states.py`; a test keeps it current.
A state that no row leaves is final. Where nobody is named, the move follows from another life.

"""
LIVES: tuple[tuple[str, Machine, Any], ...] = (
    ("The case", CASE, case_choices.CaseState),
    ("The preliminary assessment", ASSESSMENT, choices.AssessmentState),
    ("The investigation", INVESTIGATION, choices.State),
    ("The proceeding against one person", PROCEEDING, choices.ProceedingState),
)


class Command(BaseCommand):
    help = "Print the tables of states as Markdown."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            self.stdout.write(HEAD)
            for title, machine, states in LIVES:
                self.table(title, machine, states)

    def table(self, title: str, machine: Machine, states: Any) -> None:
        """One life: its moves, then the states nothing leaves."""
        self.stdout.write(f"## {title}\n")
        self.stdout.write("| from | move | to | needs |\n|---|---|---|---|")
        left: set[str] = set()
        for move in machine.moves.values():
            left.update(move.sources)
            sources = ", ".join(str(states(source).label) for source in move.sources)
            needs = f"`{move.needs}`" if move.needs else ""
            self.stdout.write(f"| {sources} | {move.label} | {states(move.target).label} | {needs} |")
        final = [str(states(state).label) for state in machine.states if state not in left]
        self.stdout.write(f"\nFinal: {', '.join(final) or 'none'}.\n")
