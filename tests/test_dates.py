"""Dates as pages spell them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskit.parse.dates import moment_in_url, read_moment, zone_note

MINUTES = {
    "Tue Jan 28 15:28:56 CET 2020": "2020-01-28T15:28:56+01:00",
    "Mon Jun 4 09:00:00 2018": "2018-06-04T09:00:00",
    "20180619T055000+0900": "2018-06-19T05:50:00+09:00",
    "20180619T055000Z": "2018-06-19T05:50:00+00:00",
    "Published : Feb 14, 2023 - 10:12       Updated : Feb 15, 2023 - 11:30": "2023-02-14T10:12:00",
    "2023-02-14 10:12": "2023-02-14T10:12:00",
    "14. februar 2023 kl. 10.12": "2023-02-14T10:12:00",
    "14.2.2023 klo 10.12": "2023-02-14T10:12:00",
    "Publicado a las 10:12 del 14 de febrero de 2023": "2023-02-14T10:12:00",
    "١٤ فبراير ٢٠٢٣ ١٠:١٢": "2023-02-14T10:12:00",
    "14 / 02 / 2023 10:12": "2023-02-14T10:12:00",
    "2023-02-14T10:12:00Z": "2023-02-14T10:12:00+00:00",
    "2023-02-14T10:12:00.250+09:00": "2023-02-14T10:12:00+09:00",
    "Tue, 14 Feb 2023 10:12:00 +0900": "2023-02-14T10:12:00+09:00",
    "Tue Feb 14 2023 10:12:00 GMT+0900": "2023-02-14T10:12:00+09:00",
    "20230214101233": "2023-02-14T10:12:33",
    "1676337120": "2023-02-14T01:12:00+00:00",
    "1676337120000": "2023-02-14T01:12:00+00:00",
    "1676337120.0": "2023-02-14T01:12:00+00:00",
    "2023.02.14 오후 5:09": "2023-02-14T17:09:00",
    "2017.09.21. 오전 12:09": "2017-09-21T00:09:00",
    "2023년 2월 14일 (화) 오전 10시 12분": "2023-02-14T10:12:00",
    "입력 2023-02-14 10:12:33 수정 2023-02-14 11:00": "2023-02-14T10:12:33",
    "2018 年 10 月 7 日 17:04": "2018-10-07T17:04:00",
    "2023年2月14日(火) 午後3時4分": "2023-02-14T15:04:00",
    "平成23年3月11日 14時46分": "2011-03-11T14:46:00",
    "２０２３年２月１４日　１０時１２分": "2023-02-14T10:12:00",
    "10:12 a.m. EST, Feb. 14, 2023": "2023-02-14T10:12:00-05:00",
    "Updated 1:12 PM ET, Tue July 14, 2020": "2020-07-14T13:12:00-04:00",
    "October 21, 2018 | 5:40am | Updated October 22, 2018 | 8:15pm": "2018-10-21T05:40:00",
    "March 9, 20238:05 AM UTCUpdated ago": "2023-03-09T08:05:00+00:00",
    "18.05.2023, 11:36Lesezeit: 4 Min.": "2023-05-18T11:36:00",
    "Freitag 06. Juni 2025 16.20 Uhr": "2025-06-06T16:20:00",
    "Publié le 14 février 2023 à 10h12": "2023-02-14T10:12:00",
    "14 de febrero de 2023, 10:12": "2023-02-14T10:12:00",
    "14 de fevereiro de 2023 às 10h12": "2023-02-14T10:12:00",
    "2023-02-14T9:05:0Z": "2023-02-14T09:05:00+00:00",
}
DAYS = {
    "2017/2/7": "2017-02-07",
    "18-Jul-20": "2020-07-18",
    "14/02/2023": "2023-02-14",
    "02/14/2023": "2023-02-14",
    "20230214": "2023-02-14",
    "2023. 2. 14.": "2023-02-14",
    "令和元年5月1日": "2019-05-01",
    "昭和64年1月7日": "1989-01-07",
    "14th of February 2023": "2023-02-14",
    "24 сентября 2018": "2018-09-24",
    "2023-02-14T00:00:00": "2023-02-14",
    "November 21, 202501747 views": "2025-11-21",
    "14 Ιανουάριος 2023": "2023-01-14",
    "14 فبراير 2023": "2023-02-14",
    "2023. február 14.": "2023-02-14",
    "ngày 14 tháng 2 năm 2023": "2023-02-14",
}
NONE = [
    "", "talks", "2023-02-30", "30 February 2023", "2023-13-01", "1949-12-31", "2999-01-01", "March 2023", "Feb 14",
    "1,234,567", "99999999999999", "1234567", "10:12", "평성 23년", "Tel : +82-2-727-0114", "3/4", "٢٠٢٣",
]  # fmt: skip


@pytest.mark.parametrize("text", MINUTES)
def test_minute(text: str) -> None:
    found = read_moment(text)
    assert found is not None
    assert (found.value.isoformat(), found.precision, found.notes) == (MINUTES[text], "minute", ())


@pytest.mark.parametrize("text", DAYS)
def test_day(text: str) -> None:
    found = read_moment(text, zone="Asia/Seoul")
    assert found is not None
    assert (found.value.isoformat(), found.precision) == (f"{DAYS[text]}T00:00:00", "day")


@pytest.mark.parametrize("text", NONE)
def test_no_date(text: str) -> None:
    assert read_moment(text) is None


def test_ambiguous_date_is_noted_and_settled_by_order() -> None:
    doubtful = read_moment("02/03/2023")
    assert doubtful is not None
    assert doubtful.notes == ("date ambiguous: 02/03/2023",)
    for order, day in {"dmy": "2023-03-02", "mdy": "2023-02-03"}.items():
        found = read_moment("02/03/2023", order=order)  # type: ignore[arg-type]
        assert found is not None
        assert (found.value.date().isoformat(), found.notes) == (day, ())
    korean = read_moment("23.02.14", order="ymd")
    assert korean is not None
    assert korean.value.date().isoformat() == "2023-02-14"


def test_zone_is_lent_to_a_naive_time_and_changes_a_stated_one() -> None:
    lent = read_moment("Feb 14, 2023 - 10:12", zone="Asia/Seoul")
    assert lent is not None
    assert (lent.value.isoformat(), lent.assumed) == ("2023-02-14T10:12:00+09:00", "Asia/Seoul")
    assert zone_note("Asia/Seoul") == "time zone assumed Asia/Seoul from the outlet"
    turned = read_moment("2023-02-14T20:30:00Z", zone="Asia/Seoul")
    assert turned is not None
    assert (turned.value.date().isoformat(), turned.assumed) == ("2023-02-15", None)


def test_days_ahead_are_refused() -> None:
    now = datetime.now(UTC)
    assert read_moment((now + timedelta(days=1)).isoformat()) is not None
    assert read_moment((now + timedelta(days=4)).isoformat()) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2023/02/14/talks", "2023-02-14"),
        ("https://example.org/2023/feb/14/talks", "2023-02-14"),
        ("https://example.org/news/2023-02-14-talks", "2023-02-14"),
        ("https://example.org/view?ud=20230214000174", "2023-02-14"),
        ("https://example.org/view/AEN20230214001000315", "2023-02-14"),
        ("https://example.org/20239914", None),
        ("https://example.org/item/1234567890", None),
        ("https://example.org/2023/10/3-questions", None),
        ("https://example.org/2023/2/4/talks", "2023-02-04"),
        ("not a url 2023/02/14", None),
    ],
)
def test_url(url: str, day: str | None) -> None:
    found = moment_in_url(url)
    assert (found.value.date().isoformat() if found else None) == day


@given(
    st.datetimes(datetime(1950, 1, 2), datetime(2024, 12, 31)).map(
        lambda d: d.replace(microsecond=0, second=0)
    )
)
def test_every_spelling_reads_back(when: datetime) -> None:
    for spelling in ("%Y-%m-%d %H:%M", "%Y.%m.%d. %H:%M", "%Y년 %m월 %d일 %H시 %M분", "%Y年%m月%d日 %H:%M",
                     "%B %d, %Y %I:%M %p", "%d %b %Y, %H:%M", "%a, %d %b %Y %H:%M:00"):  # fmt: skip
        found = read_moment(when.strftime(spelling))
        assert found is not None
        assert found.value == when


@given(st.text(max_size=80))
def test_any_text_is_read_or_not(text: str) -> None:
    found = read_moment(text, zone="Asia/Tokyo")
    assert found is None or found.value.year >= 1950
