"""The words that pages put around their articles, in the languages of the press.

Each pattern is one flat alternation of plain words. To teach newskit a phrase, add it to a list; a golden file beside
the tests then shows what it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = [
    "BOX",
    "CAPTION",
    "COMMENTS",
    "COPYRIGHT",
    "CREDIT_END",
    "DATE_LABEL",
    "FURNITURE",
    "LINK_OPENING",
    "NEXT",
    "OPENING",
    "OPENING_NOTE",
    "OWNED",
    "PAYWALL",
    "POINTER",
    "PROMO",
    "SHARE",
    "UPDATED_LABEL",
    "WALL",
    "Anywhere",
    "any_of",
    "anywhere",
]


def any_of(phrases: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Compile phrases, set apart by bars, into one pattern; a phrase of letters with spaces stands as words of its own."""
    return re.compile(f"{before}(?:{'|'.join(map(_bounded, _listed(phrases)))}){after}", re.IGNORECASE)


def _listed(phrases: str) -> list[str]:
    return sorted({" ".join(p.split()) for p in phrases.split("|") if p.strip()}, key=lambda p: (-len(p), p))


def _bounded(phrase: str) -> str:
    escaped = re.escape(phrase).replace(r"\ ", r"\s+")
    if phrase[0] > "\u3000":  # Korean endings and Japanese words follow without a space
        return escaped
    return rf"(?<![^\W\d_]){escaped}" + (r"(?![^\W\d_])" if phrase[-1].isalpha() else "")


_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Anywhere:
    """Phrases that count wherever they stand in a text.

    To try a hundred phrases at every letter of a page would take longer than all else. So each phrase is known by its
    longest word, and only those whose word stands in a text are looked for.
    """

    by_word: Mapping[str, re.Pattern[str]]
    unspaced: re.Pattern[str] | None

    def search(self, text: str) -> re.Match[str] | None:
        """Find the first phrase."""
        return min(self.finditer(text), key=re.Match.start, default=None)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Find every phrase, in no order."""
        for pattern in self._likely(text):
            yield from pattern.finditer(text)

    def sub(self, by: str, text: str) -> str:
        """Put something else for every phrase."""
        for pattern in self._likely(text):
            text = pattern.sub(by, text)
        return text

    def _likely(self, text: str) -> Iterator[re.Pattern[str]]:
        """Give the patterns whose word stands in a text."""
        for word in self.by_word.keys() & _WORD.findall(text.lower()):
            yield self.by_word[word]
        if self.unspaced is not None and not text.isascii():
            yield self.unspaced


def anywhere(phrases: str) -> Anywhere:
    """Compile phrases, set apart by bars, that count wherever they stand.

    >>> anywhere("sign up for | 구독하기").search("Please sign up for our letter")[0]
    'sign up for'
    """
    listed = _listed(phrases)
    unspaced = [phrase for phrase in listed if phrase[0] > "\u3000"]
    by_word: dict[str, list[str]] = {}
    for phrase in listed:
        if phrase not in unspaced:
            by_word.setdefault(max(_WORD.findall(phrase.lower()), key=len), []).append(phrase)
    return Anywhere(
        {word: any_of("|".join(found)) for word, found in by_word.items()},
        any_of("|".join(unspaced)) if unspaced else None,
    )


# Lines that are nobody's sentence: the whole line is one of these, give or take what stands around them.
FURNITURE = any_of(
    """
    advertisement | advertisements | advertising | article continues below | story continues below |
    continue reading | read more | skip to main content | skip to content | back to top | share this article |
    share this story | share on facebook | share on twitter | tweet | print | email | e-mail | facebook |
    twitter | linkedin | whatsapp | flipboard | reddit | pinterest | telegram | copy link | click to copy |
    link copied | listen to article | listen | save | share | comment | follow us | follow | subscribe |
    sign up | sign in | log in | login | register | menu | search | close | show more | load more | see all |
    view all | play video | enlarge image | view image in fullscreen | open image in gallery | image source |
    opens new tab | , opens new tab | getty images | anzeige | werbung | teilen | merken | drucken |
    artikel drucken | zur startseite | newsletter | vorlesen | publicité | partager | imprimer | commenter |
    s'abonner | compartir | publicidad | suscríbete | pubblicità | condividi | publicidade | compartilhar |
    annons | dela | reklama | 공유 | 공유하기 | 인쇄 | 스크랩 | 글자크기 | 광고 | 좋아요 | 구독 | 기사원문 | シェア | ツイート | 印刷 | 広告 | 保存 |
    記事を印刷する | メールで送る | 続きを読む
    """,
    before=r"^\W*(?:\d+\s*)?",
    after=r"(?:\s*[\d.,]*)\W*$",
)

SHARE = re.compile(
    r"^\W*(?:share|tweet|teilen|partager|condividi|compartir|compartilhar|auf|sur)\b.{0,24}\b(?:this|via|with|on|facebook|twitter|x|whatsapp|"
    r"email|e-mail|teilen|link)\b.{0,24}$|シェアする\w*$|공유하기$",
    re.IGNORECASE,
)

# Lines after which other stories begin.
NEXT = any_of(
    """
    related | related articles | related stories | related topics | related news | related content |
    read also | also read | see also | read next | more on | more on this story | more on this topic |
    more from | more stories | more in | most popular | most read | most viewed | latest news |
    latest stories | top stories | trending | trending now | popular | popular topics | recommended |
    recommended for you | recommended stories | you might also like | you may also like | up next |
    next story | editor's picks | editors' picks | don't miss | in this article | about the author |
    über den autor | über die autorin | über die autor:in | zur person | sobre o autor | sobre el autor |
    à propos de l'auteur | read these next | you may like these posts | about the authors | filed under |
    explore more on these topics | topics | tags | tagged | sponsored content | from our partners |
    promoted stories | site index | contact us | mehr zum thema | mehr zum thema: | lesen sie auch |
    lesen sie mehr | das könnte sie auch interessieren | das könnte dich auch interessieren | weitere themen |
    weitere artikel | meistgelesen | schlagworte | themen | empfehlungen | zum thema | lire aussi |
    à lire aussi | sur le même sujet | les plus lus | newsletters | lee también | te puede interesar |
    más información | más leídas | lo más leído | noticias relacionadas | archivado en | leggi anche |
    potrebbe interessarti | leia também | mais lidas | läs också | läs mer | les også | czytaj także |
    zobacz także | čtěte také | mohlo by vás zajímat | читайте также | ilgili haberler | 관련기사 | 관련 기사 |
    많이 본 뉴스 | 많이 본 기사 | 인기기사 | 인기 기사 | 주요뉴스 | 최신기사 | 추천기사 | 이 시각 주요뉴스 | 関連記事 | 関連ニュース | あわせて読みたい | おすすめ記事 |
    アクセスランキング | 人気記事 | ランキング | 最新ニュース | この記事を書いた人
    """,
    before=r"^\W*",
    after=r"(?:\s*[:：|].{0,40})?\W*$",
)

# Headings of boxes between the paragraphs of a story. Markup shows where such a box ends; a pasted page does not.
BOX = any_of(
    """
    auch interessant | weitere videos | weitere informationen | empfohlener redaktioneller inhalt |
    empfohlener externer inhalt | czytaj więcej | para saber más | à découvrir | related coverage |
    recommended videos | more great stories | in case you missed it | what to read next | реклама
    """,
    before=r"^\W*",
    after=r"\W*$",
)

# How a line begins that is mostly a link to another story.
LINK_OPENING = any_of(
    """
    read more | read also | also read | see also | related | more | watch | listen | lire aussi |
    à lire aussi | lesen sie | lesen sie auch | mehr zum thema | mehr dazu | lee también | leggi anche |
    leia também | czytaj | läs mer | les også | čtěte také | читайте также | hier finden sie
    """,
    before=r"^\W*",
)

# Headings of what readers wrote.
COMMENTS = any_of(
    """
    comments | show comments | view comments | view all comments | read comments | read all comments |
    top comments | top rated comments | recent comments | reader comments | join the conversation |
    join the discussion | join discussion | leave a reply | leave a comment | leave your comment |
    post a comment | post your comment | add a comment | add your comment | write a comment | responses |
    kommentare | kommentar schreiben | leserkommentare | diskussion | commentaires | commenter | comentarios |
    comentários | commenti | kommentarer | komentarze | комментарии | yorumlar | 댓글 | 댓글쓰기 | コメント | コメントを書く
    """,
    before=r"^\W*(?:\d[\d.,]*\s*)?",
    after=r"(?:\s*[(\[]?\s*[\d.,]+\s*[)\]]?)?\W*$",
)

# Sentences that sell, ask or explain the site: anywhere in a line of moderate length.
PROMO = anywhere(
    """
    click here | sign up for | sign up to | subscribe to | subscribe now | subscribe today | get the latest |
    our newsletter | newsletters | newsletter promotion | weekly newsletter | daily newsletter |
    free newsletter | follow us on | like us on | download our app | download the app | news app |
    push notifications | privacy policy | terms of use | terms of service | terms and conditions |
    cookie policy | use cookies | uses cookies | use of cookies | enable javascript | your browser |
    ad blocker | adblocker | all rights reserved | may not be reproduced | may not be published |
    story continues | article continues | this story has been shared | read the full story | join our |
    support our journalism | create an account | already a subscriber | log in to | you must be logged in |
    please log in | your email address | email address will not be published | comments are closed |
    comment on this story | you have successfully | thank you for subscribing | purchase licensing rights |
    our standards | have a news tip | send us a tip | contact the author | got a tip | got a story |
    get in touch | send tips | send us your | no spam | unsubscribe | get breaking | get real-time |
    follow along | follow us | as a preferred source | preferred source on google |
    buy something using links | links to online retail | we may earn | small commission | become a member |
    making a contribution | you can learn more | view all ( | views expressed | moderating all comments |
    recommended content | gastbeitrag muss nicht | müssen nicht der meinung | externen inhalt |
    externe inhalt | externer inhalte | inhalte erlauben | redaktioneller inhalt | werbevereinbarung |
    nachrichten aufs handy | article réservé aux abonnés | est réservée aux abonnés | il vous reste |
    do you have a story | our social channels | affiliate commission | read more: | watch: |
    jetzt abonnieren | jetzt testen | jetzt registrieren | newsletter abonnieren | unserem newsletter |
    melden sie sich an | datenschutzerklärung | datenschutz | kommentarfunktion | unsere redaktion |
    lesen sie hier | folgen sie uns | mit klick auf | externer inhalt | einwilligung | javascript |
    abonnez-vous | inscrivez-vous | politique de confidentialité | s'inscrire à | suscríbete a |
    política de privacidad | iscriviti alla | inscreva-se | zapisz się | 무단 전재 | 무단전재 | 재배포 금지 | 저작권자 | 구독하기 |
    제보는 | 제보하기 | 카카오톡 | 無断転載 | 無断複製 | 会員登録 | 有料会員 | この記事は有料 | 残り | 続きを読むには | ログインして
    """
)

COPYRIGHT = re.compile(
    r"©|ⓒ|\(c\)\s|(?<!\w)copyright(?!\w)|저작권자|all rights reserved|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos reservados|無断転載|责编[:：]|责任编辑|責任編輯|registration\s+(?:no|number|date)|date of registration|등록번호|등록일|"
    r"발행일|발행인|청소년보호|사업자등록|통신판매|편집인|publisher\s*[.:,&]|^founded (?:in|on)|^established (?:in|on)|"
    r"juvenile protection|tel\s*[.:]|fax\s*[.:]|登録番号|創刊",
    re.IGNORECASE,
)

CAPTION = re.compile(
    r"[(（\[][^()（）\[\]]{0,24}(?:撮影|提供|資料|写真|摄|攝|사진|제공|공동취재|file photo|pool photo|courtesy photo)[)）\]]\s*$|"
    r"(?:摄影|攝影|图片来源|圖片來源)[:：/]|[。\s].{1,12}(?:摄|攝)\s*$|"
    r"(?:photos?|images?|picture|pic|bild|foto|fotos|photograph|bildrechte|bildquelle|bildnachweis|video|illustration|grafik|graphic|crédit|credits?|courtesy|"
    r"사진|자료사진|写真|画像|撮影|제공|提供)\s*(?:[:：=/|]|by\b|courtesy|credit|via|ⓒ|©)"
    r"|(?:©|ⓒ)\s?\S.{0,60}$|^(?:image|photo|video|media)\s?(?:copyright|source|caption)|/\s?(?:getty|afp|ap|reuters|dpa|shutterstock|imago|epa|istock|picture.alliance)\b"
    r"|\b(?:getty images|ap photo|afp photo|reuters file|file photo|handout photo|submitted photo|istockphoto|shutterstock|"
    r"picture alliance|photo provided|archive photo|stock image|archivbild|symbolbild|symbolfoto)\b"
    r"|^(?:▲|△|▼|\[사진|\(사진|【写真|\[写真|写真[はⅠ-]|picture shows|pictured:)|\[(?:ap|afp|reuters|yonhap|epa|연합뉴스|뉴시스|뉴스1)[^\]]{0,20}\]\s*$"
    r"|재판매 및 DB 금지|(?:19|20)\d\d\.\s?\d{1,2}\.\s?\d{1,2}\.?\s\S{1,40}@\S{1,40}$|[(（]provided by [^()（）]{3,60}[)）]$"
    r"|(?-i:\bREUTERS/[A-Z]|\|\s?[A-Z][A-Z/&. -]{2,40}$|(?<=\.)\s(?:[A-Z]{2,8}-)?Yonhap$|\[[A-Z][A-Z/&. -]{2,40}\]$)|(?<=[가-힣]\.)\s?/\s?[가-힣]{2,12}(?:\s제공)?$",
    re.IGNORECASE,
)

# A line that points to another story.
POINTER = re.compile(
    r"^\W*(?:related|also|read|read more|read also|see also|see|more|more on|more in|watch|listen|video|in pictures|lesen sie|"
    r"lesen sie auch|lesen sie hier|mehr dazu|lire aussi|à lire aussi|lee también|leggi anche|läs också|les også|"
    r"관련기사|▶|☞|👉|>>|→|【関連】|関連記事)\s*(?:[:：|]|sie|(?<=[>→▶☞】]))|^>>|^▶|^☞|^→",
    re.IGNORECASE,
)

# A copyright line of the whole page, not of one picture.
OWNED = re.compile(
    r"(?:©|ⓒ|\(c\)|copyright)\s*(?:by\s*)?(?:19|20)\d\d|reserved|vorbehalten|réservés|reservados|등록|발행|registration|登録番号|"
    r"무단|無断|[㈜]|publisher|juvenile",
    re.IGNORECASE,
)

CREDIT_END = re.compile(r"[(（\[](?P<in>[^()（）\[\]]{2,80})[)）\]]\s*$")

UPDATED_LABEL = anywhere(
    """
    updated | last updated | last modified | modified | updated on | aktualisiert | letzte aktualisierung |
    zuletzt aktualisiert | aktualisierung | mis à jour | modifié | actualizado | aggiornato | aggiornamento |
    atualizado | uppdaterad | oppdatert | opdateret | bijgewerkt | päivitetty | aktualizacja | aktualizováno |
    frissítve | обновлено | оновлено | güncelleme | güncellenme | diperbarui | 수정 | 최종수정 | 업데이트 | 更新 | 最終更新
    """
)

DATE_LABEL = anywhere(
    """
    published | posted | first published | created | date | issued | input | veröffentlicht | erstellt |
    veröffentlichung | datum | stand | publié | publication | publicado | publicada | pubblicato | pubblicazione |
    publicerad | publisert | publiceret | gepubliceerd | geplaatst | julkaistu | publikacja | opublikowano |
    data publikacji | zveřejněno | publikováno | megjelent | közzétéve | опубликовано | опубліковано | yayınlanma |
    giriş | diterbitkan | dipublikasikan | 입력 | 등록 | 승인 | 기사입력 | 송고시간 | 작성 | 公開 |
    配信 | 掲載 | 投稿 | 发布 | 發布 | 发表 | 發表
    """
)

# What asks for money or a name before the rest of a story is shown.
OPENING = 1_500  # letters; a story that is longer is likely whole, whatever is asked for beside it
OPENING_NOTE = "paywall: the page may hold only the opening of the story"
PAYWALL = anywhere(
    """
    to continue reading | to keep reading | to read the full | to read this article | subscribers only |
    for subscribers | subscriber-only | unlimited access | unlock this article | unlock the full |
    already a subscriber | members only | members-only | exclusive to members | start your free trial |
    réservé aux abonnés | réservée aux abonnés | il vous reste | weiterlesen mit | jetzt weiterlesen |
    nur für abonnenten | mit plus weiterlesen | solo para suscriptores | exclusivo para suscriptores |
    suscríbete para | riservato agli abbonati | abbonati per | exclusivo para assinantes | 유료회원 | 유료 회원
    | 구독자 전용 | 회원 전용 | 로그인 후 이용 | 전문을 보려면 | 会員限定 | 会員登録すると | 続きを読むには | 続きは | ログインして | 残り
    """
)

# Pages that stand in place of the story: consent, robots, errors. Stories speak of these things too, at greater length.
WALL = anywhere(
    """
    cookie | cookies | consent | privacy | personal data | javascript | adblock | captcha | unsupported browser | your browser |
    page not found | page was not found | access denied | just a moment | attention required |
    checking your browser | security of your connection | pardon our interruption | robot check | are you a robot | not a robot | verify you are human |
    unusual traffic | einwilligung | einwilligungen | datenschutz | datenschutzerklärung | datenschutzeinstellungen |
    personenbezogene | personenbezogenen | données personnelles | datos personales |
    쿠키 | 자바스크립트 | クッキー | お使いのブラウザ
    """
)
