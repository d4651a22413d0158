"""The language of a text: its script first, then its commonest words."""

from __future__ import annotations

import re
from collections import Counter

__all__ = ["language_of", "script_of"]

_SAMPLE = 1200
_KANA = re.compile(r"[\u3040-\u30ff\uff66-\uff9f]")
_HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_OTHER = {
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "greek": re.compile(r"[\u0370-\u03ff]"),
    "arabic": re.compile(r"[\u0600-\u06ff]"),
    "hebrew": re.compile(r"[\u0590-\u05ff]"),
    "devanagari": re.compile(r"[\u0900-\u097f]"),
    "thai": re.compile(r"[\u0e00-\u0e7f]"),
    "bengali": re.compile(r"[\u0980-\u09ff]"),
    "tamil": re.compile(r"[\u0b80-\u0bff]"),
    "georgian": re.compile(r"[\u10a0-\u10ff]"),
    "armenian": re.compile(r"[\u0530-\u058f]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
}
_SOLE = {"greek": "el", "hebrew": "he", "devanagari": "hi", "thai": "th", "bengali": "bn", "tamil": "ta",
         "georgian": "ka", "armenian": "hy"}  # fmt: skip
_WRITTEN_IN = {
    "ko": ("ko",), "ja": ("ja",), "zh": ("zh", "yue"), "arabic": ("ar", "fa", "ur", "ps", "ckb"),
    "cyrillic": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "mn", "ky", "tg"), "greek": ("el",), "hebrew": ("he", "yi"),
    "devanagari": ("hi", "mr", "ne"), "thai": ("th",), "bengali": ("bn", "as"), "tamil": ("ta",),
    "georgian": ("ka",), "armenian": ("hy",),
}  # fmt: skip
_COMMON = {
    "en": "the of and to in a an that is was for on with as he it at by from said have has not be are his they will its after over new against into who up more",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat",
    "fr": "de la le et les des en un du une que est pour qui dans par au sur il pas plus ce avec sont a cette ont se",
    "es": "de la que el en y los del se las por un para con una su al es lo como más pero sus ha este fue son",
    "it": "di e il la che in un per del è non una i con si da dei le alla della nel più al gli ha anche sono come",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas foi ao ele das são",
    "nl": "de van het een en in is dat op te zijn voor met die niet aan er om ook als dan maar bij door naar wordt",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag från vi så kan",
    "no": "og i det som på er av for med til en at har de ikke om et han men var fra vi så kan seg den etter",
    "da": "og i at det er en til på af som med for den der de ikke har et om han var men fra vi kan blev sig",
    "fi": "ja on ei se että oli hän mutta ovat kun myös joka sen kuin ole tai mukaan jos nyt mitä vain",
    "pl": "w i na z się do nie że to jest o jak po co za od przez przy dla są ale jego być oraz już był",
    "cs": "a v se na že je o s z do i za by ale jak po které podle byl jsou od jeho také",
    "tr": "ve bir bu için ile da de olarak olan çok daha en ancak ise kadar sonra gibi dedi olduğu ne var",
    "id": "yang dan di untuk dengan dari ini itu pada dalam tidak akan juga ke telah oleh adalah kata saat karena",
    "vi": "và của là có cho không được các trong người với những đã một để này khi từ đến cũng",
    "ro": "de și în a la cu pe nu să din o care pentru mai este un fost au că ce dar după prin",
    "hu": "a az és hogy nem egy is volt van ezt csak meg de már mint vagy szerint lesz ki azt",
    "lt": "ir kad į yra iš su tai bet ne kaip buvo apie už po nuo jau bei jis dėl",
    "af": "die van en in is het wat vir nie om te met op sy was hy aan dat deur sal ook ons maar",
    "sw": "na ya wa kwa ni la katika za kuwa hiyo huo hii kama huku pia alisema wakati amesema yake",
    "ru": "и в не на что с по он как это за из для его от к но был также после года при заявил",
    "uk": "і в на що не з до у та як за про для від його це по також який під або є",
    "bg": "на и да в се за от е че с не по са като което при това към но ще",
    "sr": "и у да је се на за су од са не као који би али што из то ће",
    "ar": "في من على أن إلى التي عن مع الذي هذا بعد كان قال ما لا هذه",
    "fa": "و در به از که این را با است برای آن یک خود کرد شده می",
    "ur": "کے میں کی ہے سے کا اور کو نے پر ہیں کہ یہ اس بھی",
}
_HEADLINES = {  # words of short titles, which often hold no article and no pronoun
    "en": "says say said us uk new old day days week year years first last two three meets meet visits visit calls call sends sent "
    "held holds opens open make makes made talks talk plan plans deal government minister president police court party "
    "south north korea korean japan japanese china chinese work works working people world news press war peace party "
    "committee meeting meets delegation greetings statement message denounces supports support published given pays paid "
    "laid honor support gives receives received arrives arrive leaves leave here about between before during than back "
    "could would should may can must when what why how which been being do does did no all out up down off women men home",
    "es": "dice nuevo nueva gobierno presidente ministro corea japón visita sobre entre hasta desde hoy años día dirigente "
    "celebra saluda envía recibe contra partido mundo pueblo guerra trabajo",
    "fr": "dit nouveau nouvelle gouvernement président ministre corée japon visite entre après avant contre pays monde jour ans",
    "de": "sagt neue neuer neues regierung präsident minister korea japan nach vor über gegen zwischen jahre tag wie was warum so",
}  # fmt: skip


def _speakers() -> dict[str, frozenset[str]]:
    """Give for every common word the languages that it is a word of."""
    of: dict[str, set[str]] = {}
    for code, words in _COMMON.items():
        for word in f"{words} {_HEADLINES.get(code, '')}".split():
            of.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in of.items()}


_SPEAKERS = _speakers()
_ENDINGS = {
    "en": ("ing", "ed", "ship", "ness", "ly", "ment", "ies"), "de": ("ung", "keit", "lich", "chen"), "es": ("ción", "dad", "ados"),
    "fr": ("eux", "ement", "ées"), "it": ("zione", "mente", "ità"), "pt": ("ção", "ções", "dade"),
}  # fmt: skip
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def language_of(text: str, stated: str | None = None) -> str | None:
    """Name the language of a text by its primary BCP 47 subtag; None where nothing tells.

    What the page states counts where the text is too short to speak for itself or does not contradict it:
    pages in English under a Korean template state "ko".

    >>> language_of("한일 양국은 14일 서울에서 회담을 열었다.")
    'ko'
    >>> language_of("両国は協議を続けることで一致した。", stated="en-US")
    'ja'
    >>> language_of("The talks were held in Seoul and will go on.", stated="ko_KR")
    'en'
    """
    said = _primary(stated)
    text = text[:_SAMPLE]
    script = script_of(text)
    if script is None:
        return said
    if script in ("ko", "ja"):
        return script
    if script in _SOLE and said not in _WRITTEN_IN[script]:
        return _SOLE[script]
    if script == "zh":
        return said if said in ("zh", "yue", "ja") else "zh"
    return _by_words(text, script, said)


def script_of(text: str) -> str | None:
    """Name the script that most of a text is written in; "ko", "ja", "zh" where a script is one language's.

    >>> (
    ...     script_of("한미일 회담"),
    ...     script_of("日米韓の会談"),
    ...     script_of("中韩会谈"),
    ...     script_of("Talks"),
    ...     script_of("123"),
    ... )
    ('ko', 'ja', 'zh', 'latin', None)
    """
    if text.isascii():
        return "latin" if _TOKEN.search(text) else None
    east = Counter(ko=len(_HANGUL.findall(text)), ja=len(_KANA.findall(text)), zh=len(_HAN.findall(text)))
    latin = len(_OTHER["latin"].findall(text))
    if 3 * east.total() > latin and east.total() >= max(len(p.findall(text)) for p in _OTHER.values()) / 3:
        return _eastern(east)
    if 2 * latin > len(text):
        return "latin"
    counts = {name: len(pattern.findall(text)) for name, pattern in _OTHER.items()}
    name = max(counts, key=lambda n: counts[n])
    return name if counts[name] else None


def _eastern(east: Counter[str]) -> str:
    if east["ko"] >= east["ja"]:
        return "ko" if 4 * east["ko"] > east["zh"] else "zh"
    return "ja" if 20 * east["ja"] > east["zh"] else "zh"


def _primary(stated: str | None) -> str | None:
    code = re.split(r"[-_,;\s]", (stated or "").strip().lower(), maxsplit=1)[0]
    return _NAMES.get(code, code if re.fullmatch(r"[a-z]{2,3}", code) else None)


_NAMES = {"english": "en", "korean": "ko", "japanese": "ja", "chinese": "zh", "german": "de", "french": "fr",
          "spanish": "es", "kr": "ko", "jp": "ja", "cn": "zh", "nb": "no", "nn": "no", "iw": "he", "in": "id",
          "kor": "ko", "jpn": "ja", "zho": "zh", "chi": "zh", "cmn": "zh", "eng": "en", "deu": "de", "ger": "de",
          "fra": "fr", "fre": "fr", "spa": "es", "rus": "ru", "und": None, "mul": None}  # fmt: skip


def _small(words: list[str]) -> list[str]:
    """Put into small letters the first word, or all where capitals are the style of the line; drop other names."""
    capital = sum(word[0].isupper() for word in words)
    if 10 * capital > 6 * len(words):
        return [word.lower() for word in words]
    return [word.lower() if i == 0 and len(word) > 1 else word for i, word in enumerate(words)]


def _by_words(text: str, script: str, said: str | None) -> str | None:
    """Count common words; the stated language wins unless another has clearly more of them.

    A word in capitals is a name more often than an article: Kim Jong Il is no Italian.
    """
    if script in _WRITTEN_IN and script not in ("cyrillic", "arabic"):
        return said
    words = _small(_TOKEN.findall(text))
    counts = _counted(words, script)
    best, second = sorted(counts, key=lambda c: -counts[c])[:2]
    fits = said is not None and (
        said in _WRITTEN_IN[script] if script in _WRITTEN_IN else said not in _NOT_LATIN
    )
    if fits and (said not in counts or counts[best] < 12 or counts[best] < 1.5 * counts.get(said or "", 0)):
        return said
    if counts[best] == counts[second] == counts.get("en") and text.isascii():
        best, second = "en", "en"
    enough = (best == second or counts[best] > counts[second]) and counts[best] >= max(2, len(words) // 15)
    return best if enough else (said if fits else None)


def _counted(words: list[str], script: str) -> dict[str, int]:
    """Count the letters of common words, three a word at most, and the endings, for each language of the script."""
    codes = [c for c in _COMMON if c in _WRITTEN_IN.get(script, ())] or [
        c for c in _COMMON if c not in _NOT_LATIN
    ]
    counts = dict.fromkeys(codes, 0)
    for word in words:
        for code in _SPEAKERS.get(word, ()):
            if code in counts:
                counts[code] += min(len(word), 3)
    long = [word for word in words if len(word) > 5]
    for code in counts.keys() & _ENDINGS.keys():
        counts[code] += sum(word.endswith(_ENDINGS[code]) for word in long)
    return counts


_NOT_LATIN = frozenset(code for codes in _WRITTEN_IN.values() for code in codes)
