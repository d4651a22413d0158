"""Measure the time and the memory that hostile inputs take: each is read by a process of its own, with its worker.

    python benchmarks/hostile.py FOLDER      FOLDER holds the inputs, one file each

The time is that of `nk.read`, with the start of the worker; the memory is the most that the reading process and the
worker had at any moment. Linux counts it in kB.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import newskit as nk
from newskit import workers
from newskit.errors import NewskitError


def main() -> int:
    """Read each file, and print the highest of all; or read one, and print what it took."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path)
    ask.add_argument("--one", action="store_true", help="read one file, and print what it took as JSON")
    known = ask.parse_args()
    if known.one:
        print(json.dumps(took(known.folder)))
        return 0
    files = sorted(path for path in known.folder.rglob("*") if path.is_file() and not path.is_symlink())
    each = {path.relative_to(known.folder): alone(path) for path in files}
    for what, unit in (("time", "s"), ("reader", "MB"), ("worker", "MB")):
        print(f"{what}, the highest of {len(each)}:")
        for path, of in sorted(each.items(), key=lambda pair: -pair[1][what])[:5]:
            print(f"  {of[what]:8.1f} {unit}  {path}")
    return 0


def alone(path: Path) -> dict[str, float]:
    """Read one file in a process of its own."""
    command = [sys.executable, __file__, str(path), "--one"]
    told: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return told


def took(path: Path) -> dict[str, float]:
    """Read one file; give the seconds and the megabytes that it took."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        try:
            nk.read(path, into=Path(folder) / "corpus")
        except NewskitError as error:
            print(f"{path}: {error}", file=sys.stderr)
        spent = time.monotonic() - began
    workers._stop_spare()  # noqa: SLF001 - what it took is told when it has ended
    sides = {"reader": resource.RUSAGE_SELF, "worker": resource.RUSAGE_CHILDREN}
    return {"time": spent} | {side: resource.getrusage(of).ru_maxrss / 1024 for side, of in sides.items()}


if __name__ == "__main__":
    sys.exit(main())
