"""The parser for pasted pages. A new case is a pair of files in golden/text and needs no Python."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskit.errors import NewskitError
from newskit.parse.text import parse_text
from newskit.parse.text.lines import Kind, classified, word_count
from newskit.parse.text.outlets import outlet_in
from newskit.parse.text.zones import zones_of

GOLDEN = Path(__file__).parent / "golden" / "text"
CASES = sorted(path.stem for path in GOLDEN.glob("*.json"))


@pytest.mark.parametrize("case", CASES)
def test_golden_pages(case: str) -> None:
    wanted = json.loads((GOLDEN / f"{case}.json").read_text(encoding="utf-8"))
    page = (GOLDEN / f"{case}.txt").read_text(encoding="utf-8")
    assert "nvented" in wanted["description"]
    if "error" in wanted:
        with pytest.raises(NewskitError) as caught:
            parse_text(page, source="case.txt")
        assert type(caught.value).__name__ == wanted["error"]
        assert "case.txt" in str(caught.value)
        return
    found = parse_text(page, url=wanted.get("url")).as_dict()
    assert {key: found[key] for key in wanted["expect"]} == wanted["expect"]


HEADS = json.loads((GOLDEN.parent / "heads.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", HEADS["cases"], ids=lambda case: " ".join(case["head"])[:40])
def test_lines_between_headline_and_body(case: dict[str, Any]) -> None:
    page = HEADS["pages"][case["language"]]
    top = ["Home", "News", "Sport", "", page["title"], *case["head"]]
    story = parse_text("\n\n".join(["\n".join(top), *page["body"]]))
    read = story.as_dict()
    assert (read["title"], read["paragraphs"]) == (page["title"], page["body"])
    assert {key: read[key] for key in case["expect"]} == case["expect"]


BELL = "Ferry bell of Osa rings again after nine silent years"
TOPS = {
    "kicker": ["Bell of ferry rings", BELL, "By Mora Quill"],
    "second headline": [BELL, "New clapper was cast from forty saucepans of the school", "March 5, 2024"],
    "breadcrumb": ["Home | Harbor |", "Ferry bell of Osa rings", "Harbor bells –", BELL],
    "long breadcrumb": ["Osa > Ferry and bell > Town pier", BELL, "March 5, 2024"],
    "film": [
        BELL,
        "The town is glad",
        "March 5, 2024",
        *["Share", "Save", "Print", "Text size"] * 2,
        "Video",
        "Town comes to pier as Osa bell rings Monday",
    ],
    "glued kicker": [f"Osa harbor: {BELL}", "Harbor", f"Osa harbor{BELL}", "March 5, 2024"],
}


@pytest.mark.parametrize("top", TOPS)
def test_headline_among_lines_that_are_like_it(top: str) -> None:
    body = [
        "The bell of the Osa ferry rang on Monday for the first time in nine years, and half the town came down to the pier to hear it.",
        "Its clapper had been lost in a storm, and a new one was cast from the handles of forty saucepans given by the school.",
        "The ferry will ring at seven in the morning and at six in the evening, except on Sundays, the harbor office said.",
    ]
    page = "\n\n".join(["\n".join(["Home", "News", "Sport", *TOPS[top]]), *body])
    assert parse_text(page).title == BELL


def test_seed_page(shared: Path) -> None:
    page = (shared / "data" / "seed" / "korea_herald_2023-02-14.txt").read_text(encoding="utf-8")
    story = parse_text(page)
    read = story.as_dict()
    wanted = {
        "outlet": "The Korea Herald",
        "section": "National",
        "title": "S. Korea, Japan seek ways to mend ties in bilateral talks",
        "byline": [],
        "agency": "Yonhap",
        "dateline": "WASHINGTON",
        "published": "2023-02-14T10:12:00+09:00",
        "updated": "2023-02-14T10:12:00+09:00",
        "precision": "minute",
        "language": "en",
        "notes": ["time zone assumed Asia/Seoul from the outlet"],
    }
    assert {key: read[key] for key in wanted} == wanted
    assert (len(story.captions), len(story.paragraphs)) == (1, 12)
    assert story.paragraphs[0].startswith("WASHINGTON -- Vice foreign ministers")
    assert story.paragraphs[-1].endswith("(Yonhap)")
    assert not {"China", "North Korea", "Herald", "Popular"} & set(story.body.split())


def test_golden_pages_share_no_sentence_with_the_seed(shared: Path) -> None:
    seed = (shared / "data" / "seed" / "korea_herald_2023-02-14.txt").read_text(encoding="utf-8")
    sentences = {line for line in seed.splitlines() if len(line.split()) > 8}
    for case in CASES:
        assert not sentences & set((GOLDEN / f"{case}.txt").read_text(encoding="utf-8").splitlines())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_an_article_or_none(text: str) -> None:
    try:
        story = parse_text(text)
    except NewskitError:
        return
    assert story.paragraphs
    assert all(paragraph.strip() for paragraph in story.paragraphs)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Home", "", "Talks were held in the harbor on Monday, officials said.", "© 2020 X"]),
        max_size=60,
    )
)
def test_zones_keep_every_line_in_order(rows: list[str]) -> None:
    lines = classified("\n".join(rows)).lines
    zones = zones_of(lines)
    assert (*zones.head, *zones.body, *zones.tail) == lines


def test_line_kinds() -> None:
    kinds = {
        "Copyright 2020 The Morning Gull": Kind.LEGAL,
        "Date of registration : 2015.04.28": Kind.LEGAL,
        "Published : Mar 5, 2024 - 21:40": Kind.DATE,
        "ADVERTISEMENT": Kind.FURNITURE,
        "Related articles": Kind.NEXT,
        "12 Comments": Kind.COMMENTS,
        "The pier at dawn. Photo: Ida Fenwick": Kind.CAPTION,
        "Sign up for our newsletter": Kind.PROMO,
        "Talks were held in the harbor on Monday, officials said.": Kind.PROSE,
        "Two coasts look for light": Kind.SHORT,
    }
    assert {text: classified(text).lines[0].kind for text in kinds} == kinds


def test_words_of_scripts_without_spaces() -> None:
    assert word_count("灯台は消えたままである") == 5
    assert word_count("") == 0


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("Copyright Herring Corporation. All Rights Reserved.", "Herring"),
        ("Copyright (c) 2023 The Xyz. All rights reserved.", "The Xyz"),
        ("© 1999-2024 Gull Media Ltd.", "Gull Media"),
        ("저작권자 ⓒ 새벽통신, 무단 전재 및 재배포 금지", "새벽통신"),
        ("COPYRIGHT POLICY", None),
    ],
)
def test_outlet_in_copyright_line(line: str, owner: str | None) -> None:
    assert outlet_in(classified(line).lines) == owner


def test_hostile_page_is_refused_in_time() -> None:
    page = "\n".join(["a (" * 2000, "." * 9000, "Photo: " * 500, "1/2/" * 2000] * 20)
    started = time.process_time()
    with suppress(NewskitError):
        parse_text(page)
    assert time.process_time() - started < 5


def test_a_text_that_was_pasted_twice_is_read_once() -> None:
    page = (GOLDEN / "dense.txt").read_text(encoding="utf-8")
    once, twice = parse_text(page), parse_text(f"{page}\n{page}")
    assert (twice.title, twice.paragraphs) == (once.title, once.paragraphs)
    assert "the text stands twice in the page: it was read once" in twice.notes


STORIES = [case for case in CASES if case.endswith("_layout") and case != "nhk_world_layout"]
SECOND = "the text seems to hold a second page"


def test_the_first_of_two_pages_of_any_two_outlets_is_read() -> None:
    pages = {case: (GOLDEN / f"{case}.txt").read_text(encoding="utf-8") for case in STORIES}
    noted = 0
    for case, page in pages.items():
        alone = parse_text(page)
        for other in STORIES[::3]:
            both = parse_text(f"{page}\n\n{pages[other]}") if other != case else alone
            assert (both.title, both.paragraphs, both.published) == (
                alone.title,
                alone.paragraphs,
                alone.published,
            )
            noted += other == case or any(note.startswith(SECOND) for note in both.notes)
    assert noted >= 0.9 * len(STORIES) * len(STORIES[::3])


def test_one_page_is_never_two() -> None:
    for case in CASES:
        wanted = json.loads((GOLDEN / f"{case}.json").read_text(encoding="utf-8"))
        if "error" not in wanted and not case.startswith("two_"):
            notes = parse_text((GOLDEN / f"{case}.txt").read_text(encoding="utf-8")).notes
            assert not [note for note in notes if note.startswith(SECOND)], case


def test_every_page_of_three_but_the_first_is_left_out() -> None:
    first, second, third = ((GOLDEN / f"{case}.txt").read_text(encoding="utf-8") for case in STORIES[:3])
    both = parse_text(f"{first}\n{second}\n{third}")
    assert both.paragraphs == parse_text(first).paragraphs
    assert len([note for note in both.notes if note.startswith(SECOND)]) == 1


def test_a_stub_is_an_article_with_a_note() -> None:
    page = (
        "Ferry fares rise\n\nThe ferry to Osa will cost four crowns from May, the harbor office said on Monday.\n\n"
        "The old fare had stood for nine years.\n\nAlready a subscriber? Log in to read on."
    )
    assert "paywall: the page may hold only the opening of the story" in parse_text(page).notes
