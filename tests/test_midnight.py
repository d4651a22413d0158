"""Midnight in Seoul: an article counts on the day where it was published, whatever zone its time is written in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newskit import Codebook, measure, parse, read, tag
from newskit.parse import record

STORY = "\n\n".join(
    f"Pier {n} of the harbour opened again after repairs that took two days, the port office said in a statement."
    for n in range(3, 7)
)
BEFORE, AFTER = "2023-02-28", "2023-03-01"  # both are 28 February in UTC

PASTED = {
    "Feb 28, 2023 - 23:59": BEFORE,
    "Mar 1, 2023 - 00:30": AFTER,
    "2023.02.28 23:59 KST": BEFORE,
    "2023.03.01 00:30 KST": AFTER,
    "2023-02-28 14:59:59 UTC": BEFORE,
    "2023-02-28 15:30:00 UTC": AFTER,
}
STATED = {
    "2023-02-28T23:59:00+09:00": BEFORE,
    "2023-03-01T00:30:00+09:00": AFTER,
    "2023-02-28T23:59:00": BEFORE,
    "2023-03-01T00:30:00": AFTER,
    "2023-02-28T14:59:59Z": BEFORE,
    "2023-02-28T15:00:00Z": AFTER,
    "2023-02-28T15:30:00Z": AFTER,
    "2023-02-28T10:30:00-05:00": AFTER,
    "2023-03-01T00:00:00+09:00": AFTER,
    "2023-03-01T00:00:00Z": AFTER,  # midnight to the second is how sites write a mere day
}


def pasted(time: str) -> str:
    """Write a page of the Korea Herald as it is pasted; the story is invented."""
    return (
        f"Menu\nHome\nNational\nBusiness\n\nHarbour opens again\n\nBy Mina Kim\nPublished : {time}\n\n{STORY}\n\n"
        "Copyright Herald Corporation. All Rights Reserved.\n"
    )


def page(time: str, site: str = "The Korea Herald") -> str:
    """Write a page with its time in the head."""
    told = "".join(f"<p>{text}</p>" for text in STORY.split("\n\n"))
    return (
        f'<html lang="en"><head><title>Harbour opens again</title><meta property="og:site_name" content="{site}">'
        f'<meta property="article:published_time" content="{time}"></head>'
        f"<body><article><h1>Harbour opens again</h1>{told}</article></body></html>"
    )


@pytest.mark.parametrize(("time", "day"), PASTED.items())
def test_a_pasted_page(time: str, day: str) -> None:
    assert str(parse(pasted(time)).day) == day


@pytest.mark.parametrize(("time", "day"), STATED.items())
def test_a_page_of_an_outlet_in_seoul(time: str, day: str) -> None:
    assert str(parse(page(time)).day) == day


@pytest.mark.parametrize(("time", "day"), STATED.items())
def test_a_row_of_an_outlet_in_seoul(time: str, day: str) -> None:
    row = {"title": "Harbour opens again", "text": STORY, "published": time, "outlet": "Yonhap"}
    assert str(record(row).day) == day


def test_an_instant_of_an_outlet_that_is_not_known_stays_in_its_zone() -> None:
    assert str(parse(page("2023-02-28T15:30:00Z", "The Gull")).day) == BEFORE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of a page, a pasted page and a table, with an article of each side of midnight in each."""
    pages = tmp_path / "pages"
    pages.mkdir()
    files = {
        "before.txt": pasted("Feb 28, 2023 - 23:59"),
        "after.txt": pasted("Mar 1, 2023 - 00:30").replace("two days", "six days"),
        "before.html": page("2023-02-28T14:59:59Z").replace("two days", "nine days"),
        "after.html": page("2023-02-28T15:30:00Z").replace("two days", "ten days"),
    }
    for name, text in files.items():
        (pages / name).write_text(text, encoding="utf-8")
    rows = [
        {"title": "Before", "text": "A harbour.", "published": "2023-02-28T23:59+09:00", "outlet": "Yonhap"},
        {"title": "After", "text": "A harbour.", "published": "2023-03-01T00:30+09:00", "outlet": "Yonhap"},
    ]
    (pages / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return pages


def test_charts_count_by_the_day_in_seoul(folder: Path, tmp_path: Path) -> None:
    corpus = read(folder, into=tmp_path / "corpus")
    hits = tag(corpus, Codebook.from_text("topics: {harbour: {any: [harbour]}}"))
    for per, before, after in (("month", "2023-02", "2023-03"), ("day", BEFORE, AFTER)):
        coverage = measure(hits, per=per, copies="all")  # type: ignore[arg-type]
        assert [coverage.label(period) for period in coverage.periods] == [before, after]
        assert coverage.frame[["n", "of"]].to_numpy().tolist() == [[3, 3], [3, 3]]
        assert set(coverage.at("harbour", after).labels["day"]) == {corpus.frame["day"].max()}
    assert len(corpus.between(AFTER, None)) == len(corpus.between(None, BEFORE)) == 3
