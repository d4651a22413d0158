"""Wire agencies: the names they go by, and what an unknown one looks like."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["agency_named", "looks_like_agency"]

_KNOWN = """
Yonhap: Yonhap News, Yonhap News Agency, 연합뉴스, 연합, 聯合ニュース, 聯合, 韩联社, 韓聯社, YNA
Newsis: 뉴시스
News1: 뉴스1, News 1, 뉴스원
Kyodo: Kyodo News, Kyodo News Service, 共同通信, 共同通信社, 共同, 교도통신, 교도
Jiji: Jiji Press, JIJI PRESS, 時事通信, 時事通信社, 時事, 지지통신
AP: The Associated Press, Associated Press, AP通信, AP News, AP연합뉴스, AP 연합뉴스, A.P.
Reuters: Thomson Reuters, ロイター, ロイター通信, 로이터, 로이터통신, 로이터 연합뉴스, 로이터연합뉴스, REUTERS, Thomson Reuters Foundation
AFP: Agence France-Presse, Agence France Presse, AFP通信, AFP=時事, AFP-Jiji, AFP Relaxnews, AFP 연합뉴스, AFP연합뉴스, afp.com
AFP-Jiji: AFP時事
dpa: DPA, Deutsche Presse-Agentur, dpa-AFX
Bloomberg: Bloomberg News, ブルームバーグ, 블룸버그
UPI: United Press International
Xinhua: Xinhua News Agency, 新華社, 新华社, 新華社通信, 신화통신, 신화
KCNA: Korean Central News Agency, 朝鮮中央通信, 조선중앙통신
TASS: ITAR-TASS, タス通信, 타스통신, ТАСС
Interfax: Интерфакс
RIA Novosti: РИА Новости
APA: Austria Presse Agentur
SID: Sport-Informations-Dienst
KNA: Katholische Nachrichten-Agentur
epd: Evangelischer Pressedienst
Keystone-SDA: SDA, ATS, Keystone-ATS
EFE: Agencia EFE
Europa Press: Europapress
ANSA: Agenzia ANSA
Lusa: Agência Lusa
PA: PA Media, Press Association
PTI: Press Trust of India
ANI: Asian News International
IANS: Indo-Asian News Service
Bernama: BERNAMA
Antara: ANTARA News
CNA: Central News Agency, 中央社
AAP: Australian Associated Press
The Canadian Press: Canadian Press
Anadolu: Anadolu Agency, AA, Anadolu Ajansı
NTB: Norsk Telegrambyrå
TT: TT Nyhetsbyrån
Ritzau: ritzau
Belga: Agence Belga
ANP: Algemeen Nederlands Persbureau
PAP: Polska Agencja Prasowa
ČTK: CTK
TNS: Tribune News Service
Ukrinform: Укринформ
""".strip()


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in _KNOWN.splitlines():
        usual, _, others = line.partition(":")
        for name in (usual, *others.split(",")):
            table[_key(name)] = usual
    return table


_NAMES = _table()
_LOOK = re.compile(
    r"^(?:[^\W\d_][\w.'&-]*\s){1,4}(?:News\s)?(?:Agency|Newswire|News\sService|Wire\sService|Presse-?Agentur)$"
    r"|^(?:Agence|Agencia|Agenzia|Agência)(?:\s[^\W\d_][\w.'-]*){1,4}$"
    r"|^[\w.·-]{1,14}(?:통신사?|通信社?|通訊社|通讯社)$"
)


@lru_cache(maxsize=4096)
def agency_named(name: str) -> str | None:
    """Give the usual name of a known agency, whatever it is called; None for anything else.

    >>> agency_named("Yonhap News Agency"), agency_named("共同通信"), agency_named("The Morning Gull")
    ('Yonhap', 'Kyodo', None)
    """
    return _NAMES.get(_key(name))


def looks_like_agency(name: str) -> bool:
    """Tell whether an unknown name is formed like a wire agency's.

    >>> (
    ...     looks_like_agency("Morning Reed News Agency"),
    ...     looks_like_agency("갈대통신"),
    ...     looks_like_agency("right"),
    ... )
    (True, True, False)
    """
    name = name.strip()
    return len(name) <= 60 and _LOOK.match(name) is not None
