"""One law for all readers: bytes in, fates out, and never another exception, to the parsed article.

`outcome` would turn a fault of the parser into a fate: here it may not happen.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newskit.errors import NotAnArticle
from newskit.parse import parse, record
from newskit.sources import FORMATS, Raw, Refused, find
from newskit.sources.raw import Stored

GOLDEN = Path(__file__).with_name("golden")
GKG = b"20230214101500-1\t20230214101500\t1\tgull.example\thttps://gull.example/a\t" + b"\t".join(
    [b""] * 21 + [b"<PAGE_TITLE>Ships came</PAGE_TITLE>"]
)
FRONT = b"---\ntitle: 'Ships: a list'\ndate: 2022-05-22 05:39:17-04:00\nauthor: [A. Kim, B. Sato]\n---\nShips **came**.\n"
STORY = (
    b"<p>Two ships came into the harbour on Monday after repairs, the port office said in a statement.</p>"
)
ROWS = b'{"title": "One", "text": "Ships came.", "date": "2023-02-14", "url": "https://gull.example/1"}\n'


def golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.html", golden("exports/nexis.html"))
        file.writestr("b.csv", "title,text\nOne,Ships came.\n")
    return packed.getvalue()


def tarred() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as file:
        info = tarfile.TarInfo("a.jsonl")
        info.size = len(ROWS)
        file.addfile(info, io.BytesIO(ROWS))
    return packed.getvalue()


def whole() -> dict[str, bytes]:
    """Give a file of every kind, named so that its reader takes it."""
    return {
        "exports a.html": golden("exports/factiva_codes.html"),
        "exports a.xml": golden("exports/reuters.xml"),
        "exports a.rtf": golden("exports/factiva_lines.rtf"),
        "exports a.docx": golden("exports/lexis.docx"),
        "workbooks a.xlsx": golden("tables/bigkinds.xlsx"),
        "archives a.zip": zipped(),
        "tar a.tar.gz": tarred(),
        "warc a.warc": golden("archives/crawl.warc"),
        "warc a.warc.gz": gzip.compress(golden("archives/crawl.warc")),
        "feeds a.xml": golden("feeds/atom1.atom"),
        "feeds a.rss": golden("feeds/euc_kr.xml"),
        "feeds a.json": golden("feeds/json_feed.json"),
        "web a.txt": b"# pages\nhttps://gull.example/1\nhttps://gull.example/2\n",
        "parquet a.parquet": golden("tables/articles.parquet"),
        "gdelt a.gkg.csv": GKG + b"\n" + GKG.replace(b"-1", b"-2") + b"\n",
        "records a.jsonl": ROWS * 3,
        "records a.json": b"[" + ROWS + b"]",
        "tables a.csv": b"title,text,date\nOne,Ships came.,2023-02-14\n" * 3,
        "markdown a.md": FRONT,
        "mhtml a.mhtml": golden("archives/chrome.mhtml"),
        "mhtml b.mhtml": golden("archives/explorer_korean.mhtml"),
        "files a.html": b"<!doctype html><title>Ships came</title><h1>Ships came</h1>" + STORY * 4,
        "files a.txt": "배가 왔다\n\n배 두 척이 월요일에 항구에 들어왔다고 항만청이 밝혔다.\n".encode(
            "cp949"
        ),
    }


WHOLE = whole()
SCRAPS = st.sampled_from([
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\n\n", b'"', b"'", b",", b"\t", b"<", b">", b"</", b"<![CDATA[", b"&#x0;", b"&#xD800;",
    b"&a;", b"]]>", b"{", b"}", b"[", b"---\n", b": ", b"\\ud800", b"=?utf-8?b?", b"--", b"Content-Length: -1\r\n", b"99999999999999999999",
    b"0000-00-00T99:99:99Z", b"9999-12-31T23:59:59-14:00", b"1950-01-01T00:00:00+14:00", b"http://[", b"https://a:b@\xff/", b"\xb0\xa1", b"1e999",
])  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """Flip bytes of a file, write scraps into it or over it, repeat a piece of it, and cut it."""
    data = bytearray(WHOLE[name])
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        piece = draw(
            st.one_of(
                SCRAPS, st.binary(max_size=6), st.just(bytes(data[at : at + length])).map(lambda b: b * 2)
            )
        )
        data[at : at + draw(st.sampled_from([0, len(piece), length]))] = piece
    return bytes(data[: draw(st.integers(0, len(data)))]) if draw(st.integers(0, 3)) == 0 else bytes(data)


def settle(raw: Raw | Refused) -> str:
    """Give the fate of a page or row, as `outcome` does, but let a fault of the parser through."""
    assert raw.source
    if isinstance(raw, Refused):
        assert raw.why
        return "set aside"
    try:
        article = (
            parse(raw.data, url=raw.url) if raw.fields is None else record(raw.fields, raw.source, raw.sha)
        )
    except NotAnArticle:
        return "set aside"
    assert article.title or article.paragraphs
    "".join([article.id, *map(str, article.as_dict().values())]).encode("utf-8", "replace")
    return "article"


def fates(path: Path) -> list[str]:
    (one,) = find(path)
    dict(one.mapping)
    return [settle(raw) for raw in one.raws()]


@pytest.mark.parametrize("name", WHOLE)
def test_each_file_is_read_by_its_reader(name: str, tmp_path: Path) -> None:
    module, file = name.split()
    path = tmp_path / file
    path.write_bytes(WHOLE[name])
    stored = Stored(file, len(WHOLE[name]), lambda: io.BytesIO(WHOLE[name]))
    first = next(form for _, form in FORMATS if form.opens(stored.plain_name, stored.head))
    assert first.__name__.split(".")[2] == module
    if module != "web":  # addresses are told, and not fetched here
        assert "article" in fates(path)


def test_every_reader_is_held_to_the_law() -> None:
    readers = {form.__name__.split(".")[2] for _, form in FORMATS}
    assert {name.split()[0] for name in WHOLE} == readers


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


@pytest.mark.parametrize("name", WHOLE)
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_bytes_in_fates_out(folder: Path, name: str, data: st.DataObject) -> None:
    path = folder / name.split()[1]
    path.write_bytes(data.draw(damaged(name)))
    fates(path)
