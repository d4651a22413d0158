"""Bad input, each page in a process of its own: an article or a reason, in time, and nothing lost without a word."""

from __future__ import annotations

import json
import multiprocessing
import re
import resource
import tarfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from typing import Any

import pytest

from newskit.errors import NewskitError, NotAnArticle
from newskit.parse import parse
from newskit.reading import read

TOLD = "The ferry to pier {} left on Monday with seven sheep and a dog on board, the office said."
LARGE = {
    "boxes": "".join(f"<div><p>Related</p><p>{TOLD.format(n)}</p></div>" for n in range(5_000)),
    "markers": "".join(f"<p>{TOLD.format(n)}</p><p>Related</p>" for n in range(5_000)),
    "captions": "".join(
        f"<p>{TOLD.format(n)}</p><div><img src=a><div>Pier {n} (AP photo)</div></div>" for n in range(5_000)
    ),
    "quotes": "".join(f"<p>{TOLD.format(n)}</p><b class=c{n % 9}><div>Quote of {n}, {TOLD.format(n)}</div></b>"
                      for n in range(5_000)),
    "paragraphs far down": "<div>" * 1_900 + "".join(f"<p>{TOLD.format(n)}</p>" for n in range(5_000)),
    "suspects in suspects": "<div class=ad>" * 1_900 + "".join(f"<p>{TOLD.format(n)}</p>" for n in range(5_000)),
    "a story far down": "<div class=ad>" * 1_900 + "<p>sheep</p>" * 10_000 + f"<main><p>{TOLD}</p></main>",
}  # fmt: skip
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


@pytest.mark.parametrize("kind", LARGE)
def test_work_grows_as_the_page_does(kind: str) -> None:
    started = time.process_time()
    with suppress(NotAnArticle):
        parse(f"<body><h1>Talks go on</h1><article>{LARGE[kind]}</article></body>")
    assert time.process_time() - started < 5  # a second, where it goes as it should


def test_halves_of_characters_are_left_out_and_counted() -> None:
    article = parse("Talks go on\n\nBoth sides ag\udcf1reed on Monday to meet again in June. (Yonhap)")
    assert article.paragraphs == ("Both sides agreed on Monday to meet again in June. (Yonhap)",)
    assert article.notes[-1].startswith("1 characters not readable")


def test_halves_of_characters_in_json_are_left_out() -> None:
    node = '{"@type": "NewsArticle", "headline": "Talks \\ud83d go on"}'
    page = f'<html><script type="application/ld+json">{node}</script><p>Both sides agreed on Monday to meet again in June.</p>'
    assert parse(page).title == "Talks go on"


def test_a_page_that_is_all_title_shows_no_markup_as_text() -> None:
    with pytest.raises(NotAnArticle):
        parse(
            "<title>Talks<p>Both sides agreed on Monday to meet again in June &lt;b&gt; and to talk.</p><p>x</p>"
        )


NOT_READ = {"yaml", "path", "urls"}  # codebooks, folders that lead out of themselves, and addresses


def test_whatever_is_read_has_its_fate_in_time(pages: Path, tmp_path: Path) -> None:
    """Read each hostile file into a corpus of its own, as a user would."""
    expectations = json.loads((pages / "expectations.json").read_text("utf-8"))
    files = [one for one in expectations if one["feed"] not in NOT_READ]
    found = {one["id"]: wrong for one in files if (wrong := _wrong(one, pages, tmp_path))}
    assert not found
    assert len(files) > 100


def _wrong(expected: dict[str, Any], pages: Path, folder: Path) -> str:
    began = time.monotonic()
    try:
        fates = read(pages / expected["path"], into=folder / expected["id"].replace("/", "-")).fates
    except NewskitError:
        fates = {"article": 0, "set aside": 1}
    if time.monotonic() - began > expected["max_s"]:
        return f"took over {expected['max_s']} s"
    if expected["outcome"] == "article" and not fates["article"]:
        return "is an article"
    aside = expected["outcome"] in ("quarantine", "refuse")  # of an archive, its good members are kept
    return "is not to be read" if aside and not fates["set aside"] else ""
