"""Names of months, in the languages of the press."""

from __future__ import annotations

__all__ = ["MONTHS"]

_SPELLINGS = """
1  january jan januar jänner jaenner jän janvier janv enero ene gennaio gen janeiro januari tammikuu leden ledna
   stycznia styczeń sty января янв січня ocak oca január ianuarie sausio janvāris jaanuar januarie januára gener
   януари ιανουαρίου يناير ιανουάριος ιαν siječnja januara januarja студзеня ינואר
2  february feb febr februar feber février fevrier févr fevr fév febrero febbraio febbr fevereiro fev februari
   helmikuu února únor lutego luty lut февраля фев лютого şubat şub február februarie vasario veebruar februára
   febrer февруари φεβρουαρίου فبراير φεβρουάριος φεβ veljače februara februarja pebruari פברואר
3  march mar mär märz maerz mrz mars marzo março marco maart mrt maaliskuu března březen marca marzec марта мар
   березня mart március martie kovo märts mer maret machi març март μαρτίου مارس μάρτιος μαρ ožujka marta сакавіка
   מרץ
4  april apr avril avr abril abr aprile huhtikuu dubna duben kwietnia kwiecień kwi апреля апр квітня nisan nis
   április aprilie balandžio aprill apríla aprili април απριλίου أبريل ابريل απρίλιος απρ travnja aprila красавіка
   אפריל
5  may mai mayo maggio mag maio mei maj toukokuu května květen maja мая май травня mayıs május gegužės mája maig
   μαΐου μαίου مايو μάιος svibnja траўня מאי
6  june jun juni juin junio giugno giu junho kesäkuu června červen czerwca czerwiec cze июня июн червня haziran haz
   június iunie birželio juuni junie júna juny юни ιουνίου يونيو ιούνιος ιουν lipnja juna junija чэрвеня יוני
7  july jul juli juillet juil julio luglio lug julho heinäkuu července červenec lipca lipiec lip июля июл липня
   temmuz tem július iulie liepos juuli julie júla julai juliol юли ιουλίου يوليو ιούλιος ιουλ srpnja jula julija
   ліпеня יולי
8  august aug août aout agosto ago augusti augustus elokuu srpna srpen sierpnia sierpień sie августа авг серпня
   ağustos ağu augusztus rugpjūčio agustus agosti agost август αυγούστου أغسطس اغسطس αύγουστος αυγ kolovoza avgusta
   жніўня אוגוסט
9  september sept sep septembre septiembre settembre set sett setembro syyskuu září wrzesień września wrz сентября
   сен сент вересня eylül eyl szeptember septembrie rugsėjo septembra septemba setembre септември σεπτεμβρίου
   سبتمبر σεπτέμβριος σεπ rujna верасня ספטמבר
10 october oct oktober okt octobre octubre ottobre ott outubro out lokakuu října říjen października paź октября окт
   жовтня ekim eki október octombrie spalio oktoober októbra oktoba октомври οκτωβρίου أكتوبر اكتوبر οκτώβριος οκτ
   oktobra кастрычніка אוקטובר
11 november nov novembre noviembre novembro marraskuu listopadu listopad listopada lis ноября ноя листопада kasım
   kas noiembrie lapkričio novembra novemba ноември νοεμβρίου نوفمبر νοέμβριος νοε studenoga studenog лістапада
   נובמבר
12 december dec dez dezember dic décembre decembre déc diciembre dicembre dezembro joulukuu prosince prosinec
   grudnia gru декабря дек грудня aralık ara decembrie gruodžio detsember desember des decembra desemba декември
   δεκεμβρίου ديسمبر δεκέμβριος δεκ desembra desembre снежня דצמבר
"""


def _table() -> dict[str, int]:
    table: dict[str, int] = {}
    month = 0
    for word in _SPELLINGS.split():
        if word.isdecimal():
            month = int(word)
        else:
            table[word.casefold()] = month
    return table


MONTHS: dict[str, int] = _table()
