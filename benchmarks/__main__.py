"""`make bench`: runs every benchmark on fresh servers of its own and writes docs/performance.md.

Each figure that counts is a ratio within one run, so that a slow or busy machine flatters nothing. `--quick` is small:
it shows that the benchmarks run, and writes no document.
"""

import ast
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parent / "docs" / "performance.md"
QUICK = {"sweep": ["--open", "20000", "--due", "100", "--rounds", "1"], "audit": ["--seconds", "2"]}
GOALS = {
    "sealing": "Goal: field / bare, write at most 4 and read at most 3, at 60 bytes.",
    "sweep": "Goal: ratio at most 1.2.",
    "audit": "Goal: ratio at least 0.9.",
}


def names() -> list[str]:
    """Every benchmark of this folder."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def run(name: str, arguments: list[str]) -> Any:
    """What the benchmark printed, as JSON; SystemExit with its own words when it failed."""
    command = [sys.executable, "-m", "config.launcher", "bench-env", "--", sys.executable, "-m", f"benchmarks.{name}"]
    done = subprocess.run([*command, *arguments], cwd=HERE.parent, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"The benchmark {name} failed.\n{done.stdout}")
    return json.loads(done.stdout[done.stdout.index("\n{") if not done.stdout.startswith("{") else 0 :])


def rows(found: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every figure with the way to it."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from rows(value, f"{path} · {key}" if path else str(key))
    elif isinstance(found, list):
        for number, value in enumerate(found, 1):
            yield from rows(value, f"{path} {number}")
    else:
        yield path, f"{found:,}" if isinstance(found, int | float) else str(found)


def section(name: str, found: Any) -> str:
    """A heading, what is measured in the benchmark's own words, its goal, and the figures."""
    said = ast.get_docstring(ast.parse((HERE / f"{name}.py").read_text())) or ""
    table = "\n".join(f"| {path} | {figure} |" for path, figure in rows(found))
    goal = f"\n{GOALS[name]}\n" if name in GOALS else ""
    return f"## {name}\n\n{said}\n{goal}\n| figure | value |\n|---|---:|\n{table}\n"


def main(arguments: list[str]) -> None:
    """Runs all, or those named."""
    quick = "--quick" in arguments
    chosen = [name for name in arguments if not name.startswith("-")] or names()
    found = {name: run(name, QUICK.get(name, []) if quick else []) for name in chosen}
    busy = f"{os.getloadavg()[0]:.1f}"
    head = (
        "# Performance\n\nWritten by `make bench`; each figure that counts is a ratio within one run.\n\n"
        f"{datetime.now(UTC):%d %B %Y}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"load at the end {busy}, Python {platform.python_version()}, bundled PostgreSQL on its own disk settings.\n\n"
    )
    text = head + "\n".join(section(name, figures) for name, figures in found.items())
    print(text)
    if not quick and chosen == names():
        DOCUMENT.write_text(text)


if __name__ == "__main__":
    main(sys.argv[1:])
