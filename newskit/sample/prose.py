"""The words of a story: its sentences are picked from the wording of its language and their slots filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from newskit.sample.chance import Chance
from newskit.sample.plan import Plan
from newskit.sample.story import Event, events, texts

__all__ = ["Prose", "day_name", "past_name"]

MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve thirteen".split()
SLOT = re.compile(r"\{(\w+)\}")
CHOICE = re.compile(r"<([^<>]*)>")
PARTICLE = re.compile(r"([가-힣])([”’」)]?)(은\(는\)|이\(가\)|을\(를\)|와\(과\))")
SHORT = {"en": 0, "ko": 40, "ja": 36}  # a paragraph of fewer letters takes the next sentence in
ENDINGS = {"은(는)": ("은", "는"), "이(가)": ("이", "가"), "을(를)": ("을", "를"), "와(과)": ("과", "와")}


class Prose:
    """The wording of one story.

    `place` is where it is set; `mentions` are the topics that it only touches, in the sentence `passing` or, where
    that is empty, in the headline.
    """

    def __init__(self, plan: Plan, draft: int = 0) -> None:
        self.plan = plan
        self.language = plan.outlet.language
        self.words = texts(self.language)
        self.chance = Chance(f"{plan.wire or plan.key} draft {draft}")
        self.mentions: tuple[str, ...] = ()
        self._heading = False
        self._first: dict[str, str] = {}
        self._draw_names()
        self._draw_turn()
        self.passing = self._aside()

    def _draw_names(self) -> None:
        slots = self.words["slots"]
        region = slots["kr" if self.plan.wire else self.plan.outlet.region]
        self.city = self.chance.pick(region["city"])
        self.band = self.chance.pick(slots["band"])
        self.place = self.plan.event.place[self.language] if self.plan.event else self.city
        self._people = self.chance.some(region["person"], 9)
        self._experts = self.chance.some(slots["expert"], 9)

    def _draw_turn(self) -> None:
        """Pick the pair of headlines and lede, where the two go together."""
        self._turn: dict[str, Any] | None = None
        if self.plan.event is None:
            title, lede = self.chance.pick(self.words["background"][self.plan.subject]["stories"])
            self._turn = {"titles": [title] * 9, "lede": lede}
        elif self.plan.kind == "follow":
            self._turn = self.chance.pick(self.words["news"]["follow"])

    def paragraphs(self) -> list[str]:
        """Write the body, four to nine paragraphs, without dateline and credit."""
        told = self._background() if self.plan.event is None else self._topical(self.plan.event)
        filled = [self.fill(paragraph) for paragraph in told]
        self._heading = True
        return filled

    def titles(self) -> list[str]:
        """Give the headlines that would fit, best first; after the paragraphs, whose first numbers they share."""
        kind = self.plan.kind
        found = self._turn["titles"] if self._turn else self.words["news"]["titles"][kind]
        filled = [self._title_only(self.fill(title)) for title in self.chance.some(found, 9)]
        event = self.plan.event
        return [event.title[self.language], *filled] if event and kind == "report" else filled

    def fill(self, template: str) -> str:
        """Settle the choices <a|b> and the {slots} of a template, then the particles after them."""
        chosen = CHOICE.sub(lambda found: self.chance.pick(found[1].split("|")), template)
        filled = SLOT.sub(lambda found: self._slot(found[1]), chosen)
        filled = SLOT.sub(lambda found: self._slot(found[1]), filled)
        return PARTICLE.sub(_settle, filled) if self.language == "ko" else filled

    def _topical(self, event: Event) -> list[str]:
        kind = self.plan.kind
        shared, own = self.words["news"], self.words["topic"][event.topic]
        told = event.facts[self.language] if kind == "report" else [self._lede()]
        middle = [
            *self.chance.some(own["reaction"], 1 if kind == "analysis" else 2),
            *self.chance.some(own["body"], 2),
            *self.chance.some(shared["quotes"], 2),
            *self.chance.some(shared["general"], 2),
        ]
        middle = self.chance.some(middle, self.chance.whole(3, 6))
        past = self._past(event)
        if past:
            middle.insert(len(middle) // 2, self.chance.pick(shared["context"]).replace("{past}", past))
        return self._joined([*told, *middle, self.chance.pick(shared["close"])])

    def _background(self) -> list[str]:
        several = self.chance.whole(3, 6) if self.language == "en" else self.chance.whole(5, 7)
        body = self.chance.some(self.words["background"][self.plan.subject]["body"], several)
        if self.passing:
            body.append(self.passing)
        return self._joined([self._lede(), *body])

    def _lede(self) -> str:
        if self._turn:
            return str(self._turn["lede"])
        return str(self.chance.pick(self.words["news"][f"ledes_{self.plan.kind}"]))

    def _joined(self, sentences: Sequence[str]) -> list[str]:
        """Run some sentences on into the paragraph before, so that four to nine paragraphs are left."""
        told = [sentences[0]]
        glue = " " if self.language != "ja" else ""
        for left, sentence in zip(range(len(sentences) - 1, 0, -1), sentences[1:], strict=True):
            short = min(len(told[-1]), len(sentence)) < SHORT[self.language]
            spare = len(told) + left - 4
            run_on = spare > 5 or (spare > 0 and short) or (spare > 1 and self.chance.below(0.25))
            if run_on and len(told) > 1:
                told[-1] += glue + sentence
            else:
                told.append(sentence)
        return told

    def _past(self, event: Event) -> str:
        before = [e for e in events() if e.topic == event.topic and (event.day - e.day).days > 20]
        if not before or self.chance.below(0.25):
            return ""
        earlier = self.chance.pick(before[-9:])
        told = [earlier.facts[self.language][0].replace("{when}", past_name(earlier.day, self.language))]
        if (event.day - earlier.day).days > 150:
            told += earlier.later[self.language]
        return ("" if self.language == "ja" else " ").join(told)

    def _aside(self) -> str:
        """Let a few background stories touch a topic, in the title or in one sentence."""
        self._titled: str | None = None
        if self.plan.event or not self.chance.below(0.1):
            return ""
        topic = self.chance.pick(list(self.words["passing"]))
        self.mentions = (topic,)
        if self.chance.below(0.4):
            self._titled = topic
            return ""
        return str(self.words["passing"][topic])

    def _title_only(self, title: str) -> str:
        if self._titled is None:
            return title
        return str(self.words["title_only"][self._titled]).replace("{title}", title)

    def _slot(self, name: str) -> str:
        if name[0].isupper():
            value = self._slot(name.lower())
            return value[0].upper() + value[1:]
        ready = self._known().get(name)
        if ready is not None:
            return ready
        drawn: dict[str, Any] = {
            "few": lambda: self._number(self.chance.whole(3, 9)),
            "digit": lambda: str(self.chance.whole(4, 9)),
            "quake": lambda: str(self.chance.whole(2, 4)),
            "tens": lambda: str(self.chance.whole(18, 74)),
            "hundreds": lambda: str(self.chance.whole(110, 980)),
            "percent": lambda: f"{self.chance.whole(1, 8)}.{self.chance.whole(1, 9)}",
            "person": lambda: self._people.pop() if self._people else self._experts.pop(),
            "expert": self._experts.pop,
        }
        if self._heading and name in self._first:
            return self._first[name]
        value = str(drawn[name]())
        self._first.setdefault(name, value)
        return value

    def _known(self) -> dict[str, str]:
        plan = self.plan
        event_day = plan.event.day if plan.event and plan.kind == "report" else plan.when.date()
        known = {"city": self.city, "band": self.band, "place": self.place}
        known["when"] = day_name(event_day, self.language)
        if plan.event:
            known |= {
                "name": plan.event.name[self.language],
                "title": plan.event.title[self.language],
                "subject": self.words["topic"][plan.event.topic]["subject"],
                "days": self._number(plan.delay),
            }
        return known

    def _number(self, value: int) -> str:
        return NUMBERS[value] if self.language == "en" and value < len(NUMBERS) else str(value)


def day_name(day: date, language: str) -> str:
    """Name a day as a report of that day does.

    >>> day_name(date(2018, 10, 30), "en"), day_name(date(2018, 10, 30), "ja")
    ('on Tuesday', '30日')
    """
    if language == "en":
        return f"on {WEEKDAYS[day.weekday()]}"
    return f"{day.day}{'일' if language == 'ko' else '日'}"


def past_name(day: date, language: str) -> str:
    """Name a day long gone.

    >>> past_name(date(2018, 10, 30), "en"), past_name(date(2018, 10, 30), "ko")
    ('in October 2018', '2018년 10월 30일')
    """
    if language == "en":
        return f"in {MONTHS[day.month - 1]} {day.year}"
    year, month, date_mark = "년 월 일".split() if language == "ko" else "年 月 日".split()
    space = " " if language == "ko" else ""
    return f"{day.year}{year}{space}{day.month}{month}{space}{day.day}{date_mark}"


def _settle(found: re.Match[str]) -> str:
    closed, open_ = ENDINGS[found[3]]
    final = (ord(found[1]) - 0xAC00) % 28
    return found[1] + found[2] + (closed if final else open_)
