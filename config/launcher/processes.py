"""Child processes: started in their own session, ended by number, recognised again after a crash."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from config.launcher.places import Account

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(number: signal.Signals) -> None:
    """Asks the kernel to send `number` to this process when its parent ends, however it ends (Linux only)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: Path,
    ends_with: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Starts `argv` in a session of its own, output to `log`, as `account` when given.

    `ends_with` is the signal the child gets if this process is killed, so that nothing is orphaned.
    """

    def prepare() -> None:
        die_with_parent(ends_with)

    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [str(part) for part in argv],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            umask=0o077,
            start_new_session=True,
            preexec_fn=prepare,  # noqa: PLW1509 - the launcher starts children from its main thread only
            **as_account(account),
        )
    finally:
        os.close(descriptor)


def as_account(account: Account | None) -> dict[str, Any]:
    """Keyword arguments for subprocess that drop to `account`; nothing when the caller is unprivileged already."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def started(pid: int) -> str | None:
    """A mark of the process now running as `pid`, different for every process of every boot; None if there is none."""
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            if fields[0] in "ZX":
                return None
            return Path("/proc/sys/kernel/random/boot_id").read_text().strip() + ":" + fields[19]
        except (OSError, IndexError):
            return None
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
    return answer.stdout.strip() or None


def command_of(pid: int) -> str:
    """The command line of `pid` with spaces between its parts; empty when it is gone."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
    return answer.stdout.strip()


def wait_for(condition: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """Asks `condition` until it is true (True) or `seconds` have passed (False)."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def end_child(child: subprocess.Popen[bytes], number: signal.Signals, *, seconds: float) -> None:
    """Signals our own child, waits, and kills its whole session if it has not gone after `seconds`."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(number)
        try:
            child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            kill_session(child.pid)
            child.wait()


def kill_session(leader: int) -> None:
    """Kills what is left of the session a child of ours led (its own children outlive a killed leader)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def end_stranger(pid: int, mark: str, number: signal.Signals, *, seconds: float) -> None:
    """Ends a process left by an earlier start, only while it still carries the `mark` it was given then."""
    if started(pid) != mark:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
    if not wait_for(lambda: started(pid) != mark, seconds=seconds):
        kill_session(pid)
        wait_for(lambda: started(pid) != mark, seconds=5)
