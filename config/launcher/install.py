"""Makes `.venv` from the hashed lock with nothing but Python's own library; does nothing when it is there already."""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
WANTED = (3, 11)


class CannotInstall(Exception):
    """One sentence for the terminal."""


def install(folder: Path, lock: Path, *, run: Callable[[list[str]], int]) -> bool:
    """Makes the environment `folder` hold what `lock` names; False if it did already. `run` starts a command."""
    mark = folder / "installed"
    wanted = f"{sys.version_info.major}.{sys.version_info.minor} {hashlib.sha256(lock.read_bytes()).hexdigest()}"
    python = folder / "bin" / "python"
    if mark.exists() and mark.read_text() == wanted and python.exists():
        return False
    with contextlib.suppress(FileNotFoundError):
        mark.unlink()
    if run([str(python), "-c", "import pip"] if python.exists() else ["false"]):
        if importlib.util.find_spec("ensurepip") is None:
            raise CannotInstall("This Python cannot make environments: install the package python3-venv.")
        shutil.rmtree(folder, ignore_errors=True)
        if run([sys.executable, "-m", "venv", str(folder)]):
            raise CannotInstall(f"The environment {folder} cannot be made.")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-input"]
    if run([*pip, "--require-hashes", "--only-binary", ":all:", "--requirement", str(lock)]):
        raise CannotInstall("The packages could not be installed; the lines above say why. Run it again to go on.")
    mark.write_text(wanted)
    return True


def main() -> int:
    """Exit status."""
    if sys.version_info[:2] != WANTED:
        print(f"Amparo needs Python {WANTED[0]}.{WANTED[1]}; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    os.chdir(CHECKOUT)
    folder = CHECKOUT / ".venv"
    if not (folder / "installed").exists():
        print("Installing the packages into .venv; this takes a minute the first time …", flush=True)
    try:
        install(folder, CHECKOUT / "requirements.lock", run=_run)
    except CannotInstall as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def _run(command: list[str]) -> int:
    return subprocess.call(command, stderr=subprocess.DEVNULL if "import pip" in command else None)


if __name__ == "__main__":
    sys.exit(main())
