"""`make bench`: runs every benchmark on fresh servers of its own and writes docs/performance.md.

Each figure that counts is a ratio within one run, so that a slow or busy machine flatters nothing. With names it runs
those alone; their figures replace the ones kept in benchmarks/figures.json, and the document is written anew from all
of them. Arguments after a name are the benchmark's own. `--quick` is small: it shows that the benchmarks run, and keeps
nothing.
"""

import ast
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks._verdicts import table

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parent / "docs" / "performance.md"
FIGURES = HERE / "figures.json"
QUICK = {
    "audit": ["--seconds", "2"],
    "pages": ["--few", "200", "--many", "2000", "--organisations", "4", "--rounds", "2"],
    "posts": ["--posts", "40", "--journeys", "4"],
    "sweep": ["--open", "20000", "--due", "100", "--rounds", "1"],
    "tenancy": ["--cases", "5000", "--organisations", "4", "--rounds", "20"],
}


def names() -> list[str]:
    """Every benchmark of this folder."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def run(name: str, arguments: list[str]) -> dict[str, Any]:
    """When and how busy the machine was, and what the benchmark printed; SystemExit with its own words if it failed."""
    command = [sys.executable, "-m", "config.launcher", "bench-env", "--", sys.executable, "-m", f"benchmarks.{name}"]
    begun, before = time.monotonic(), os.getloadavg()[0]
    print(f"{name} …", file=sys.stderr, flush=True)
    done = subprocess.run([*command, *arguments], cwd=HERE.parent, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"The benchmark {name} failed.\n{done.stdout}")
    return {
        "on": f"{datetime.now(UTC):%d %B %Y}",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "python": platform.python_version(),
        "load": f"{before:.1f} before, {os.getloadavg()[0]:.1f} after",
        "seconds": round(time.monotonic() - begun),
        "figures": json.loads(done.stdout[done.stdout.index("\n{") if not done.stdout.startswith("{") else 0 :]),
    }


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


def section(name: str, found: dict[str, Any]) -> str:
    """A heading, what is measured in the benchmark's own words, when, and the figures."""
    said = ast.get_docstring(ast.parse((HERE / f"{name}.py").read_text())) or ""
    lines = "\n".join(f"| {path} | {figure} |" for path, figure in rows(found["figures"]))
    when = f"{found['on']}, {found['machine']}, Python {found['python']}; load {found['load']}; {found['seconds']} s."
    return f"### {name}\n\n{said}\n\n{when}\n\n| figure | value |\n|---|---:|\n{lines}\n"


def document(kept: dict[str, Any]) -> str:
    """The page: the goals first, then every figure."""
    figures = {name: found["figures"] for name, found in kept.items()}
    head = (
        "# Performance\n\n"
        "Written by `make bench`. Each figure that counts is a ratio within one run, on PostgreSQL as `make run` "
        "starts it, with nothing about safety switched off. A goal that was missed is said.\n\n"
    )
    details = "\n".join(section(name, found) for name, found in sorted(kept.items()))
    return f"{head}{table(figures)}\n## Every figure\n\n{details}"


def main(arguments: list[str]) -> None:
    """Runs all, or those named."""
    quick = "--quick" in arguments
    given = [word for word in arguments if word != "--quick"]
    chosen = [word for word in given if word in names()] or names()
    own = [word for word in given if word not in names()]
    if own and len(chosen) != 1:
        raise SystemExit(f"{own[0]} is no benchmark; there are {', '.join(names())}.")
    kept = {} if quick or not FIGURES.exists() else json.loads(FIGURES.read_text())
    for name in chosen:
        kept[name] = run(name, own or (QUICK.get(name, []) if quick else []))
        if not quick:  # after each, so that a run that is stopped keeps what it has
            FIGURES.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
            DOCUMENT.write_text(document(kept))
    print(document(kept))


if __name__ == "__main__":
    main(sys.argv[1:])
