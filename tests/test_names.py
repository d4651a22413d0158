"""Bylines, wire credits, datelines, outlets; the language of a text."""

from __future__ import annotations

import pytest

from newskit.parse.agencies import agency_named, looks_like_agency
from newskit.parse.language import language_of
from newskit.parse.layouts import layout_for, layouts
from newskit.parse.names import (
    credit_at_end,
    is_byline,
    names_outlet,
    outlet_name,
    read_byline,
    read_dateline,
    wired_place,
    writers_in,
)

BYLINES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "By Yonhap": ((), "Yonhap"),
    "Yonhap News Agency": ((), "Yonhap"),
    "By Han Seo-yun": (("Han Seo-yun",), None),
    "by Ida Fenwick and Tom Harrow": (("Ida Fenwick", "Tom Harrow"), None),
    "byIda Fenwick": (("Ida Fenwick",), None),
    "By Ida Fenwick, Staff Writer (ida@example.org)": (("Ida Fenwick",), None),
    "IDA FENWICK, Associated Press": (("IDA FENWICK",), "AP"),
    "Ida Fenwick | Reuters": (("Ida Fenwick",), "Reuters"),
    "Von Ida Fenner und Tom Harms": (("Ida Fenner", "Tom Harms"), None),
    "Par Ida Fenouil (avec AFP)": (("Ida Fenouil",), "AFP"),
    "Dr. Ida van der Fenn": (("Ida van der Fenn",), None),
    "한서윤 기자": (("한서윤",), None),
    "한서윤·박도현 기자 hsy@example.org": (("한서윤", "박도현"), None),
    "도쿄=한서윤 특파원": (("한서윤",), None),
    "星野健太": (("星野健太",), None),
    "共同通信": ((), "Kyodo"),
    "Staff Reporter": ((), None),
    "The Korea Herald": ((), None),
    "Online Desk": ((), None),
    "": ((), None),
    # What begins like "di", "de" or "by" and is a name.
    "Dirk Fenner": (("Dirk Fenner",), None),
    "Deborah Harrow": (("Deborah Harrow",), None),
    "Byron Fenwick": (("Byron Fenwick",), None),
    "PARKER FENWICK": (("PARKER FENWICK",), None),
    "AFP": ((), "AFP"),
    "Автор: Іда Фенько": (("Іда Фенько",), None),
    "Penulis: Ida Fenwick": (("Ida Fenwick",), None),
    "di Ida Finocchio": (("Ida Finocchio",), None),
    "By Ida De Fenwick": (("Ida De Fenwick",), None),
    "von Dirk Fenner und Deutsche Presse-Agentur": (("Dirk Fenner",), "dpa"),
    "Deutsche Presse-Agentur": ((), "dpa"),
    # Capitals that begin like "af" or "di" are no preposition.
    "DIANE FENWICK": (("DIANE FENWICK",), None),
    # Lists, and short words that join names or stand inside one.
    "Ida Fenwick, Tom Harrow, and Jo Lind": (("Ida Fenwick", "Tom Harrow", "Jo Lind"), None),
    "José Fenouil e Pinto": (("José Fenouil e Pinto",), None),
    "Ida Finca y José Ribera": (("Ida Finca", "José Ribera"), None),
    "Ida\nFenner\nRedakteurin": ((), None),
    "Ida Fenner\nTom Harms\nHamburg": (("Ida Fenner", "Tom Harms"), None),
    "By IDA FENWICK, AP National Writer": (("IDA FENWICK",), "AP"),
    "Reporting by Ida Fenwick; Editing by Tom Harrow": (("Ida Fenwick",), None),
    # Names in every script and form.
    "J. M. Fenwick": (("J. M. Fenwick",), None),
    "Ida d'Harrow": (("Ida d'Harrow",), None),
    "Sami al-Fenn": (("Sami al-Fenn",), None),
    "İsmail Çınar": (("İsmail Çınar",), None),
    "Автор: Ида Фенина": (("Ида Фенина",), None),
    "بقلم: سامي أبو النور - القاهرة": (("سامي أبو النور",), None),
    "สมศรี ใจงาม": (("สมศรี ใจงาม",), None),
    "Penulis: Ayu Lestari": (("Ayu Lestari",), None),
    # A job run together with the name before it.
    "BY IDA FENWICKSTAFF WRITER": (("IDA FENWICK",), None),
    "BY IDA FENWICKSENIOR SPORTS EDITOR": (("IDA FENWICK",), None),
    "IDA WAGSTAFF": (("IDA WAGSTAFF",), None),
    "Ida Fenwick, Ap Harbor Writer": (("Ida Fenwick",), "AP"),
    # An agency and where it wrote.
    "AFP, MANILA": ((), "AFP"),
    "AFP, MEXICO CITY": ((), "AFP"),
    "Reuters, Washington,": ((), "Reuters"),
    "Reuters, Ida Fenwick": (("Ida Fenwick",), "Reuters"),
    # Desks, places and jobs before eastern names.
    "정치부 한서윤 기자": (("한서윤",), None),
    "도쿄 한서윤 특파원": (("한서윤",), None),
    "한서윤 도쿄특파원": (("한서윤",), None),
    "글·사진 한서윤 기자": (("한서윤",), None),
    "글 한서윤 기자 사진 박도현 기자": (("한서윤",), None),
    "사진 박도현 기자": ((), None),
    "한서윤 / 새벽경제 기자": (("한서윤",), None),
    "남궁서윤 기자": (("남궁서윤",), None),
    "ソウル＝星野健太": (("星野健太",), None),
    "経済部 星野健太": (("星野健太",), None),
    "ソウル支局長 星野健太": (("星野健太",), None),
    "編集委員・星野健太": (("星野健太",), None),
    "経済部": ((), None),
    # What stands where a byline should, and is nobody.
    **dict.fromkeys(
        [
            "Twitter Facebook",
            "No Author",
            "Admin",
            "Staff",
            "Guest Author",
            "Print Email",
            "Gull Business",
            "Next Post",
            "The Water Gull",
            "Letters To The Editor",
            "Contact Us",
            "あけぼの株式会社",
        ],
        ((), None),
    ),
}


@pytest.mark.parametrize("text", BYLINES)
def test_byline(text: str) -> None:
    assert read_byline(text) == BYLINES[text]


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("By Ida Fenwick", True),
        ("ByIda Fenwick", True),
        ("한서윤 기자", True),
        ("Von:", True),
        ("Byron weighs a tax", False),
    ],
)
def test_lines_that_say_they_are_bylines(line: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_byline(line) is is_one


@pytest.mark.parametrize(
    ("paragraph", "agency"),
    [
        ("The envoys meet again in June. (Yonhap)", "Yonhap"),
        ("The envoys meet again in June. (Yonhap News Agency)", "Yonhap"),
        ("The envoys meet again in June. (AFP/Yonhap)", "AFP"),
        ("The envoys meet again in June. (Saebyeok News Agency)", "Saebyeok News Agency"),
        ("The envoys meet again in June (AP).", "AP"),
        ("6월에 다시 만나기로 했다. [새벽통신]", "새벽통신"),
        ("6월에 다시 만나기로 했다. (연합뉴스)", "Yonhap"),
        ("六月に再び会う。（あけぼの通信）", "あけぼの通信"),
        ("六月に再び会う。【共同】", "Kyodo"),
        ("He met Kim (right)", None),
        ("It rose to 5 (from 4)", None),
        ("", None),
    ],
)
def test_credit_at_end(paragraph: str, agency: str | None) -> None:
    assert credit_at_end(paragraph) == agency


@pytest.mark.parametrize(
    ("paragraph", "place", "agency"),
    [
        ("WASHINGTON -- Vice ministers met.", "WASHINGTON", None),
        ("SEOUL, Feb. 14 (Yonhap) -- Vice ministers met.", "SEOUL", "Yonhap"),
        ("BEIRUT/THE HAGUE, March 7 (Reuters) - A report says so.", "BEIRUT/THE HAGUE", "Reuters"),
        ("MEXICO CITY (AP) — The economy grew.", "MEXICO CITY", "AP"),
        (
            "Port Ellery, March 5 (Morning Reed News Agency) - A lamp.",
            "Port Ellery",
            "Morning Reed News Agency",
        ),
        ("KUALA LUMPUR: The council voted.", "KUALA LUMPUR", None),
        ("(서울=연합뉴스) 한서윤 기자 = 회담이 열렸다.", "서울", "Yonhap"),
        ("[도쿄=새벽통신] 회담이 열렸다.", "도쿄", "새벽통신"),
        ("【東京共同】協議が開かれた。", "東京", "Kyodo"),
        ("【ソウル聯合ニュース】協議が開かれた。", "ソウル", "Yonhap"),
        ("【ソウル=星野健太】協議が開かれた。", "ソウル", None),
        ("［東京　５日　ロイター］ - 協議が開かれた。", "東京", "Reuters"),
        ("THE FERRY AND THE SHEEP - The council voted.", None, None),
        ("FERRY BELL PRIZE: The council voted.", None, None),
        ("DEAR IDA: The council voted.", None, None),
        ("WATCH: The ferry floats free.", None, None),
        ("Ida Fenwick — the mayor — smiled.", None, None),
        ("The talks - long and slow - ended.", None, None),
        ("(right) A picture.", None, None),
        ("", None, None),
    ],
)
def test_dateline(paragraph: str, place: str | None, agency: str | None) -> None:
    assert read_dateline(paragraph) == (place, agency)


@pytest.mark.parametrize(
    ("byline", "place"),
    [
        ("AFP, MANILA", "MANILA"),
        ("By AFP, NEW DELHI", "NEW DELHI"),
        ("Reuters, Washington,", "Washington"),
        ("AFP, IDA FENWICK", None),
        ("AP, National Writer", None),
        ("Reuters, Ida Fenwick", None),
        ("Ida Fenwick, MANILA", None),
        ("AFP", None),
    ],
)
def test_place_in_a_wire_byline(byline: str, place: str | None) -> None:
    assert wired_place(byline) == place


def test_writers_of_a_korean_wire_story() -> None:
    assert writers_in(["(서울=새벽통신) 한서윤·박도현 기자 = 회담이 열렸다."]) == ("한서윤", "박도현")
    assert writers_in(["SEOUL -- Talks were held."]) == ()


def test_names_alone_in_the_first_paragraph() -> None:
    assert writers_in(["Ida Fenwick/Tom Harrow"]) == ("Ida Fenwick", "Tom Harrow")
    assert writers_in(["The council voted."]) == writers_in(["LOOK WHAT YOU MADE ME DO"]) == ()


def test_agencies() -> None:
    assert {agency_named(name) for name in ("Yonhap", "YONHAP NEWS", "연합뉴스", "聯合ニュース")} == {
        "Yonhap"
    }
    assert all(
        looks_like_agency(name)
        for name in ("Saebyeok News Agency", "새벽통신", "あけぼの通信", "Agencia Aurora")
    )
    assert not any(looks_like_agency(name) for name in ("right", "News", "The agency said on Monday", "서울"))


def test_names_that_are_the_outlets() -> None:
    gull = ["The Morning Gull", "Gull Deutschland", "www.gull.example"]
    assert all(
        names_outlet(name, gull) for name in ("Morning Gull", "the morning gull", "Gull Deutschland Sport")
    )
    assert not any(names_outlet(name, gull) for name in ("Ida Gull", "Ida Fenwick"))


def test_outlets() -> None:
    assert {outlet_name(name) for name in ("Yonhap", "Yonhap News", "Yonhap News Agency", "연합뉴스")} == {
        "Yonhap"
    }
    assert outlet_name(" The  Morning Gull ") == "The Morning Gull"


def test_every_layout_is_found_by_its_own_name_and_host() -> None:
    assert len({layout.name for layout in layouts()}) == len(layouts())
    for layout in layouts():
        assert layout_for(site_name=layout.name) == layout
        for host in layout.hosts:
            assert layout_for(url=f"https://www.{host}/story") == layout
        for mark in layout.marks:
            assert layout_for(text=f"Talks\n{mark}\n") == layout


def test_layout_of_an_odd_url() -> None:
    assert layout_for(url="http://[bad") is None
    assert layout_for(url="en.yna.co.kr/view/AEN1") == layout_for(site_name="Yonhap")


@pytest.mark.parametrize(
    ("text", "stated", "code"),
    [
        ("The talks were held in Seoul and will go on.", None, "en"),
        ("The talks were held in Seoul and will go on.", "ko_KR", "en"),
        ("Herring", "en-US", "en"),
        ("Herring", None, None),
        ("한일 양국은 서울에서 회담을 열었다.", "en", "ko"),
        ("両国は協議を続けることで一致した。", None, "ja"),
        ("两国同意继续谈判。", None, "zh"),
        ("Der Rat hat das Gesetz nicht geändert und will es auch in Zukunft nicht tun.", "en", "de"),
        ("Le conseil a décidé que les travaux sont pour la fin de l'année dans la ville.", None, "fr"),
        ("El consejo decidió que las obras de la piscina son para el final del año.", None, "es"),
        ("Совет решил, что работы начнутся в ноябре и не будут дорогими.", None, "ru"),
        ("", None, None),
    ],
)
def test_language(text: str, stated: str | None, code: str | None) -> None:
    assert language_of(text, stated) == code
