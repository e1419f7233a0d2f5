# ruff: noqa: E501  (one sentence a line)
"""What the bot itself says, whatever the flow, and the words it takes for a button. «вы», short, never blaming."""

from __future__ import annotations

from camdesk.playbook.document import Text

SAYS: dict[str, Text] = {
    "yes": Text("Да", "Yes"),
    "no": Text("Нет", "No"),
    "other": Text("Другое", "Other"),
    "stay": Text("Остаться здесь", "Stay here"),
    "each": Text("У камер по-разному", "It differs between cameras"),
    "for_all": Text("Для всех выбранных камер.", "For all chosen cameras."),
    "for_one": Text("Камера «{0}».", "Camera “{0}”."),
    "empty": Text("Сообщение пустое. Напишите ответ или нажмите кнопку.", "The message is empty. Type or press a button."),
    "choose": Text("Выберите вариант из списка.", "Please choose one of the options."),
    "choose_camera": Text("Выберите камеру из списка.", "Please choose a camera from the list."),
    "too_many_cameras": Text("Можно выбрать не больше {0} камер.", "You can choose at most {0} cameras."),
    "one": Text("Выберите что-то одно.", "Please choose only one."),
    "alone": Text("«{0}» нельзя отметить вместе с другими.", "“{0}” cannot be ticked together with others."),
    "too_long": Text(
        "Слишком длинно: до {0} знаков. Остальное можно приложить файлом.",
        "Too long: up to {0} characters. You can attach the rest as a file.",
    ),
    "phone": Text(
        "Это не похоже на номер телефона. Например: {0}.",
        "This does not look like a phone number. For example: {0}.",
    ),
    "number": Text("Напишите целое число.", "Please write a whole number."),
    "least": Text("Не меньше {0}.", "At least {0}."),
    "most": Text("Не больше {0}.", "At most {0}."),
    "date": Text("Напишите дату, например 09.05.2026.", "Please write a date, for example 2026-05-09."),
    "time": Text("Напишите время, например 14:30.", "Please write a time, for example 14:30."),
    "attach": Text("Приложите файл или пропустите.", "Attach a file or skip."),
    "too_many_files": Text(
        "Можно приложить не больше {0} файлов; первые {0} сохранены.",
        "You can attach at most {0} files; the first {0} are kept.",
    ),
    "needed": Text("Без этого ответа не обойтись.", "We cannot go on without this answer."),
    "press": Text("Ответьте «да» или «нет».", "Please answer yes or no."),
    "wait": Text("Ещё проверяю, подождите немного.", "Still checking, one moment."),
    "unclear": Text(
        "Не понял вас. Попробуйте другими словами или позовите человека.",
        "I did not understand. Try other words or call a person.",
    ),
    "noted": Text("Записал, передам вместе с обращением.", "Noted, I will pass it on with the request."),
    "filed": Text("Файл приложен.", "The file is attached."),
    "first": Text("Это начало разговора. Можно выбрать другую тему.", "This is the beginning. You can choose another topic."),
    "offer_sure": Text("Похоже, вы спрашиваете о другом: «{0}». Перейти?", "You seem to ask about “{0}”. Go there?"),
    "offer": Text("Возможно, вы о другом. Выберите тему:", "Perhaps you mean something else. Choose a topic:"),
    "begin_sure": Text("Похоже, это «{0}». Верно?", "This looks like “{0}”. Is that right?"),
    "begin": Text("О чём вы?", "What is it about?"),
    "gave_up": Text("Не получается разобраться. Зову человека.", "I cannot work it out. I am calling a person."),
    "fault": Text("Что-то пошло не так. Зову человека.", "Something went wrong. I am calling a person."),
    "again": Text("Перед тем как передать, проверяю ещё раз…", "Checking once more before passing it on…"),
    "changed": Text("Исправил.", "Corrected."),
    "handed_open": Text("Передаю сотруднику. Он видит всё, что вы ответили.", "I am passing this to a person with all your answers."),
    "handed_closed": Text(
        "Сейчас нерабочее время. Обращение принято, ответим, как только начнём работать.",
        "It is after hours. We have your request and will reply as soon as we are back.",
    ),
    "handed": Text("Обращение уже у сотрудника, он ответит здесь же.", "A person already has your request and will reply here."),
    "solved": Text("Рад, что всё получилось.", "Glad it worked out."),
    "rate": Text("Оцените, пожалуйста, от 1 до 5.", "Please rate us from 1 to 5."),
    "rated": Text("Эта оценка уже есть, спасибо.", "You have rated this already, thank you."),
    "thanks": Text("Спасибо за оценку.", "Thank you for the rating."),
    "done": Text("Вопрос решён. Можно выбрать другую тему или позвать человека.", "This is solved. You can choose another topic or call a person."),
    "remind": Text("Вы ещё здесь? Можно продолжить или позвать человека.", "Are you still there? You can go on or call a person."),
    "closed": Text("Пока остановимся. Напишите, и продолжим с этого места.", "Let us stop for now. Write to us and we will go on from here."),
}  # fmt: skip

YES = frozenset(
    {
        "да", "ага", "угу", "верно", "точно", "конечно", "помогло", "помогла", "получилось", "заработало", "работает",
        "есть", "вижу", "видно", "решено", "появилась", "появилось", "хорошо", "ок", "yes", "yep", "yeah", "ok", "sure",
    }
)  # fmt: skip
NO = frozenset({"нет", "неа", "нету", "не", "no", "nope", "никак"})

# Whole messages that stand for the buttons every step has.
COMMANDS: dict[str, frozenset[str]] = {
    "back": frozenset({"назад", "вернуться", "вернись", "шаг назад", "back", "go back"}),
    "restart": frozenset({"начать заново", "заново", "сначала", "начать сначала", "restart", "start over"}),
    "other_topic": frozenset({"другая тема", "другой вопрос", "меню", "другое", "menu", "other topic", "another topic"}),
    "skip": frozenset({"пропустить", "дальше", "пропусти", "skip", "next"}),
    "operator": frozenset(
        {
            "оператор", "позвать человека", "позовите человека", "человек", "живой человек", "позвать оператора",
            "позовите оператора", "соедините с оператором", "специалист", "позовите специалиста", "сотрудник",
            "хочу поговорить с человеком", "нужен человек", "нужен оператор", "переключите на оператора",
            "operator", "human", "agent", "call a person", "talk to a human", "person",
        }
    ),
}  # fmt: skip


def said(key: str, lang: str, *values: object) -> str:
    """The bot's own sentence; `{0}`, `{1}` … are the values."""
    text = SAYS[key].get(lang)
    for index, value in enumerate(values):
        text = text.replace(f"{{{index}}}", str(value))
    return text
