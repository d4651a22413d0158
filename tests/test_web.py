"""Fetching, against a server on loopback; the check of addresses is opened for that server alone, by the tests."""

from __future__ import annotations

import gzip
import io
import itertools
import pickle
import re
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from threading import Thread

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskit.cli import main
from newskit.corpus import Corpus
from newskit.errors import BadArgument, CorpusError, SourceError
from newskit.reading import read, reading, retrying
from newskit.sources import Raw, Refused, Web, find
from newskit.sources.raw import Stored
from newskit.sources.web import door, fetching, kept
from newskit.sources.web import raws as web_raws
from newskit.sources.web.robots import Robots
from newskit.workers import elsewhere

STORY = " ".join(
    f"The ferry of {place} left the pier on Monday with its crew." for place in "Aldo Brem Cora".split()
)
HTML = {"Content-Type": "text/html; charset=utf-8"}
UNASKED = "read with fetch=True"


def page(title: str) -> bytes:
    text = "".join(f"<p>{title}: {STORY} Officials said so, number {n}.</p>" for n in range(4))
    return f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>".encode()


@dataclass
class Answer:
    """What the server says: `body` may be pieces, each sent when it is its turn."""

    status: int = 200
    body: bytes | Iterator[bytes] = b""
    headers: dict[str, str] = field(default_factory=lambda: dict(HTML))
    whole_head: bool = True


def moved(to: str) -> Answer:
    return Answer(302, headers={"Location": to})


class Site:
    """A server on loopback: what it answers by path, and what it was asked, when, with which headers."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[], Answer]] = {}
        self.asked: list[tuple[str, float, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, time.monotonic(), dict(self.headers)))
                found = site.answers.get(self.path, Answer(404))
                site.send(self, found() if callable(found) else found)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        try:
            if not answer.whole_head:
                for piece in answer.body:
                    handler.wfile.write(piece)
                return
            handler.send_response(answer.status)
            for name, value in answer.headers.items():
                handler.send_header(name, value)
            if isinstance(answer.body, bytes) and "Content-Length" not in answer.headers:
                handler.send_header("Content-Length", str(len(answer.body)))
            handler.end_headers()
            for piece in [answer.body] if isinstance(answer.body, bytes) else answer.body:
                handler.wfile.write(piece)
        except OSError:  # who asked has heard enough
            pass

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    site = Site()
    strict = door.require_public
    monkeypatch.setattr(door, "require_public", lambda ip: None if ip == "127.0.0.1" else strict(ip))
    monkeypatch.setattr(fetching, "PORTS", {80, 443, site.port})
    monkeypatch.setattr(fetching, "DELAY", 0.0)
    yield site
    site.server.shutdown()
    site.server.server_close()


def why(address: str) -> str:
    with pytest.raises(SourceError) as told:
        fetching.Fetcher().page(address)
    return str(told.value)


def fetched(paths, into, **more):
    with elsewhere(ThreadPoolExecutor(1)):
        return read(paths, into=into, **more)


def drip(pieces: Iterator[bytes], pause: float = 0.05) -> Iterator[bytes]:
    for piece in pieces:
        time.sleep(pause)
        yield piece


class TestOnlyWhenAsked:
    @pytest.mark.parametrize("asked", ["https://gull.example/a", ["HTTP://gull.example/a?b=*"]])
    def test_an_address_says_how_to_ask(self, tmp_path, asked):
        with pytest.raises(SourceError, match=r"fetches nothing unless asked.*fetch=True .*--fetch"):
            read(asked, into=tmp_path / "c")
        assert not (tmp_path / "c").exists()

    def test_a_file_of_addresses_is_set_aside_address_by_address(self, tmp_path, site, capsys):
        path = tmp_path / "later.txt"
        path.write_text(
            f"# to read\n\n{site.url('/a')}\r\n  {site.url('/b')}\n" + "# so on\n" * 2_000 + "none of them\n"
        )
        assert main(["read", str(path), "--list"]) == 0
        assert "addresses later.txt" in capsys.readouterr().out
        corpus = fetched(path, tmp_path / "c")
        told = dict(corpus.rejected[["source", "why"]].to_numpy())
        assert UNASKED in told[site.url("/a")]
        assert UNASKED in told[site.url("/b")]
        assert "not an address" in told["later.txt#2005"]
        assert site.asked == []

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"https://gull.example/a\n", "addresses"),
            (b"\xef\xbb\xbf# mine\nhttp://gull.example/a", "addresses"),
            ("https://gull.example/가\r\n".encode("utf-16"), "addresses"),
            (b"https://gull.example/a\n" * 2_000, "addresses"),
            (gzip.compress(b"https://gull.example/a\n"), "addresses"),
            (b"https://gull.example/a says so.\n", "page"),
            (b"# a note\n", "page"),
            (b"ftp://gull.example/a\n", "page"),
            (b"Ships came.\nhttps://gull.example/a\n", "page"),
        ],
    )
    def test_a_file_of_addresses_is_told_by_its_lines(self, tmp_path, data, kind):
        (tmp_path / "x.txt").write_bytes(data)
        (one,) = find(tmp_path / "x.txt")
        assert one.kind == kind
        if kind == "addresses":
            first = next(iter(one.raws()))
            assert isinstance(first, Refused)
            assert first.source.startswith(("https://gull.example/", "http://gull.example/"))

    def test_what_is_to_be_done_can_be_looked_at_first(self, site, capsys):
        assert main(["read", site.url("/a"), site.url("/a"), "--list", "--fetch"]) == 0
        assert f"addresses {site.url('/a')}\n1 inputs: 1 addresses" in capsys.readouterr().out
        assert site.asked == []

    @pytest.mark.parametrize(
        "asked", ["file:///etc/passwd", "ftp://gull.example/a", "gopher://gull.example/"]
    )
    def test_other_kinds_of_address_are_never_fetched(self, tmp_path, asked):
        with pytest.raises(SourceError, match="does not fetch"):
            read(asked, into=tmp_path / "c", fetch=True)
        assert "only http and https" in why(asked)


class TestPages:
    def test_a_page_comes_in_with_its_address_and_is_kept(self, tmp_path, site):
        site.answers["/a"] = Answer(body=page("Ferries"))
        corpus = fetched(site.url("/a"), tmp_path / "c", fetch=True)
        assert corpus.fates == {"article": 1, "newer version of": 0, "same as": 0, "set aside": 0}
        article = corpus.article(corpus.frame["id"][0])
        assert (article.title, article.source, article.url) == ("Ferries", site.url("/a"), site.url("/a"))
        (file,) = (tmp_path / "c" / "fetched").iterdir()
        assert file.read_bytes().endswith(b"\n" + page("Ferries"))

    def test_it_says_who_asks_and_keeps_no_cookie(self, site):
        site.answers["/a"] = Answer(body=page("A"), headers=HTML | {"Set-Cookie": "who=you; Path=/"})
        fetcher = fetching.Fetcher()
        for _ in range(2):
            fetcher.page(site.url("/a"))
        assert site.paths == ["/robots.txt", "/a", "/a"]
        for _, _, headers in site.asked:
            assert headers["User-Agent"].startswith("newskit/")
            assert "Cookie" not in headers

    def test_no_proxy_of_the_environment_is_used(self, site, monkeypatch):
        site.answers["/a"] = Answer(body=page("A"))
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert fetching.Fetcher().page(site.url("/a")).body == page("A")

    def test_a_second_reading_asks_for_nothing(self, tmp_path, site):
        site.answers["/a"] = Answer(body=page("A"))
        fetched(site.url("/a"), tmp_path / "c", fetch=True)
        before = len(site.asked)
        *_, last = reading(site.url("/a"), tmp_path / "c", fetch=True)
        assert (last.already, last.seen) == (1, 1)
        (tmp_path / "x.txt").write_text(site.url("/a"))
        *_, last = reading(tmp_path / "x.txt", tmp_path / "c")
        assert (last.already, last.seen) == (1, 1)  # from where it is kept, unasked
        assert len(site.asked) == before

    def test_a_page_whose_file_is_gone_or_damaged_is_fetched_again(self, tmp_path, site):
        site.answers["/a"] = Answer(body=page("A"))
        web = Web(tmp_path, fetch=True)
        first = web.page(site.url("/a"))
        path = web.path(site.url("/a"))
        for spoil in (
            path.unlink,
            lambda: path.write_bytes(path.read_bytes()[:-1]),
            lambda: path.write_bytes(b"\xff"),
        ):
            spoil()
            assert web.page(site.url("/a")) == first
        assert site.paths.count("/a") == 4

    def test_an_encoding_that_only_the_server_tells_is_heeded(self, tmp_path, site):
        body = "<html><body><p>본문이다 한국</p></body></html>".encode("euc-kr")
        site.answers["/a"] = Answer(body=body, headers={"Content-Type": "text/html; charset=EUC-KR"})
        for _ in range(2):
            raw = Web(tmp_path, fetch=True).page(site.url("/a"))
            assert isinstance(raw, Raw)
            assert "본문이다" in raw.data.decode()
            assert raw.sha == Raw("x", body).sha

    def test_packed_pages_are_unpacked(self, site):
        site.answers["/a"] = Answer(
            body=gzip.compress(page("A")), headers=HTML | {"Content-Encoding": "gzip"}
        )
        assert fetching.Fetcher().page(site.url("/a")).body == page("A")

    def test_the_folder_cannot_be_written_to(self, tmp_path, site, monkeypatch):
        site.answers["/a"] = Answer(body=page("A"))
        monkeypatch.setattr(kept.os, "fsync", _full)
        with pytest.raises(CorpusError, match="make room"):
            Web(tmp_path / "f", fetch=True).page(site.url("/a"))
        assert list((tmp_path / "f").iterdir()) == []

    def test_a_corpus_is_still_not_read_into_itself(self, tmp_path, site):
        site.answers["/a"] = Answer(body=page("A"))
        fetched(site.url("/a"), tmp_path / "c", fetch=True)
        with pytest.raises(BadArgument, match="corpus folder itself"):
            fetched(tmp_path / "c" / "fetched", tmp_path / "c")

    def test_inputs_with_addresses_can_be_sent_to_a_worker(self, tmp_path):
        (one,) = find("https://gull.example/a", web=Web(tmp_path, fetch=True))
        assert pickle.loads(pickle.dumps(one)).kind == "addresses"


def _full(_: int) -> None:
    raise OSError(28, "No space left on device")


class TestFates:
    def test_what_could_not_be_had_is_asked_for_again(self, tmp_path, site):
        (tmp_path / "x.txt").write_text(f"{site.url('/a')}\n{site.url('/b')}\n{site.url('/a')}\n")
        corpus = fetched([tmp_path / "x.txt", site.url("/c")], tmp_path / "c", fetch=True)
        assert corpus.fates == {"article": 0, "newer version of": 0, "same as": 0, "set aside": 3}
        assert set(corpus.rejected["why"]) == {
            "the server answers 404 (Not Found); look at the address, or read again later"
        }
        assert site.paths.count("/a") == 1
        site.answers |= {path: Answer(body=page(path)) for path in ("/a", "/c")}
        assert list(retrying(tmp_path / "c"))[-1].articles == 0  # nobody asked
        assert site.paths.count("/a") == 1
        assert set(Corpus.open(tmp_path / "c").rejected["why"]) == set(corpus.rejected["why"])
        assert list(retrying(tmp_path / "c", fetch=True))[-1].articles == 2
        after = Corpus.open(tmp_path / "c")
        assert after.fates == {"article": 2, "newer version of": 0, "same as": 0, "set aside": 1}
        assert after.rejected["source"].tolist() == [site.url("/b")]

    def test_an_address_has_one_fate_whatever_became_of_it_first(self, tmp_path, site):
        site.answers |= {"/a": Answer(body=page("A")), "/b": moved("/a"), "/c": Answer(body=b"<html><p>No.")}
        (tmp_path / "x.txt").write_text("\n".join(site.url(f"/{name}") for name in "abc"))
        assert fetched(tmp_path / "x.txt", tmp_path / "c").fates["set aside"] == 3
        corpus = fetched(tmp_path / "x.txt", tmp_path / "c", fetch=True)
        assert corpus.fates == {"article": 1, "newer version of": 0, "same as": 1, "set aside": 1}
        assert UNASKED not in " ".join(corpus.rejected["why"])

    @pytest.mark.parametrize(
        ("kind", "body", "told"),
        [
            (
                "application/rss+xml",
                f"<rss version='2.0'><channel><item><title>{STORY}</title></item></channel></rss>",
                "feed",
            ),
            ("application/json", '[{"title": "A", "text": "B"}]', "table"),
            ("text/plain", "https://gull.example/a\n", "addresses"),
        ],
    )
    def test_what_is_no_page_is_not_taken_for_one(self, tmp_path, site, kind, body, told):
        site.answers["/a"] = Answer(body=body.encode(), headers={"Content-Type": kind})
        corpus = fetched(site.url("/a"), tmp_path / "c", fetch=True)
        assert corpus.fates == {"article": 0, "newer version of": 0, "same as": 0, "set aside": 1}
        assert f"not a page (kind: {told});" in corpus.rejected["why"][0]

    def test_the_command_line_fetches_where_asked(self, tmp_path, site, capsys):
        site.answers["/a"] = Answer(body=page("A"))
        call = ["read", site.url("/a"), "--into", str(tmp_path / "c")]
        assert main(call) == 2
        assert "--fetch" in capsys.readouterr().err
        assert main([*call, "--fetch"]) == 0
        assert "1 new articles" in capsys.readouterr().out
        assert main(["retry", str(tmp_path / "c"), "--fetch"]) == 0


REFUSED = {
    "not there": (Answer(404), r"answers 404 \(Not Found\)"),
    "a fault": (Answer(503), r"answers 503 \(Service Unavailable\)"),
    "a number nobody knows": (Answer(299), "answers 299;"),
    "empty": (Answer(200), "is empty"),
    "an image": (Answer(body=b"GIF89a", headers={"Content-Type": "image/gif"}), "not a page.*'image/gif'"),
    "a PDF": (Answer(body=b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "'application/pdf'"),
    "packed otherwise": (Answer(body=b"xx", headers=HTML | {"Content-Encoding": "br"}), "packed as 'br'"),
    "packed twice": (Answer(body=b"xx", headers=HTML | {"Content-Encoding": "gzip, gzip"}), "packed as 'gzip, gzip'"),
    "damaged": (Answer(body=b"no gzip", headers=HTML | {"Content-Encoding": "gzip"}), "damaged"),
    "cut off": (Answer(body=gzip.compress(page("A"))[:90], headers=HTML | {"Content-Encoding": "gzip"}), "cut off"),
    "shorter than said": (Answer(body=b"<p>A", headers=HTML | {"Content-Length": "900"}), "connection fails"),
    "no HTTP": (Answer(body=iter([b"\x16\x03\x01 hello\r\n\r\n"]), whole_head=False), "connection fails"),
    "moved nowhere": (Answer(302, headers={}), "does not say where to"),
    "moved to a file": (moved("file:///etc/passwd"), "only http and https"),
    "moved to a script": (moved("javascript:alert(1)"), "moved to what is no address"),
    "moved to a password": (moved("http://me:secret@gull.example/"), "name or a password"),
    "moved to a port": (moved("http://127.0.0.1:22/"), "port 22"),
    "moved to a private address": (moved("http://10.0.0.1/"), "10.0.0.1, which is no public"),
    "moved to loopback as a number": (moved("//2130706434/"), "127.0.0.2, which is no public"),
    "moved to loopback in IPv6": (moved("http://[::1]/"), "::1, which is no public"),
    "moved to what is no address": (moved("http://[::zz]/"), "moved to what is no address"),
}  # fmt: skip


class TestRefusals:
    @pytest.mark.parametrize("case", REFUSED)
    def test_says_why(self, site, case):
        site.answers["/a"], told = REFUSED[case]
        assert re.search(told, why(site.url("/a")))

    @pytest.mark.parametrize(
        ("address", "told"),
        [
            ("http://127.0.0.1/", "127.0.0.1, which is no public"),
            ("http://2130706433/", "no public"),
            ("http://0x7f.1/", "no public"),
            ("http://0177.0.0.1/", "no public|not an address"),
            ("http://①②⑦.⓪.⓪.①/", "no public|not an address"),
            ("http://[::1]/", "::1, which"),
            ("http://[::ffff:127.0.0.1]/", "no public"),
            ("http://[64:ff9b::10.0.0.1]/", "no public"),
            ("http://[fe80::1]/", "no public"),
            ("http://localhost/", "no public"),
            ("https://169.254.169.254/latest/meta-data/", "no public"),
            ("http://me@gull.example/", "name or a password"),
            ("http://gull.example:8080/", "port 8080"),
            ("http://gull.example:99999/", "port 99999"),
            ("http:///a", "only http and https"),
            ("http://[::zz]/", "not an address"),
        ],
    )
    def test_an_address_that_is_not_of_the_public_web(self, address, told):
        assert re.search(told, why(address))

    @pytest.mark.parametrize("number", ["10.0.0.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.0"])
    def test_no_way_to_write_a_private_address_in_ipv6_gets_through(self, number):
        last = int(IPv4Address(number))
        ways = [last, 0xFFFF << 32 | last, 0x64FF9B << 96 | last, 0x2002 << 112 | last << 80]
        for way in [number, *(str(door.IPv6Address(way)) for way in ways), f"ff0e::{number}", "fe80::1%1"]:
            with pytest.raises(SourceError):
                door.require_public(way)

    @pytest.mark.parametrize(
        "number", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"]
    )
    def test_the_public_web_is_let_through(self, number):
        door.require_public(number)


class TestHostileText:
    @given(st.text(max_size=80))
    def test_any_text_is_an_address_or_says_why_not(self, text):
        for check in (
            lambda: fetching._checked(f"http://{text}"),
            lambda: fetching._joined(httpx.URL("http://a/"), text),
        ):
            with suppress(SourceError):
                assert check()

    @given(st.lists(st.text(max_size=40) | st.just("https://gull.example/a"), max_size=20))
    def test_any_lines_behind_an_address_are_read(self, lines):
        data = "\n".join(["https://gull.example/a" + " " * 9_000, *lines]).encode("utf-8", "replace")
        found = list(web_raws(Stored("x.txt", len(data), lambda: io.BytesIO(data))))
        assert found[0].source == "https://gull.example/a"
        assert all(one.source.isprintable() for one in found)


class TestMoves:
    def test_are_followed_and_the_last_address_counts(self, tmp_path, site):
        site.answers |= {f"/{n}": moved(f"/{n + 1}") for n in range(4)}
        site.answers |= {"/4": moved(site.url("/z?b=1#top")), "/z?b=1": Answer(body=page("Z"))}
        raw = Web(tmp_path, fetch=True).page(site.url("/0"))
        assert isinstance(raw, Raw)
        assert (raw.source, raw.url) == (site.url("/0"), site.url("/z?b=1"))

    def test_end_after_five(self, site):
        site.answers["/a"] = moved("/a")
        assert "more than 5 times" in why(site.url("/a"))
        assert site.paths.count("/a") == 6

    def test_ask_each_site_for_its_rules(self, site, monkeypatch):
        _names(monkeypatch, gull="127.0.0.1", pier="127.0.0.1")
        there = {"gull": Answer(404), "pier": Answer(body=b"User-agent: *\nDisallow: /b")}
        site.answers["/a"] = moved(site.url("/b", "pier"))
        site.answers["/b"] = Answer(body=page("B"))
        site.answers["/robots.txt"] = lambda: there[site.asked[-1][2]["Host"].split(":")[0]]
        assert "robots.txt not to fetch" in why(site.url("/a", "gull"))
        assert site.paths == ["/robots.txt", "/a", "/robots.txt"]


def _names(monkeypatch: pytest.MonkeyPatch, **hosts: str) -> list[str]:
    """Let names mean addresses, several with commas between them; give the list of names that were looked up."""
    real, looked_up = socket.getaddrinfo, []

    def look_up(host, port, *rest, **more):
        name = host.decode() if isinstance(host, bytes) else host
        if name not in hosts:
            return real(host, port, *rest, **more)
        looked_up.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in hosts[name].split(",")]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return looked_up


class TestNames:
    @pytest.mark.parametrize("means", ["10.0.0.1", "93.184.216.34,10.0.0.1", "127.0.0.1,192.168.0.1"])
    def test_a_name_with_a_private_address_among_others_is_refused(self, site, monkeypatch, means):
        _names(monkeypatch, gull=means)
        assert "no public address" in why(site.url("/a", "gull"))
        assert site.asked == []

    def test_a_name_is_looked_up_once_a_connection(self, site, monkeypatch):
        looked_up = _names(monkeypatch, gull="127.0.0.1")
        site.answers["/a"] = Answer(body=page("A"))
        fetching.Fetcher().page(site.url("/a", "gull"))
        assert [headers["Host"] for _, _, headers in site.asked] == [f"gull:{site.port}"] * 2
        assert looked_up == ["gull"] * 2

    def test_a_certificate_of_the_name_is_asked_for(self, site, monkeypatch):
        _names(monkeypatch, gull="127.0.0.1")
        asked = []

        def start_tls(_self, context, name=None, _timeout=None):
            asked.append((name, context.check_hostname))
            _self.close()
            raise httpcore.ConnectError("no certificate")

        monkeypatch.setattr(httpcore._backends.sync.SyncStream, "start_tls", start_tls)
        told = why(f"https://gull:{site.port}/a")
        assert "connection fails (no certificate)" in told
        assert asked == [("gull", True)]

    def test_the_next_address_is_tried_where_one_does_not_answer(self, site, monkeypatch):
        _names(monkeypatch, gull="127.0.0.9,127.0.0.1")
        monkeypatch.setattr(door, "require_public", lambda _: None)
        site.answers["/a"] = Answer(body=page("A"))
        assert fetching.Fetcher().page(site.url("/a", "gull")).body

    @pytest.mark.parametrize(
        "error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label")]
    )
    def test_a_name_that_nobody_knows(self, monkeypatch, error):
        def unknown(*_, **__):
            raise error

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        assert "name of its host is not known" in why("http://gull.example/")

    def test_a_name_that_is_looked_up_for_ever(self, monkeypatch):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(0.5) or [])
        monkeypatch.setattr(fetching, "SECONDS", 0.1)
        assert "looked up for too long" in why("http://gull.example/")


class TestLimits:
    @pytest.mark.parametrize(
        "slow",
        [
            lambda: Answer(body=drip(itertools.repeat(b"x"))),
            lambda: Answer(body=drip(itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"X"))), whole_head=False),
            lambda: Answer(body=drip(iter([b"late"]), 1.5), whole_head=False),
        ],
        ids=["body", "headers", "silence"],
    )  # fmt: skip
    def test_no_server_takes_longer_than_its_time(self, site, monkeypatch, slow):
        monkeypatch.setattr(fetching, "SECONDS", 0.4)
        site.answers["/a"] = slow
        begun = time.monotonic()
        assert "takes longer than" in why(site.url("/a"))
        assert time.monotonic() - begun < 1.2

    @pytest.mark.parametrize("body", [lambda: b"x" * 60_000, lambda: itertools.repeat(b"x" * 9_000)])
    def test_a_page_that_is_too_large(self, site, monkeypatch, body):
        monkeypatch.setattr(fetching, "PAGE_LIMIT", 50_000)
        site.answers["/a"] = lambda: Answer(body=body())
        assert "larger than 10 MB" in why(site.url("/a"))

    def test_a_page_as_large_as_may_be(self, site, monkeypatch):
        monkeypatch.setattr(fetching, "PAGE_LIMIT", 50_000)
        site.answers["/a"] = Answer(body=b"x" * 50_000)
        assert len(fetching.Fetcher().page(site.url("/a")).body) == 50_000

    def test_a_bomb_is_not_unpacked(self, site):
        packed = gzip.compress(bytes(200_000_000), 1)
        site.answers["/a"] = Answer(body=packed, headers=HTML | {"Content-Encoding": "gzip"})
        tracemalloc.start()
        try:
            assert "larger than 10 MB" in why(site.url("/a"))
            assert tracemalloc.get_traced_memory()[1] < 45_000_000
        finally:
            tracemalloc.stop()


class TestPoliteness:
    @pytest.mark.parametrize("asked", ["", "Crawl-delay: 2.5", "Crawl-delay: 99999", "Crawl-delay: soon"])
    def test_a_host_is_left_alone_between_two_requests(self, site, monkeypatch, asked):
        now = [1_000.0]
        slept: list[float] = []

        def sleep(seconds: float) -> None:
            slept.append(round(seconds, 3))
            now[0] += seconds

        monkeypatch.setattr(fetching, "DELAY", 1.0)
        for module in (fetching, door):
            monkeypatch.setattr(module, "monotonic", lambda: now[0])
        monkeypatch.setattr(fetching, "sleep", sleep)
        site.answers |= {
            "/robots.txt": Answer(body=f"User-agent: *\n{asked}".encode()),
            "/a": Answer(body=page("A")),
        }
        fetcher = fetching.Fetcher()
        fetcher.page(site.url("/a"))
        fetcher.page(site.url("/a"))
        pause = {"Crawl-delay: 2.5": 2.5, "Crawl-delay: 99999": 30.0}.get(asked, 1.0)
        assert slept == [
            pause,
            pause,
        ]  # after robots.txt, and before the second page; the wait is no time of a page
        now[0] += 60
        fetcher.page(site.url("/a"))
        assert len(slept) == 2

    def test_robots_txt_is_obeyed_and_asked_for_once(self, site):
        site.answers["/robots.txt"] = Answer(
            body=b"User-agent: *\nDisallow: /private", headers={"Content-Type": "text/plain"}
        )
        site.answers["/a"] = Answer(body=page("A"))
        fetcher = fetching.Fetcher()
        for _ in range(2):
            with pytest.raises(SourceError, match="not to fetch it"):
                fetcher.page(site.url("/private/a"))
        assert fetcher.page(site.url("/a")).body == page("A")
        assert site.paths == ["/robots.txt", "/a"]

    @pytest.mark.parametrize("status", [500, 503, 429])
    def test_where_robots_txt_cannot_be_had_now_nothing_is_fetched(self, site, status):
        site.answers |= {"/robots.txt": Answer(status), "/a": Answer(body=page("A"))}
        assert f"cannot be had now: the server answers {status}" in why(site.url("/a"))
        assert "/a" not in site.paths

    @pytest.mark.parametrize("to", ["http://10.0.0.1/robots.txt", "/robots.txt"])
    def test_a_robots_txt_that_leads_astray_forbids(self, site, to):
        site.answers |= {"/robots.txt": moved(to), "/a": Answer(body=page("A"))}
        assert "the robots.txt of its site cannot be had: " in why(site.url("/a"))

    def test_a_robots_txt_may_have_moved(self, site):
        site.answers |= {"/robots.txt": moved("/r"), "/r": Answer(body=b"User-agent: newskit\nDisallow: /")}
        assert "asks in robots.txt" in why(site.url("/a"))

    def test_of_a_robots_txt_without_end_the_beginning_counts(self, site, monkeypatch):
        monkeypatch.setattr(fetching, "_ROBOTS_LIMIT", 2_000)
        rules = b"User-agent: *\nDisallow: /a\n" + b"# and so on\n" * 200 + b"Disallow: /b\n"
        site.answers |= {"/robots.txt": Answer(body=rules), "/b": Answer(body=page("B"))}
        assert "asks in robots.txt" in why(site.url("/a"))
        assert fetching.Fetcher().page(site.url("/b")).body

    def test_no_server_there_at_all(self, monkeypatch):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        monkeypatch.setattr(door, "require_public", lambda _: None)
        monkeypatch.setattr(fetching, "PORTS", {port})
        assert "robots.txt of its site cannot be had: the connection fails" in why(
            f"http://127.0.0.1:{port}/"
        )


RULES = """
User-agent: other
Disallow: /

User-agent: newskit/2.0
USER-AGENT: third  # both
Disallow: /news
Allow: /news/open
Disallow: /*?print=
Disallow: /*.pdf$
Disallow: /caf%C3%A9
Disallow:

Sitemap: https://gull.example/map.xml
"""


class TestRobots:
    @pytest.mark.parametrize(
        ("path", "allowed"),
        [
            ("/", True),
            ("/news", False),
            ("/newsroom", False),
            ("/news/open/a", True),
            ("/a?print=1", False),
            ("/a?b=1&print=", True),
            ("/a.pdf", False),
            ("/a.pdf?x", True),
            ("/caf%c3%a9/a", False),
            ("/other", True),
        ],
    )
    def test_the_longest_rule_that_fits_decides(self, path, allowed):
        assert Robots.read(RULES, "newskit").allows(path) is allowed

    def test_who_is_not_named_heeds_what_all_heed(self):
        assert Robots.read("User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /", "newskit") == Robots(
            (("/a", False),)
        )

    def test_of_two_rules_of_one_length_the_one_that_allows_counts(self):
        assert Robots.read("User-agent: *\nDisallow: /a\nAllow: /a", "newskit").allows("/a")

    @given(st.text(max_size=300), st.text(alphabet="/ab%*$?", max_size=30))
    def test_any_text_is_read(self, text, path):
        Robots.read(f"User-agent: *\n{text}", "newskit").allows(path)

    @given(st.lists(st.text(alphabet="ab/", max_size=4), min_size=1, max_size=6), st.data())
    def test_a_pattern_fits_what_is_made_from_it(self, pieces, data):
        filled = [
            pieces[0],
            *(data.draw(st.text(alphabet="ab/", max_size=3)) + piece for piece in pieces[1:]),
        ]
        rule = f"User-agent: *\nDisallow: /{'*'.join(pieces)}$"
        assert not Robots.read(rule, "newskit").allows("/" + "".join(filled))

    def test_a_pattern_of_many_stars_takes_no_time(self):
        rule = Robots.read("User-agent: *\nDisallow: /" + "*a" * 100_000 + "b$", "newskit")
        begun = time.monotonic()
        assert rule.allows("/" + "a" * 2_000)
        assert time.monotonic() - begun < 1
