"""Organisations, their addresses and what hangs there."""

from dataclasses import dataclass

Spots = tuple[tuple[str, str], ...]  # (name of the camera, the scene it looks at)

SHOP: Spots = (
    ("Касса 1", "till"),
    ("Касса 2", "till"),
    ("Торговый зал, молочка", "hall"),
    ("Торговый зал, бакалея", "hall"),
    ("Алкоголь", "hall"),
    ("Склад", "warehouse"),
    ("Разгрузка", "gate"),
    ("Вход", "entrance"),
)
SMALL_SHOP: Spots = (
    ("Касса", "till"),
    ("Торговый зал", "hall"),
    ("Подсобка", "warehouse"),
    ("Вход", "entrance"),
)
HOUSE: Spots = (
    ("Двор, левая сторона", "yard"),
    ("Двор, правая сторона", "yard"),
    ("Детская площадка", "playground"),
    ("Парковка", "parking"),
    ("Подъезд 1, вход", "entrance"),
    ("Подъезд 1, холл", "stairwell"),
    ("Подъезд 2, вход", "entrance"),
    ("Подъезд 2, холл", "stairwell"),
    ("Подъезд 3, вход", "entrance"),
)
SERVICE: Spots = (
    ("Ремзона, посты 1–3", "bay"),
    ("Ремзона, посты 4–6", "bay"),
    ("Шиномонтаж", "bay"),
    ("Приёмка", "till"),
    ("Стоянка клиентов", "parking"),
    ("Ворота", "gate"),
    ("Склад запчастей", "warehouse"),
)
SCHOOL: Spots = (
    ("Главный вход", "entrance"),
    ("Вестибюль", "stairwell"),
    ("Коридор, 1 этаж", "corridor"),
    ("Коридор, 2 этаж", "corridor"),
    ("Коридор, 3 этаж", "corridor"),
    ("Лестница А", "stairwell"),
    ("Столовая", "hall"),
    ("Двор", "yard"),
    ("Спортплощадка", "playground"),
    ("Ворота", "gate"),
    ("Парковка учителей", "parking"),
)
HOTEL: Spots = (
    ("Стойка", "till"),
    ("Холл", "stairwell"),
    ("Коридор, 2 этаж", "corridor"),
    ("Коридор, 3 этаж", "corridor"),
    ("Парковка", "parking"),
    ("Служебный вход", "entrance"),
    ("Набережная", "street"),
)
PHARMACY: Spots = (("Касса", "till"), ("Зал", "hall"), ("Вход", "entrance"))
GARDENS: Spots = (
    ("Въезд", "gate"),
    ("Правление", "entrance"),
    ("Линия 1", "street"),
    ("Линия 4", "street"),
    ("Пожарный пруд", "yard"),
)


@dataclass(frozen=True)
class Premises:
    """A site: `trouble` says what is wrong with all of it (offline, blocked), "" when nothing is."""

    address: str
    district: str
    spots: Spots
    name: str = ""
    provider: str = "rostelecom"
    trouble: str = ""
    access: str = ""


@dataclass(frozen=True)
class Company:
    key: str
    name: str
    plan: str
    supplier: str
    addresses: tuple[Premises, ...]
    blocked: bool = False


COMPANIES: tuple[Company, ...] = (
    Company(
        "chain",
        "Продукты «Вкусный двор»",
        "Бизнес, архив 30 дней",
        "operator",
        (
            Premises("проспект Мира, 40", "Центр", SHOP, "«Вкусный двор» на Мира", access="Ключ от щитовой у охраны."),
            Premises("улица Лесная, 14", "Сосновка", SHOP, "«Вкусный двор» на Лесной"),
            Premises("улица Речников, 3", "Заречье", SHOP, "«Вкусный двор» у пристани", "domru"),
            Premises("Вокзальная площадь, 1", "Вокзал", SHOP, "«Вкусный двор» на вокзале", "mts"),
            Premises("улица Гагарина, 88", "Северный", SHOP, "«Вкусный двор» на Гагарина"),
            Premises("улица Энергетиков, 12", "Северный", SHOP, "«Вкусный двор» на Энергетиков"),
            Premises("микрорайон Озёрный, 5", "Озёрный", SMALL_SHOP, "«Вкусный двор» мини", "local"),
        ),
    ),
    Company(
        "garage",
        "Автосервис «Шестерёнка»",
        "Бизнес, архив 14 дней",
        "integrator",
        (
            Premises("Промышленный проезд, 9", "Северный", SERVICE, "Главный бокс", "ttk"),
            Premises("улица Кузнечная, 21", "Центр", SERVICE[:5], "Бокс на Кузнечной", "ttk"),
        ),
    ),
    Company(
        "houses",
        "ТСЖ «Озёрный квартал»",
        "Дом, архив 14 дней",
        "builder",
        (
            Premises("микрорайон Озёрный, 1", "Озёрный", HOUSE, provider="domru", access="Домофон 38, председатель."),
            Premises("микрорайон Озёрный, 2", "Озёрный", HOUSE, provider="domru"),
            Premises("микрорайон Озёрный, 3", "Озёрный", HOUSE, provider="domru", trouble="offline"),
            Premises("микрорайон Озёрный, 4", "Озёрный", HOUSE[:6], provider="domru"),
            Premises("микрорайон Озёрный, 6", "Озёрный", HOUSE, provider="domru"),
            Premises("микрорайон Озёрный, 8", "Озёрный", HOUSE, provider="domru"),
        ),
    ),
    Company(
        "school",
        "Школа № 7",
        "Бюджет, архив 30 дней",
        "operator",
        (Premises("улица Пушкина, 26", "Центр", SCHOOL, "Школа № 7", access="Через вахту, с паспортом, до 18:00."),),
    ),
    Company(
        "hotel",
        "Гостиница «Пристань»",
        "Бизнес, архив 14 дней",
        "integrator",
        (Premises("набережная Адмирала Чуйко, 2", "Заречье", HOTEL, "«Пристань»", "rostelecom"),),
    ),
    Company(
        "pharmacy",
        "Аптека «Подорожник»",
        "Бизнес, архив 7 дней",
        "own",
        (
            Premises("улица Советская, 11", "Центр", PHARMACY, "«Подорожник» № 1", "beeline", "blocked"),
            Premises("улица Гагарина, 60", "Северный", PHARMACY, "«Подорожник» № 2", "beeline", "blocked"),
        ),
        blocked=True,
    ),
    Company(
        "gardens",
        "СНТ «Рассвет»",
        "Дача, архив 7 дней",
        "own",
        (Premises("СНТ «Рассвет», 1-я линия", "Сосновка", GARDENS, "СНТ «Рассвет»", "mobile"),),
    ),
)
