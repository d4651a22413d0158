"""Layouts: which outlet a page is taken for. A new outlet needs a layout file and a golden pair, and no Python."""

from __future__ import annotations

import json
import re
import textwrap
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from newskit.errors import LayoutError
from newskit.parse.decode import decode
from newskit.parse.layouts import Layout, layout_for, layouts, read_layout

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"


def own_outlet(page: Path) -> str | None:
    wanted = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    name = wanted.get("expect", {}).get("outlet")
    return name if name in {layout.name for layout in layouts()} else None


@pytest.mark.parametrize("page", sorted(GOLDEN.glob("text/*.txt")), ids=lambda page: page.stem)
def test_no_golden_page_is_taken_for_another_outlets(page: Path) -> None:
    """The pages name, credit and quote each other's outlets; their own marks alone may decide."""
    found = layout_for(text=page.read_text(encoding="utf-8"))
    assert (found.name if found else None) == own_outlet(page)


@pytest.mark.parametrize("page", sorted(GOLDEN.glob("html/*.html")), ids=lambda page: page.stem)
def test_marks_in_html_name_no_other_outlet(page: Path) -> None:
    found = layout_for(text=decode(page.read_bytes()).text)
    assert found is None or found.name == own_outlet(page)


def test_a_credit_is_no_mark() -> None:
    for credit in (
        "<저작권자(c) 연합뉴스, 무단 전재-재배포, AI 학습 및 활용 금지>",
        "제보는 카카오톡 okjebo",
        "(Yonhap)\n==Kyodo\n(AP Photo/Ida Fenwick)\nREUTERS/Ida Fenwick\n© Kyodo News\n© Reuters",
        "Copyright 2023 The Associated Press. All rights reserved. This material may not be published.",
        "He told the Chosun Ilbo, the Asahi Shimbun and NHK what he knew about Yonhap and about Nikkei Asia.",
    ):
        assert layout_for(text=credit) is None, credit


def test_of_two_outlets_marks_the_last_decides() -> None:
    credit = "Copyright (c) Yonhap News Agency prohibits its content from being redistributed"
    footer = "Copyright Herald Corporation. All Rights Reserved."
    assert layout_for(text=f"Talks\n{credit}\n{footer}") == layout_for(site_name="The Korea Herald")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://japannews.yomiuri.co.jp/society/general-news/20230214-1/", "The Japan News"),
        ("https://www.yomiuri.co.jp/national/20230214-1/", "The Yomiuri Shimbun"),
        ("https://asia.nikkei.com/Business/Transportation/x", "Nikkei Asia"),
        ("https://www.nikkei.com/article/x", "Nikkei"),
        ("https://www3.nhk.or.jp/nhkworld/en/news/20230214_22/", "NHK World"),
        ("https://www3.nhk.or.jp/news/html/20230214/x.html", "NHK"),
        ("https://koreajoongangdaily.joins.com/x", "Korea JoongAng Daily"),
        ("https://www.joongang.co.kr/article/1", "JoongAng Ilbo"),
    ],
)
def test_editions_are_told_from_their_parents(url: str, name: str) -> None:
    found = layout_for(url=url)
    assert found is not None
    assert found.name == name


def test_the_example_in_contributing_names_every_key() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", told, re.DOTALL)
    assert example
    assert list(tomllib.loads(textwrap.dedent(example[1]))) == [field.name for field in fields(Layout)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('zone = "Asia/Seoul"', "a layout needs the outlet's usual name"),
        ('name = "Gull"\nzones = "Asia/Seoul"', "there is no key 'zones' in a layout. Did you mean 'zone'?"),
        ('name = "Gull"\nzone = "Asia/Soul"', "Did you mean 'Asia/Seoul'?"),
        ('name = "Gull"\nmarks = "Most read"', "it takes a list of texts"),
        ('name = "Gull"\norder = "DMY"', "it is ymd, dmy or mdy"),
        ('name = "Gull', "is no TOML file"),
    ],
)
def test_a_layout_that_cannot_be_says_where_and_why(text: str, fault: str) -> None:
    with pytest.raises(LayoutError, match=r"gull\.toml") as raised:
        read_layout("gull.toml", text)
    assert fault in str(raised.value)
