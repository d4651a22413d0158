"""Which of the dates that a page states is its day of publication."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskit.parse.dates import read_moment
from newskit.parse.html.metadata import read_page
from newskit.parse.html.published import Candidate, choose, read_dates
from newskit.parse.html.stated import Role, marked_dates, near_dates, told_dates
from newskit.parse.html.tree import read_tree


def candidate(text: str, origin: str, weight: float = 3, role: Role = "published") -> Candidate:
    moment = read_moment(text)
    assert moment is not None
    return Candidate(replace(moment, origin=origin), weight, role)


def near(body: str) -> list[tuple[str, Role]]:
    page = read_page(read_tree(f"<title>Ferry runs again</title><body>{body}</body>"), None)
    return [(stated.text, stated.role) for stated in near_dates(page)]


@pytest.mark.parametrize(
    ("stated", "day", "doubted"),
    [
        pytest.param(
            [
                candidate("2023-11-03T10:25:00+01:00", "json-ld"),
                candidate("2023-11-06T14:25:00+01:00", "meta", 2),
                candidate("6 November 2023", "page text"),
            ],
            "2023-11-06T14:25:00+01:00",
            ("date in the JSON-LD differs: 2023-11-03",),
            id="two places outweigh one",
        ),
        pytest.param(
            [
                candidate("2021-11-29T14:13:00+01:00", "meta", 2),
                candidate("12.01.2022", "page text"),
                candidate("2022-01-12T14:27:00+01:00", "meta", 1, "updated"),
            ],
            "2021-11-29T14:13:00+01:00",
            ("date in the page text differs: 2022-01-12",),
            id="a day shown that is an update's does not outweigh the head",
        ),
        pytest.param(
            [
                candidate("2024-04-25T19:30:00+02:00", "json-ld"),
                candidate("2024-04-26", "meta", 2),
                candidate("26.04.2024", "page text"),
            ],
            "2024-04-25T19:30:00+02:00",
            (),
            id="the day of the printed issue does not outweigh the evening before",
        ),
    ],
)
def test_of_the_dates_that_differ_one_is_chosen(
    stated: list[Candidate], day: str, doubted: tuple[str, ...]
) -> None:
    moment, doubts = choose(stated)
    assert moment is not None
    assert (moment.value.isoformat(), doubts) == (day, doubted)


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ("2023-11-08T18:09:55-07:00", "2023-11-08T18:09:55-07:00"),
        ("Nov. 8, 2023, 6:09 p.m.", "2023-11-08T18:09:55-07:00"),
        ("9 Nov 2023", "2023-11-09T01:09:55+00:00"),
        ("9 Nov 2023 02:09", "2023-11-09T02:09:55+01:00"),
    ],
)
def test_an_instant_in_utc_is_given_in_the_zone_that_the_page_shows(shown: str, found: str) -> None:
    moment, doubts = choose([candidate("2023-11-09T01:09:55Z", "json-ld"), candidate(shown, "page text")])
    assert moment is not None
    assert (moment.value.isoformat(), moment.notes, doubts) == (found, (), ())


def test_a_bare_day_beside_utc_moves_the_day_and_says_so() -> None:
    moment, _ = choose([candidate("2021-11-04T23:00:30Z", "meta", 2), candidate("5 Nov 2021", "page text")])
    assert moment is not None
    assert moment.value.isoformat() == "2021-11-05T00:00:30+01:00"
    assert moment.notes == ("date shown as 2021-11-05, stated as 2021-11-04T23:00:30+00:00",)


def test_a_later_update_that_is_shown_is_noted() -> None:
    first = candidate("2019-06-17T00:00:00Z", "json-ld")
    for shown, doubts in {
        "4 June 2020": ("date of a later update is shown: 2020-06-04",),
        "18 June 2019": (),
        "20 June 2019": (),
        "21 June 2019": ("date of a later update is shown: 2019-06-21",),
    }.items():
        assert choose([first, candidate(shown, "page text", 1, "updated")])[1] == doubts


def test_one_weak_place_is_noted() -> None:
    assert choose([candidate("2 May 2020", "page text", 1)])[1] == (
        "date doubtful: stated in one weak place only",
    )
    assert choose([]) == (None, ())


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<h1>Ferry runs again</h1><div>By Ana Lind, 3 May 2020</div>", [("By Ana Lind, 3 May 2020", "published")]),
        ("<p>3 May 2020</p><h1>Ferry runs again</h1>", [("3 May 2020", "published")]),
        ("<h1>Ferry runs again</h1><b>3</b><b>May</b><b>2020</b>", [("3 May 2020", "published")]),
        ("<b>3</b> May 2020<h1>Ferry runs again</h1>", [("3 May 2020", "published")]),
        ("<h1>Ferry runs again</h1><p>On 3 May 2020 posted</p>", [("On 3 May 2020 posted", "published")]),
        ("<h1>Re: Ferry runs again</h1><p>4 May 2020</p><h2>Ferry runs again</h2><p>3 May 2020</p>",
         [("3 May 2020", "published"), ("4 May 2020", "published")]),
        ("<h1>Ferry runs again</h1><p>Bijgewerkt 4 mei 2020</p>", [("Bijgewerkt 4 mei 2020", "updated")]),
        ("<h1>Ferry runs again</h1><b>3 May 2020</b><b>10:12</b>", [("3 May 2020 10:12", "published")]),
        (
            "<h1>Ferry runs again</h1><p>Last updated 4 June 2020, originally created 3 May 2020</p>",
            [("created 3 May 2020", "published"), ("updated 4 June 2020, originally ", "updated")],
        ),
        ("<h1>Ferry runs again</h1><span>Updated</span><i>4 June 2020</i>", [("4 June 2020", "updated")]),
        ("<h1>Ferry runs again</h1><i class=updated>4 June 2020</i>", [("4 June 2020", "published")]),
        (
            "<h1>Ferry runs again</h1><p>The ship was built on 3 May 2020 in a yard that has not been seen by many since.",
            [],
        ),
        ("<h1>Ferry runs again</h1><p>12. - 14. May 2020</p>", []),
        ("<h1>Ferry runs again</h1><ul><li>3 May 2020<li>4 May 2020<li>5 May 2020</ul>", []),
        ("<h1>Ferry runs again</h1><footer>3 May 2020</footer>", []),
        ("<h1>Gull</h1><p>2 May 2020</p><h2>Ferry runs again</h2><p>3 May 2020</p>",
         [("3 May 2020", "published"), ("2 May 2020", "published")]),
    ],
)  # fmt: skip
def test_dates_around_the_headline(body: str, found: list[tuple[str, Role]]) -> None:
    assert near(body) == found


@pytest.mark.parametrize(
    ("shown", "found"), [("21 February 2020", "2019-11-27"), ("28 November 2019", "2019-11-28")]
)
def test_a_day_after_the_last_update_is_announced(shown: str, found: str) -> None:
    first = candidate("2019-11-27T15:21:21+01:00", "meta", 2)
    last = candidate("2019-11-27T15:30:55+01:00", "meta", 1, "updated")
    moment, doubts = choose([first, candidate(shown, "page text"), last])
    assert moment is not None
    assert (moment.value.date().isoformat(), len(doubts)) == (found, 1)


def test_marked_dates_that_recur_in_one_shape_are_a_list() -> None:
    teasers = "".join(f"<li><a>Talks</a> <i class=date>{day} May 2020</i></li>" for day in (3, 4, 5))
    story = "<div class=date>2 May 2020</div>"
    for text, found in {teasers: [], teasers + story: ["2 May 2020"]}.items():
        assert [one.text for one in marked_dates(read_page(read_tree(text), None))] == found


def test_a_date_is_told_by_the_line_that_it_stands_in() -> None:
    text = "<p>In 2020 nobody came.</p><p>Published on 3 May 2020</p><p>Updated: 4 May 2020</p>"
    told = told_dates(read_page(read_tree(text), None))
    assert [(one.text, one.role) for one in told] == [
        ("Published on 3 May 2020", "published"),
        ("Updated: 4 May 2020", "updated"),
    ]


def test_an_ambiguous_date_is_read_as_a_clear_one_says() -> None:
    text = '<meta name="date" content="2021-11-01"><title>Ferry runs again</title><h1>Ferry runs again</h1><p>11/01/2021</p>'
    dates = read_dates(read_page(read_tree(text), None), None)
    assert dates.published is not None
    assert (dates.published.value.date().isoformat(), dates.notes) == ("2021-11-01", ())


def test_an_update_is_the_last_resort_and_noted() -> None:
    text = "<title>Ferry runs again</title><h1>Ferry runs again</h1><p>Updated: 4 June 2020</p>"
    dates = read_dates(read_page(read_tree(text), None), None)
    assert dates.published is not None
    assert dates.notes == ("date doubtful: only an update is dated",)


TEXTS = ["2023-11-09T01:09:55Z", "2023-11-08T18:09:55-07:00", "8 Nov 2023", "9 Nov 2023", "2023-11-09 03:09"]


@given(st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(["json-ld", "meta", "page text", "url"]),
                          st.floats(0.5, 3), st.sampled_from(["published", "updated"])), max_size=8))  # fmt: skip
def test_what_is_chosen_was_stated(stated: list[tuple[str, str, float, Role]]) -> None:
    found = [candidate(*one) for one in stated]
    moment, _ = choose(found)
    days = {one.day for one in found if one.role == "published"}
    assert (moment.value.date() in days) if moment else not days
