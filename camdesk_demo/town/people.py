"""Persons: members of organisations, residents, and the staff that answers them."""

from dataclasses import dataclass

from camdesk.people.models import Agent, Membership
from camdesk_demo.town.places import Spots

_OWNER, _ADMIN, _EMPLOYEE = Membership.Role.OWNER, Membership.Role.ADMINISTRATOR, Membership.Role.EMPLOYEE


@dataclass(frozen=True)
class Member:
    """`sees`: for an employee, (address, names of cameras); no names: all of the address. `login`: their address."""

    name: str
    company: str
    role: str
    sees: tuple[tuple[str, tuple[str, ...]], ...] = ()
    login: str = ""


MEMBERS: tuple[Member, ...] = (
    Member("Виктор Самойлов", "chain", _OWNER, login="owner@example.org"),
    Member("Наталья Юдина", "chain", _ADMIN),
    Member("Татьяна Мельник", "chain", _EMPLOYEE, (("проспект Мира, 40", ()),), login="employee@example.org"),
    Member(
        "Руслан Ахметов",
        "chain",
        _EMPLOYEE,
        (
            ("проспект Мира, 40", ("Касса 1", "Касса 2", "Вход")),
            ("улица Лесная, 14", ("Касса 1", "Касса 2", "Вход")),
            ("улица Речников, 3", ("Касса 1", "Касса 2", "Вход")),
        ),
    ),
    Member("Оксана Лебедь", "chain", _EMPLOYEE, (("Вокзальная площадь, 1", ()),)),
    Member("Сергей Гущин", "garage", _OWNER),
    Member("Игорь Панин", "garage", _EMPLOYEE, (("Промышленный проезд, 9", ("Приёмка", "Стоянка клиентов")),)),
    Member("Лидия Фёдоровна Карпова", "houses", _OWNER),
    Member("Эдуард Мальцев", "houses", _ADMIN),
    Member("Ирина Сергеевна Дёмина", "school", _OWNER),
    Member("Николай Швец", "school", _EMPLOYEE, (("улица Пушкина, 26", ("Главный вход", "Ворота", "Вестибюль")),)),
    Member("Марина Олеговна Дюжева", "hotel", _OWNER),
    Member("Алла Гринёва", "pharmacy", _OWNER),
    Member("Борис Тарасюк", "gardens", _OWNER),
)

# Members of a second organisation: the switch in the top panel is theirs.
ALSO: tuple[Member, ...] = (
    Member("Виктор Самойлов", "school", _EMPLOYEE, (("улица Пушкина, 26", ("Главный вход", "Ворота")),)),
)

_GATE_YARD: Spots = (("Калитка", "gate"), ("Двор", "yard"))
_DOOR: Spots = (("Входная дверь", "stairwell"),)
_FLAT: Spots = (("Тамбур", "stairwell"), ("Машина под окном", "parking"))
_COTTAGE: Spots = (("Ворота", "gate"), ("Крыльцо", "entrance"), ("Участок", "yard"))
_GARAGE: Spots = (("Гараж", "bay"),)
_STREET: Spots = (("Улица", "street"), ("Калитка", "gate"))


@dataclass(frozen=True)
class Resident:
    name: str
    address: str
    district: str
    spots: Spots
    provider: str = "rostelecom"
    supplier: str = "operator"
    login: str = ""


RESIDENTS: tuple[Resident, ...] = (
    Resident(
        "Елена Воронцова",
        "улица Садовая, 12",
        "Заречье",
        (("Калитка", "gate"), ("Двор", "yard"), ("Гараж", "bay")),
        login="customer@example.org",
    ),
    Resident(
        "Павел Рогов",
        "улица Полевая, 5",
        "Сосновка",
        (("Ворота", "gate"), ("Крыльцо", "entrance")),
        "mts",
        login="outsider@example.org",
    ),
    Resident("Галина Ильинична Соболь", "улица Садовая, 18", "Заречье", _GATE_YARD),
    Resident("Антон Вершинин", "улица Садовая, 31", "Заречье", _COTTAGE, "domru"),
    Resident("Людмила Чайкина", "улица Речная, 7", "Заречье", _GATE_YARD),
    Resident("Кирилл Остапенко", "улица Речная, 19", "Заречье", _STREET, supplier="own"),
    Resident("Зоя Петровна Лапина", "улица Лесная, 2", "Сосновка", _DOOR),
    Resident("Вадим Коршунов", "улица Лесная, 27", "Сосновка", _COTTAGE, "mobile", "own"),
    Resident("Мария Тимофеева", "улица Лесная, 40", "Сосновка", _GATE_YARD),
    Resident("Станислав Хван", "проспект Мира, 12", "Центр", _FLAT, "beeline"),
    Resident("Дарья Кулагина", "проспект Мира, 54", "Центр", _DOOR, "beeline"),
    Resident("Роман Белоусов", "проспект Мира, 77", "Центр", _FLAT, "mts"),
    Resident("Инна Шульгина", "улица Пушкина, 3", "Центр", _DOOR),
    Resident("Пётр Самсонов", "улица Пушкина, 40", "Центр", _FLAT),
    Resident("Ольга Мещерякова", "улица Советская, 8", "Центр", _DOOR, "domru"),
    Resident("Артур Галстян", "улица Кузнечная, 4", "Центр", _GARAGE, "ttk", "own"),
    Resident("Вера Никитична Зорина", "улица Кузнечная, 17", "Центр", _DOOR),
    Resident("Денис Прохоров", "улица Гагарина, 15", "Северный", _FLAT, "megafon"),
    Resident("Юлия Сафонова", "улица Гагарина, 41", "Северный", _DOOR),
    Resident("Тимофей Рябинин", "улица Гагарина, 102", "Северный", _FLAT, "domru"),
    Resident("Светлана Бойко", "улица Энергетиков, 6", "Северный", _DOOR, "domru"),
    Resident("Марат Исхаков", "улица Энергетиков, 22", "Северный", _GARAGE, "megafon"),
    Resident("Нина Васильевна Орлова", "улица Энергетиков, 30", "Северный", _DOOR),
    Resident("Глеб Ковтун", "микрорайон Озёрный, 3", "Озёрный", _FLAT, "domru"),
    Resident("Алёна Ветрова", "микрорайон Озёрный, 4", "Озёрный", _DOOR, "domru"),
    Resident("Евгений Липатов", "микрорайон Озёрный, 7", "Озёрный", _FLAT, "local"),
    Resident("Ксения Дроздова", "переулок Рыбачий, 2", "Заречье", _COTTAGE),
    Resident("Фёдор Ильич Зимин", "переулок Рыбачий, 9", "Заречье", _GATE_YARD, supplier="own"),
    Resident("Лариса Панкратова", "переулок Рыбачий, 14", "Заречье", _STREET),
    Resident("Максим Голубев", "улица Полевая, 16", "Сосновка", _COTTAGE, "mts"),
    Resident("Рената Абрамян", "улица Полевая, 21", "Сосновка", _GATE_YARD, "mobile"),
    Resident("Илья Стрельцов", "СНТ «Рассвет», участок 48", "Сосновка", _COTTAGE, "mobile", "own"),
    Resident("Тамара Глухова", "СНТ «Рассвет», участок 112", "Сосновка", _GATE_YARD, "mobile", "own"),
    Resident("Олеся Крайнова", "Вокзальная улица, 25", "Вокзал", _FLAT, "mts"),
    Resident("Григорий Моисеев", "Вокзальная улица, 38", "Вокзал", _GARAGE, "mts"),
)
# They write and call, and have no cameras of their own.
OTHERS: tuple[str, ...] = ("Константин Ермилов", "Жанна Третьяк", "Леонид Аркадьевич Бем", "Ольга Ведерникова")


@dataclass(frozen=True)
class Staff:
    key: str
    name: str
    role: str
    teams: tuple[str, ...]
    login: str
    active: bool = True
    extension: str = ""


STAFF: tuple[Staff, ...] = (
    Staff("maria", "Мария Зайцева", Agent.Role.AGENT, ("support",), "agent@example.org", extension="101"),
    Staff("alexey", "Алексей Дорохов", Agent.Role.LEAD, ("support", "engineers"), "lead@example.org", extension="102"),
    Staff("olga", "Ольга Ним", Agent.Role.ADMINISTRATOR, (), "admin@example.org"),
    Staff("timur", "Тимур Валиев", Agent.Role.AGENT, ("engineers",), "timur@example.org", extension="103"),
    Staff("sveta", "Светлана Пак", Agent.Role.AGENT, ("engineers", "support"), "sveta@example.org", extension="104"),
    Staff("denis", "Денис Котов", Agent.Role.AGENT, ("field",), "denis@example.org"),
    Staff("galina", "Галина Рябова", Agent.Role.AGENT, ("billing",), "galina@example.org", extension="105"),
    Staff("yulia", "Юлия Морозова", Agent.Role.AGENT, ("legal", "support"), "yulia@example.org"),
    Staff("stepan", "Степан Клюев", Agent.Role.AGENT, ("support",), "stepan@example.org", active=False),
)
# Personal data and claims are for their own eyes: Yulia's and the administrator's.
CLOSED_TEAMS: tuple[str, ...] = ("legal",)
