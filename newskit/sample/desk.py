"""From a plan to a story as one outlet carries it: headline, dateline, byline, caption, section, updates."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from newskit.sample.chance import Chance
from newskit.sample.echoes import Echoes
from newskit.sample.plan import Plan, plans
from newskit.sample.prose import MONTHS, Prose
from newskit.sample.story import Story, agencies, furniture, texts

__all__ = ["stories"]

ECHO = 0.22  # share of five-word runs in common with an earlier story; copies are told from 0.3 on
DRAFTS = 25


def stories() -> tuple[Story, ...]:
    """Write all stories, in order of time; the number of a story is its place in this order.

    Two of them come a second time, read again after the outlet had changed them.
    """
    desk = _Desk()
    written = [desk.write(number, plan) for number, plan in enumerate(plans(), 1)]
    return tuple(_undated(written) + _read_again(written))


class _Desk:
    """Remembers headlines and sentences, so that only copies of an agency text look like copies."""

    def __init__(self) -> None:
        self._titles: set[tuple[str, str]] = set()
        self._echoes = Echoes()
        self._wires: dict[str, int] = {}

    def write(self, number: int, plan: Plan) -> Story:
        prose, told = self._fresh(plan)
        told = told[: max(4, len(told) - plan.cut)]
        chance = Chance(f"{plan.key} desk")
        story = Story(
            number=number,
            outlet=plan.outlet,
            shape=chance.weighed(plan.outlet.shapes),
            title=self._title(prose),
            paragraphs=told,
            section=_section(plan),
            byline=(chance.pick(plan.outlet.bylines),),
            published=plan.when,
            updated=plan.when + timedelta(minutes=chance.whole(5, 170)) if chance.below(0.4) else None,
            caption=_caption(plan, prose, chance),
            topics=(plan.subject,) if plan.event else (),
            mentions=prose.mentions if prose.passing in "\n".join(told) else (),
            family=plan.wire,
        )
        return _signed(story, plan, prose, chance)

    def _fresh(self, plan: Plan) -> tuple[Prose, tuple[str, ...]]:
        """Write until little of it was written before; all printings of an agency text are one text."""
        if plan.wire in self._wires:
            prose = Prose(plan, self._wires[plan.wire])
            return prose, tuple(prose.paragraphs())
        drafts = [_Draft(plan, 0, self._echoes)]
        while drafts[-1].echo > ECHO and len(drafts) < DRAFTS:
            drafts.append(_Draft(plan, len(drafts), self._echoes))
        best = min(drafts, key=lambda draft: draft.echo)
        self._echoes.keep(best.told)
        if plan.wire:
            self._wires[plan.wire] = best.turn
        return best.prose, best.told

    def _title(self, prose: Prose) -> str:
        language, found = prose.language, prose.titles()
        again = [form.replace("{title}", found[0]) for form in prose.words["news"]["titles"]["report"]]
        found += [title.replace("{place}", prose.place) for title in again]
        title = next((t for t in found if (language, t) not in self._titles), found[0])
        self._titles.add((language, title))
        return title


class _Draft:
    def __init__(self, plan: Plan, turn: int, echoes: Echoes) -> None:
        self.turn = turn
        self.prose = Prose(plan, turn)
        self.told = tuple(self.prose.paragraphs())
        self.echo = echoes.share(self.told)


def _signed(story: Story, plan: Plan, prose: Prose, chance: Chance) -> Story:
    """Put the dateline before the first paragraph and say who wrote the story."""
    if plan.kind == "analysis":
        return story
    language = plan.outlet.language
    agency = agencies()[plan.agency][language] if plan.agency else None
    place = prose.place
    signed = {"en": _english, "ko": _korean, "ja": _japanese}[language](story, place, agency)
    if agency and language != "ko":
        signed = replace(signed, byline=())
    if language == "en" and not agency and chance.below(0.3):
        return replace(story, dateline=None)
    return signed


def _english(story: Story, place: str, agency: str | None) -> Story:
    place = place.upper()
    if agency and len(story.family or story.title) % 3 == 0:
        day = f"{MONTHS[story.published.month - 1][:3]}. {story.published.day}".replace("May.", "May")
        return _opened(story, place, f"{place}, {day} ({agency}) -- ", agency)
    return replace(_opened(story, place, f"{place} -- ", agency), credit=f" ({agency})" if agency else "")


def _korean(story: Story, place: str, agency: str | None) -> Story:
    if not agency:
        return story
    return _opened(story, place, f"({place}={agency}) {story.byline[0]} 기자 = ", agency)


def _japanese(story: Story, place: str, agency: str | None) -> Story:
    return _opened(story, place, f"【{place}={agency or story.byline[0]}】", agency)


def _opened(story: Story, place: str, opening: str, agency: str | None) -> Story:
    told = (opening + story.paragraphs[0], *story.paragraphs[1:])
    return replace(story, paragraphs=told, dateline=place, agency=agency)


def _section(plan: Plan) -> str:
    words = furniture(plan.outlet.language)
    if plan.kind == "analysis":
        return str(words["opinion"])
    if plan.event:
        return str(words["sections"][plan.subject])
    return str(texts(plan.outlet.language)["background"][plan.subject]["section"])


def _caption(plan: Plan, prose: Prose, chance: Chance) -> str | None:
    if plan.kind == "analysis" or not chance.below(0.6):
        return None
    found = furniture(plan.outlet.language)["captions" if plan.event else "scenes"]
    return str(chance.pick(found)).format(place=prose.place, outlet=plan.outlet.name)


def _undated(written: list[Story]) -> list[Story]:
    """Take the date from a few pages: one in 60 of the pasted and saved ones."""
    return [
        replace(story, dated=False, updated=None)
        if story.number % 60 == 17 and story.shape in ("pasted", "html")
        else story
        for story in written
    ]


def _read_again(written: list[Story]) -> list[Story]:
    """Read one pasted and one saved page again, some hours and one sentence later."""
    found = [s for s in written if s.shape == "pasted" and s.topics and s.published > _start(s)]
    saved = [s for s in written if s.shape == "html" and s.topics and s.published > _start(s)]
    return [_changed(found[0]), _changed(saved[0])]


def _start(story: Story) -> datetime:
    return datetime(2023, 3, 1, tzinfo=story.published.tzinfo)


def _changed(story: Story) -> Story:
    added = furniture(story.outlet.language)["added"]
    later = story.published + timedelta(hours=5, minutes=40)
    return replace(story, paragraphs=(*story.paragraphs, added), updated=later)
