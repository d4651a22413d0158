"""The second look over a batch: what different stories of one outlet share is furniture."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newskit import Article
from newskit.parse import second_look

FOOT = "More from the harbor desk"
BACKGROUND = "The ferry was built in 2018 and has carried sheep ever since."


def story(number: int, *extra: str, outlet: str = "The Morning Gull") -> Article:
    told = tuple(
        f"Ferry {number} left at {hour} with more sheep than people." for hour in ("six", "noon", "night")
    )
    return Article(title=f"Ferry {number}", paragraphs=(*told, *extra), outlet=outlet)


def test_a_line_of_three_stories_is_left_out_and_named() -> None:
    looked = second_look([story(n, FOOT) for n in range(3)])
    assert all(FOOT not in article.paragraphs for article in looked)
    assert looked[0].notes == (f"left out, as other stories of the outlet hold it too: {FOOT!r}",)


def test_two_stories_are_too_few() -> None:
    stories = [story(1, FOOT), story(2, FOOT), story(3)]
    assert second_look(stories) == tuple(stories)


def test_another_outlet_says_nothing() -> None:
    stories = [story(n, FOOT, outlet=f"Gull {n}") for n in range(4)]
    assert second_look(stories) == tuple(stories)


def test_versions_of_one_story_are_no_furniture() -> None:
    versions = [story(1, f"This is version {n}.") for n in range(5)]
    assert second_look(versions) == tuple(versions)


def test_a_line_on_few_of_many_pages_stays() -> None:
    stories = [story(n, *([FOOT] if n < 4 else [])) for n in range(60)]
    assert second_look(stories) == tuple(stories)


def test_sentences_stay() -> None:
    """What a wire says of the background comes again in each story; it is evidence."""
    stories = [story(n, BACKGROUND) for n in range(6)]
    assert second_look(stories) == tuple(stories)


def test_lines_without_letters_stay() -> None:
    stories = [story(n, "* * *") for n in range(5)]
    assert second_look(stories) == tuple(stories)


def test_nothing_is_left_without_text() -> None:
    stories = [Article(title=f"T{n}", paragraphs=(FOOT,), outlet="Gull") for n in range(5)]
    assert second_look([*stories, *(story(n, FOOT, outlet="Gull") for n in range(3))])[:5] == tuple(stories)


LINES = st.lists(
    st.sampled_from([FOOT, "More sheep", "Less fog.", "A pier", "* * *", "Harbor wind"]), max_size=5
)


@given(st.lists(LINES, max_size=12), st.randoms(use_true_random=False))
def test_order_does_not_matter(bodies: list[list[str]], chance: object) -> None:
    stories = [story(n, *extra) for n, extra in enumerate(bodies)]
    mixed = list(stories)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    looked = {article.title: article for article in second_look(stories)}
    assert {article.title: article for article in second_look(mixed)} == looked


@given(st.lists(LINES, max_size=12))
def test_what_is_left_stood_there_before(bodies: list[list[str]]) -> None:
    stories = [story(n, *extra) for n, extra in enumerate(bodies)]
    for before, after in zip(stories, second_look(stories), strict=True):
        rest = iter(before.paragraphs)
        assert all(line in rest for line in after.paragraphs)
        assert len(after.notes) == (before.paragraphs != after.paragraphs)
