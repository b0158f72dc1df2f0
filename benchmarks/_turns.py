"""Two installations on servers of their own, asked in turns, so that a machine that slows down blames neither."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent


class Installation:
    """One in a process of its own: `python -m benchmarks.NAME --serve …`, which answers each line with one of JSON."""

    def __init__(self, name: str, *serve: int) -> None:
        own = [sys.executable, "-m", f"benchmarks.{name}", "--serve", *map(str, serve)]
        command = [sys.executable, "-m", "config.launcher", "bench-env", "--", *own]
        self.process = subprocess.Popen(
            command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def hear(self) -> dict[str, Any]:
        """What it says next; what its servers print meanwhile is passed over."""
        assert self.process.stdout is not None  # noqa: S101  for the type checker
        for line in self.process.stdout:
            if line.startswith("{"):
                found: dict[str, Any] = json.loads(line)
                return found
        raise SystemExit("An installation ended early.")

    def ask(self, number: int) -> dict[str, Any]:
        """Its answer to a line."""
        assert self.process.stdin is not None  # noqa: S101  for the type checker
        self.process.stdin.write(f"{number}\n")
        return self.hear()

    def end(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(timeout=120)


@contextmanager
def installations(name: str, **serve: tuple[int, ...]) -> Iterator[dict[str, tuple[Installation, dict[str, Any]]]]:
    """By name, each with what it said when it was ready."""
    with ExitStack() as ends:
        found = {}
        for each, arguments in serve.items():
            made = Installation(name, *arguments)
            ends.callback(made.end)
            found[each] = (made, made.hear())
        yield found


def said(**found: Any) -> None:
    """An answer of an installation."""
    print(json.dumps(found), flush=True)
