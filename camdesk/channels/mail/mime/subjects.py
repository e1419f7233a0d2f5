"""What programs put before a subject when a letter is answered or passed on."""

import re

_TAGS = r"\s*(?:\[[^\]]{1,40}\]\s*|\*{2,5}[^*]{1,30}\*{2,5}\s*|(?:external|внешн\w{2}):\s*){0,4}"
_COUNT = r"(?:\s?\[\d{1,3}\]|\s?\(\d{1,3}\)|\^\d{1,3})?"
ANSWERS = re.compile(
    rf"{_TAGS}(?:re|aw|antw?|sv|vs|odp|ynt|ynt|yan|rif|r|res|resp|réf?|αντ|απ|отв|ответ|на|вiдп|відп|жауап|ha|回复"
    r"|回覆|答复|答覆|返信|回信|답장|회신|השב|תגובה|رد|atb|bls|trả lời)"
    rf"{_COUNT}\s?[:：]",
    re.I,
)
FORWARDS = re.compile(
    rf"{_TAGS}(?:fwd?|fw|wg|tr|rv|enc|i|inol|doorst|vb|vl|pd|fs|videres|vid|пересл|пер|перенапр|тр|прп|εμπρ|προωθ"
    r"|转发|轉寄|転送|전달|הועבר|إعادة توجيه|ilt|i̇lt|továbbítás|továbbküldés|hl|ba|chuyển tiếp|қайта)"
    rf"{_COUNT}\s?[:：]|\s*fwd\b",
    re.I,
)
