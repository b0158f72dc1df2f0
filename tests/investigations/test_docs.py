"""What the documentation says of the lives is what the code does."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command


def test_the_printed_tables_of_states_are_current() -> None:
    out = StringIO()
    call_command("print_states", stdout=out)
    printed = Path(__file__).resolve().parents[2] / "docs" / "states.md"
    assert printed.read_text(encoding="utf-8") == out.getvalue(), "run manage.py print_states > docs/states.md"
