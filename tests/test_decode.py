"""Decoding: which evidence decides, and that no character is lost without a count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskit.parse.decode import codec_of, decode

KOREAN = "한서윤 기자가 똠방 마을의 다리를 건너며 햏 하고 웃었다."
JAPANESE = "港町の運賃は①四百円、㈱ひがし汽船が発表した。これはひらがなを含む文です。"
CHINESE = "两个港口的市长是在码头上握手的，他们说不会再有争吵了，中国的人都知道。"


@pytest.mark.parametrize(
    ("raw", "text", "encoding", "decided_by"),
    [
        (b"\xef\xbb\xbfhello", "hello", "utf-8", "byte order mark"),
        (b"\xff\xfe" + KOREAN.encode("utf-16-le"), KOREAN, "utf-16-le", "byte order mark"),
        (b"\xfe\xff" + KOREAN.encode("utf-16-be"), KOREAN, "utf-16-be", "byte order mark"),
        (("<p>" * 9 + "no mark").encode("utf-16-le"), "<p>" * 9 + "no mark", "utf-16-le", "zero bytes"),
        (KOREAN.encode(), KOREAN, "utf-8", "strict utf-8"),
        (("\x1b$)C" + "항구").encode("iso2022_kr"), "항구", "iso2022_kr", "escape sequences"),
        ("港の運賃".encode("iso2022_jp"), "港の運賃", "iso2022_jp_ext", "escape sequences"),
        (KOREAN.encode("cp949"), KOREAN, "cp949", "detector"),
        (JAPANESE.encode("cp932"), JAPANESE, "cp932", "detector"),
        (JAPANESE.encode("euc_jis_2004"), None, "euc_jis_2004", "detector"),
        (CHINESE.encode("gb18030"), CHINESE, "gb18030", "detector"),
    ],
)
def test_evidence_in_its_order(raw: bytes, text: str | None, encoding: str, decided_by: str) -> None:
    found = decode(raw)
    assert (found.encoding, found.decided_by, found.replaced) == (encoding, decided_by, 0)
    assert text is None or found.text.removeprefix("\x1b$)C") == text


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("EUC-KR", "cp949"),
        ("ks_c_5601-1987", "cp949"),
        ("Shift_JIS", "cp932"),
        ("gb2312", "gb18030"),
        ("iso-8859-1", "cp1252"),
        ("utf-16", "utf-8"),
        ("no-such-thing", None),
    ],
)
def test_labels_mean_what_they_mean_to_browsers(label: str, codec: str | None) -> None:
    assert codec_of(label) == codec


def test_label_in_the_page() -> None:
    found = decode(b'<meta charset="ks_c_5601-1987">' + KOREAN.encode("cp949"))
    assert found.text.endswith(KOREAN)
    assert (found.encoding, found.decided_by, found.replaced) == ("cp949", "label in the page", 0)


def test_label_that_came_with_the_page_wins() -> None:
    raw = b'<meta charset="euc-kr">' + JAPANESE.encode("cp932")
    assert decode(raw, label="shift_jis").text.endswith(JAPANESE)


def test_wrong_label_loses_to_utf8() -> None:
    page = '<meta charset="iso-8859-1">' + KOREAN
    assert decode(page.encode()).text == page


def test_label_that_is_no_text_encoding() -> None:
    assert "charset" in decode(b'<meta charset="base64">' + KOREAN.encode("cp949")).text


def test_unreadable_bytes_are_counted() -> None:
    found = decode(b'<meta charset="utf-8">' + KOREAN.encode() + b"\xff\xed\xa0")
    assert found.replaced == found.text.count("\ufffd") > 0


@given(st.binary(max_size=300))
def test_any_bytes_give_text_and_an_honest_count(raw: bytes) -> None:
    found = decode(raw)
    assert found.replaced == found.text.count("\ufffd")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_utf8_comes_back_whole(text: str) -> None:
    found = decode(b"\xef\xbb\xbf" + text.encode())
    assert found.text == text
