"""Web archives, tar, MHTML: the pages in them with their addresses; damage costs what is damaged, and is told."""

from __future__ import annotations

import base64
import gzip
import io
import json
import random
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newskit.outcome import outcome
from newskit.reading import read
from newskit.sources import Kind, PassedOver, Raw, Refused, find

GOLDEN = Path(__file__).parent / "golden" / "archives"
CASES = sorted(path for path in GOLDEN.iterdir() if Path(f"{path}.expect.json").exists())
PAGE = b"<!doctype html><html><head><title>Ships</title></head><body><p>Ships came.</p></body></html>"
WORDS = "ferry pier harbor talks officials said Monday sheep captain storm lighthouse island crew port wind".split()


def items(path):
    return [one for source in find(path) for one in source.raws()]


def written(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


def pages(found):
    return [one for one in found if isinstance(one, Raw)]


def refused(found):
    return {one.source: one.why for one in found if type(one) is Refused}


def counted(found):
    return sum((Counter(one.counts) for one in found if isinstance(one, PassedOver)), Counter())


def sources(found):
    return [one.source for one in pages(found)]


def record(block, kind="response", url="https://gull.example/a", **fields):
    named = (
        {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": "2023-02-14T01:12:00Z"}
        if url
        else {"WARC-Type": kind}
    )
    named |= {name.replace("_", "-"): value for name, value in fields.items()} | {
        "Content-Length": len(block)
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def answer(body=PAGE, status="200 OK", kind="text/html", **fields):
    named = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def story(number, chance):
    told = "".join(f"<p>{' '.join(chance.choices(WORDS, k=60)).capitalize()}.</p>" for _ in range(6))
    return (
        f"<!doctype html><html><head><title>Story {number}</title></head><body>{told}</body></html>".encode()
    )


def crawl(count=100, seed=1):
    """The records of a crawl of so many pages, each by itself."""
    chance = random.Random(seed)
    return [record(answer(story(n, chance)), url=f"https://gull.example/{n}") for n in range(count)]


def packed(records):
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def tarred(members, mode="w"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, data in members.items():
            info = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = 0 if info is data else len(data)
            archive.addfile(info, None if info is data else io.BytesIO(data))
    return buffer.getvalue()


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def mail(*parts, boundary="----Gull", more=""):
    head = f'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n{more}Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="{boundary}"\r\n\r\n'
    return (
        head.encode()
        + b"".join(b"\r\n--" + boundary.encode() + b"\r\n" + part for part in parts)
        + b"\r\n--"
        + boundary.encode()
        + b"--\r\n"
    )


def part(body, kind="text/html", coding="binary", place="https://gull.example/a"):
    return (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\nContent-Location: {place}\r\n\r\n".encode()
        + body
    )


def expected_of(found):
    return {
        "pages": [{"source": one.source.split("!", 1)[-1], "url": one.url} for one in pages(found)],
        "refused": {name.split("!", 1)[-1]: why for name, why in refused(found).items()},
        "passed_over": dict(counted(found)),
    }


class TestGolden:
    @pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
    def test_golden(self, path):
        expected = json.loads(Path(f"{path}.expect.json").read_text("utf-8"))
        found = items(path)
        told = expected_of(found)
        assert [
            one | {"contains": said["contains"]}
            for one, said in zip(told["pages"], expected["pages"], strict=True)
        ] == expected["pages"]
        assert all(
            said["contains"] in one.data.decode()
            for one, said in zip(pages(found), expected["pages"], strict=True)
        )
        assert told["passed_over"] == expected["passed_over"]
        assert told["refused"].keys() == expected["refused"].keys()
        assert all(why in told["refused"][place] for place, why in expected["refused"].items())

    def test_a_case_is_there_for_each_kind(self):
        assert {path.suffix for path in CASES} == {".warc", ".mhtml"}


class TestWarc:
    def test_a_page_comes_with_its_address(self, tmp_path):
        told = story(1, random.Random(1))
        path = written(tmp_path, "a.warc.gz", packed([record(answer(told), url="<https://gull.example/a>")]))
        (one,) = items(path)
        assert (one.source, one.url, one.data) == (
            "a.warc.gz!https://gull.example/a",
            "https://gull.example/a",
            told,
        )
        assert outcome(one).url == "https://gull.example/a"
        assert find(path)[0].kind == "crawl"
        assert len(read(path, tmp_path / "corpus")) == 1

    def test_the_same_address_twice_is_two_pages(self, tmp_path):
        found = items(written(tmp_path, "a.warc", record(answer()) + record(answer())))
        assert sources(found) == ["a.warc!https://gull.example/a", "a.warc!https://gull.example/a (2)"]

    def test_a_request_for_a_page_is_no_second_page(self, tmp_path):
        found = items(
            written(tmp_path, "a.warc", record(b"GET / HTTP/1.1\r\n\r\n", kind="request") + record(answer()))
        )
        assert sources(found) == ["a.warc!https://gull.example/a"]

    @pytest.mark.parametrize(
        ("one", "what"),
        [
            (record(b"x: y", kind="warcinfo", url=""), "records about the crawl"),
            (record(b"GET / HTTP/1.1\r\n\r\n", kind="request"), "requests"),
            (record(answer(b""), kind="revisit"), "revisits (the page is the one got before)"),
            (record(b"{}", kind="metadata"), "metadata records"),
            (record(b"{}", kind="gull"), "records of unknown kind"),
            (record(answer(status="301 Moved")), "redirects"),
            (record(answer(status="404 Not Found")), "pages not there (status 4xx)"),
            (record(answer(status="503 Down")), "errors of a server (status 5xx)"),
            (record(answer(status="206 Part")), "answers without a whole page (status 1xx, 2xx)"),
            (record(answer(b"\x89PNG", kind="image/png")), "pictures"),
            (record(answer(b"p{}", kind="text/css; charset=utf-8")), "scripts, styles and fonts"),
            (record(answer(b"{}", kind="application/json")), "data (JSON, XML, CSV)"),
            (record(answer(b"%PDF-", kind="application/pdf")), "PDF files"),
            (record(answer(b"\0", kind="application/octet-stream")), "files of other kinds"),
            (record(answer(b"Disallow:", kind="text/plain"), url="https://gull.example/robots.txt"), "robots.txt files"),
            (record(b"Ships", kind="resource", url="urn:text:https://gull.example", Content_Type="text/plain"),
             "notes of the crawler on pages (urn:, metadata:)"),
            (record(b"2023 1.2.3.4", url="dns:gull.example", Content_Type="text/dns"), "answers that are not of the web (DNS, FTP)"),
        ],
    )  # fmt: skip
    def test_what_is_no_page_is_counted(self, tmp_path, one, what):
        found = items(written(tmp_path, "a.warc", one * 3))
        assert [type(each) for each in found] == [PassedOver]
        assert (found[0].source, dict(found[0].counts)) == ("a.warc", {what: 3})
        assert found[0].why == f"passed over: 3 {what}"

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            (b"5c\r\n" + PAGE[:92] + b"\r\n0\r\n\r\n", {"Transfer_Encoding": "chunked"}),
            (b"10;x=y\r\n" + PAGE[:16] + b"\r\n4c\r\n" + PAGE[16:] + b"\r\n0\r\n\r\n", {"Transfer_Encoding": "chunked"}),
            (PAGE, {"Transfer_Encoding": "chunked"}),
            (gzip.compress(PAGE), {"Content_Encoding": "gzip"}),
            (PAGE, {"Content_Encoding": "gzip"}),
            (PAGE, {"Content_Encoding": "br"}),
            (zlib.compress(PAGE), {"Content_Encoding": "deflate"}),
            (zlib.compress(PAGE)[2:-4], {"Content_Encoding": "deflate"}),
            (PAGE, {"Content_Encoding": "identity"}),
        ],
    )  # fmt: skip
    def test_what_the_server_packed_is_unpacked(self, tmp_path, body, fields):
        assert len(PAGE) == 92
        (one,) = items(written(tmp_path, "a.warc", record(answer(body, **fields))))
        assert one.data == PAGE

    @pytest.mark.parametrize(
        ("body", "fields", "why"),
        [
            (b"5c\r\n" + PAGE[:40], {"Transfer_Encoding": "chunked"}, "chunks are damaged or cut off"),
            (b"5\r\n<html\r\nzz\r\n>", {"Transfer_Encoding": "chunked"}, "chunks are damaged or cut off"),
            (gzip.compress(PAGE)[:40], {"Content_Encoding": "gzip"}, "packing is cut off"),
            (gzip.compress(PAGE)[:-8] + b"\xff" * 8, {"Content_Encoding": "gzip"}, "packing is damaged"),
            (gzip.compress(b" " * 30_000_000), {"Content_Encoding": "gzip"}, "larger than 10 MB"),
            (b"\x1b\x02\x00", {"Content_Encoding": "br"}, "'br', which newskit does not read"),
            (b"  \n", {}, "empty"),
        ],
    )
    def test_a_page_that_cannot_be_read_says_why(self, tmp_path, body, fields, why):
        found = items(written(tmp_path, "a.warc", record(answer(body, **fields)) + record(answer())))
        assert [why in told for told in refused(found).values()] == [True]
        assert len(pages(found)) == 1

    def test_the_encoding_that_came_with_a_page_counts(self, tmp_path):
        told = "<html><body><p>본문이다 똠방각하</p>".encode("cp949")
        own = b"<meta charset=euc-kr>" + told
        data = record(answer(told, kind="text/html; charset=EUC-KR")) + record(
            answer(own, kind="text/html; charset=ISO-8859-1")
        )
        first, second = items(written(tmp_path, "a.warc", data))
        assert first.data == told.decode("cp949").encode()
        assert second.data == own

    def test_resources_and_texts_are_pages(self, tmp_path):
        data = record(PAGE, kind="resource", Content_Type="text/html") + record(
            b"Ships came.", kind="conversion", Content_Type="text/plain"
        )
        assert [one.data for one in items(written(tmp_path, "a.warc", data))] == [PAGE, b"Ships came."]

    def test_an_address_is_shown_but_not_believed(self, tmp_path):
        data = record(answer(), url="javascript:alert(1)") + record(answer(), url="file:///a\x07.html")
        found = items(written(tmp_path, "a.warc", data))
        assert [one.url for one in pages(found)] == [None]
        assert all(one.source.isprintable() for one in found)


class TestPacking:
    """A file reads the same however its records are packed."""

    @pytest.mark.parametrize(
        "name", ["a.warc", "a.warc.gz", "whole.warc.gz", "blocks.warc.gz", "padded.warc.gz", "bare.gz", "a"]
    )
    def test_all_packings_read_the_same(self, tmp_path, name):
        records = crawl(20)
        plain = b"".join(records)
        blocks = [plain[at : at + 700] for at in range(0, len(plain), 700)]
        data = {
            "a.warc": plain,
            "whole.warc.gz": gzip.compress(plain),
            "blocks.warc.gz": packed(blocks),
            "padded.warc.gz": b"\0\0".join(gzip.compress(one) for one in records) + b"\0" * 512,
        }.get(name, packed(records))
        found = items(written(tmp_path, name, data))
        assert [one.url for one in pages(found)] == [f"https://gull.example/{n}" for n in range(20)]
        assert len(found) == 20

    def test_lines_may_end_in_line_feeds(self, tmp_path):
        head, block = b"WARC/1.0\nWARC-Type: resource\nContent-Type: text/html\nContent-Length: 92\n\n", PAGE
        assert len(pages(items(written(tmp_path, "a.warc", (head + block + b"\n\n") * 2)))) == 2


class TestDamage:
    def test_a_damaged_member_costs_itself(self, tmp_path):
        records = [gzip.compress(one) for one in crawl(10)]
        records[4] = records[4][:60] + b"\xff\xff\xff" + records[4][63:]
        found = items(written(tmp_path, "a.warc.gz", b"".join(records)))
        assert [one.url[-1] for one in pages(found)] == list("012356789")
        place = f"a.warc.gz!byte {sum(map(len, records[:4]))}"
        assert refused(found) == {place: "a damaged record; those after it are read"}

    @pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
    def test_a_cut_off_file_gives_all_whole_records_and_says_where(self, tmp_path, name):
        records = crawl(10) if name == "a.warc" else [gzip.compress(one) for one in crawl(10)]
        start = sum(map(len, records[:9]))
        for cut in (start + 1, start + 40, start + len(records[9]) // 2):
            found = items(written(tmp_path, name, b"".join(records)[:cut]))
            assert len(pages(found)) == 9
            assert list(refused(found)) == [f"{name}!byte {start}"]
        assert len(pages(items(written(tmp_path, name, b"".join(records)[:start])))) == 9

    def test_a_length_that_is_not_true_costs_its_record(self, tmp_path):
        for wrong in (b"-1", b"0", b"7", b"99999", b"1000000000", b"9" * 40, b"", b"many"):
            records = crawl(10)
            length = str(len(records[4]) - records[4].index(b"HTTP/") - 4).encode()
            records[4] = records[4].replace(b"Content-Length: " + length, b"Content-Length: " + wrong)
            found = items(written(tmp_path, "a.warc", b"".join(records)))
            assert [one.url[-1] for one in pages(found)] == list("012356789"), wrong
            assert len(refused(found)) == 1, wrong

    @pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
    def test_a_flipped_bit_costs_one_record_at_most(self, tmp_path, name):
        data = b"".join(crawl()) if name == "a.warc" else packed(crawl())
        chance = random.Random(14)
        for _ in range(100):
            assert_flip_costs_little(tmp_path / name, data, chance.randrange(8 * len(data)))

    def test_a_file_packed_as_a_whole_gives_what_stands_before_the_damage(self, tmp_path):
        data = bytearray(gzip.compress(b"".join(crawl(10))))
        data[-1] ^= 1
        found = items(written(tmp_path, "a.warc.gz", bytes(data)))
        assert [one.url[-1] for one in pages(found)] == list("012345678")
        assert ["packed as a whole" in why for why in refused(found).values()] == [True]

    def test_damage_everywhere_is_counted(self, tmp_path):
        found = items(written(tmp_path, "a.warc", b"WARC/1.0\r\nX: y\r\n\r\n" * 3_000))
        assert len(refused(found)) == 1_000
        assert counted(found)["damaged places"] == 2_000

    def test_a_large_page_is_refused_and_skipped(self, tmp_path):
        large = record(answer(b"<p>x" * 5_000_000), url="https://gull.example/large")
        film = record(answer(b"\0" * 20_000_000, kind="video/mp4"))
        path = written(tmp_path, "a.warc.gz", packed([large, film, record(answer())]))
        find(path)[0].kind  # noqa: B018 - what is set up once must not count
        tracemalloc.start()
        found = items(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert refused(found) == {
            "a.warc.gz!https://gull.example/large": "larger than 10 MB, which no news page is"
        }
        assert counted(found) == {"sound and film": 1}
        assert len(pages(found)) == 1
        assert peak < 60_000_000

    @pytest.mark.parametrize(
        "data",
        [
            gzip.compress(record(answer())) + b"\x1f\x8b\x08\0" * 500_000,
            gzip.compress(b"\nWARC/1.0\nA" * 500_000),
            gzip.compress(b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n" * 50_000),
            gzip.compress(b"") * 50_000,
        ],
        ids=["magic", "starts", "tiny", "seams"],
    )
    def test_what_is_made_to_last_ends(self, tmp_path, data):
        start = time.process_time()
        assert items(written(tmp_path, "a.warc.gz", data))
        assert time.process_time() - start < 8  # a second or two, where it goes as it should

    def test_a_bomb_stops(self, tmp_path):
        bomb = gzip.compress(record(b"\0" * 150_000_000, kind="metadata"), 1)
        found = items(written(tmp_path, "a.warc.gz", gzip.compress(record(answer())) + bomb))
        assert len(pages(found)) == 1
        assert "times its size" in refused(found)["a.warc.gz"]


def assert_flip_costs_little(path, data, bit):
    damaged = bytearray(data)
    damaged[bit // 8] ^= 1 << (bit % 8)
    path.write_bytes(damaged)
    found = items(path)
    assert len(pages(found)) >= 99, bit
    assert len(pages(found)) + len(refused(found)) + counted(found).total() >= 100, bit


WACZ = {"archive/a.warc.gz": packed(crawl(3)), "archive/b.warc": record(answer()), "datapackage.json": b"{}",
        "pages/pages.jsonl": b'{"title": "x"}\n', "indexes/index.cdx.gz": gzip.compress(b"x")}  # fmt: skip


class TestWacz:
    @pytest.mark.parametrize("name", ["a.wacz", "a.zip"])
    def test_its_crawls_are_read_and_the_rest_counted(self, tmp_path, name):
        found = items(written(tmp_path, name, zipped(WACZ)))
        assert [one.source.split("!")[1] for one in pages(found)] == ["archive/a.warc.gz"] * 3 + [
            "archive/b.warc"
        ]
        assert pages(found)[0].url == "https://gull.example/0"
        assert counted(found) == {"parts of a web archive that hold no pages (indexes, logs)": 3}

    def test_a_crawl_in_a_zip_or_tar_is_read(self, tmp_path):
        written(tmp_path, "a.zip", zipped({"a.warc.gz": packed(crawl(3))}))
        written(tmp_path, "b.tar", tarred({"a.warc.gz": packed(crawl(3))}))
        assert len(pages(items(tmp_path))) == 6


class TestTar:
    @pytest.mark.parametrize(
        ("name", "mode"), [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tgz", "w:gz"), ("a", "w:gz")]
    )
    def test_members_are_read(self, tmp_path, name, mode):
        data = {"a/b.html": PAGE, "items.csv": b"title,text\nOne,Ships came.\n", "a/.DS_Store": b"\0",
                "s.html": PAGE, "s_files/frame.html": PAGE}  # fmt: skip
        path = written(tmp_path, name, tarred(data, mode))
        found = items(path)
        assert sources(found) == [f"{name}!a/b.html", f"{name}!items.csv#1", f"{name}!s.html"]
        assert counted(found) == {"hidden files": 1, "parts of saved pages": 1}
        assert (find(path)[0].kind, find(path)[0].mapping) == ("archive", {"title": "title", "text": "text"})

    def test_a_bad_member_costs_itself(self, tmp_path):
        members = {"../evil.html": PAGE, "/tmp/evil.html": PAGE, "in.tar": tarred({"a.html": PAGE}),
                   "in.dat": tarred({"a.html": PAGE}), "in.zip": zipped({"a.html": PAGE})}  # fmt: skip
        for name, kind in {
            "link": tarfile.SYMTYPE,
            "hard": tarfile.LNKTYPE,
            "pipe": tarfile.FIFOTYPE,
            "dev": tarfile.CHRTYPE,
        }.items():
            members[name] = tarfile.TarInfo(name)
            members[name].type, members[name].linkname = kind, "/etc/passwd"
        found = items(written(tmp_path, "a.tar", tarred(members | {"good.html": PAGE})))
        assert sources(found) == ["a.tar!good.html"]
        told = [*["leads out of"] * 2, *["in an archive"] * 3, *["a link"] * 2, *["a device"] * 2]
        assert [part in why for part, why in zip(told, refused(found).values(), strict=True)] == [True] * 9

    @pytest.mark.parametrize("mode", ["w", "w:gz"])
    def test_a_large_table_is_read_as_a_stream(self, tmp_path, mode):
        rows = b"title,text\n" + b"One,Ships came to the pier.\n" * 500_000
        path = written(tmp_path, "a.tar", tarred({"a.html": PAGE, "b.csv": rows, "c.html": PAGE}, mode))
        assert Counter(one.source.split("#")[0] for one in pages(items(path))) == {
            "a.tar!a.html": 1, "a.tar!b.csv": 500_000, "a.tar!c.html": 1}  # fmt: skip

    def test_a_damaged_header_is_told_and_the_next_found(self, tmp_path):
        data = bytearray(tarred(dict.fromkeys(("a.html", "b.html", "c.html"), PAGE)))
        data[1024 + 20] ^= 1
        found = items(written(tmp_path, "a.tar", bytes(data)))
        assert sources(found) == ["a.tar!a.html", "a.tar!c.html"]
        assert list(refused(found)) == ["a.tar!header 2"]

    def test_a_cut_off_archive_gives_what_is_whole(self, tmp_path):
        data = tarred(dict.fromkeys(("a.html", "b.html"), PAGE * 20))
        found = items(written(tmp_path, "a.tar", data[:3_600]))
        assert sources(found) == ["a.tar!a.html"]
        assert len(refused(found)) == 1

    def test_korean_names_are_read(self, tmp_path):
        name = "기사 모음.txt"
        data = tarred({"x" * len(name.encode("cp949")): b"Ships came."}, "w")
        head = bytearray(data[:512])
        head[: len(name.encode("cp949"))] = name.encode("cp949")
        head[148:156] = b" " * 8
        head[148:156] = b"%06o\0 " % sum(head)
        assert sources(items(written(tmp_path, "a.tar", bytes(head) + data[512:]))) == [f"a.tar!{name}"]

    def test_an_empty_one_says_so(self, tmp_path):
        assert "empty" in refused(items(written(tmp_path, "a.tar", tarred({}))))["a.tar"]


class TestMhtml:
    def test_the_page_comes_with_its_address(self, tmp_path):
        frame = part(b"<html>advertisement</html>", place="cid:frame-1@mhtml.blink")
        data = mail(part(base64.encodebytes(PAGE), coding="base64"), part(b"AAAA", "image/png"), frame)
        path = written(tmp_path, "a.mhtml", data)
        (one,) = items(path)
        assert (one.source, one.data, one.url) == ("a.mhtml", PAGE, "https://gull.example/a")
        assert find(path)[0].kind == "page"

    def test_it_is_told_by_its_content(self, tmp_path):
        assert [one.data for one in items(written(tmp_path, "saved", mail(part(PAGE))))] == [PAGE]
        assert [one.data for one in items(written(tmp_path, "a.mht", PAGE))] == [PAGE]

    @pytest.mark.parametrize("coding", ["quoted-printable", "8bit", "binary", ""])
    def test_codings(self, tmp_path, coding):
        told = "<html><p>한국 – café = 1".encode()
        coded = (
            b"<html><p>=ED=95=9C=EA=B5=AD =E2=80=\r\n=93 caf=C3=A9 =3D 1"
            if coding == "quoted-printable"
            else told
        )
        (one,) = items(written(tmp_path, "a.mhtml", mail(part(coded, coding=coding))))
        assert one.data.strip() == told

    def test_the_address_may_stand_in_the_head_and_the_part_be_nested(self, tmp_path):
        head = b'Content-Type: multipart/alternative; boundary="in"\r\n\r\n--in\r\n'
        bare = b"Content-Type: text/html\r\n\r\n" + PAGE + b"\r\n--in--\r\n"
        (one,) = items(
            written(
                tmp_path,
                "a.mhtml",
                mail(head + bare, more="Snapshot-Content-Location: https://gull.example/b\r\n"),
            )
        )
        assert (one.data.strip(), one.url) == (PAGE, "https://gull.example/b")

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (mail(part(b"AAAA", "image/png")), "no part of this MHTML file is a page"),
            (mail(part(PAGE.removesuffix(b"</body></html>")))[:-30], "cut off before its page ends"),
            (mail(part(b"A", coding="base64")), "damaged"),
            (mail(part(b"x" * 10_000_001)), "larger than 10 MB"),
            (mail(part(b"x\n" * 16_000_000)), "larger than 10 MB"),
            (b"MIME-Version: 1.0\n" + b"a: b\n" * 90_000, "header of this MHTML file"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_read_says_why(self, tmp_path, data, why):
        assert why in refused(items(written(tmp_path, "a.mhtml", data)))["a.mhtml"]

    def test_the_end_mark_alone_may_be_missing(self, tmp_path):
        assert [one.data.strip() for one in items(written(tmp_path, "a.mhtml", mail(part(PAGE))[:-14]))] == [
            PAGE
        ]


class TestSingleFile:
    def test_pictures_written_into_a_page_do_not_make_it_too_large(self, tmp_path):
        picture = b'<img src="data:image/png;base64,' + b"iVBORw0KGgo" * 400_000 + b'==">'
        page = PAGE.replace(b"<p>", picture * 4 + b"<p>")
        (one,) = items(written(tmp_path, "a.html", page))
        assert one.data == PAGE.replace(b"<p>", b'<img src="data:image/png;base64,">' * 4 + b"<p>")

    def test_a_page_within_limits_stays_as_it_is(self, tmp_path):
        page = PAGE.replace(b"<p>", b'<img src="data:image/png;base64,iVBORw0KGgo=">')
        assert items(written(tmp_path, "a.html", page))[0].data == page

    def test_what_is_too_large_without_them_is_refused(self, tmp_path):
        found = items(written(tmp_path, "a.html", PAGE + b"x " * 5_000_000))
        assert "even without pictures" in refused(found)["a.html"]


SCRAPS = st.sampled_from(
    [b"WARC/1.0\r\n", b"Content-Length: 9\r\n", b"WARC-Type: response\r\n", b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n", b"Content-Type: text/html\r\n",
     b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"MIME-Version: 1.0\r\n", b"Content-Type: multipart/related; boundary=B\r\n",
     b"\r\n--B\r\n", b"--B--", b"ustar", b"\0" * 512, b"\x1f\x8b\x08", gzip.compress(b"WARC/1.0\r\n"), b"<html>", b"=3D", b"5\r\n"]
)  # fmt: skip
ANYTHING = st.one_of(
    st.binary(max_size=300), st.lists(SCRAPS | st.binary(max_size=5), max_size=40).map(b"".join)
)
WHOLE = {"a.warc": b"".join(crawl(4)), "a.warc.gz": packed(crawl(4)), "a.tar": tarred({"a.html": PAGE, "b.csv": b"title,text\nOne,Hm.\n"}),
         "a.tar.gz": tarred({"a.html": PAGE, "b.html": PAGE}, "w:gz"), "a.mhtml": mail(part(PAGE), part(b"AA", "image/png")),
         "a.wacz": zipped(WACZ)}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("any")


def assert_reads(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    (source,) = find(path)
    assert source.kind in get_args(Kind)
    dict(source.mapping)
    found = list(source.raws())
    assert found
    assert all(isinstance(one, Raw | Refused) and one.source and one.sha for one in found)
    assert all(one.url is None or one.url.lower().startswith(("http://", "https://")) for one in pages(found))


class TestLaws:
    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(name=st.sampled_from(sorted(WHOLE)), data=ANYTHING)
    def test_any_bytes_are_read_or_refused(self, folder, name, data):
        assert_reads(folder, name, data)
        assert_reads(folder, name, gzip.compress(data))

    @settings(max_examples=400, deadline=None)
    @given(name=st.sampled_from(sorted(WHOLE)), data=st.data())
    def test_any_damage_is_read_or_refused(self, folder, name, data):
        whole = bytearray(WHOLE[name])
        for _ in range(data.draw(st.integers(0, 4))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
        assert_reads(folder, name, bytes(whole[: data.draw(st.integers(0, len(whole)))]))

    @settings(max_examples=100, deadline=None)
    @given(
        bodies=st.lists(st.binary(min_size=1, max_size=200).filter(bytes.strip), min_size=1, max_size=6),
        whole=st.booleans(),
    )
    def test_pages_that_are_written_come_back(self, folder, bodies, whole):
        records = [record(body, kind="resource", Content_Type="text/html") for body in bodies]
        path = written(folder, "back.warc.gz", gzip.compress(b"".join(records)) if whole else packed(records))
        assert [one.data for one in items(path)] == bodies


class TestRealInputs:
    def test_every_web_archive_ends_in_pages_or_reasons(self, shared):
        found = items(shared / "data" / "corpora" / "web_archives")
        assert len(pages(found)) == 14
        assert all(one.url for one in pages(found))
        assert sum("old kind (ARC)" in why for why in refused(found).values()) == 4

    def test_saved_pages(self, shared):
        found = items(shared / "data" / "corpora" / "mhtml")
        assert [one.url for one in pages(found)] == ["http://msindwan.bitbucket.org/"] * 2
        assert len(refused(found)) == 3

    @pytest.mark.parametrize("kind", ["warc", "mhtml", "zip"])
    def test_hostile_archives(self, shared, tmp_path, kind):
        with tarfile.open(shared / "data" / "hostile" / "hostile.tar.gz") as archive:
            wanted = [
                one
                for one in archive
                if (one.isfile() and f"/{kind}/" in one.name) or one.name.endswith("expectations.json")
            ]
            archive.extractall(tmp_path, wanted, filter="data")
        (told,) = tmp_path.rglob("expectations.json")
        for case in (one for one in json.loads(told.read_text()) if one["cls"] == kind):
            start = time.monotonic()
            found = items(told.parent / case["path"])
            assert time.monotonic() - start < case["max_s"], case["id"]
            if case.get("n_articles") is not None:
                assert len(pages(found)) >= case["n_articles"], case["id"]
            if case["outcome"] in ("refuse", "quarantine"):
                assert refused(found), case["id"]
            assert all(part in pages(found)[0].data.decode() for part in case.get("must_contain", [])), case[
                "id"
            ]
