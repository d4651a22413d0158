"""Names as pages write them: bylines, wire credits, datelines, outlets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import takewhile

from newskit.parse.agencies import agency_named, looks_like_agency
from newskit.parse.characters import bare
from newskit.parse.layouts import layout_named

__all__ = [
    "BYLINE_LABEL",
    "REPORTER",
    "credit_at_end",
    "is_byline",
    "lone_name",
    "names_alone",
    "names_outlet",
    "outlet_name",
    "read_byline",
    "read_dateline",
    "wired_place",
    "writers_in",
]

_LONGEST = 400


def outlet_name(name: str) -> str:
    """Give an outlet the name it usually goes by; an unknown one keeps its own.

    >>> outlet_name("Yonhap News Agency"), outlet_name(" The  Morning Gull ")
    ('Yonhap', 'The Morning Gull')
    """
    name = " ".join(name.split())
    layout = layout_named(name)
    return layout.name if layout is not None else name


# --- bylines ------------------------------------------------------------------------------------------------

_BY = re.compile(
    r"^\W*(?:(?:written|story|words|text|report(?:ing|ed)?|article|posted|published|analysis|opinion|commentary|"
    r"exclusive|review|column|kommentar|kolumne|gastbeitrag|interview|analyse|essay|reportage|eingestellt|geschrieben|"
    r"veröffentlicht|publié|escrito|publicado|scritto|artikel|more|all articles|show all articles)\s+)?"
    r"(?:(?:by|of|von|par|por|di|de|door|av|af|od|przez|oleh|deur|autor(?:in|es|a)?|author|über|about|text|текст|автор|"
    r"文|取材・文|執筆|著者|記者|记者|作者|撰文|글|기자|작성자|بقلم|كتب|โดย|מאת)\b|(?:by|von|par|por|text)(?-i:(?<=[a-z])(?=[A-Z])))"
    r"\s*[:：/]?\s*|^\W*(?:автор(?:и|ы)|autore|auteur|teksti?|penulis|reporter|szerző|tekst|kirjoittaja|autorius|yazar|tác giả|συντάκτης)\s*[:：]\s*",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\s*(?:[;/|·・•&、＆،ㆍ\n]|,(?:\s*(?:and|und|et|y|e|og|och|en)\s)?|\s(?:and|und|et|og|och|with|mit|и|та|ve|dan|και|[-–—])\s|"
    r"\bReporting by\b)\s*"
)
# Short words join two whole names, and stand inside one name too: José Volta e Pinto.
_JOINED = re.compile(r"^(\S+\s\S.{0,60}?)\s(?:y|e|i|en)\s(\S+\s\S.*)$")
# What names no writer, to the end: "Editing by Tom Harrow".
_BEHIND = re.compile(
    r"\b(?:edit(?:ing|ed)|translat(?:ion|ed)|photo\w*) by\b.*$|\s사진\s+[가-힣]{2,4}\s?기자.*$",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,80}|https?://\S{1,200}|@\w{1,40}|\(\s*\)|<\s*>")
_TITLE_AFTER = re.compile(
    r"\s*(?:\s[가-힣]{2,4}특파원|기자|특파원|인턴기자|선임기자|전문기자|논설위원|논설실장|편집위원|통신원|앵커|記者|特派員|編集委員|論説委員|編集長|支局長)\s*$"
)
_TITLE_WORDS = re.compile(
    r"\b(?:staff|reporters?|correspondents?|writers?|editors?|contributors?|contributing|columnists?|producer|"
    r"bureau chief|chief|senior|political|redakteur(?:in)?|korrespondent(?:in)?|journaliste?|redacción|redaktion|"
    r"deputy|director|head of|follow|special to|for the|photographer|anchor|intern|specialist|analyst|professor|freelance)\b.*$",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"\b(?:news\w*|agency|agenc[ei]\w*|agentur\w*|ag[êe]ncia|agenzia|times?|herald|press|staff|team|desk|redakt(?:ion\w*|sjonen)|redakcja|redakce|redaksi|redactie|"
    r"rédaction|redacción|redação|redazione|toimitus|szerkesztőség|haber merkezi|редакц\w+|новости|агентство|editors?|nachrichten|zeitung|verlag|verband|diario|jornal|noticias|notícias|"
    r"editorial|board|online|services?|wires?|reports?|media|tv|radio|daily|admin|webmaster|company|inc|ltd|gmbh|ag|blog|magazine?|portal|"
    r"corporation|university|institute|updated|published|güncelleme|www|com|posted|share|comments?|follow|photos?|getty|images?|artikel|articles?|"
    r"facebook|twitter|whatsapp|whats app|linkedin|linked in|instagram|telegram|e-?mail|print|authors?|byline|users?|guest|anonymous|unknown|business|today|next|previous|"
    r"us|menu|kg|zur|the|of|for|from|all|alle|our|your|نيوز|وكال\w+|تحرير|صحيفة|قناة|خبرگزاری|نیوز|ڈیسک|डेस्क|न्यूज़?|ডেস্ক|প্রতিবেদক|מערכת|ομάδα)\b"
    r"|[\d@/:{}<>\[\]|#?!]|新聞|新闻|通信|編集部|編集局|取材班|本報|本报|公司|株式会社|[网網]$|ニュース|뉴스|신문|일보|통신|편집국|취재팀|온라인|聞き手|構成|撮影|部$|支局$|総局$|本社$|支社$|입력|등록|수정|승인|송고|기사|댓글|사진"
    r"|記事|日時|会員|有料|配信|公開|更新|掲載|投稿|写真|ข่าว|ออนไลน์",
    re.IGNORECASE,
)


# A line that is a byline; `_BY`, which only takes the preposition off, knows more of them ("de" opens many a sentence).
_BYLINE = re.compile(
    r"^\W{0,3}(?:(?:written|words|story|posted|kommentar|kolumne|interview|analyse|essay|gastbeitrag|reportage|"
    r"eine analyse|ein kommentar|reporting|analysis|opinion)\s+)?"
    r"(?:by\b|by(?-i:(?<=[a-z])(?=[A-Z]))|von\b|par\b|por\b|di\b|da\b|door\b|av\b|af\b|autor(?:in|es)?\b|글\b|文\b)\s*[:：/]?\s*(?=\S)"
    r"|^\W{0,3}(?:автор(?:и|ы)?|autore|auteur|penulis|oleh|yazar|szerző|teksti?|text|текст)\s*[:：/]\s*(?=\S)",
    re.IGNORECASE,
)
BYLINE_LABEL = re.compile(
    r"^\W*(?:by|von|par|por|di|door|av|af|written by|kommentar von|authors?|author of the article|autor(?:in|en|es)?|auteurs?)\W*$",
    re.IGNORECASE,
)
REPORTER = re.compile(
    r"(?:기자|특파원|記者|特派員)(?:\s*\(?[\w.+-]+@[\w.-]+\)?)?\s*$|(?<!\w)(?:staff writer|staff reporter|correspondent)s?\W*$",
    re.IGNORECASE,
)


def is_byline(text: str) -> bool:
    """Tell whether a line says of itself that it is a byline.

    >>> is_byline("By Han Seo-yun"), is_byline("Byron weighs a tax on rain")
    (True, False)
    """
    return (
        len(text) <= 120
        and (_BYLINE.match(text) or REPORTER.search(text) or BYLINE_LABEL.match(text)) is not None
    )


def read_byline(text: str) -> tuple[tuple[str, ...], str | None]:
    """Split a byline into persons and a wire agency.

    Fewer names are better than wrong ones: what looks like a desk, an outlet or a job is left out.

    >>> read_byline("By Yonhap")
    ((), 'Yonhap')
    >>> read_byline("By Han Seo-yun and Park Do-hyun, Staff Reporters (han@example.org)")
    (('Han Seo-yun', 'Park Do-hyun'), None)
    >>> read_byline("김미나 기자")
    (('김미나',), None)
    """
    text = _BY.sub("", _MAIL.sub(" ", unicodedata.normalize("NFC", text[:_LONGEST])).strip(), count=1)
    if place := wired_place(text):
        text = text.rstrip(" ,").removesuffix(place)
    persons: list[str] = []
    agency: str | None = None
    for part in _parts(_DESK_BEFORE.sub("", _PLACE_BEFORE.sub("", _BEHIND.sub("", text)))):
        known = _agency_in(part)
        if known is not None:
            agency = agency or known
        elif (person := _person(part)) and person not in persons:
            persons.append(person)
    # Of "Ida Fenwick, GULL SOUTH" the capitals are an office; where all are in capitals, so are the names.
    mixed = [person for person in persons if not person.isupper()]
    return tuple(mixed or persons), agency


def _parts(text: str) -> list[str]:
    """Cut a byline at commas and ands; what stands in brackets is a part of its own."""
    pieces = re.split(r"[()\[\]（）]|(?<!\w)(?:avec|with|mit|con|met)\s", text)
    parts = [part for piece in pieces for part in _APART.split(piece) if part.strip()]
    return [name for part in parts for name in _unjoined(part)]


def _unjoined(part: str) -> tuple[str, ...]:
    joined = _JOINED.match(part)
    return (joined[1], joined[2]) if joined else (part,)


def _agency_in(part: str) -> str | None:
    """Name the agency in one part of a byline: "AP", "AP National Writer", "Morning Reed News Agency"."""
    known = agency_named(part) or (part if looks_like_agency(part) else None)
    first, _, rest = part.partition(" ")
    job = first.isupper() if not rest.isupper() else False
    return agency_named(first) if known is None and (job or _JOB_ENDS.search(rest)) else known


_JOB_ENDS = re.compile(r"\b(?:writer|reporter|correspondent|editor|photographer)s?$", re.IGNORECASE)


def wired_place(byline: str) -> str | None:
    """Read the place in a byline that names an agency and where it wrote, and nobody else.

    >>> wired_place("AFP, MANILA"), wired_place("Reuters, Washington"), wired_place("Reuters, Ida Fenwick")
    ('MANILA', 'Washington', None)
    """
    credit = _WIRED.match(_BY.sub("", byline[:_LONGEST].strip(), count=1))
    if credit is None or agency_named(credit["agency"]) is None or _NO_PERSON.search(credit["place"]):
        return None
    place = credit["place"]
    return place if place.isalpha() or (place.isupper() and _TWO_WORDS.match(place)) else None


# Of two words in capitals a place is told from a name by how places begin, or end.
_TWO_WORDS = re.compile(
    r"(?:NEW|SAN|SANTA|SAO|SÃO|LOS|LAS|EL|ST|PORT|FORT|CAPE|HONG|KUALA|TEL|ABU|ADDIS|BUENOS|RIO|PHNOM|THE)\s|.*\s(?:CITY|TOWN)$"
)
_WIRED = re.compile(r"(?P<agency>[^,]{2,40}),\s+(?P<place>[^\W\d_][^\W\d_.]+(?:[\s-][^\W\d_.]+){0,2}),?$")


def _person(part: str) -> str | None:
    """Give the name in one part of a byline, without job titles; None where it is no person's."""
    name = _TITLE_AFTER.sub("", part.strip(" .,-–—=:*'\"")).strip()
    name = re.sub(r"^(?:by|von|dr|prof|mr|mrs|ms|sir)\.?\s+", "", name, flags=re.IGNORECASE)
    name = _TITLE_WORDS.sub("", _GLUED.sub("", name)).strip(" .,-–—")
    if not name or _NO_PERSON.search(name) or layout_named(name) is not None:
        return None
    if _EASTERN_NAME.fullmatch(name):
        return name
    words = name.split()
    big = [word for word in words if _begins_name(word)]
    named = all(word in big or word in _PARTICLES for word in words)
    return name if 2 <= len(words) <= 6 and len(big) >= 2 and named else None


def lone_name(text: str) -> bool:
    """Tell whether a text is formed like a person's only name: one that a page states as a person's is one.

    >>> lone_name("Aurelia"), lone_name("admin"), lone_name("ACN"), lone_name("Redaktion")
    (True, False, False, False)
    """
    return text.isalpha() and text.istitle() and 2 < len(text) < 20 and not _NO_PERSON.search(text)


def names_outlet(name: str, outlets: Iterable[str]) -> bool:
    """Tell whether a name in a byline is the outlet's, or a desk's that bears it.

    >>> names_outlet("Gull Deutschland", ["Gull"]), names_outlet("Morning G", ["The Morning Gull"])
    (True, True)
    >>> names_outlet("Ida Gull", ["Gull", "gull.example"])
    False
    """
    words = _words_of(name)
    return any(
        bare(name) == bare(outlet)
        or words[: len(said)] == said
        or all(w in said for w in words if len(w) > 1)
        for outlet in outlets
        if (said := _words_of(outlet))
    )


def _words_of(name: str) -> list[str]:
    return re.findall(r"\w+", name.casefold())


def _begins_name(word: str) -> bool:
    """Tell whether a word begins like one of a name: with a capital, or in a script that has none."""
    letter = _BEFORE_CAPITAL.sub("", word)[:1]
    return letter.isupper() or (letter.isalpha() and not letter.islower() and not _UNSPACED.match(letter))


_BEFORE_CAPITAL = re.compile(r"^[\"'“„‘«]?(?:(?:d|l|dell|al|el|an|as|at|o|t)['’-])?(?=[\"'“„‘«]?\w)")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff가-힣]")
_EASTERN_NAME = re.compile(
    r"[가-힣]{2,3}|(?:남궁|황보|제갈|선우|사공|서문|독고|동방)[가-힣]{1,2}|(?=.{0,7}[\u3400-\u9fff])[\u3400-\u9fff\u3040-\u30ff][\u3400-\u9fff\u3040-\u30ff 　]{1,8}"
)
_GLUED = re.compile(
    r"(?<=[a-zà-ÿ])(?:News|Lifestyle|Senior|Staff|Editor|Reporter|Political|Chief|Deputy|Sports?)\b.*$"
    r"|(?<=[A-Z]{3})(?:STAFF|SENIOR|ASSISTANT|ASSOCIATE|DEPUTY|POLITICAL|NATIONAL|SPORTS|MANAGING)\s(?:[A-Z]+\s){0,2}"
    r"(?:WRITER|EDITOR|REPORTER|CORRESPONDENT|COLUMNIST|PRODUCER|PHOTOGRAPHER|CRITIC)S?$"
)
# What stands before an eastern name: its place, its desk, its job.
_PLACE_BEFORE = re.compile(
    r"^[가-힣]{2,4}\s?=\s?|^기자명\s*|^[·ㆍ]\s?사진\s+|^【?[\u30a0-\u30ff\u3400-\u9fff]{2,8}[=＝](?=[^=＝]{2,9}】?$)"
    r"|^(?:[\u30a0-\u30ff\u3400-\u9fff]{1,6}(?:部|支局|総局|支局長|総局長)|編集委員|論説委員|特派員|聞き手)[\s・/／]+(?=\S{2,9}$)"
)
_DESK_BEFORE = re.compile(r"^(?:(?!사진)[가-힣]{2,8}\s)+(?=[가-힣]{2,4}\s(?:기자|특파원)$)")
_PARTICLES = frozenset(
    "de da di do das dos del della der den des dos du van von vom und zu zur la le lo las los ten ter te het el al bin bint ibn abu y e i "
    "af av st ap".split()
)


# --- wire credits ------------------------------------------------------------------------------------------

_CREDIT = re.compile(
    r"(?:[(（\[【〔<＜]\s*(?P<in>[^()（）\[\]【】〔〕<>＜＞]{2,40}?)\s*[)）\]】〕>＞]|[=/]\s*(?P<after>[^\s=/()]{2,20}))\s*"
    r"(?:\((?:END|끝)\))?\s*[.。]?\s*$"
)


def credit_at_end(paragraph: str) -> str | None:
    """Name the agency that a paragraph credits at its end: "(Yonhap)", and unknown ones that look like one.

    >>> credit_at_end("The talks go on. (Yonhap)"), credit_at_end("Talks go on. (Morning Reed News Agency)")
    ('Yonhap', 'Morning Reed News Agency')
    >>> credit_at_end("He met Kim (right)") is None
    True
    """
    match = _CREDIT.search(paragraph[-80:])
    return _agency(match["in"] or match["after"]) if match else None


def _agency(name: str) -> str | None:
    for part in re.split(r"\s*[/,·]\s*", name.strip()):
        known = agency_named(part)
        if known is not None:
            return known
    return name.strip() if looks_like_agency(name) else None


# --- datelines ---------------------------------------------------------------------------------------------

_DASH = r"(?:--+|[—–―‒]|-(?=\s))"
_WESTERN = re.compile(
    rf"^(?P<place>[^\W\d_a-z][^\d()\n:—–]{{1,45}}?)(?:,?\s+(?P<day>\(?(?:[A-Z][a-z]{{2,8}}\.?\s\d{{1,2}}|\d{{1,2}}\s[A-Z][a-z]{{2,8}})\)?)(?:,\s\d{{4}})?)?"
    rf"\s*(?:[,/]?\s*\((?P<credit>[^()\n]{{2,40}})\))?\s*(?P<end>{_DASH}|:)\s*\S"
)
_EASTERN = re.compile(r"^\s*[(（\[【［<]\s*(?P<in>[^()（）\[\]【】［］<>]{2,40})\s*[)）\]】］>]")
_WRITER = re.compile(
    r"^\s*(?P<names>[가-힣]{2,4}(?:\s?[·ㆍ,]\s?[가-힣]{2,4}){0,4})\s*(?:선임|인턴|수습|전문)?(?:기자|특파원|통신원)\s*="
)
_NO_PLACE = frozenset(
    "WATCH LIVE BREAKING UPDATE UPDATED READ ALSO MORE EXCLUSIVE ANALYSIS OPINION NOTE DEAR RELATED VIDEO PHOTOS SEE EDITOR FILE LISTEN CORRECTION Q A".split()
)
_PLACES = (
    "東京|大阪|京都|名古屋|札幌|福岡|那覇|広島|長崎|仙台|横浜|神戸|ソウル|釜山|平壌|北京|上海|香港|台北|ワシントン|ニューヨーク|"
    "ロサンゼルス|ロンドン|パリ|ベルリン|ブリュッセル|ジュネーブ|モスクワ|シンガポール|バンコク|ジャカルタ|ハノイ|マニラ|ニューデリー|シドニー|カイロ"
)


def read_dateline(paragraph: str) -> tuple[str | None, str | None]:
    """Read place and agency before the dash that opens a wire story; None for what is not there.

    >>> read_dateline("WASHINGTON -- Vice ministers met."), read_dateline("SEOUL, Feb. 14 (Yonhap) -- Talks")
    (('WASHINGTON', None), ('SEOUL', 'Yonhap'))
    >>> (
    ...     read_dateline("(서울=연합뉴스) 김미나 기자 = 회담이 열렸다."),
    ...     read_dateline("【東京共同】協議が開かれた。"),
    ... )
    (('서울', 'Yonhap'), ('東京', 'Kyodo'))
    """
    head = paragraph[:160].lstrip()
    match = _EASTERN.match(head)
    if match:
        return _eastern(match["in"].strip())
    match = _WESTERN.match(head)
    if match is None:
        return None, None
    place, credit = match["place"].strip(" ,"), match["credit"]
    agency = _agency(credit) if credit else None
    certain = agency is not None or match["day"] is not None
    return (place, agency) if _is_place(place, match["end"], certain=certain) else (None, None)


def _is_place(place: str, end: str, *, certain: bool) -> bool:
    """Take capitals as a place; a name in small letters only where an agency or a day stands beside it."""
    words = re.findall(r"[^\W\d_]+", place)
    if not words or len(words) > 6 or words[0].upper() in _NO_PLACE:
        return False
    if (
        not certain
        and max(len(part.split()) for part in place.partition(",")[0].split("/")) > _PLACE_WORDS[end == ":"]
    ):
        return False
    if place.partition(",")[0].isupper() and len(words[0]) > 1:
        return end != ":" or len(place) > 3
    return certain and end != ":" and all(w[0].isupper() or w in _PARTICLES for w in words)


_PLACE_WORDS = (4, 2)  # of an uncertain place at most: before a dash, and before a colon, as a heading has it


def _eastern(inside: str) -> tuple[str | None, str | None]:
    if "=" in inside or "＝" in inside:
        place, _, rest = re.split(r"([=＝])", inside, maxsplit=1)
        return place.strip(), _agency(rest.strip())
    wired = re.match(rf"^(?P<place>{_PLACES})(?:\s*\d{{1,2}}日)?\s*(?P<rest>\S.{{0,30}})?$", inside)
    if wired:
        return wired["place"], _agency(wired["rest"]) if wired["rest"] else None
    return None, _agency(inside)


def writers_in(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """Name the reporters that a story opens with: in or behind its dateline, or in a paragraph of their own.

    Whom the story names again is its subject, not its writer.

    >>> (
    ...     writers_in(["(서울=새벽통신) 김미나 기자 = 회담이 열렸다."]),
    ...     writers_in(["【東京=星野健太】協議が開かれた。"]),
    ... )
    (('김미나',), ('星野健太',))
    """
    opening = takewhile(lambda text: len(text) <= _LONGEST_OPENER, paragraphs[:4])
    found = next(filter(None, map(names_alone, opening)), ())
    story = " ".join(paragraphs).casefold()
    told = any(story.count(name.split()[-1].casefold()) > 1 for name in found)
    return _behind_dateline(paragraphs[0]) or (() if told else found)


_LONGEST_OPENER = 120  # characters of a standfirst that may stand above the writers' names


def _behind_dateline(paragraph: str) -> tuple[str, ...]:
    head = paragraph[:160].lstrip()
    opening = _EASTERN.match(head)
    if opening is None:
        return ()
    behind = _WRITER.match(head[opening.end() :])
    if behind:
        return tuple(re.split(r"\s?[·ㆍ,]\s?", behind["names"]))
    _, _, inside = opening["in"].replace("＝", "=").partition("=")
    return read_byline(inside)[0] if inside and _agency(inside) is None else ()


def names_alone(paragraph: str) -> tuple[str, ...]:
    """Read a line that holds nothing but names of two or three words.

    >>> names_alone("Ida Fenwick/Tom Harrow"), names_alone("Ida Fenwick in Gullport")
    (('Ida Fenwick', 'Tom Harrow'), ())
    """
    parts = _parts(paragraph) if len(paragraph) <= 80 else []
    names = all(1 <= part.strip().count(" ") <= 2 and _person(part) == part.strip() for part in parts)
    return tuple(part.strip() for part in parts) if names else ()
