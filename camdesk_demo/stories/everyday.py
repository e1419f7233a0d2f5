"""The small requests of a month: asked, answered, settled. They give the queues and the reports their weight."""

import random
from collections.abc import Iterator

from camdesk.tickets import channels
from camdesk_demo.stories.language import D, H, Story, StoryStep, done, stars, them, us
from camdesk_demo.town.people import RESIDENTS

# topic, by whom it is answered, how it is asked, how it is answered, how one says thanks
_KINDS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "A1",
        "timur",
        (
            "Камера «{camera}» не в сети с утра, остальное работает.",
            "«{camera}» пропала. Что сделать?",
            "Добрый день. Не вижу {camera}, хотя интернет есть.",
            "{camera}: пишет «нет сети». Провод не трогали.",
        ),
        (
            "{name}, здравствуйте! Отключите блок питания «{camera}» на 20 секунд и включите снова. Подождём пять минут.",
            "{name}, видим обрыв в {time}. Проверьте, плотно ли вставлен блок питания: чаще всего дело в нём.",
        ),
        ("Помогло, спасибо!", "Да, вилка отошла. Спасибо.", "Появилась.", "Всё работает, благодарю"),
    ),
    (
        "C2",
        "maria",
        (
            "Сменили роутер, камера не подключается.",
            "Новый пароль Wi-Fi, как сказать его камере?",
            "Не вижу сеть в списке при настройке",
        ),
        (
            "{name}, камера видит только сеть 2,4 ГГц. Включите её в роутере и повторите подключение по QR-коду.",
            "{name}, нажмите кнопку сброса на 5 секунд и пройдите «Подключить заново», архив не пропадёт.",
        ),
        ("Получилось!", "Спасибо, подключилась", "Разобрались, спасибо"),
    ),
    (
        "B5",
        "maria",
        (
            "Перестали приходить уведомления",
            "Уведомления приходят с опозданием на час",
            "Не приходят оповещения от камеры «{camera}»",
        ),
        (
            "{name}, телефон усыпляет приложение. Настройки → Батарея → «Без ограничений». Проверили, пробное уведомление ушло.",
            "{name}, у «{camera}» стояла пауза на 24 часа. Сняли её, уведомления снова идут.",
        ),
        ("Пришло, спасибо", "Работает", "Спасибо, не знала про паузу"),
    ),
    (
        "F2",
        "galina",
        (
            "Не понимаю последнее списание",
            "Почему в этом месяце больше, чем в прошлом?",
            "Два списания за день, верните одно",
        ),
        (
            "{name}, второе списание — за добавленную камеру «{camera}», пропорционально дням. Расчёт приложили в кабинете.",
            "{name}, вы правы, списали дважды. Вернули на счёт, деньги уже там.",
        ),
        ("Понятно, спасибо", "Увидел возврат, спасибо", "Спасибо за разъяснение"),
    ),
    (
        "D1",
        "maria",
        ("Не приходит письмо для смены пароля", "Забыл пароль, что делать", "Пишет «неверный пароль», хотя верный"),
        (
            "{name}, письмо отправили ещё раз; посмотрите и в «Спаме». Ссылка живёт сутки.",
            "{name}, сбросили счётчик попыток. Через минуту попробуйте снова.",
        ),
        ("Нашла в спаме", "Вошёл, спасибо", "Получилось, спасибо!"),
    ),
    (
        "E2",
        "sveta",
        (
            "Приложение долго открывает видео",
            "В приложении чёрный экран, в браузере есть",
            "Не могу увеличить картинку в приложении",
        ),
        (
            "{name}, обновите приложение до последней версии: там исправлено именно это.",
            "{name}, переключите в настройках «Аппаратное декодирование». На вашей модели телефона оно мешает.",
        ),
        ("Обновил, стало нормально", "Помогло", "Да, так лучше, спасибо"),
    ),
    (
        "B1",
        "timur",
        (
            "За вчера нет записи с 3 до 5 утра",
            "Куда делся кусок архива на «{camera}»?",
            "В архиве пропуск, хотя камера была в сети",
        ),
        (
            "{name}, в это время у вас не было интернета, камера писать не могла. Журнал обрывов приложили к карточке.",
            "{name}, запись на месте, сбилась шкала времени. Поправили, обновите страницу.",
        ),
        ("Вижу, спасибо", "Понятно. Спасибо", "Да, появилось"),
    ),
)
_COMMENTS = {
    5: ("", "", "Спасибо!", "Быстро и понятно"),
    4: ("", "Хорошо"),
    3: ("", "Долго ждала ответа"),
    2: ("Пришлось писать дважды",),
}


def everyday(number: int, *, seed: int = 7) -> Iterator[Story]:
    """`number` settled requests of the past month, the same for the same seed."""
    rng = random.Random(seed)
    customers_use = [channel.name for channel in channels.registered() if channel.signed_in or channel.answers]
    for _index in range(number):
        who = rng.choice([resident for resident in RESIDENTS if not resident.login])
        camera = rng.choice(who.spots)[0]
        ref, agent, asked, answered, thanked = rng.choice(_KINDS)
        filled = {
            "camera": camera,
            "name": who.name.split()[0],
            "time": f"{rng.randint(6, 11):02}:{rng.randint(0, 59):02}",
        }
        channel = rng.choice(customers_use)
        wait = int(rng.lognormvariate(3.6, 0.9))
        then: list[StoryStep] = [us(wait, rng.choice(answered).format(**filled), agent)]
        end = wait + rng.randint(10, 5 * H)
        if rng.random() < 0.75:
            then.append(them(end, rng.choice(thanked)))
        then.append(done(end + rng.randint(2, 30), agent))
        if rng.random() < 0.45:
            given = rng.choices((5, 4, 3, 2), (70, 20, 7, 3))[0]
            then.append(stars(end + rng.randint(60, D), given, rng.choice(_COMMENTS[given])))
        yield Story(
            ref,
            who.name,
            rng.choice(asked).format(**filled),
            days=rng.randint(2, 29),
            clock=f"{rng.randint(8, 20):02}:{rng.randint(0, 59):02}",
            channel=channel,
            taken_by="maria" if channel == "phone" else "",
            cameras=(camera,) if ref in {"A1", "B1", "B5", "C2"} else (),
            then=tuple(then),
        )
