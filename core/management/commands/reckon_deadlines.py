"""The reckoning of deadlines for outside judges: JSON lines in, JSON lines out."""

import json
import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.reckoning import reckon_lines


class Command(BaseCommand):
    """Writes OUT whole or not at all, an answer or an error for each line; says how many could not be reckoned."""

    help = "Reckon when each line of IN.jsonl is due and write the answers to OUT.jsonl."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="IN.jsonl", type=Path)
        parser.add_argument("target", metavar="OUT.jsonl", type=Path)

    def handle(self, *, source: Path, target: Path, **options: Any) -> None:
        try:
            with source.open("rb") as lines:
                answers = list(reckon_lines(lines))
            # ASCII alone: an id may hold signs that others take for the end of a line, or that no file can hold.
            write_whole(target, "".join(f"{json.dumps(answer)}\n" for answer in answers))
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        refused = [answer["error"] for answer in answers if "error" in answer]
        if refused:
            self.stderr.write(f"{len(refused)} of {len(answers)} lines could not be reckoned. First: {refused[0]}")


def write_whole(target: Path, text: str) -> None:
    """Put the text in place in one step, so that no reader ever sees half of it."""
    if target.exists() and not target.is_file():  # a pipe or a terminal cannot be replaced
        target.write_text(text, encoding="utf-8")
        return
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(draft, 0o644)
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise
