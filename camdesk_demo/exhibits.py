"""The files people attach: pictures of screens, frames, scanned papers, logs. Drawn or written here, none is real."""

import io
from datetime import datetime, timedelta

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from camdesk_demo.stills import font, still

_SCREENS = {
    "screenshot-offline.png": ("Двор", "Нет сети", "Камера не отвечает с 18:52"),
    "screenshot-black.png": ("Торговый зал, молочка", "", "В эфире"),
    "screenshot-99.png": ("Скачивание", "99 %", "Ошибка 0x80004005. Повторите попытку."),
    "screenshot-payment.png": ("Оплата", "Платёж отклонён", "Код 57. Обратитесь в банк."),
}
_PAPERS = {
    "zapros.pdf": (
        "ЗАПРОС",
        "о предоставлении видеозаписи",
        "Прошу предоставить записи двух камер за указанное время.",
    ),
    "dogovor.pdf": ("ДОГОВОР", "купли-продажи жилого дома, опись", "п. 14. Видеокамера наружная, 1 шт."),
    "platezhka.pdf": ("ПЛАТЁЖНОЕ ПОРУЧЕНИЕ", "№ 318", "Оплата услуг видеонаблюдения за текущий месяц."),
    "chek.pdf": ("КАССОВЫЙ ЧЕК", "камера уличная, 1 шт.", "Гарантия 24 месяца."),
    "pretenziya.pdf": ("ПРЕТЕНЗИЯ", "о ненадлежащем оказании услуги", "Требую перерасчёта и письменного ответа."),
    "otvet.pdf": ("ОТВЕТ НА ПРЕТЕНЗИЮ", "", "Услуга была приостановлена из-за отрицательного баланса."),
    "obrazec.pdf": ("ОБРАЗЕЦ", "письма в сетевую компанию", "Прошу согласовать размещение камеры на опоре № ___."),
}
_LOGS = {
    "player.log": (
        "player INFO  export started, interval 06:12:40",
        "player WARN  buffer 1.9 GB of 2.0 GB",
        "player WARN  append rejected, waiting",
        "player ERROR QuotaExceededError: the source buffer is full",
        "player INFO  progress 99%",
    ),
    "crash.log": (
        "app    INFO  open archive, camera 4",
        "app    INFO  timeline loaded, 7 days",
        "app    ERROR java.lang.OutOfMemoryError: bitmap 8192x512",
        "app    ERROR   at timeline.ThumbnailStrip.decode(ThumbnailStrip.kt:88)",
        "system INFO  process died",
    ),
}


def exhibit(name: str, *, at: datetime) -> bytes:
    """The file of this name as of `at` (local time). Raises KeyError for a name nobody attaches."""
    if name in _LOGS:
        return _log(_LOGS[name], at)
    if name in _PAPERS:
        return _paper(*_PAPERS[name], at)
    if name in _SCREENS:
        return _png(_screen(*_SCREENS[name]))
    return _png(_FRAMES[name](at))


def names() -> list[str]:
    return [*_SCREENS, *_PAPERS, *_LOGS, *_FRAMES]


def _log(lines: tuple[str, ...], at: datetime) -> bytes:
    times = (at + timedelta(seconds=3 * number) for number in range(len(lines)))
    return "".join(f"{time:%Y-%m-%d %H:%M:%S} {line}\n" for time, line in zip(times, lines, strict=True)).encode()


def _screen(title: str, large: str, small: str) -> Image.Image:
    image = Image.new("RGB", (960, 600), (236, 239, 243))
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 0, 960, 44], fill=(214, 220, 227))
    for number, colour in enumerate(((222, 98, 88), (228, 184, 78), (104, 178, 98))):
        draw.ellipse([16 + number * 24, 14, 30 + number * 24, 28], fill=colour)
    draw.rounded_rectangle([110, 9, 700, 35], 8, fill=(250, 251, 252))
    draw.text((124, 22), "cabinet.example.org", font=font(15), fill=(98, 106, 116), anchor="lm")
    draw.rectangle([0, 44, 190, 600], fill=(250, 251, 252))
    for number, item in enumerate(("Мои камеры", "События", "Архив", "Поддержка")):
        draw.text((24, 92 + number * 44), item, font=font(16), fill=(72, 82, 94), anchor="lm")
    draw.text((220, 84), title, font=font(24), fill=(38, 46, 56), anchor="lm")
    draw.rounded_rectangle([220, 116, 924, 540], 12, fill=(24, 27, 32))
    draw.text((572, 314), large, font=font(34), fill=(226, 230, 234), anchor="mm")
    draw.text((572, 364), small, font=font(18), fill=(158, 168, 178), anchor="mm")
    return image


def _paper(title: str, under: str, body: str, at: datetime) -> bytes:
    page = Image.new("L", (744, 1052), 252)
    draw = ImageDraw.Draw(page)
    draw.text((372, 190), title, font=font(26), fill=30, anchor="mm")
    draw.text((372, 230), under, font=font(18), fill=50, anchor="mm")
    draw.text((90, 320), body, font=font(17), fill=40)
    for number in range(9):
        draw.line([90, 400 + number * 34, 654 - (number % 3) * 70, 400 + number * 34], fill=176, width=9)
    draw.text((90, 800), f"{at:%d.%m.%Y}", font=font(17), fill=40)
    draw.line([460, 824, 640, 824], fill=60, width=2)
    draw.arc([480, 770, 560, 840], 180, 20, fill=70, width=3)
    draw.ellipse([500, 800, 640, 940], outline=130, width=4)
    draw.text((570, 870), "ОБРАЗЕЦ", font=font(18), fill=130, anchor="mm")
    out = io.BytesIO()
    page.save(out, "PDF", resolution=90, quality=55)
    return out.getvalue()


def _frame(scene: str, name: str, at: datetime) -> Image.Image:
    return Image.open(io.BytesIO(still(scene, name=name, at=at))).convert("RGB")


def _night(at: datetime) -> Image.Image:
    image = _frame("yard", "Двор", at.replace(hour=2))
    web = Image.new("RGB", image.size)
    draw = ImageDraw.Draw(web)
    for spoke in range(7):
        draw.line([470, 60, 330 + spoke * 50, 360 - abs(spoke - 3) * 30], fill=(200, 200, 200), width=7)
    draw.ellipse([390, -40, 620, 170], fill=(235, 235, 235))
    return Image.blend(
        image, Image.composite(web, image, web.convert("L").point(lambda p: 255 if p else 0)), 0.75
    ).filter(ImageFilter.GaussianBlur(2))


def _hand(at: datetime) -> Image.Image:
    image = _frame("yard", "Пожарный пруд", at.replace(hour=3, minute=12))
    draw = ImageDraw.Draw(image)
    draw.ellipse([180, 120, 470, 420], fill=(58, 60, 60))
    for finger in range(4):
        draw.rounded_rectangle(
            [196 + finger * 66, 20 + abs(finger - 1) * 18, 250 + finger * 66, 220], 26, fill=(66, 68, 68)
        )
    return image.filter(ImageFilter.GaussianBlur(3))


def _mask(at: datetime) -> Image.Image:
    image = _frame("street", "Улица", at.replace(hour=13))
    ImageDraw.Draw(image).rectangle([400, 30, 560, 130], fill=(120, 124, 128))
    return image


def _pink(at: datetime) -> Image.Image:
    grey = ImageOps.grayscale(_frame("stairwell", "Входная дверь", at.replace(hour=13)))
    return ImageOps.colorize(grey, (60, 10, 40), (255, 226, 240))


_FRAMES = {
    "frame-blurred.png": lambda at: _frame("gate", "Разгрузка", at.replace(hour=13)).filter(
        ImageFilter.GaussianBlur(4)
    ),
    "frame-night.png": _night,
    "frame-clock.png": lambda at: _frame("street", "Улица", at.replace(hour=13) - timedelta(minutes=7)),
    "frame-pink.png": _pink,
    "frame-hand.png": _hand,
    "frame-mask.png": _mask,
}


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.quantize(96).save(out, "PNG", optimize=False)
    return out.getvalue()
