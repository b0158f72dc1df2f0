"""Every measurement, one after the other, each in a process of its own: `python -m benchmarks`."""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run each module of this folder that can be run; the exit code is the number that failed."""
    failed = 0
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        print(f"== {file.stem}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"benchmarks.{file.stem}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
