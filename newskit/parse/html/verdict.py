"""What is no article, and what is only the opening of one, or its summary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from newskit.parse.characters import ends_sentence, size
from newskit.parse.dates import Moment
from newskit.parse.html.blocks import Block
from newskit.parse.html.metadata import Page, strings
from newskit.parse.html.story import Story
from newskit.parse.phrases import OPENING, OPENING_NOTE, PAYWALL, WALL

__all__ = ["doubts", "refusal", "summarized"]

GONE = re.compile(r"\b(?:404|403|410|50[0-4])\b|not found|no longer (?:available|exists)|page (?:doesn.t|does not) exist|access denied|forbidden|"
                  r"could not be satisfied|(?:can.?t|cannot|could ?n.t|unable to) find (?:that|the|this) page|page (?:that )?you (?:are looking for|requested)|"
                  r"nicht gefunden|existiert nicht|introuvable|n.existe (?:pas|plus)|no encontrad|見つかりません|찾을 수 없|존재하지 않|存在しません", re.IGNORECASE)  # fmt: skip
DOOR = re.compile(r"^\W*(?:log ?in|sign ?in|sign ?up|register|anmelden|connexion|iniciar sesión|로그인|회원가입|ログイン|会員登録)\b", re.IGNORECASE)  # fmt: skip
SHORT = 500  # letters; below, an error page or a wall is as long as a story
LITTLE = 200
LINK = 12  # letters of a link that may be a headline
TEASERS = 4
NOTHING = 20
SUMMARY = 60  # letters
COMMON = 2  # words of a headline that its summary uses too
WORD = re.compile(r"\w{4,}")
SUMMARIZED = "summary in the head"
CUT_SHORT = ("...", "…")
PLACES = frozenset(("website", "profile", "object"))  # what OpenGraph calls a page that is no article
NOT_FREE = frozenset(("false", "no"))


def summarized(page: Page, published: Moment | None, story: Story) -> Story:
    """Take the summary that the head states for the story, on a page whose script would have filled the story in.

    Only where JSON-LD states an article with headline and day, and whole sentences that use words of the headline:
    a site describes itself too.
    """
    stated = published is not None and published.origin in ("json-ld", "meta")
    if story.told >= NOTHING or not stated or not _is_free(page.node) or _is_video(page):
        return story
    headline = _words(" ".join(strings(page.node.get("headline"))))
    texts = [*strings(page.node.get("description")), *page.meta("og:description", "description")]
    summary = next((text for text in texts if _is_summary(text, headline)), None)
    return replace(story, blocks=(Block(summary, story.root, 0),), origin=SUMMARIZED) if summary else story


def _is_summary(text: str, headline: frozenset[str]) -> bool:
    is_whole = size(text) >= SUMMARY and ends_sentence(text) and not text.endswith(CUT_SHORT)
    return is_whole and len(_words(text) & headline) >= COMMON


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.casefold()))


def refusal(page: Page, title: str, published: Moment | None, story: Story) -> str | None:
    """Say why a page is no article; None where it is one."""
    if story.told < NOTHING:
        return _without_text(page, story)
    if not _is_stated(page, published) and _is_index(story):
        return "a page of links without a story"
    if story.told >= SHORT:
        return None
    if _is_gone(title, published, story):
        return f"an error page, {title[:60]!r}"
    if _is_wall(title, published, story):
        return "a consent or robot wall"
    if published is None and not page.node and DOOR.search(title):
        return "a page to log in"
    if not _is_free(page.node) and all(PAYWALL.search(block.text) for block in story.blocks):
        return "a paywall, and nothing of the story"
    if story.told < LITTLE and _is_video(page):
        return "a video without a story"
    return "a page of links without a story" if _is_list(page, published, story) else None


def doubts(page: Page, story: Story) -> tuple[str, ...]:
    """Say where the page holds only a summary of its story, or may hold only the opening."""
    if story.origin == SUMMARIZED:
        return ("summary: the page holds nothing else of the story",)
    if story.told >= OPENING or story.origin == "json-ld":
        return ()
    if not _is_free(page.node) or any(PAYWALL.search(b.text) for b in story.around if b.size < SHORT):
        return (OPENING_NOTE,)
    return ()


def _without_text(page: Page, story: Story) -> str:
    if not _is_free(page.node):
        return "a paywall, and nothing of the story"
    if _is_video(page):
        return "a video without a story"
    return "a page of links without a story" if len(story.around) > 20 else "a page without text"


def _is_stated(page: Page, published: Moment | None) -> bool:
    """Tell whether the page says that it is an article: by JSON-LD, OpenGraph, or a date in its head."""
    if page.node or any(kind == "article" for kind in page.meta("og:type")):
        return True
    return published is not None and published.origin in ("json-ld", "meta")


def _is_free(node: Mapping[str, object]) -> bool:
    said = str(node.get("isAccessibleForFree", "")).lower()
    return said.rpartition("/")[2] not in NOT_FREE


def _is_index(story: Story) -> bool:
    """Tell whether all is links, or paragraphs that stand each below a link of its own: teasers of other stories."""
    if all(block.link_share > 0.8 for block in story.blocks):
        return True
    place = {block: i for i, block in enumerate(story.around)}
    told = [place[block] for block in story.blocks if block in place and not _is_headline(block)]
    teasers = sum(any(_is_headline(block) for block in story.around[max(0, i - 2) : i]) for i in told)
    return teasers >= TEASERS and teasers >= 0.8 * len(told)


def _is_headline(block: Block) -> bool:
    return block.link_share > 0.8 and block.size >= LINK


def _is_gone(title: str, published: Moment | None, story: Story) -> bool:
    if GONE.search(title):
        return story.told < LITTLE or published is None
    heads = [block.text for block in story.around if block.is_heading]
    return published is None and any(GONE.search(head) for head in heads[:3])


def _is_wall(title: str, published: Moment | None, story: Story) -> bool:
    walls = sum(bool(WALL.search(block.text)) for block in story.blocks)
    return bool(WALL.search(title)) or (published is None and 2 * walls >= len(story.blocks))


def _is_video(page: Page) -> bool:
    kinds = [str(node.get("@type")) for node in page.nodes]
    stated = any(kind.startswith("video") for kind in page.meta("og:type"))
    return stated or (not page.node and "VideoObject" in kinds)


def _is_list(page: Page, published: Moment | None, story: Story) -> bool:
    if published is not None or page.node:
        return False
    linked, around = sum(b.linked for b in story.around), sum(len(b.text) for b in story.around)
    is_list = linked > 3 * story.told and linked > 0.6 * around
    return is_list or (linked > story.told and not PLACES.isdisjoint(page.meta("og:type")))
