"""The demonstration corpus: the same bytes everywhere, invented as it says, and with the shapes users hold."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from newskit import Codebook, Corpus, ledger, read, tag
from newskit.sample import sample_pages, truth
from newskit.sample.echoes import Echoes
from newskit.sample.story import events, furniture, outlets
from newskit.sample.write import FEED, WEB_ARCHIVE, files
from newskit.versions import versions_of

DIGEST = Path(__file__).parent / "golden" / "sample.sha256"
ARTICLES = [row for row in truth() if row["fate"] == "article"]
TOPICAL = [row for row in ARTICLES if row["topics"]]
BACKGROUND = [row for row in ARTICLES if not row["topics"]]
NAMED = re.compile(
    r"forced lab|comfort women|fukushima|export curb|gsomia|trilateral|japan|tokyo.{0,40}seoul|seoul.{0,40}tokyo|"
    r"징용|위안부|후쿠시마|수출규제|지소미아|한일|일본|徴用|慰安婦|福島|処理水|輸出規制|日韓|韓国",
    re.IGNORECASE,
)


def told(row: dict[str, Any]) -> str:
    return "\n".join([row["title"], *row["paragraphs"]])


def digest() -> str:
    whole = hashlib.sha256()
    for source, data in sorted(files().items()):
        whole.update(source.encode() + b"\0" + data + b"\0")
    return whole.hexdigest()


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    home = tmp_path_factory.mktemp("sample")
    return read(sample_pages(home / "pages"), into=home / "corpus")


def test_bytes_are_the_same_on_any_python():
    assert digest() == DIGEST.read_text().strip(), (
        "The pages of the demonstration corpus have changed. If that is meant, renew the digest: "
        "python -c \"import sys; sys.path.insert(0, 'tests'); import test_sample as t; "
        't.DIGEST.write_text(t.digest() + chr(10))"'
    )


def test_bytes_do_not_depend_on_the_hash_seed():
    code = "import sys; sys.path.insert(0, 'tests'); import test_sample; print(test_sample.digest())"
    root = DIGEST.parents[2]
    env = os.environ | {"PYTHONHASHSEED": "7"}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=env, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == digest()


def test_pages_on_disk(tmp_path):
    folder = sample_pages(tmp_path)
    found = {page.relative_to(folder).as_posix() for page in folder.rglob("*") if page.is_file()}
    assert found == set(files())
    assert {re.split("[#!]", row["source"])[0] for row in truth()} == found


def test_truth_names_every_page_and_row_once():
    sources = Counter(row["source"] for row in truth())
    assert sources.most_common(1)[0][1] == 1
    lines = files()["kallang-fortnightly/export.jsonl"].decode().splitlines()
    assert sum(source.startswith("kallang-fortnightly/export.jsonl#") for source in sources) == len(lines)


@pytest.mark.parametrize(
    "row", [r for r in ARTICLES if "#" not in r["source"]][::9], ids=lambda row: row["source"]
)
def test_page_says_that_it_is_invented(row):
    page = files()[row["source"]]
    coded = {"ko": "cp949", "ja": "cp932"}.get(row["language"], "utf-8")
    try:
        text = page.decode()
    except UnicodeDecodeError:
        text = page.decode(coded)
    assert furniture(row["language"])["invented"] in text


def test_exports_say_that_they_are_invented():
    notes = {furniture(code)["invented"] for code in ("en", "ko")}
    for source in ("kallang-fortnightly/export.jsonl", "neutinamu-ilbo/export.csv", FEED, WEB_ARCHIVE):
        assert any(note in files()[source].decode() for note in notes)


def test_size_and_shares():
    assert 750 < len(ARTICLES) < 900
    assert 0.45 < len(TOPICAL) / len(ARTICLES) < 0.55
    assert {row["language"] for row in ARTICLES} == {"en", "ko", "ja"}
    assert {row["shape"] for row in ARTICLES} == {
        *("pasted", "csv", "jsonl", "feed"),
        *("html json-ld", "html meta", "html time"),
    }
    assert all(4 <= len(row["paragraphs"]) <= 10 for row in ARTICLES if row["shape"] != "feed")
    assert all("2018" <= row["day"][:4] <= "2024" for row in ARTICLES if row["day"])


def test_volume_follows_the_events():
    months = Counter(row["day"][:7] for row in TOPICAL if row["day"])
    assert all(months[month] >= 12 for month in ("2018-11", "2019-08", "2023-03", "2023-05"))
    assert all(months[month] <= 2 for month in ("2018-07", "2020-07", "2020-12", "2021-02", "2022-12"))


def test_gap_of_one_outlet():
    gaps = [outlet for outlet in outlets() if outlet.gap]
    assert len(gaps) == 1
    days = {row["day"][:7] for row in ARTICLES if row["outlet"] == gaps[0].name and row["day"]}
    assert not {day for day in days if gaps[0].gap[0] <= day <= gaps[0].gap[1]}
    assert len(days) > 60


def test_background_names_no_topic():
    loud = [row["source"] for row in BACKGROUND if not row["mentions"] and NAMED.search(told(row))]
    assert loud == []


def test_mentions_are_few_and_found():
    passing = [row for row in BACKGROUND if row["mentions"]]
    assert 20 < len(passing) < 60
    assert all(NAMED.search(told(row)) for row in passing)


def test_no_slot_is_left_open():
    left = re.compile(r"[{}<|]|\((?:는|가|를|과)\)|None")
    assert [row["source"] for row in ARTICLES if left.search(told(row))] == []


def test_wire_copies_are_one_text_under_other_headlines():
    families = defaultdict(list)
    for row in ARTICLES:
        if row["family"]:
            families[row["family"]].append(row)
    assert len(families) > 25
    for family in families.values():
        longest = max((row["paragraphs"] for row in family), key=len)
        assert len({row["agency"] for row in family}) == 1
        assert len({row["title"] for row in family}) == len({row["outlet"] for row in family})
        for row in family:
            assert longest[1 : len(row["paragraphs"])] == row["paragraphs"][1:]


def test_no_other_story_looks_like_a_copy():
    echoes, alike = Echoes(), []
    seen: set[str] = set()
    for row in ARTICLES:
        if row["family"] in seen or "read-again" in row["source"]:
            continue
        if row["family"]:
            seen.add(row["family"])
        if echoes.share(row["paragraphs"]) >= 0.3:
            alike.append(row["source"])
        echoes.keep(row["paragraphs"])
    assert len(alike) <= 5


def test_page_read_again_has_a_later_time_and_another_text():
    again = [row for row in ARTICLES if "read-again" in row["source"]]
    assert {row["shape"].split()[0] for row in again} == {"pasted", "html"}
    for row in again:
        before = next(r for r in ARTICLES if r["title"] == row["title"] and r is not row)
        assert row["updated"] > (before["updated"] or before["published"])
        assert row["paragraphs"][: len(before["paragraphs"])] == before["paragraphs"]
        assert len(row["paragraphs"]) > len(before["paragraphs"])


def test_what_is_no_article_is_there():
    why = Counter(row["why"] for row in truth() if row["fate"] == "set aside")
    assert why == {
        "a list of links": 2,
        "a consent wall": 1,
        "an error page": 1,
        "bytes that are no text": 1,
        "an empty file": 1,
        "a torn line": 1,
    }
    assert 4 <= sum(row["day"] is None for row in ARTICLES) <= 15


def test_events_are_complete():
    assert 60 <= len(events()) <= 90
    assert len({(event.day, event.topic) for event in events()}) == len(events())
    assert sorted(event.day for event in events()) == [event.day for event in events()]
    for event in events():
        assert {len(event.facts[code]) for code in ("en", "ko", "ja")} == {len(event.facts["en"])}
        assert all(event.facts[code][0].count("{when}") == 1 for code in event.facts)
        assert all("{" not in fact for code in event.facts for fact in event.facts[code][1:])


def test_outlets_and_hosts_are_nobodys():
    assert all(outlet.host.endswith(".example") for outlet in outlets())
    hosts = {row["url"].split("/")[2] for row in ARTICLES if row["url"]}
    assert hosts == {outlet.host for outlet in outlets()}


@pytest.mark.parametrize("code", ["en", "ko", "ja"])
def test_codebook_finds_what_a_story_is_about(corpus, code):
    hits = tag(corpus, Codebook.load("korea-japan"))
    source = dict(zip(corpus.frame["id"], corpus.frame["source"], strict=True))
    found = {
        (source[a].split("/", 1)[-1], t)
        for a, t in zip(hits.frame["article"], hits.frame["topic"], strict=True)
    }
    about = [(row["source"], topic) for row in TOPICAL if row["language"] == code for topic in row["topics"]]
    assert len([pair for pair in about if pair in found]) / len(about) > 0.85
    silent = {row["source"] for row in BACKGROUND if row["language"] == code and not row["mentions"]}
    assert len([pair for pair in found if pair[0] in silent]) <= len(silent) * 0.02


def test_reading_sets_aside_what_is_no_article(corpus):
    older = corpus.articles(versions_of(corpus.store, corpus.parts).older).values()
    assert [article.source.split("/", 1)[-1] for article in older] == [
        "sumida-observer/html/2023-03-06-0541.html"
    ]
    kept = {source.split("/", 1)[-1] for source in (*corpus.frame["source"], *(a.source for a in older))}
    lost = [row["source"] for row in ARTICLES if row["source"] not in kept]
    assert lost == []


def test_what_lies_in_a_second_file_is_the_same_as_the_first(corpus):
    rows = ledger(corpus).assign(source=lambda rows: rows["source"].str.split("/", n=1).str[1])
    first = rows.dropna(subset="article").set_index("source")["article"]
    again = rows[rows["fate"] == "same as"].set_index("source")["of"]
    planted = {row["source"]: row["of"] for row in truth() if row["fate"] == "same as"}
    assert len(planted) == 10
    assert again.to_dict() == {source: first[of] for source, of in planted.items()}


def test_what_is_only_announced_says_so(corpus):
    rows = corpus.frame[corpus.frame["notes"].str.len() > 0]
    assert [source.split("/", 1)[1] for source in rows["source"]] == [f"{FEED}#1"]
    assert rows["notes"].iloc[0][0].startswith("an excerpt")


@pytest.mark.parametrize(("column", "floor"), [("day", 0.98), ("title", 0.93), ("language", 1.0)])
def test_reading_gets_the_truth(corpus, column, floor):
    sources = [source.split("/", 1)[-1] for source in corpus.frame["source"]]
    read_as = dict(zip(sources, _plain(corpus, column), strict=True))
    latest = [row for row in ARTICLES if row["source"] in read_as]  # that only one is not is told above
    right = [row for row in latest if read_as[row["source"]] == row[column]]
    assert len(right) / len(latest) >= floor


def _plain(corpus: Corpus, column: str) -> list[Any]:
    values = corpus.frame[column]
    if column == "day":
        return [None if day != day else f"{day:%Y-%m-%d}" for day in values]  # noqa: PLR0124  NaT is not itself
    return list(values)


def test_no_two_outlets_share_a_byline():
    names = [set(outlet.bylines) for outlet in outlets()]
    assert not any(one & other for one, other in combinations(names, 2))
