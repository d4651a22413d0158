"""Which column of a table is which field of an article: guessed by exact names, shown, and overruled by the user."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from newskit.errors import BadArgument, SourceError, nearest
from newskit.sources.raw import Raw, Refused

__all__ = [
    "FIELDS",
    "USUAL",
    "Row",
    "Table",
    "as_text",
    "check_fields",
    "guess",
    "notes_of",
    "read",
    "settle",
]

_USUAL = {
    "title": "title headline headlines articletitle newstitle storytitle headlinetext pagetitle titletext subject "
    "제목 기사제목 뉴스제목 기사명 표제 헤드라인 타이틀 見出し 見出 主見出し タイトル 記事タイトル 記事見出し ニュースタイトル 記事名 題名 件名 "
    "标题 標題",
    "text": "text body fulltext articletext articlebody bodytext maintext plaintext cleantext cleanedtext "
    "extractedtext rawtext pagetext storytext newstext content contents articlecontent maincontent textcontent "
    "contenttext story article inputtext selftext 본문 기사본문 뉴스본문 원문 내용 기사내용 뉴스내용 전문 텍스트 "
    "本文 記事本文 記事 記事内容 記事全文 本文テキスト テキスト 内容 正文 全文 內容 description summary abstract snippet 요약 要約",
    "url": "url link articleurl articlelink storylink storyurl newsurl newslink permalink canonicalurl weburl "
    "pageurl originalurl requestedurl targeturi warctargeturi documentidentifier sourceurl sourcelink "
    "articlesourcelink original href uri 링크 주소 기사주소 기사링크 기사url 원문주소 원문링크 웹주소 "
    "リンク アドレス 記事url 元url 链接 indexlink",
    "published": "published publishedat publishedtime publishtime publicationtime pubtime datepublished "
    "publisheddate publishdate publisheddatetime publisheddateutc publishedutc publicationdate datepublish datepublishedutc "
    "firstpublished firstpublishedat pubdate releasedate datetime date articledate newsdate posted postedat "
    "postdate createdutc created createdat timestamp day 일자 날짜 일시 기사일자 작성일 작성일시 작성일자 등록일 등록일시 입력일 "
    "입력일시 게재일 게재일자 게시일 발행일 발행일자 발행일시 보도일 보도일자 출고일시 송고일시 日付 掲載日時 掲載日 掲載年月日 公開日時 公開日 "
    "配信日時 配信日 発行日 発行年月日 発表日 日時 年月日 日期 发布时间 發布時間 发布日期",
    "updated": "updated updatedat updatedtime updatetime dateupdated updateddate modified modifiedat "
    "modifiedtime datemodified lastmodified lastupdated 수정일 수정일시 更新日時 更新日 更新时间",
    "outlet": "outlet medianame media mediaoutlet newspaper publication publisher source sourcename newssource "
    "sitename site website press channel brand sourcecommonname 언론사 언론사명 매체 매체명 신문사 신문 방송사 출처 媒体 媒体名 "
    "メディア メディア名 新聞 新聞名 新聞社 新聞社名 掲載紙 掲載紙名 掲載媒体 紙名 出典 媒體 来源 "
    "domain domainname sourcedomain hostname host urlhost urlhostname netloc sitehost 도메인 ドメイン",
    "section": "section sectionname category newscategory articlecategory desk rubric predefinednewscategory "
    "섹션 분류 카테고리 통합분류 통합분류1 지면 면명 면종 面名 面種 掲載面 分類 ジャンル カテゴリ カテゴリー 分类 版面",
    "language": "language lang languages languagecode langcode detectedlanguage detectedlang contentlanguage contentlanguages "
    "언어 言語 语言",
    "byline": "byline bylines author authors authorname pageauthors reporter reporters journalist writer creator "
    "기고자 기자 기자명 작성자 글쓴이 저자 필자 記者 記者名 筆者 著者 執筆者 作者",
    "agency": "agency newsagency wire wireservice 통신사 通信社 通讯社",
    "dateline": "dateline",
    "captions": "captions caption imagecaption imagecaptions photocaption 캡션 사진설명 キャプション 写真説明",
}
USUAL: Mapping[str, tuple[str, ...]] = {field: tuple(names.split()) for field, names in _USUAL.items()}
FIELDS = tuple(USUAL)
_ABSENT = {"", "null", "none", "nan", "nat", "n/a", "#n/a", "<na>", "~"}
_NAMED = ("name", "title", "main", "text", "value", "rendered", "#text")
_SHOWN = 40
_DEPTH = 6


@dataclass(frozen=True)
class Row:
    """One row of a table: its number, from 1, its cells by column, and what its reader should know."""

    number: int
    cells: Mapping[str, Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table being read: its columns, and its rows as they come; a row that is broken comes as Refused.

    Where a kind can leave out columns, `picked` gives the rows with only those named, and is used instead of `rows`.
    `notes` hold for every row.
    """

    name: str
    columns: tuple[str, ...]
    rows: Iterator[Row | Refused]
    picked: Callable[[tuple[str, ...]], Iterator[Row | Refused]] | None = None
    notes: tuple[str, ...] = ()


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Guess which column holds which field: the first usual name that is there, each column once.

    >>> guess(["Headline", "Publish Date", "story_text", "sentiment"])
    {'title': 'Headline', 'text': 'story_text', 'published': 'Publish Date'}
    >>> guess(["일자", "언론사", "제목", "본문"])["outlet"]
    '언론사'
    """
    plain: dict[str, str] = {}
    for column in columns:
        plain.setdefault(_plain(column), column)
    found = {field: [plain[name] for name in names if name in plain] for field, names in USUAL.items()}
    return {field: hits[0] for field, hits in found.items() if hits}


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


# Exports of databases that are told by the names of their columns, and what their rows lack.
_DATABASES = (
    (
        {"뉴스식별자", "일자", "언론사", "본문"},
        "text",
        "본문",
        "an excerpt: BIGKinds exports about the first 200 characters of a text",
    ),
    (
        {"indexeddate", "medianame", "mediaurl", "publishdate", "title"},
        "title",
        "title",
        "Media Cloud exports titles and addresses, no texts",
    ),
    (
        {"timestamp", "original", "mimetype"},
        "published",
        "timestamp",
        "dated by its capture in a web archive (CDX), not by its publication",
    ),
)


def notes_of(columns: Iterable[str], settled: Mapping[str, str]) -> dict[str, str]:
    """Say by field what the rows of a known database's export lack that hold it; nothing for other tables.

    >>> notes_of(["뉴스 식별자", "일자", "언론사", "제목", "본문"], {"title": "제목", "text": "본문"})
    {'text': 'an excerpt: BIGKinds exports about the first 200 characters of a text'}
    """
    plain = {_plain(column) for column in columns}
    return {
        field: note
        for names, field, name, note in _DATABASES
        if names <= plain and _plain(settled.get(field, "")) == name
    }


def check_fields(given: Mapping[str, str]) -> None:
    """Raise BadArgument where `columns` names a field that no article has."""
    for field in given:
        if field not in USUAL:
            raise BadArgument(
                f"No field {field!r}: columns takes {{field: column}} with the fields {', '.join(FIELDS)}."
                f"{nearest(field, FIELDS)}"
            )


def settle(table: Table, given: Mapping[str, str] | None) -> dict[str, str]:
    """Settle field -> column for a table: what the user gave, and the guess for the rest.

    Raises BadArgument for a column that is not there, SourceError where neither title nor text can be found.
    """
    given = given or {}
    for field, column in given.items():
        if column not in table.columns:
            raise BadArgument(
                f"No column {column!r} (for {field}) in {table.name}, which has {_listed(table.columns)}."
                f"{nearest(column, table.columns)}"
            )
    taken = set(given.values())
    guessed = guess(column for column in table.columns if column not in taken)
    settled = guessed | dict(given)
    if "title" not in settled and "text" not in settled:
        raise SourceError(
            f"neither a title nor a text among its columns {_listed(table.columns)}; "
            "say which is which, as in columns={'title': '…', 'text': '…', 'published': '…'}"
        )
    return {field: settled[field] for field in FIELDS if field in settled}


def _listed(columns: tuple[str, ...]) -> str:
    shown = ", ".join(repr(column[:60]) for column in columns[:_SHOWN])
    return f"{shown} and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else shown or "no columns"


def read(table: Table, given: Mapping[str, str] | None) -> Iterator[Raw | Refused]:
    """Give each row of a table as fields of an article; a row without title and text is refused alone."""
    settled = settle(table, given)
    used = tuple(dict.fromkeys(settled.values()))
    lacking = notes_of(table.columns, settled)
    for row in table.picked(used) if table.picked else table.rows:
        if isinstance(row, Refused):
            yield row
            continue
        raw = _raw(table.name, row, settled)
        yield raw if isinstance(raw, Refused) else _noted(raw, (*table.notes, *row.notes), lacking)


def _raw(name: str, row: Row, settled: Mapping[str, str]) -> Raw | Refused:
    source = f"{name}#{row.number}"
    cells = {field: as_text(row.cells.get(column), field) for field, column in settled.items()}
    fields = {field: text for field, text in cells.items() if text}
    if "title" in fields or "text" in fields:
        return Raw(source, fields=fields, columns=settled)
    wanted = " and ".join(repr(settled[field]) for field in ("title", "text") if field in settled)
    return Refused(source, f"nothing in {wanted} of this row")


def _noted(raw: Raw, notes: tuple[str, ...], lacking: Mapping[str, str]) -> Raw:
    """Add what is to be known of a row, one note a line."""
    fields = raw.fields or {}
    said = (*notes, *(note for field, note in lacking.items() if field in fields))
    return Raw(raw.source, fields={**fields, "note": "\n".join(said)}, columns=raw.columns) if said else raw


def as_text(value: Any, field: str = "") -> str:
    """Give a cell as text: empty for null and NaN; lists joined; of an object its name.

    >>> as_text(["A. Kim", {"name": "B. Sato"}, None])
    'A. Kim; B. Sato'
    """
    if isinstance(value, str):
        return _clean(value)
    mark = "\n\n" if field in ("text", "captions") else "; "
    return mark.join(text for text in _texts(value, _DEPTH) if text)


def _texts(value: Any, depth: int) -> Iterator[str]:
    """Give every text in a cell; what is nested deeper than any real table is left out."""
    if isinstance(value, list | tuple) and depth:
        for part in value:
            yield from _texts(part, depth - 1)
    elif isinstance(value, Mapping) and depth:
        yield from _texts(next((value[key] for key in _NAMED if value.get(key)), None), depth - 1)
    elif isinstance(value, bool):
        yield str(value).lower()
    elif isinstance(value, bytes):
        yield _clean(value.decode("utf-8", "replace"))
    elif isinstance(value, datetime | date | time):
        yield value.isoformat()
    elif isinstance(value, str | int | float | Decimal):
        yield _clean(str(value))


def _clean(text: str) -> str:
    text = text.replace("\0", "").strip()
    if len(text) < 5 and text.casefold() in _ABSENT:
        return ""
    if text[:2] in ("b'", 'b"'):
        text = _of_repr(text)
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _of_repr(text: str) -> str:
    """Undo the b'…' that programs leave in tables which print bytes instead of text."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else text
