"""Names of languages, as the interfaces of databases spell them, and their codes."""

from __future__ import annotations

__all__ = ["language_code"]

_NAMES = {
    "en": "english anglais englisch inglés ingles inglese inglês engels английский 英語 英文 英语 영어 engelska",
    "fr": "french français francais französisch francés francese francês frans французский 仏語 フランス語 法语 法文 프랑스어",
    "de": "german allemand deutsch alemán tedesco alemão duits немецкий 独語 ドイツ語 德语 德文 독일어",
    "es": "spanish espagnol spanisch español castellano spagnolo espanhol spaans испанский スペイン語 西班牙语 스페인어",
    "it": "italian italien italienisch italiano italiaans итальянский イタリア語 意大利语 이탈리아어",
    "pt": "portuguese portugais portugiesisch portugués portoghese português portugees португальский ポルトガル語",
    "nl": "dutch néerlandais niederländisch neerlandés olandese holandês nederlands голландский オランダ語",
    "ru": "russian russe russisch ruso russo русский ロシア語 俄语 俄文 러시아어",
    "ja": "japanese japonais japanisch japonés giapponese japonês japans японский 日本語 日语 日文 일본어",
    "ko": "korean coréen koreanisch coreano koreaans корейский 韓国語 韩语 韓文 한국어",
    "zh": "chinese chinois chinesisch chino cinese chinês китайский 中国語 中文 汉语 중국어",
    "ar": "arabic arabe arabisch árabe arabo арабский アラビア語 阿拉伯语 아랍어",
    "tr": "turkish turc türkisch turco turks турецкий トルコ語",
    "pl": "polish polonais polnisch polaco polacco polonês pools польский ポーランド語",
    "sv": "swedish suédois schwedisch sueco svedese zweeds шведский",
    "da": "danish danois dänisch danés danese dinamarquês deens датский",
    "no": "norwegian norvégien norwegisch noruego norvegese norueguês noors норвежский",
    "fi": "finnish finnois finnisch finés finlandese finlandês fins финский",
    "cs": "czech tchèque tschechisch checo ceco tcheco tsjechisch чешский",
    "hu": "hungarian hongrois ungarisch húngaro ungherese hongaars венгерский",
    "id": "indonesian bahasa indonésien indonesisch indonesio indonesiano インドネシア語",
}
_CODES = {name: code for code, names in _NAMES.items() for name in names.split()}


def language_code(name: str) -> str:
    """Give the code of a language named in the interface's language; what is not known stays as it is.

    >>> (
    ...     language_code("Französisch"),
    ...     language_code("ENGLISH; ENGLISHS"),
    ...     language_code("FR"),
    ...     language_code("Gull"),
    ... )
    ('fr', 'en', 'FR', 'Gull')
    """
    words = name.replace(";", " ").replace(",", " ").replace("-", " ").split()
    return next((_CODES[word] for word in map(str.casefold, words) if word in _CODES), name.strip())
