"""Bad input, each page in a process of its own: an article or a reason, in time, and nothing lost without a word."""

from __future__ import annotations

import json
import multiprocessing
import re
import resource
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from typing import Any

import pytest

from newskit.errors import NotAnArticle
from newskit.parse import parse

CLASSES = ("deep", "wide", "encoding", "bytes", "dates")
BASELINE = 300  # MiB that a process has before it reads a page
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@pytest.fixture(scope="module")
def pages(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    with tarfile.open(shared / "data" / "hostile" / "hostile.tar.gz") as archive:
        wanted = [m for m in archive if m.isfile() and m.name.count("/") < 3]
        archive.extractall(folder, wanted, filter="data")
    return folder / "dev"


def answer(path: Path, answers: Any) -> None:
    try:
        told = parse(path.read_bytes()).as_dict()
    except NotAnArticle as error:
        told = {"why": str(error)}
    answers.put(told | {"MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024})


def asked(path: Path, seconds: float) -> dict[str, Any]:
    fork = multiprocessing.get_context("fork")
    answers = fork.Queue()
    process = fork.Process(target=answer, args=(path, answers))
    process.start()
    try:
        told: dict[str, Any] = answers.get(timeout=seconds)
    except Empty:
        told = {"failed": f"no answer in {seconds} seconds"}
    process.kill()
    process.join()
    return told


def faults(expected: dict[str, Any], told: dict[str, Any]) -> list[str]:
    """Say what of an expectation does not hold."""
    if "failed" in told:
        return [told["failed"]]
    found = [f"took {told['MiB']} MiB"] if told["MiB"] > expected["max_rss_mb"] + BASELINE else []
    article = "why" not in told
    if expected["outcome"] != "either" and article != (expected["outcome"] == "article"):
        return [*found, f"expected {expected['outcome']}, got {told.get('why', 'an article')}"]
    return found + (_faults_of_article(expected, told) if article else [])


def _faults_of_article(expected: dict[str, Any], told: dict[str, Any]) -> list[str]:
    text = "\n".join([told["title"], *told["paragraphs"]])
    found = [f"lost {part!r}" for part in expected.get("must_contain", []) if part not in text]
    noted = any("not readable" in note for note in told["notes"])
    found += [
        f"holds {part!r}" for part in expected.get("must_not_contain", []) if part in text and not noted
    ]
    if CONTROLS.search(text):
        found.append("holds control characters")
    if "title" in expected and told["title"] != expected["title"] and not noted:
        found.append(f"title {told['title']!r}")
    if "published_utc" in expected and not _dated_as(expected["published_utc"], told):
        found.append(f"published {told['published']}, notes {told['notes']}")
    return found


def _dated_as(wanted: str | None, told: dict[str, Any]) -> bool:
    """Compare instants; a date that cannot be sure must be missing, naive, or doubted."""
    moment = datetime.fromisoformat(told["published"]) if told["published"] else None
    if wanted is None:
        return moment is None or moment.tzinfo is None or any("date" in note for note in told["notes"])
    return (
        moment is not None
        and moment.tzinfo is not None
        and moment.astimezone(UTC) == datetime.fromisoformat(wanted)
    )


@pytest.mark.parametrize("kind", CLASSES)
def test_each_page_ends_as_expected(pages: Path, kind: str) -> None:
    expectations = json.loads((pages / "expectations.json").read_text(encoding="utf-8"))
    cases = [e for e in expectations if e["cls"] == kind and e.get("path")]
    told = {e["id"]: faults(e, asked(pages / e["path"], e["max_s"])) for e in cases}
    assert cases
    assert {name: found for name, found in told.items() if found} == {}
