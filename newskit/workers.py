"""Workers: processes of their own that hostile input is read in, within limits of time and memory.

A page may hang a parser or bring its process down. Here that costs the page, never the reading. The processes are
started by a command of their own, not through `multiprocessing`: that would run a user's script again in each of them,
or copy a notebook's kernel with half of its threads.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event, Timer
from typing import Any, BinaryIO, Protocol, TypeVar, cast

from newskit.errors import NewskitError, WorkerError

__all__ = ["MEMORY", "SECONDS", "Client", "Stopped", "elsewhere", "map_batches", "serve"]

SECONDS = 10  # for one item; a batch that takes as long is tried again item by item
MEMORY = 1 << 30  # bytes, beside what the process takes itself
_START = 120  # seconds in which a process is ready, on a busy machine
_AHEAD = 2  # batches that wait for each process
_COMMAND = "from newskit.workers import serve; serve()"
_LENGTH = 8  # bytes that say how long a message is

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Stopped:
    """What comes back for an item whose process had to be stopped, or stopped by itself, and why."""

    why: str


class Client(Protocol):
    """What runs functions elsewhere: a Dask client, or any executor of `concurrent.futures`."""

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Any:
        """Begin to run `fn(*args)`; give what has a `result()`."""


_CLIENT: ContextVar[Client | None] = ContextVar("client", default=None)


@contextmanager
def elsewhere(client: Client) -> Iterator[None]:
    """Let a client such as that of Dask take the place of the processes of this machine, as long as this lasts.

        with newskit.workers.elsewhere(dask.distributed.Client("scheduler:8786")):
            nk.read("pages/", into="corpora/mine")

    Nothing limits time and memory there but the client.
    """
    before = _CLIENT.set(client)
    try:
        yield
    finally:
        _CLIENT.reset(before)


def map_batches(
    fn: Callable[[T], R], batches: Iterable[Sequence[T]], client: Client | None = None
) -> Generator[R | Stopped, None, None]:
    """Run a function on each item of some batches, on all cores; give the results in order.

    `client` takes the place of the processes of this machine (see `elsewhere`, too). `fn` must be found in a module by its name, and it, the
    items and the results must pass through `pickle`. A NewskitError that it raises is raised here; WorkerError where no
    process can be started.

    >>> list(map_batches(str.upper, [["a", "b"], ["c"]]))
    ['A', 'B', 'C']
    """
    client = client or _CLIENT.get()
    local = _Local() if client is None else None
    try:
        yield from _in_order(client or cast(Client, local), fn, batches)
    finally:
        if local is not None:
            local.close()


def _in_order(client: Client, fn: Callable[[T], R], batches: Iterable[Sequence[T]]) -> Iterator[R | Stopped]:
    begun = (client.submit(_each, fn, batch) for batch in batches)
    waiting = deque(islice(begun, _AHEAD * _cores()))
    while waiting:
        results = waiting.popleft().result()
        waiting.extend(islice(begun, 1))
        yield from results


def _each(fn: Callable[[T], R], items: Sequence[T]) -> list[R]:
    return [fn(item) for item in items]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# --- here -------------------------------------------------------------------------------------------------------

_SPARE: list[_Process] = []  # one stays ready for the next reading: to start it takes most of a second


@atexit.register
def _stop_spare() -> None:
    for process in _SPARE:
        process.stop()


class _Local:
    """The processes of one call: as many as there is work for, up to the cores of the machine."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(_cores())  # each waits for one process
        self.idle: list[_Process] = [_SPARE.pop()] if _SPARE else []
        self.all = list(self.idle)
        self.closed = False

    def submit(self, _: Callable[..., Any], /, fn: Callable[[T], R], batch: Sequence[T]) -> Future[Any]:
        """Begin to run a function on the items of a batch."""
        return self.threads.submit(self.run, fn, batch)

    def run(self, fn: Callable[[T], R], batch: Sequence[T]) -> list[R | Stopped]:
        """Run a function on the items of a batch; where its process stops, on each of them alone."""
        process = self._ready(fn)
        answer, why = process.ask(fn, batch, SECONDS)
        if process.is_there:
            self.idle.append(process)
        if answer is not None:
            return cast(list[R | Stopped], answer)
        if len(batch) == 1 or self.closed:
            return [Stopped(why)] * len(batch)
        return [result for item in batch for result in self.run(fn, [item])]

    def close(self) -> None:
        """Stop what runs; keep one process for the next call."""
        self.closed = True
        self.threads.shutdown(wait=False, cancel_futures=True)
        for process in self.all:
            if process in self.idle and process.is_there and not _SPARE:
                _SPARE.append(process)
            else:
                process.stop()

    def _ready(self, fn: Callable[[T], R]) -> _Process:
        """Give a process that is idle, or a new one."""
        with suppress(IndexError):  # another thread may have taken the last
            return self.idle.pop()
        process = _Process()
        self.all.append(process)
        ready, _ = process.ask(fn, [], _START)
        if ready is None and not self.closed:
            raise WorkerError(
                f"A process for reading pages does not start: {sys.executable} -P -c {_COMMAND!r}. "
                "Run this in a terminal to see why."
            )
        return process


class _Process:
    """A process that runs functions on what it is sent."""

    def __init__(self) -> None:
        path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)  # modules are found as here
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-P", "-c", _COMMAND],  # -P: the folder it runs in holds pages
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        except OSError as error:
            raise WorkerError(f"A process for reading pages cannot be started: {error}.") from error
        self.is_there = True

    def ask(self, fn: Callable[[T], R], items: Sequence[T], seconds: float) -> tuple[list[R] | None, str]:
        """Run a function on some items; None where the process stopped, with the reason."""
        late = Event()
        timer = Timer(seconds, self._end, [late])
        timer.start()
        try:
            _send(self._pipe(self.process.stdin), (fn, items))
            done, answer = _receive(self._pipe(self.process.stdout))
        except (OSError, EOFError):
            self.stop()
            return None, _reason(late=late.is_set(), seconds=seconds)
        finally:
            timer.cancel()
        if late.is_set():
            self.stop()
        if not done:
            raise cast(NewskitError, answer)
        return cast(list[R], answer), ""

    def _end(self, late: Event) -> None:
        late.set()
        self.process.kill()

    def stop(self) -> None:
        """Stop it at once: it holds nothing that could be lost."""
        self.is_there = False
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                self._pipe(pipe).close()

    @staticmethod
    def _pipe(pipe: Any) -> BinaryIO:
        return cast(BinaryIO, pipe)


def _reason(*, late: bool, seconds: float) -> str:
    if late:
        return f"takes more than {seconds:g} seconds to read; open the page to see what it is"
    return (
        "the process that read it broke down, for want of memory or through a fault: please report this page"
    )


# --- there ------------------------------------------------------------------------------------------------------


def serve() -> None:
    """Run functions on what comes in, until nothing more does: this is what a process of _Local does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the reading stops the processes
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints is no reply
    _limit_memory()
    with suppress(EOFError, BrokenPipeError):
        while True:
            fn, items = _receive(requests)
            _alarm(3 * SECONDS)  # should nobody be left to stop it
            _send(replies, _reply(fn, items))
            _alarm(0)
    os._exit(0)


def _reply(fn: Callable[[T], R], items: Sequence[T]) -> tuple[bool, list[R] | NewskitError]:
    try:
        return True, _each(fn, items)
    except NewskitError as error:
        return False, error


def _limit_memory() -> None:
    """Let the system refuse more memory, where it can: a page then costs an error, not the machine."""
    with suppress(ImportError, OSError, ValueError, StopIteration):
        import resource  # noqa: PLC0415 - not on Windows

        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        used = next(int(line.split()[1]) for line in lines if line.startswith("VmData")) << 10
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (used + MEMORY, most))


def _alarm(seconds: int) -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _send(stream: BinaryIO, message: object) -> None:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(_LENGTH, "big") + data)
    stream.flush()


def _receive(stream: BinaryIO) -> Any:
    size = int.from_bytes(_read(stream, _LENGTH), "big")
    return pickle.loads(_read(stream, size))  # noqa: S301 - between processes of one user


def _read(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
