"""Measure how newskit reads pages whose truth is known, beside other readers; hold the floors.

    python benchmarks/parse.py                      newskit's own pages, against the floors
    python benchmarks/parse.py DATA                 labelled pages in a folder
    python benchmarks/parse.py DATA --peers         beside trafilatura, newspaper4k and readability-lxml, where installed
    python benchmarks/parse.py --raise              lift the floors to what was measured; they never sink

DATA holds pages/<set>/truth.jsonl with pages/<set>/html/<id>.html.gz, and may hold pasted/<set>/<id>.txt. A line of
truth has an id and what is known of the page: url, body (or required and optional passages), title, published, authors.

F1 is the mean over pages of the F1 of four-word shingles, each counted as often as it stands; a sign of Chinese or
Japanese is a word. Exact is the share of pages whose words are those of the truth. Title, day and instant are shares
of the pages whose truth has them; an instant is right within a minute and with a zone. Names is the F1 over all names.
Honest is the share of pages whose day is not wrong, unless a note says that it is doubtful.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from statistics import mean
from typing import Any

import lxml.html
from readability import Document

import newskit
from newskit.sample.write import files, truth

ROOT = Path(__file__).parent.parent
FLOORS = Path(__file__).with_name("parse-floors.json")
MEASURES = ("F1", "exact", "title", "day", "honest", "instant", "names")
LEAST = 5  # pages of which a measure must speak to have a floor


@dataclass(frozen=True)
class Case:
    """A page and what is known of it; None where the truth does not say."""

    set: str
    page: bytes | str
    url: str | None = None
    body: str | None = None
    optional: str = ""
    title: str | None = None
    published: datetime | None = None
    authors: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Reading:
    """What a reader took for the article."""

    body: str = ""
    title: str = ""
    published: datetime | None = None
    authors: tuple[str, ...] = ()
    doubted: bool = False
    refused: bool = False


# --- pages --------------------------------------------------------------------------------------------------


def own_cases() -> Iterator[Case]:
    """Give the pages that the project holds: the golden pairs, and the demonstration."""
    for kind in ("html", "text"):
        for path in sorted((ROOT / "tests" / "golden" / kind).glob("*.json")):
            pair = json.loads(path.read_text(encoding="utf-8"))
            if "paragraphs" in pair.get("expect", {}):
                page = next(p for p in path.parent.glob(f"{path.stem}.*") if p.suffix != ".json")
                yield _case(f"golden {kind}", page.read_bytes(), pair | _as_truth(pair["expect"]))
    pages = files()
    for row in truth():
        if row["fate"] == "article" and "#" not in row["source"]:
            name = "sample pasted" if row["shape"] == "pasted" else "sample html"
            yield _case(name, pages[row["source"]], _as_truth(row))


def _as_truth(fields: Mapping[str, Any]) -> dict[str, object]:
    told = "\n".join(fields["paragraphs"]) + f" {fields.get('credit') or ''}"
    return {
        "body": told,
        "title": fields.get("title"),
        "published": fields.get("published"),
        "authors": fields.get("byline"),
    }


def labelled_cases(data: Path) -> Iterator[Case]:
    """Give the labelled pages below a folder, as HTML and as pasted text."""
    for listing in sorted(data.glob("pages/*/truth.jsonl")):
        name = listing.parent.name
        for line in listing.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            saved = listing.parent / "html" / f"{row['id']}.html.gz"
            pasted = data / "pasted" / name / f"{row['id']}.txt"
            if saved.exists():
                yield _case(f"html {name}", gzip.decompress(saved.read_bytes()), row)
            if pasted.exists():
                yield _case(f"pasted {name}", pasted.read_text(encoding="utf-8"), row | {"url": None})


def _case(name: str, page: bytes | str, row: Mapping[str, Any]) -> Case:
    required = row.get("required")
    authors = row.get("authors")
    return Case(
        set=name,
        page=page,
        url=_text(row.get("url")),
        body="\n".join(required) if isinstance(required, list) and required else _text(row.get("body")),
        optional="\n".join(row.get("optional") or []) if required else _text(row.get("summary")) or "",
        title=_text(row.get("title")),
        published=_moment(row.get("published")),
        authors=tuple(map(str, authors)) if isinstance(authors, list) else None,
    )


def _text(value: object) -> str | None:
    return str(value) if value else None


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


# --- readers ------------------------------------------------------------------------------------------------


def by_newskit(case: Case) -> Reading:
    """Read a page by newskit."""
    try:
        found = newskit.parse(case.page, url=case.url)
    except newskit.NewskitError:
        return Reading(refused=True)
    doubted = any("date" in note for note in found.notes)
    people = (
        *found.byline,
        *(a for a in [found.agency] if a and _normal(a) in map(_normal, case.authors or ())),
    )
    return Reading("\n".join(found.paragraphs), found.title, found.published, people, doubted)


def by_trafilatura(case: Case) -> Reading:
    """Read a page by trafilatura."""
    trafilatura = import_module("trafilatura")

    found = trafilatura.bare_extraction(_decoded(case.page), url=case.url, with_metadata=True)
    row = found.as_dict() if found else {}
    people = tuple(a.strip() for a in (row.get("author") or "").split(";") if a.strip())
    return Reading(row.get("text") or "", row.get("title") or "", _moment(row.get("date")), people)


def by_newspaper(case: Case) -> Reading:
    """Read a page by newspaper4k."""
    found = import_module("newspaper").Article(case.url or "http://localhost/", fetch_images=False)
    found.download(input_html=_decoded(case.page))
    found.parse()
    moment = found.publish_date if isinstance(found.publish_date, datetime) else None
    return Reading(found.text, found.title, moment, tuple(found.authors))


def by_readability(case: Case) -> Reading:
    """Read a page by readability-lxml alone."""
    document = Document(_decoded(case.page))
    summary = lxml.html.fromstring(document.summary(html_partial=True))
    return Reading("\n".join(summary.itertext()), document.short_title())


def _decoded(page: bytes | str) -> str:
    return page if isinstance(page, str) else page.decode("utf-8", "replace")


PEERS: Mapping[str, tuple[str, Callable[[Case], Reading]]] = {
    "trafilatura": ("trafilatura", by_trafilatura),
    "newspaper4k": ("newspaper", by_newspaper),
    "readability-lxml": ("readability", by_readability),
}


# --- scores -------------------------------------------------------------------------------------------------

_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")


def tokens(text: str) -> list[str]:
    """Cut a text into words; a sign of Chinese or Japanese is one."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


def _shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    words = tokens(text)
    return Counter(tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1)) if words)


def body_f1(case: Case, found: str) -> float:
    """Score a body; what the truth calls optional neither helps nor hurts."""
    wanted, got = _shingles(case.body or ""), _shingles(found)
    got -= _shingles(case.optional) - wanted
    hits = (wanted & got).total()
    return 2 * hits / max(1, wanted.total() + got.total())


def _normal(text: str) -> str:
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _same_day(wanted: datetime, found: datetime) -> bool:
    if wanted.tzinfo and found.tzinfo:
        found = found.astimezone(wanted.tzinfo)
    return wanted.date() == found.date()


def _same_instant(wanted: datetime, found: datetime | None) -> bool:
    return found is not None and found.tzinfo is not None and abs((wanted - found).total_seconds()) < 60


def _marks(case: Case, found: Reading) -> Iterator[tuple[str, float]]:
    """Give each measure that the truth of this page allows, from 0 to 1."""
    if case.body is not None:
        yield "F1", body_f1(case, found.body)
        yield "exact", tokens(case.body) == tokens(found.body)
    if case.title:
        yield "title", _normal(case.title) == _normal(found.title)
    if case.published is not None:
        right = found.published is not None and _same_day(case.published, found.published)
        yield "day", right
        yield "honest", right or found.published is None or found.doubted
        if case.published.tzinfo:
            yield "instant", _same_instant(case.published, found.published)


def _names_f1(pairs: list[tuple[Case, Reading]]) -> float | None:
    right = total = 0
    for case, found in pairs:
        if case.authors is not None:
            wanted, got = {_normal(a) for a in case.authors}, {_normal(a) for a in found.authors}
            right, total = right + len(wanted & got), total + len(wanted) + len(got)
    return 2 * right / total if total else None


def measured(cases: list[Case], reader: Callable[[Case], Reading]) -> dict[str, float]:
    """Read the pages of one set; give its measures, the pages read in a second of the processor, and those refused."""
    pairs: list[tuple[Case, Reading]] = []
    spent = 0.0
    for case in cases:
        started = time.process_time()
        try:
            found = reader(case)
        except Exception as error:  # noqa: BLE001 - a peer's; an answer that failed is an empty one
            print(f"{reader.__name__} failed on a page of {case.set}: {error!r:.100}", file=sys.stderr)
            found = Reading(refused=True)
        spent += time.process_time() - started
        pairs.append((case, found))
    marks = defaultdict(list)
    for case, found in pairs:
        for measure, mark in _marks(case, found):
            marks[measure].append(float(mark))
    row = {measure: mean(found) for measure, found in marks.items() if len(found) >= LEAST}
    names = _names_f1(pairs)
    row |= {"names": names} if names is not None else {}
    return row | {
        "pages": len(cases),
        "pages/s": len(cases) / spent,
        "refused": sum(f.refused for _, f in pairs),
    }


def by_set(cases: Iterator[Case]) -> dict[str, list[Case]]:
    """Group cases by their set."""
    sets: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        sets[case.set].append(case)
    return dict(sets)


# --- floors -------------------------------------------------------------------------------------------------


def floors() -> dict[str, dict[str, float]]:
    """Load the floors: set -> measure -> the least that newskit may reach."""
    return dict(json.loads(FLOORS.read_text(encoding="utf-8")))


def below(name: str, row: Mapping[str, float]) -> list[str]:
    """Say which measures of a set lie below their floors."""
    return [
        f"{name}: {measure} {row.get(measure, 0):.3f}, floor {floor:.3f}"
        for measure, floor in floors().get(name, {}).items()
        if row.get(measure, 0) < floor
    ]


def lift(rows: Mapping[str, Mapping[str, float]]) -> None:
    """Write each floor anew where more was reached, cut to three decimals."""
    held = floors()
    for name, row in rows.items():
        old = held.setdefault(name, {})
        held[name] = {m: max(old.get(m, 0.0), math.floor(row[m] * 1000) / 1000) for m in MEASURES if m in row}
    FLOORS.write_text(json.dumps(held, indent=1, sort_keys=True) + "\n", encoding="utf-8")


# --- the table ----------------------------------------------------------------------------------------------


def _line(name: str, reader: str, row: Mapping[str, float]) -> str:
    cells = [f"{row[m]:.3f}" if m in row else "" for m in MEASURES]
    return f"| {' | '.join([name, reader, str(row['pages']), *cells, format(row['pages/s'], '.0f'), str(row['refused'])])} |"


def _peers() -> Iterator[tuple[str, Callable[[Case], Reading]]]:
    for name, (module, reader) in PEERS.items():
        try:
            import_module(module)
        except ImportError:
            print(f"{name} is not installed", file=sys.stderr)
        else:
            yield name, reader


def main() -> int:
    """Print the table; 1 where a floor is broken."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", nargs="?", type=Path, help="labelled pages (default: newskit's own)")
    ask.add_argument("--peers", action="store_true", help="read the HTML pages by other readers, too")
    ask.add_argument("--raise", dest="lift", action="store_true", help="lift the floors to what was measured")
    told = ask.parse_args()
    sets = by_set(labelled_cases(told.data) if told.data else own_cases())
    peers = list(_peers()) if told.peers else []
    print("| set | reader | pages |", " | ".join(MEASURES), "| pages/CPU-s | refused |")
    print("|---|---|" + "---:|" * (len(MEASURES) + 3))
    rows: dict[str, dict[str, float]] = {}
    for name, cases in sets.items():
        measured(cases[:1], by_newskit)  # what is loaded at first use is nobody's page
        rows[name] = measured(cases, by_newskit)
        print(_line(name, "newskit", rows[name]), flush=True)
        for peer, reader in peers if "html" in name else []:
            measured(cases[:1], reader)
            print(_line(name, peer, measured(cases, reader)), flush=True)
    if told.lift:
        lift(rows)
    broken = [line for name, row in rows.items() for line in below(name, row)]
    print("\n".join(broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
