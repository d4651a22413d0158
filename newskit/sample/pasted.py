"""Pages as "select all, copy" gives them: menus, breadcrumb, headline, dates, captions twice, body, footer."""

from __future__ import annotations

from datetime import datetime

from newskit.sample.chance import Chance
from newskit.sample.prose import MONTHS
from newskit.sample.story import Outlet, Story, furniture

__all__ = ["paste", "registered", "rights"]


def paste(story: Story) -> str:
    """Lay out a story as pasted text in the way of its language."""
    words = furniture(story.outlet.language)
    chance = Chance(f"paste {story.number}")
    head = {"en": _english, "ko": _korean, "ja": _japanese}[story.outlet.language](story)
    captions = [story.caption] * 2 if story.caption else []
    popular = words["popular_titles"] if chance.below(0.5) else []
    blocks = [
        "\n".join([words["top"], story.outlet.name, *words["menu"]]),
        _breadcrumb(story),
        "\n".join([*head, *captions]),
        *story.printed,
        "\n".join([words["popular"], *(f"{n} {title}" for n, title in enumerate(popular, 1))]),
        "\n".join([words["subscribe"], *words["menu"]]),
        "\n".join([rights(story), words["address"], registered(story.outlet), words["invented"]]),
    ]
    return "\n\n".join(blocks) + "\n"


def _breadcrumb(story: Story) -> str:
    home = furniture(story.outlet.language)["home"]
    return story.section if story.outlet.language == "en" else f"{home} > {story.section}"


def rights(story: Story) -> str:
    """Name the outlet in a line on its rights, as the foot of a page does."""
    year, name = story.published.year, story.outlet.name
    return {
        "en": f"Copyright (c) {year} {name}. All rights reserved.",
        "ko": f"Copyright ⓒ {name}. All rights reserved. 무단 전재 및 재배포 금지",
        "ja": f"Copyright (c) {year} {name} 無断転載を禁じます",
    }[story.outlet.language]


def registered(outlet: Outlet) -> str:
    """Give the line with the date of registration: a date that is not the date of the page."""
    spelled = {"en": "2011.03.02", "ko": "2009.11.16", "ja": "2010年4月1日"}[outlet.language]
    return str(furniture(outlet.language)["registered"]).format(date=spelled)


def _english(story: Story) -> list[str]:
    byline = f"By {story.agency or story.byline[0]}"
    if not story.dated:
        return [story.title, "", byline]
    first, last = _stamp(story.published), _stamp(story.updated or story.published)
    return [story.title, "", byline, f"Published : {first}       Updated : {last}"]


def _stamp(when: datetime) -> str:
    return f"{MONTHS[when.month - 1][:3]} {when.day}, {when.year} - {when:%H:%M}"


def _korean(story: Story) -> list[str]:
    lines = [story.title, "", f"{story.byline[0]} 기자"]
    if story.dated:
        changed = f"  수정 {_dots(story.updated)}" if story.updated else ""
        lines.append(f"입력 {_dots(story.published)}{changed}")
    return lines


def _dots(when: datetime) -> str:
    half, hour = ("오전", when.hour) if when.hour < 12 else ("오후", (when.hour - 12) or 12)
    return f"{when:%Y.%m.%d}. {half} {hour}:{when:%M}"


def _japanese(story: Story) -> list[str]:
    if not story.dated:
        return [story.title, ""]
    changed = f"(更新 {_kanji(story.updated)})" if story.updated else ""
    return [story.title, "", f"{_kanji(story.published)}{changed}"]


def _kanji(when: datetime) -> str:
    return f"{when.year}年{when.month}月{when.day}日 {when:%H}時{when:%M}分"
