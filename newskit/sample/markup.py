"""Pages as a browser saves them, with their dates in JSON-LD, in meta elements or in one time element."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from html import escape
from string import Template

from newskit.sample.pasted import registered, rights
from newskit.sample.story import HERE, Story, furniture

__all__ = ["markup", "style"]


def markup(story: Story) -> str:
    """Lay out a story as HTML.

    The style goes by its number: JSON-LD, OpenGraph, or nothing but a time element.
    """
    words = furniture(story.outlet.language)
    head = {"json-ld": _json_ld, "meta": _meta, "time": _bare}[style(story)](story)
    shown = {
        "language": story.outlet.language,
        "title": escape(story.title),
        "outlet": escape(story.outlet.name),
        "section": escape(story.section),
        "head": _canonical(story) + head,
        "menu": _items(words["menu"]),
        "home": words["home"],
        "byline": _byline(story),
        "time": _time(story),
        "figure": _figure(story),
        "paragraphs": "\n".join(_paragraphs(story)),
        "related": words["related"],
        "related_titles": _items(words["popular_titles"][:3]),
        "popular": words["popular"],
        "popular_titles": _items(words["popular_titles"][3:]),
        "address": escape(words["address"]),
        "registered": escape(registered(story.outlet)),
        "rights": escape(rights(story)),
        "subscribe": words["subscribe"],
        "invented": words["invented"],
    }
    return _page("plain" if style(story) == "time" else "page").substitute(shown)


def style(story: Story) -> str:
    """Say where the page keeps its metadata: json-ld, meta or time."""
    return ("json-ld", "meta", "json-ld", "time")[story.number % 4]


@cache
def _page(name: str) -> Template:
    return Template((HERE / "texts" / f"{name}.html").read_text(encoding="utf-8"))


def _canonical(story: Story) -> str:
    return f'<link rel="canonical" href="{story.url}">\n'


def _json_ld(story: Story) -> str:
    kind = "Organization" if story.agency and not story.byline else "Person"
    names = story.byline or (story.agency,)
    about: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "url": story.url,
        "inLanguage": story.outlet.language,
        "articleSection": story.section,
        "author": [{"@type": kind, "name": name} for name in names],
        "publisher": {"@type": "NewsMediaOrganization", "name": story.outlet.name},
    }
    if story.dated:
        about["datePublished"] = story.published.isoformat()
    if story.updated:
        about["dateModified"] = story.updated.isoformat()
    text = json.dumps(about, ensure_ascii=False, indent=1).replace("</", "<\\/")
    return f'<script type="application/ld+json">\n{text}\n</script>'


def _meta(story: Story) -> str:
    found = {
        "og:type": "article",
        "og:title": story.title,
        "og:site_name": story.outlet.name,
        "og:url": story.url,
        "article:section": story.section,
        "article:published_time": _iso(story.published) if story.dated else None,
        "article:modified_time": _iso(story.updated),
    }
    lines = [f'<meta property="{k}" content="{escape(v)}">' for k, v in found.items() if v]
    author = escape(story.agency or story.byline[0])
    return "\n".join([*lines, f'<meta name="author" content="{author}">'])


def _bare(story: Story) -> str:
    return f'<meta property="og:site_name" content="{escape(story.outlet.name)}">'


def _iso(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _items(titles: list[str]) -> str:
    return "".join(f'<li><a href="/more/{n}">{escape(title)}</a></li>' for n, title in enumerate(titles))


def _paragraphs(story: Story) -> list[str]:
    """Give the paragraphs, with a box of related stories between them where the style is meta."""
    told = [f"<p>{escape(told)}</p>" for told in story.printed]
    if style(story) == "meta":
        words = furniture(story.outlet.language)
        boxed = _items(words["popular_titles"][3:])
        told.insert(2, f'<div class="related-box"><h4>{words["related"]}</h4><ul>{boxed}</ul></div>')
    return told


def _byline(story: Story) -> str:
    by = "" if story.outlet.language == "ja" else "By "
    return f'<p class="byline">{by}{escape(story.agency or story.byline[0])}</p>'


def _time(story: Story) -> str:
    if not story.dated:
        return ""
    return f'<time datetime="{story.published.isoformat()}">{story.published:%Y-%m-%d %H:%M}</time>'


def _figure(story: Story) -> str:
    if not story.caption:
        return ""
    text = escape(story.caption)
    return f'<figure><img src="/photo.jpg" alt=""><figcaption>{text}</figcaption></figure>'
