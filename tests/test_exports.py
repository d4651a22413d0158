"""exports: a file of a database becomes its articles, and says what it could not give."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newskit.errors import SourceError
from newskit.parse.record import record
from newskit.sources import Raw, Refused, exports, find
from newskit.sources.archives import DAMAGE
from newskit.sources.exports.piece import EXPORT_LIMIT
from newskit.sources.raw import Stored

GOLDEN = Path(__file__).parent / "golden" / "exports"
CASES = sorted(path for path in GOLDEN.iterdir() if Path(f"{path}.expect.json").exists())
SHARED = Path(__file__).parents[2] / "shared" / "data" / "corpora" / "export_formats"
EACH = pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
# What opens each format: any bytes may follow.
OPENINGS = [
    b"<html><head><title>Factiva</title></head><div class='article enArticle'>",
    b"<PPSResponse><ppsarticleResultSet count='2'><ppsarticle><article>",
    b"{\\rtf1\\ansi\\trowd HD\\cell gull\\cell\\row ",
    b"{\\rtf1\\ansi\\b Gull\\b0\\par 12 words\\par 1 May 2013\\par Gull\\par Document GULL000020130312e93c0001x\\par",
    b"<HTML><META TOPIC='null' DOCUMENTS='2'><!-- <DOCFULL> -->",
    b"\n                 1 of 2 DOCUMENTS\n\n",
    b"<html><span class='DocPublicationName'>",
    b"<html><article><span class='DocPublicationName'>",
    b"<REUTERS TOPICS='YES' NEWID='1'><TEXT>".replace(b"'", b'"'),
    "<html><title>ヨミダス歴史館</title><table class='contentsTable'>".encode(),
]
PIECES = [
    b"</DOCFULL>", b"<!-- <DOCFULL> -->", b"</article>", b"<article>", b"<p>", b"</div>", b"<br>", b"<table>", b"<tr><td>",
    b"</REUTERS>", b"</ppsarticle>", b"<ppsarticle>", b"LENGTH: 12 words\n\n", b"\n\n", b"LANGUAGE: x\n", b"<BODY>",
    b"<headline>", b"&#xD800;", b"&amp;", b"<th>2009.01.13</th><th>x", b"\\par ", b"\\cell\\row ", b"\\u-10179?\\u-8704?",
    b"\\bin99999999 ", b"{", b"}", b"\\'e9", b"\x00", b"\xff\xfe", "é—「".encode(), b"12 March 2013", b"<!ENTITY a 'b'>&a;",
]  # fmt: skip


def read(path):
    return [one for source in find(path) for one in source.raws()]


def stored(data: bytes, name: str = "export") -> Stored:
    return Stored(name, len(data), lambda: io.BytesIO(data))


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def place(source: str) -> str:
    return source.partition("#")[2]


def fates(source):
    """Read as `find` does: an error that it expects is one fate."""
    try:
        return list(exports.raws(source))
    except (SourceError, *DAMAGE) as error:
        return [Refused(source.name, str(error))]


@EACH
def test_golden(path):
    expected = json.loads(Path(f"{path}.expect.json").read_text("utf-8"))
    items = read(path)
    articles = {place(one.source): dict(one.fields) for one in items if isinstance(one, Raw)}
    refused = {place(one.source): one.why for one in items if isinstance(one, Refused)}
    assert [source.kind for source in find(path)] == ["export"]
    assert articles == expected["articles"]
    assert refused.keys() == expected["refused"].keys()
    assert all(part in refused[number] for number, part in expected["refused"].items())


@EACH
def test_every_date_and_sign_survives_the_reading_of_the_row(path):
    """What stands in the fields is read: the dates as dates, and "<" in a text as "<"."""
    for raw in read(path):
        if isinstance(raw, Raw):
            article = record(raw.fields, raw.source, raw.sha)
            text = " ".join([article.title, *article.paragraphs])
            assert ("published" in raw.fields) == (article.published is not None)
            assert not [note for note in article.notes if "date" in note]
            assert "&lt;" not in text
            assert text.count("<") == sum(
                raw.fields.get(name, "").count("&lt;") for name in ("title", "text")
            )


@EACH
def test_packed_or_renamed_exports_read_the_same(path, tmp_path):
    data = path.read_bytes()
    (tmp_path / f"{path.name}.gz").write_bytes(gzip.compress(data))
    (tmp_path / "all.zip").write_bytes(zipped({path.name: data}))
    (tmp_path / "nameless").write_bytes(data)
    plain = [one.sha for one in read(path) if isinstance(one, Raw)]
    for name in (f"{path.name}.gz", "all.zip", "nameless"):
        assert [one.sha for one in read(tmp_path / name) if isinstance(one, Raw)] == plain, name


@EACH
def test_a_cut_off_export_keeps_its_whole_articles(path):
    """At each place where a file may end, what is read stands in the whole file too, and something says it is cut."""
    if path.suffix == ".docx":
        pytest.skip("a zip that is cut off has no directory, so nothing of it can be read")
    data = path.read_bytes()
    whole = {one.sha for one in exports.raws(stored(data)) if isinstance(one, Raw)}
    end = len(data) * 3 // 4
    cut = data[: data.rfind(b" ", 0, end)]
    found = list(exports.raws(stored(cut)))
    kept = {one.sha for one in found if isinstance(one, Raw)}
    assert kept < whole
    assert any(isinstance(one, Refused) for one in found)


def test_an_article_that_stands_twice_comes_twice(tmp_path):
    path = GOLDEN / "reuters.xml"
    text = path.read_text("utf-8")
    story = text[text.index("<REUTERS") : text.index("</REUTERS>") + len("</REUTERS>")]
    (tmp_path / "twice.xml").write_text(f"<LEWIS>{story}\n{story}</LEWIS>", "utf-8")
    first, second = read(tmp_path / "twice.xml")
    assert first.sha == second.sha
    assert place(second.source) == "2"


def test_other_documents_are_refused_by_what_they_are(tmp_path):
    word = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", "word/_rels/x": b""})
    (tmp_path / "letter.docx").write_bytes(word)
    (tmp_path / "letter.rtf").write_bytes(rb"{\rtf1\ansi Dear Sir,\par}")
    assert [one.why for one in read(tmp_path)] == [
        "not a page: a Word document that is no export of Nexis; save it as plain text or as a web page",
        "not a page: a rich text document (.rtf) that is no export of Factiva; save it as plain text",
    ]


@pytest.mark.parametrize(
    "page",
    [
        b"<!doctype html><title>Factiva is for sale</title><p>Ships came.</p>",
        b"The study looked at 1 of 12 documents and ships.\n\nIt said so.",
        b"<!doctype html><p>In ppsarticle, DOCUMENTS=3 is counted.</p>",
        zipped({"word/page.html": b"<!doctype html><p>Ships came.</p>"}),
    ],
)
def test_pages_that_look_a_little_like_exports_are_none(page):
    assert not exports.opens("page", page)


def test_an_export_of_an_old_encoding_is_read(tmp_path):
    text = (GOLDEN / "factiva_codes.html").read_text("utf-8")
    (tmp_path / "old.html").write_bytes(text.encode("cp1252"))
    assert [one.fields for one in read(tmp_path)] == [
        one.fields for one in read(GOLDEN / "factiva_codes.html")
    ]


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (b"<div>" * 110_000, "100,000 tags"),
        (b"<a " + b"x=1 " * 30_000 + b">", "50,000 letters"),
        (b"x" * 11_000_000, "10 MB"),
    ],
    ids=["tags", "attributes", "letters"],
)
def test_an_article_of_no_possible_size_costs_itself(what, why):
    opening = b'<REUTERS TOPICS="YES" NEWID="1"><TEXT><BODY>Ships came.</BODY></TEXT></REUTERS>'
    data = opening + b"<REUTERS A=''>" + what + b"</REUTERS>" + opening
    first, broken, last = exports.raws(stored(data))
    assert first.fields["text"] == last.fields["text"] == "Ships came."
    assert why in broken.why


def test_an_export_too_large_is_refused(tmp_path):
    path = tmp_path / "large.xml"
    with path.open("wb") as out:
        out.write(b'<REUTERS TOPICS="YES" NEWID="1">')
        out.truncate(EXPORT_LIMIT + 10)
    (refused,) = read(path)
    assert "100 MB" in refused.why


def test_a_bomb_in_a_document_is_not_unpacked(tmp_path):
    data = b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><w>&a;</w>"
    (tmp_path / "a.docx").write_bytes(zipped({"word/document.xml": data}))
    (tmp_path / "b.docx").write_bytes(zipped({"word/document.xml": b" " * (EXPORT_LIMIT + 1)}))
    assert all("larger or stranger" in one.why for one in read(tmp_path))


@settings(max_examples=300, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(
    opening=st.sampled_from(OPENINGS),
    rest=st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=25).map(b"".join),
)
@example(opening=OPENINGS[5], rest=b"\n" * 50_000)
@example(opening=OPENINGS[5], rest=b" " * 200_000)
@example(opening=OPENINGS[8], rest=b"<BODY>" + b" " * 200_000 + b"</BODY></REUTERS>")
@example(opening=OPENINGS[2], rest=b"{" * 100_000)
@example(opening=OPENINGS[4], rest=b"<div>" * 5_000 + b"x</DOCFULL>")
def test_any_bytes_give_articles_or_reasons(opening, rest):
    data = opening + rest
    assert exports.opens("export", data[:8192])
    found = fates(stored(data))
    assert found
    for one in found:
        assert isinstance(one, Raw | Refused)
        if isinstance(one, Raw):
            assert one.fields.keys() & {"title", "text"}
            assert all(value.strip() for value in one.fields.values())
            record(one.fields)
        else:
            assert one.why


@settings(max_examples=100, deadline=2000)
@given(data=st.data())
def test_a_flipped_byte_breaks_no_reading(data):
    path = data.draw(st.sampled_from(CASES))
    content = bytearray(path.read_bytes())
    for _ in range(3):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    source = stored(bytes(content), path.name)
    if exports.opens(path.name, source.head):
        assert fates(source)


REAL = {
    "tm.plugin.factiva/factiva_test.html": (2, 0),
    "tm.plugin.factiva/factiva_test.xml": (3, 0),
    "tm.plugin.factiva/reut21578-factiva.xml": (19, 1),
    "koheiw_newspapers/factiva/nyt_1_1993-01-03.html": (27, 0),
    "koheiw_newspapers/nexis/afp_2013-03-12_0501.html": (74, 0),
    "koheiw_newspapers/lexis/guardian1.docx": (2, 0),
    "koheiw_newspapers/yomidasu/yomidasu_2009-01-01_001.html": (40, 0),
    "LexisNexisTools/sample.DOCX": (10, 0),
    "LexisNexisTools/sample.TXT": (10, 0),
    "tm.plugin.lexisnexis/lexisnexis_test_en.html": (2, 1),
    "tm.plugin.lexisnexis/lexisnexis_test_fr.html": (3, 0),
    "tm.plugin.lexisnexis/lexisnexis_test_copyright_error.html": (1, 1),
    "tm.plugin.europresse/europresse_test1.html": (3, 0),
    "tm.plugin.europresse/europresse_test2.html": (4, 0),
    "tm_reuters_xml/reuters-21578.xml": (10, 0),
}


@pytest.mark.parametrize("name", REAL)
def test_real_exports_give_every_article_its_day_and_outlet(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip("the real exports do not lie beside this checkout")
    items = read(path)
    articles = [record(one.fields) for one in items if isinstance(one, Raw)]
    assert (len(articles), len(items) - len(articles)) == REAL[name]
    assert all(one.day and one.outlet and one.paragraphs for one in articles)
    assert sum(not one.title for one in articles) == ("copyright" in name)
