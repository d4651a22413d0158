"""What parse takes, and what it says of what it does not take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newskit import NotAnArticle, parse
from newskit.errors import BadArgument


@pytest.mark.parametrize("given", [Path("page.html"), None, bytearray(b"<p>"), 7])
def test_a_page_is_bytes_or_text(given: Any) -> None:
    with pytest.raises(BadArgument, match=r"read_bytes\(\)"):
        parse(given)


@pytest.mark.parametrize(
    "given", ["page.html", "C:\\pages\\page.html", "https://gull.example/talks", "my pages/a.txt"]
)
def test_where_a_page_is_is_no_page(given: str) -> None:
    with pytest.raises(NotAnArticle, match="is where a page is"):
        parse(given)


def test_a_byline_behind_the_page_is_no_fault() -> None:
    assert parse(
        "<h1>Talks go on</h1><p>Both sides agreed on Monday to meet again in June.</p></body>By June</html>"
    )


def test_the_language_says_where_it_was_read() -> None:
    page = "<h1>Talks go on</h1><p>Both sides agreed on Monday that they will meet again in June.</p>"
    assert parse(page).origin["language"] == "page text"
