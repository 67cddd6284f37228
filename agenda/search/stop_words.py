"""Words that are ignored in a query with other words: articles, prepositions and so on, in each language."""

from functools import cache

from meetings.search.words import fold_word
from meetings.vocabulary import Language

STOP_WORDS = {
    "bg": "и на за от в във с със по до да се не че при към или",
    "cs": "a i v ve na o od do z ze s se k ke pro za po při nebo že je",
    "da": "og i af på til for med om den det de en et der som er ved eller fra",
    "de": "der die das den dem des ein eine einer eines und oder in im an am auf zu zum zur von vom für mit über bei",
    "el": "ο η το οι τα του της των τον την τους τις και ή σε στο στη στον στην στις στους στα από για με ως προς",
    "en": "a an and are as at be by for from in into is it its of on or that the their this to was were what with",
    "es": "el la los las lo un una unos unas y o e de del a al en por para con sobre que se su",
    "et": "ja ning või on ei et see kui mis ka",
    "fi": "ja tai on ei se että kun joka sekä",
    "fr": "le la les l un une des du de d et ou à au aux en dans par pour sur avec que qui se sa son",
    "ga": "an na agus nó i ar do de le ag chun ó go is",
    "hr": "i u na o od do za s sa iz po pri ili se je da",
    "hu": "a az és vagy egy is hogy nem",
    "it": "il lo la i gli le l un uno una e o di del della dei degli delle a al alla ai alle da in nel per con su che",
    "lt": "ir ar į iš su dėl apie prie per po už",
    "lv": "un vai no uz par ar pie pēc ir kas",
    "mt": "il l u ta tal fi fil ma mal bi bil minn għal dwar jew",
    "nl": "de het een en of van in op te aan voor met bij over tot uit door",
    "pl": "i a w we na o od do z ze za po przy dla oraz lub się jest",
    "pt": "o a os as um uma e ou de do da dos das em no na nos nas por para com sobre que",
    "ro": "și sau în la de din pe cu pentru a al ai ale un o prin",
    "sk": "a i v vo na o od do z zo s so k ku pre za po pri alebo sa je",
    "sl": "in ali v na o od do z s iz za po pri se je",
    "sv": "och i av på till för med om den det de en ett som är vid eller från",
}


@cache
def get_stop_words(language: str) -> frozenset[str]:
    """Return the folded stop words of the page's language and of English, in which many people type on any page."""
    words = f"{STOP_WORDS.get(language, '')} {STOP_WORDS[Language.EN]}".split()
    return frozenset(map(fold_word, words))
