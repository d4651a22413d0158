"""feeds: each item of a feed becomes an article's fields, whatever the feed does; nothing is expanded or fetched."""

from __future__ import annotations

import gzip
import io
import json
import socket
import tarfile
import time
import tracemalloc
import zipfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskit.article import Article
from newskit.errors import SourceError
from newskit.parse.record import record
from newskit.sources import Raw, Refused, feeds, find
from newskit.sources.feeds.items import EXCERPT
from newskit.sources.raw import Stored

FEEDS = Path(__file__).parent / "golden" / "feeds"
CASES = sorted(path for path in FEEDS.iterdir() if Path(f"{path}.expect.json").exists())
START, END = b"<rss version='2.0'><channel><title>The Gull</title>", b"</channel></rss>"
SHIPS = b"<item><title>Ships</title></item>"


def stored(data: bytes, name: str = "feed.xml") -> Stored:
    return Stored(name, len(data), lambda: io.BytesIO(data))


def read(data: bytes, name: str = "feed.xml") -> list[Raw | Refused]:
    return list(feeds.raws(stored(data, name)))


def titles(items: list[Raw | Refused]) -> list[str]:
    return [dict(one.fields or {}).get("title", "") for one in items if isinstance(one, Raw)]


def reasons(items: list[Raw | Refused]) -> list[str]:
    return [one.why for one in items if isinstance(one, Refused)]


def number(source: str) -> str:
    return source.partition("#")[2]


class TestGolden:
    @pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
    def test_rows(self, path: Path) -> None:
        expected = json.loads(Path(f"{path}.expect.json").read_text("utf-8"))
        (source,) = find(path)
        items = list(source.raws())
        rows = {number(one.source): one for one in items if isinstance(one, Raw)}
        refused = {number(one.source): one.why for one in items if isinstance(one, Refused)}
        assert {key: dict(one.fields or {}) for key, one in rows.items()} == expected["rows"]
        assert refused.keys() == expected["refused"].keys()
        assert all(part in refused[key] for key, part in expected["refused"].items())
        for key, fields in expected.get("articles", {}).items():
            article = record(rows[key].fields or {}).as_dict()
            assert {name: article[name] for name in fields} == fields

    @pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
    def test_packed_feeds_read_the_same(self, path: Path, tmp_path: Path) -> None:
        (tmp_path / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            archive.write(path, path.name)
        plain = [one.sha for source in find(path) for one in source.raws() if isinstance(one, Raw)]
        for source in find(tmp_path):
            assert [one.sha for one in source.raws() if isinstance(one, Raw)] == plain


class TestOpens:
    @pytest.mark.parametrize(
        "head",
        [
            b"<html><body><rss></rss></body></html>",
            b"<?xml version='1.0'?><!-- <rss> --><article><rss/></article>",
            b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><foaf:Person/></rdf:RDF>",
            b"<feed><goats/></feed>",
            b"Ships came <rss> and went.",
            b'{"items": [{"title": "Ships"}]}',
            b'{"version": "1", "items": []}',
            b"",
        ],
    )
    def test_what_is_no_feed(self, head: bytes) -> None:
        assert not feeds.opens("a.xml", head)

    @pytest.mark.parametrize(
        "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
    )
    def test_any_width(self, encoding: str) -> None:
        data = (START + SHIPS + END).decode().encode(encoding)
        assert feeds.opens("a.xml", data[:8192])
        assert titles(read(data)) == ["Ships"]

    @pytest.mark.parametrize("aside", [b"<!---->", b"<?x y?>", b"<!-- x -->\n"])
    def test_much_before_the_root(self, aside: bytes) -> None:
        data = aside * 3_000 + START + SHIPS + END
        assert feeds.opens("a.xml", data[:8192])
        assert titles(read(data)) == ["Ships"]

    def test_a_long_doctype(self) -> None:
        data = b"<!DOCTYPE rss [" + b'<!ENTITY a "b">' * 2_000 + b"]>" + START + SHIPS + END
        assert feeds.opens("a.xml", data[:8192])
        assert titles(read(data)) == ["Ships"]
        with pytest.raises(SourceError, match="no element of a feed"):
            read(b"<!DOCTYPE rss [" + b'<!ENTITY a "b">' * 2_000)


class TestDamage:
    def test_every_cut_keeps_the_items_before_it(self) -> None:
        data = START + SHIPS * 3 + END
        for end in range(len(START), len(data)):
            items = read(data[:end])
            assert titles(items) == ["Ships"] * data[:end].count(b"</item>")
            assert [why.startswith("the feed ends") for why in reasons(items)] == [True]

    def test_a_cut_archive_keeps_the_items_before_it(self, tmp_path: Path) -> None:
        items = b"".join(
            b"<item><title>Ships %d %x</title></item>" % (n, hash(str(n))) for n in range(30_000)
        )
        packed = gzip.compress(START + items + END)
        (tmp_path / "a.xml.gz").write_bytes(packed[: len(packed) // 2])
        (source,) = find(tmp_path)
        found = list(source.raws())
        assert len(titles(found)) > 10_000
        assert len(reasons(found)) == 1

    def test_an_item_too_large_costs_itself(self) -> None:
        large = b"<item><description>%s</description></item>" % (b"x" * 12_000_000)
        huge = b"<item><description>%s</description></item>" % (b"x" * 40_000_000)
        many = b"<item>%s</item>" % (b"<a/>" * 300_000)
        items = read(START + SHIPS + large + SHIPS + huge + SHIPS + many + SHIPS + END)
        assert titles(items) == ["Ships"] * 4
        assert [why[:30] for why in reasons(items)] == [
            "an item with a text of over 10",
            "an item of over 30 million cha",
            "this item has over 200,000 tag",
        ]

    def test_a_head_beyond_reading_costs_no_item(self) -> None:
        assert titles(read(START + b"<image>" * 5_000 + SHIPS + END)) == ["Ships"]
        assert titles(read(START + b"<a/>" * 600_000 + SHIPS + END)) == ["Ships"]

    def test_items_in_comments_and_texts_are_none(self) -> None:
        quoted = b"<!-- <item><title>No</title></item> -->"
        held = b"<item><title>Ships</title><description><![CDATA[</item><item>]]></description></item>"
        assert titles(read(START + quoted + held + quoted + END)) == ["Ships"]

    def test_a_broken_item_costs_no_other(self) -> None:
        broken = b"<item><title>Sheep</b></i><x:y><description>Wool <b>and <i>fog</b></description></item>"
        assert titles(read(START + SHIPS + broken + SHIPS + END)) == ["Ships", "Sheep", "Ships"]

    def test_control_characters_go(self) -> None:
        (one,) = read(START + b"<item><title>Sh\x00i\x1bps&#0;&#x1f;</title></item>" + END)
        assert isinstance(one, Raw)
        assert record(one.fields or {}).title.startswith("Ships")
        assert "\x1f" not in record(one.fields or {}).title

    def test_deep_items_are_refused_alone(self) -> None:
        deep = b"<item><description>" + b"<b>" * 100_000 + b"x</description></item>"
        items = read(START + SHIPS + deep + SHIPS + END)
        assert titles(items) == ["Ships", "Ships"]
        assert "too deep" in reasons(items)[0]


class TestHostile:
    LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))

    @pytest.mark.parametrize(
        "data",
        [
            b'<!DOCTYPE r [<!ENTITY l0 "lol">' + LAUGHS + b"]>" + START + b"<item><title>T &l9;</title></item>" + END,
            b'<!DOCTYPE r [<!ENTITY l0 "lol">' + LAUGHS + b"]>" + START
            + b'<item><title><b a="&l9;">T &l9;</b></title></item>' + END,
            b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x" [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>' + START
            + b"<item><title>T &x;</title></item>" + END,
        ],
    )  # fmt: skip
    def test_nothing_is_expanded_or_fetched(self, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            pytest.fail("a connection was opened")

        monkeypatch.setattr(socket, "socket", refuse)
        started = time.monotonic()
        (title,) = titles(read(data))
        assert record({"title": title}).title in ("T &l9;", "T &x;")
        assert "lol" not in title
        assert "root" not in title
        assert time.monotonic() - started < 1

    @pytest.mark.parametrize(
        "body",
        [
            b"<item>" * 20_000,
            b"<item " * 100_000,
            b"<item><![CDATA[" * 100_000,
            b"<!--" * 500_000,
            b"<item><title>" * 20_000,
            b"<item><title>x</title>" + b"<description>a<br></description>" * 50_000 + b"</item>",
            b"<item><description>" + b"&" * 2_000_000 + b"</description></item>",
            b"<item><description>" + b"< " * 1_000_000 + b"</description></item>",
            b"<item><title " + b" ".join(b"a%d='x'" % n for n in range(100_000)) + b">x</title></item>",
            b"<item><title " + b" ".join(b"xmlns:a%d='x'" % n for n in range(50_000)) + b">x</title></item>",
            b"<item><title>x</title>" + b"<b xml:base='a/'>" * 1_500 + b"<link>b</link></item>",
        ],
        ids=range(11),
    )
    def test_no_time_is_lost(self, body: bytes) -> None:
        started = time.monotonic()
        assert read(START + body + END)
        assert time.monotonic() - started < 8

    def test_a_root_with_many_namespaces(self) -> None:
        names = b" ".join(b"xmlns:a%d='x%d'" % (n, n) for n in range(20_000))
        started = time.monotonic()
        assert len(titles(read(b"<rss " + names + b"><channel>" + SHIPS * 1_000 + END))) == 1_000
        assert time.monotonic() - started < 5

    def test_links_are_web_addresses_or_none(self) -> None:
        links = (
            b"javascript:alert(1)",
            b"data:text/html,x",
            b" java\tscript:x",
            b"file:///etc/passwd",
            b"http://[",
        )
        items = [b"<item><title>x</title><link>%s</link></item>" % link for link in links]
        for one in read(START + b"".join(items) + END):
            assert isinstance(one, Raw)
            assert "url" not in (one.fields or {})
            assert "link left out" in (one.fields or {})["note"]


class TestLaws:
    PIECES = st.lists(
        st.sampled_from(
            [
                *(
                    "<item>",
                    "</item>",
                    "<title>",
                    "</title>",
                    "<link>",
                    "</link>",
                    "<description>",
                    "</description>",
                ),
                *(
                    "<![CDATA[",
                    "]]>",
                    "<!--",
                    "-->",
                    "&amp;",
                    "&nbsp;",
                    "&",
                    "<",
                    ">",
                    "<br>",
                    "Ships",
                    "\x00",
                    "é",
                ),
                *(
                    "<entry>",
                    "</entry>",
                    "<content type='xhtml'>",
                    "</content>",
                    "<media:group>",
                    "xml:base='/a'",
                ),
                *(
                    "</channel>",
                    "</rss>",
                    "<?x",
                    "?>",
                    "<item/>",
                    "<guid isPermaLink='true'>",
                    "http://a/b",
                    "\ud800",
                ),
            ]
        ),
        max_size=40,
    ).map("".join)

    @given(PIECES)
    @settings(deadline=None)
    def test_any_markup_is_rows_and_reasons(self, body: str) -> None:
        for start, end in (
            (START, END),
            (b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"</feed>"),
            (b"<urlset>", b""),
        ):
            items = read(start + body.encode("utf-8", "surrogatepass") + end)
            assert items
            for one in items:
                assert isinstance(one, Raw | Refused)
                if isinstance(one, Raw):
                    assert isinstance(record(one.fields or {}), Article)

    @given(st.binary(max_size=400))
    @settings(deadline=None)
    def test_any_bytes(self, data: bytes) -> None:
        for start in (START, b'{"version": "https://jsonfeed.org/version/1", "items": [', b""):
            if feeds.opens("a.xml", start + data):
                with suppress(SourceError):
                    assert read(start + data)

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda some: st.lists(some) | st.dictionaries(
        st.sampled_from(["title", "content_html", "url", "id", "tags", "authors", "name", "summary"]), some)))  # fmt: skip
    @settings(deadline=None)
    def test_any_json(self, item: object) -> None:
        (one,) = read(
            json.dumps({"version": "https://jsonfeed.org/version/1", "items": [item]}).encode(), "a.json"
        )
        assert isinstance(one, Raw | Refused)

    @given(
        st.text(st.characters(codec="utf-8", exclude_characters="]&<"), min_size=1).filter(str.isprintable)
    )
    @settings(deadline=None)
    def test_a_title_comes_back(self, title: str) -> None:
        title = " ".join(f"Ships {title}".split())
        quoted = f"<item><title><![CDATA[{title}]]></title></item>"
        written = f"<item><title>{title.replace('>', '&gt;')}</title></item>"
        assert titles(read(START + (quoted + written).encode() + END)) == [title, title]

    def test_memory_does_not_grow_with_the_items(self) -> None:
        def peak(count: int) -> int:
            data = START + SHIPS * count + END
            tracemalloc.start()
            assert sum(1 for _ in feeds.raws(stored(data))) == count
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return most

        assert peak(20_000) < 1.5 * peak(2_000) + 1_000_000


class TestRealInputs:
    def test_every_edge_case_has_a_fate(self, shared: Path) -> None:
        fates: Counter[str] = Counter()
        for source in find(shared / "data" / "corpora" / "feeds"):
            items = list(source.raws())
            assert items, source.name
            fates.update(
                "row" if isinstance(one, Raw) and one.fields else type(one).__name__ for one in items
            )
        assert fates["row"] > 400
        assert fates["Raw"] < 12  # licence, robots.txt, channels of CDF without an item

    def test_hostile_feeds(self, shared: Path, tmp_path: Path) -> None:
        with tarfile.open(shared / "data" / "hostile" / "hostile.tar.gz") as archive:
            archive.extractall(tmp_path, [one for one in archive if "dev/xml/" in one.name], filter="data")
        found = {source.name: list(source.raws()) for source in find(tmp_path)}
        assert len(found) == 5
        rows = [one.fields or {} for items in found.values() for one in items if isinstance(one, Raw)]
        assert len(rows) == 4
        assert all(EXCERPT in row["note"] and "root:" not in str(dict(row)) for row in rows)
        assert not any("script" in row.get("url", "") for row in rows)
