"""What a page says of its article outside the text: JSON-LD, meta tags, links; and the values read from them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from newskit.parse.characters import one_line
from newskit.parse.html.tree import Element, elements, text_of, words_of

__all__ = [
    "Page",
    "Value",
    "canonical_url",
    "read_page",
    "section",
    "site_names",
    "stated_language",
    "strings",
]

LONGEST_JSON = 1_000_000  # characters of one JSON-LD block
MOST_NODES = 2_000
MOST_METAS = 1_000
LONGEST_VALUE = 2_000
TRAILS = etree.XPath("//@class[contains(., 'rumb')]/.. | //@id[contains(., 'rumb')]/..")
CRUMB_WORDS = frozenset("breadcrumb breadcrumbs crumbs".split())
MOST_CRUMBS = 8
LONGEST_CRUMB = 40

ARTICLE_TYPE = re.compile(r"Article|Posting|^Report|^Review$|^Analysis|^Critic|^Claim", re.IGNORECASE)
NO_JSON = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>|;)\s*$"
)

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Value:
    """A text and where it was read."""

    text: str
    origin: str


@dataclass(frozen=True)
class Page:
    """A parsed page with its meta tags and the JSON-LD node of its article, before anything is cut away."""

    root: Element
    url: str | None
    metas: Mapping[str, tuple[str, ...]]
    node: Node
    nodes: tuple[Node, ...]

    def meta(self, *names: str) -> Iterator[str]:
        """Give the contents of the meta tags of these names, in the order of names."""
        for name in names:
            yield from self.metas.get(name, ())


def read_page(root: Element, url: str | None) -> Page:
    """Read the structured data of a page once."""
    nodes = tuple(_nodes(root))
    metas = _metas(root)
    titles = [*metas.get("og:title", ()), *_texts(root, "title"), *_texts(root, "h1")]
    return Page(root, url, metas, _article_node(nodes, titles), nodes)


def _texts(root: Element, tag: str) -> list[str]:
    return [text_of(e)[:LONGEST_VALUE] for e in islice(elements(root, tag), 5)]


def _metas(root: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for element in islice(elements(root, "meta"), MOST_METAS):
        content = element.get("content")
        if not content or content.isspace():
            continue
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(key)
            if name:
                found.setdefault(name.strip().lower(), []).append(one_line(content[:LONGEST_VALUE]))
                break
    return {name: tuple(contents) for name, contents in found.items()}


# --- JSON-LD -----------------------------------------------------------------------------------------------


def _nodes(root: Element) -> Iterator[Node]:
    """Walk every JSON-LD object that has a type, blocks in page order, at most MOST_NODES of them."""
    waiting: list[Any] = [
        _loaded(script.text or "")
        for script in elements(root, "script")
        if "ld+json" in (script.get("type") or "").lower()
    ][::-1]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item[:MOST_NODES]))
        elif isinstance(item, dict):
            if "@type" in item:
                yield item
            waiting.extend(item[key] for key in ("mainEntityOfPage", "mainEntity", "@graph") if key in item)


def _loaded(text: str) -> Any:
    """Read JSON as pages hold it, in comments and with line ends inside strings; None where it is none."""
    if len(text) > LONGEST_JSON:
        return None
    for stripped in (str, _without_wrapping):
        try:
            return json.loads(stripped(text), strict=False)
        except RecursionError:
            return None
        except ValueError:
            continue
    return None


def _without_wrapping(text: str) -> str:
    return NO_JSON.sub("", NO_JSON.sub("", text)).strip()


def _article_node(nodes: tuple[Node, ...], titles: list[str]) -> Node:
    """Choose the article whose headline agrees best with the page's titles: pages carry teasers as nodes too."""
    articles = [
        n
        for n in nodes
        if ARTICLE_TYPE.search(str(n.get("@type"))) and ("headline" in n or "datePublished" in n)
    ]
    if len(articles) <= 1:
        return articles[0] if articles else {}
    wanted = [_word_set(title) for title in titles]
    return max(articles, key=lambda node: _agreement(_word_set(str(node.get("headline") or "")), wanted))


def _word_set(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", html.unescape(text[:LONGEST_VALUE]).casefold()))


def _agreement(words: frozenset[str], wanted: list[frozenset[str]]) -> float:
    return max((len(words & title) / max(1, len(words | title)) for title in wanted), default=0.0)


def strings(value: Any, *keys: str) -> list[str]:
    """Flatten a JSON-LD value into texts: a string, an object's name, or a list of either.

    >>> strings([{"@type": "Person", "name": "Han Seo-yun"}, "Kim &amp; Park"], "name")
    ['Han Seo-yun', 'Kim & Park']
    """
    if isinstance(value, str):
        text = one_line(html.unescape(value[:LONGEST_VALUE]))
        return [text] if text else []
    if isinstance(value, dict):
        return [text for key in keys for text in strings(value.get(key)) if key in value]
    if isinstance(value, list):
        return [text for item in value[:50] if not isinstance(item, list) for text in strings(item, *keys)]
    return []


# --- values of one line each -------------------------------------------------------------------------------


def site_names(page: Page) -> list[Value]:
    """Give the names that the outlet goes by on its page, best first."""
    named = [Value(text, "meta") for text in page.meta("og:site_name")]
    named += [Value(text, "json-ld") for text in strings(page.node.get("publisher"), "name")]
    return named + [Value(text, "meta") for text in page.meta("application-name", "publisher", "dc.publisher", "twitter:site")
                    if not text.startswith(("http", "@"))]  # fmt: skip


def section(page: Page) -> Value | None:
    """Read the section that the article stands in; last, the end of the page's breadcrumb."""
    for text in strings(page.node.get("articleSection"), "name"):
        return Value(text, "json-ld")
    for text in page.meta(
        "article:section", "section", "parsely-section", "cxenseparse:category", "og:article:section"
    ):
        return Value(text, "meta")
    crumbs = _crumbs(page)
    return Value(crumbs[-1], "page text") if len(crumbs) > 1 else None


def _crumbs(page: Page) -> list[str]:
    """Read the links of the first breadcrumb, home first; a link that repeats the headline is none."""
    trail = next((e for e in TRAILS(page.root) if not words_of(e).isdisjoint(CRUMB_WORDS)), None)
    if trail is None:
        return []
    titles = set(_texts(page.root, "h1"))
    crumbs = [text_of(link)[:LONGEST_VALUE] for link in islice(elements(trail, "a"), MOST_CRUMBS)]
    return [crumb for crumb in crumbs if 0 < len(crumb) <= LONGEST_CRUMB and crumb not in titles]


def stated_language(page: Page) -> str | None:
    """Read the language that the page states of its article or of itself."""
    stated = [
        *strings(page.node.get("inLanguage"), "name"),
        page.root.get("lang"),
        page.root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        page.root.get("xml:lang"),
    ]
    stated += [*page.meta("og:locale", "content-language", "language", "dc.language")]
    return next((text for text in stated if text), None)


def canonical_url(page: Page) -> Value | None:
    """Read the address that the page gives its article; the address it came from where it gives none."""
    links = [
        e.get("href") or ""
        for e in elements(page.root, "link")
        if (e.get("rel") or "").lower() == "canonical"
    ]
    candidates = [Value(link, "link") for link in links[:1]]
    candidates += [Value(link, "meta") for link in page.meta("og:url")]
    candidates += [Value(link, "json-ld") for link in strings(page.node.get("url"))]
    for candidate in candidates:
        url = _absolute(candidate.text, page.url)
        if url and _is_story(url, page.url):
            return Value(url, candidate.origin)
    return Value(page.url, "url") if page.url else None


def _absolute(link: str, base: str | None) -> str | None:
    try:
        url = urljoin(base or "", link.strip()[:LONGEST_VALUE])
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _is_story(url: str, given: str | None) -> bool:
    """Refuse a home page, and another site's address: both are mistakes of a template."""
    parts = urlsplit(url)
    if parts.path.strip("/") == "" and not parts.query:
        return False
    return given is None or _site(given) == _site(url)


def _site(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return ".".join(host.rsplit(".", 2)[-2:])
