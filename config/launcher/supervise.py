"""The foreground parent: starts every child, starts a dead one again, ends all of them when it ends."""

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config.launcher.errors import LauncherError
from config.launcher.places import write_private
from config.launcher.processes import end_child, end_stranger, kill_session, started

LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0


@dataclass
class Service:
    """One kind of child: how it starts, how it ends, how often it fell lately."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    ends_with: signal.Signals = signal.SIGTERM
    seconds: float = 15
    # A server ends after everything that uses it, and its helpers, which may still write, end by themselves.
    server: bool = False
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    falls: int = 0
    again_at: float | None = field(default=None)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def pause(self) -> float:
        """Seconds to wait before the next start: half a second, doubling, at most LONGEST_PAUSE."""
        return min(LONGEST_PAUSE, 0.5 * 2 ** min(self.falls, 10))


class Supervisor:
    """Runs services in order and ends them in the opposite order; `notes` remembers the children across a crash."""

    def __init__(self, notes: Path, *, say: Callable[[str], None] = print) -> None:
        self.notes, self.say = notes, say
        self.services: list[Service] = []
        self.ending = threading.Event()
        self.signals = 0

    def listen(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal end the run; a second signal ends it without waiting."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._signalled)

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1
        self.ending.set()

    def end_earlier(self) -> None:
        """Ends children an earlier run left when it was killed, each only if it is still the same process."""
        try:
            left = json.loads(self.notes.read_text())
        except (OSError, ValueError):
            return
        for child in left:
            end_stranger(child["pid"], child["mark"], signal.Signals(child["signal"]), seconds=30)

    def add(self, service: Service) -> None:
        """Starts a service and looks after it from now on."""
        self.services.append(service)
        self._start(service)

    def _start(self, service: Service) -> None:
        service.again_at = None
        service.process = service.start()
        service.since = time.monotonic()
        self._note()

    def _note(self) -> None:
        alive = [
            {"name": one.name, "pid": one.process.pid, "mark": mark, "signal": int(one.ends_with)}
            for one in self.services
            if one.process is not None and (mark := started(one.process.pid))
        ]
        write_private(self.notes, json.dumps(alive, indent=1) + "\n")

    def look_after(self, *, until: Callable[[], bool] = lambda: False, every: float = 0.2) -> bool:
        """Starts what died again, until told to end (False) or `until` is true (True)."""
        while not self.ending.is_set():
            if until():
                return True
            for service in self.services:
                self._look(service)
            self.ending.wait(every)
        return False

    def _look(self, service: Service) -> None:
        now = time.monotonic()
        if service.alive:
            if service.falls and now - service.since > STEADY_AFTER:
                service.falls = 0
            return
        if service.again_at is None:
            if service.process is not None and not service.server:
                kill_session(service.process.pid)
            service.again_at = now + service.pause()
            service.falls += 1
            self.say(f"{service.name} ended; starting it again.")
        elif now >= service.again_at:
            try:
                self._start(service)
            except LauncherError as error:
                self.say(str(error))
                service.process, service.again_at = None, time.monotonic() + service.pause()
                service.falls += 1

    def end(self) -> None:
        """Ends the product's processes all at once, then the servers they stand on, the last one started first."""
        for service in self.services:
            if service.alive and not service.server and service.process is not None:
                service.process.send_signal(service.ends_with)
        for service in sorted(reversed(self.services), key=lambda one: one.server):
            if service.process is None:
                continue
            # A second signal means: at once. The database still gets the time to close its files.
            seconds = 1 if self.signals > 1 and not service.server else service.seconds
            end_child(service.process, service.ends_with, seconds=seconds)
            if not service.server:
                kill_session(service.process.pid)
        self._note()
