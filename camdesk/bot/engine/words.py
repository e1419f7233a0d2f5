# ruff: noqa: E501  (one sentence a line)
"""What the bot itself says, whatever the flow. «вы», short, never blaming."""

from __future__ import annotations

from camdesk.playbook.document import Text

SAYS: dict[str, Text] = {
    "yes": Text("Да", "Yes"),
    "no": Text("Нет", "No"),
    "step_done": Text("Готово", "Done"),
    "step_failed": Text("Не получилось", "It did not work"),
    "step_rest": Text("Показать всё", "Show all"),
    "step": Text("Шаг {0} из {1}. {2}", "Step {0} of {1}. {2}"),
    "step_first": Text(
        "Пойдём по шагам. Заработает раньше — так и напишите.",
        "Let us go step by step. If it works before the end, just say so.",
    ),
    "step_where": Text(
        "Подробнее — в статье выше. Не находится — так и напишите.",
        "The article above has more. If you cannot find it, just say so.",
    ),
    "step_passed": Text("Тогда пропустим этот шаг.", "Then we leave this step out."),
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
        "Это не похоже на номер телефона. Нужен такой: {0}.",
        "This does not look like a phone number. For example: {0}.",
    ),
    "number": Text("Напишите целое число.", "Please write a whole number."),
    "least": Text("Не меньше {0}.", "At least {0}."),
    "most": Text("Не больше {0}.", "At most {0}."),
    "date": Text("Напишите дату, например 09.05.2026.", "Please write a date, for example 2026-05-09."),
    "time": Text("Напишите время, например 14:30.", "Please write a time, for example 14:30."),
    "attach": Text("Приложите файл или пропустите.", "Attach a file or skip."),
    "attach_here": Text("Да, прямо сюда.", "Yes, right here."),
    "too_many_files": Text(
        "Можно приложить не больше {0} файлов; первые {0} сохранены.",
        "You can attach at most {0} files; the first {0} are kept.",
    ),
    "needed": Text("Без этого не сможем помочь. Примерно тоже хорошо.", "We need this to help you. A rough answer is fine."),
    "too_late": Text("Этот вопрос уже позади. Сейчас спрашиваем вот о чём.", "That question is behind us. This is what is asked now."),
    "press": Text("Ответьте «да» или «нет».", "Please answer yes or no."),
    "wait": Text("Ещё проверяю, подождите немного.", "Still checking, one moment."),
    "story": Text(
        "Спасибо, что рассказали. Тут лучше поможет человек: передаю ему ваши слова целиком.",
        "Thank you for telling this. A person will help better here: I am passing your words on as they are.",
    ),
    "unclear": Text(
        "Пока не понял. О чём речь: о камере, записи, доступе, оплате? Хватит одной фразы, а можно позвать человека.",
        "I do not get it yet. Is it about a camera, a recording, access or a payment? A phrase will do, or talk to a person.",
    ),
    "noted": Text("Записал.", "Noted."),
    "noted_closest": Text("Записал. А что из этого ближе? Можно ответить «не знаю».", "Noted. And which of these is closest? “I do not know” will do."),
    "noted_still": Text("Записал. Остался вопрос:", "Noted. One question is still open:"),
    "question_kept": Text("На это ответит человек, вопрос я записал. А пока:", "A person will answer that, I have kept the question. Meanwhile:"),
    "filed": Text("Файл приложен.", "The file is attached."),
    "filed_what": Text("Файл сохранён. Что на нём и что случилось?", "The file is kept. What does it show, and what happened?"),
    "hello": Text(
        "Здравствуйте! Напишите одной фразой, что случилось. Например: «камера во дворе не показывает».",
        "Hello! Tell us in a sentence what happened, for example: “the yard camera shows nothing”.",
    ),
    "hello_again": Text("Здравствуйте!", "Hello!"),
    "welcome": Text("Пожалуйста! Если что-то понадобится, пишите.", "You are welcome! We are here any time."),
    "works": Text("Хорошо, что всё работает. Если что-то понадобится, пишите.", "Good to hear that it works. We are here any time."),
    "close": Text("Хорошо, что заработало! Закрыть обращение?", "Good to hear that it works! May we close the request?"),
    "i_am_a_bot": Text(
        "Это бот поддержки: он отвечает сразу и видит ваши камеры. Нужен человек? Напишите «позовите человека».",
        "This is the support bot: it answers at once and sees your cameras. Need a person? Write “talk to a person”.",
    ),
    "sorry": Text("Понимаем, это неприятно. Зову человека прямо сейчас.", "We understand, this is upsetting. I am bringing in a person right now."),
    "sympathy": Text("Понимаем, это неприятно. Разберёмся прямо сейчас.", "We understand, this is upsetting. Let us deal with it right now."),
    "begin_else": Text("Тогда расскажите другими словами, что случилось. Или позовите человека.", "Then tell me in other words what happened. Or talk to a person."),
    "sorry_what": Text("Понимаем, неприятно. Что случилось? Одной фразой, остальное спрошу.", "We understand, this is upsetting. What happened? A sentence is enough, I will ask the rest."),
    "kept_for_later": Text("Про «{0}» тоже вижу: займёмся сразу после этого.", "I also see “{0}”: that comes right after this."),
    "phone_noted": Text("Номер для звонка записал: {0}.", "The number to call is noted: {0}."),
    "sorry_bot": Text("Простите, что не понял вас. Зову человека.", "Sorry for not understanding you. I am bringing in a person."),
    "off_topic": Text(
        "С этим не помогу: здесь отвечают про камеры, записи, доступ и оплату. Если вопрос о них, напишите, что случилось.",
        "I cannot help with that: this is about cameras, recordings, access and payment. If it is one of these, tell me what happened.",
    ),
    "go_on_without": Text("Хорошо, обойдёмся без этого.", "All right, we will go on without it."),
    "yes_no_or_unknown": Text(
        "Достаточно «да» или «нет». Если не видно, напишите «не знаю».",
        "“Yes” or “no” is enough. If you cannot tell, write “I do not know”.",
    ),
    "roughly": Text("Примерно тоже хорошо. Если совсем не получается, позовите человека.", "A rough answer is fine. If you cannot tell at all, talk to a person."),
    "will_wait": Text("Хорошо, не торопитесь. Разговор останется здесь: напишите, когда сможете.", "No hurry. The conversation stays here: write when you can."),
    "understood": Text("Хорошо. Вопрос пока не закрываю: напишите, когда проверите, или позовите человека.", "All right. I am leaving this open: write once you have checked, or talk to a person."),
    "will_remind": Text("Хорошо, напомню {0}. Сможете раньше, напишите.", "All right, I will remind you {0}. If you can do it earlier, just write."),
    "in_time": Text("в {0}", "at {0}"),
    "in_time_tomorrow": Text("завтра в {0}", "tomorrow at {0}"),
    "in_time_on": Text("{1} в {0}", "on {1} at {0}"),
    "promised": Text("Вы просили напомнить. Продолжим?", "You asked for a reminder. Shall we go on?"),
    "languages": Text(
        "Здесь отвечают по-русски и по-английски. Выберите, как удобнее, или позовите человека.",
        "We answer in Russian and English. Choose either, or talk to a person.",
    ),
    "here": Text("позовите человека здесь", "ask for a person here"),
    "danger_locked_out": Text(
        "Сначала главное. Внутри ребёнок, больной, огонь или газ — звоните 112. Открыть дверь: {0}. Ночью поможет "
        "диспетчер дома, его номер на двери или панели.",
        "First things first. A child, a sick person, fire or gas inside: call 112. To get the door open: {0}. At night "
        "the house dispatcher helps, the number is on the door or panel.",
    ),
    "danger_stuck": Text(
        "Человек заперт или застрял — звоните 112 и диспетчеру: его номер в лифте, на двери или панели. Наш телефон: {0}.",
        "Somebody is locked in or stuck: call 112 and the dispatcher, the number is in the lift, on the door or panel. Our phone: {0}.",
    ),
    "danger_fire": Text(
        "Огонь, дым или газ — уходите и звоните 112. Камерой займёмся потом. Наш телефон: {0}.",
        "Fire, smoke or gas: leave and call 112. The camera can wait. Our phone: {0}.",
    ),
    "danger_intrusion": Text(
        "Если это происходит сейчас, звоните 112 и не выходите к ним. Запись поможем сохранить. Наш телефон: {0}.",
        "If it is happening now, call 112 and do not go out to them. We will help to keep the recording. Our phone: {0}.",
    ),
    "danger_afraid": Text(
        "Если страшно или кто-то стучит в дверь, не открывайте и звоните родным или 112. Камерой сейчас займётся человек. Наш телефон: {0}.",
        "If you are afraid or somebody is at the door, do not open it; call your family or 112. A person will look at the camera now. Our phone: {0}.",
    ),
    "danger_handed": Text(
        "Обращение у нас, его увидят первым. Ответа здесь не ждите: звонить быстрее.",
        "We have your request, and it is seen first. Do not wait for an answer here: a call is faster.",
    ),
    "danger_health": Text("Человеку плохо — звоните 112. Наш телефон: {0}.", "Somebody is unwell: call 112. Our phone: {0}."),
    "first": Text("Это начало разговора. Можно выбрать другую тему.", "This is the beginning. You can choose another topic."),
    "topic": Text("Тема", "Topic"),
    "heard_camera": Text("камера {0}", "camera {0}"),
    "heard_lit": Text("индикатор горит", "the light is on"),
    "heard_blinking": Text("индикатор мигает", "the light blinks"),
    "heard_dark": Text("индикатор не горит", "the light is off"),
    "heard_metres": Text("высота {0} м", "{0} m high"),
    "told_apart": Text("Не в сети: {0}. Остальные ({1}) работают, ими не занимаемся.", "Offline: {0}. The others ({1}) work, we leave them alone."),
    "share": Text("Общее у них: {0}.", "What they share: {0}."),
    "and_more": Text("{0} и ещё {1}", "{0} and {1} more"),
    "several": Text("Здесь два вопроса. С какого начнём? Второй не потеряется.", "Two questions here. Which one first? The other will not get lost."),
    "next_matter": Text("Вы писали ещё про «{0}». Займёмся этим?", "You also wrote about “{0}”. Shall we look at that now?"),
    "of_its_own": Text(
        "Вопрос «{0}» не потерялся: по нему есть отдельное обращение, ответ придёт в него.",
        "Your question “{0}” is not lost: it has a request of its own, and is answered there.",
    ),
    "offer_sure": Text("Похоже, вы спрашиваете о другом: «{0}». Перейти?", "You seem to be asking about “{0}”. Shall we go there?"),
    "offer": Text("Возможно, вы о другом. Выберите тему:", "Perhaps you mean something else. Choose a topic:"),
    "begin_sure": Text("Похоже, это «{0}». Верно?", "This sounds like “{0}”. Is that right?"),
    "begin": Text("Понял. Что ближе?", "I see. Which is closest?"),
    "gave_up": Text("Не буду переспрашивать, дальше разберётся человек.", "No more questions, a person takes it from here."),
    "nothing_to_press": Text("Нажимать ничего не нужно. Зову человека.", "There is nothing you need to press. I am bringing in a person."),
    "fault": Text("У нас что-то пошло не так. Зову человека.", "Something went wrong on our side. I am bringing in a person."),
    "again": Text("Перед тем как передать, проверяю ещё раз…", "Checking once more before passing it on…"),
    "changed": Text("Исправил.", "Corrected."),
    "handed_open": Text(
        "Передаю сотруднику: он видит всё, что вы ответили. Ответим {promised|в рабочее время}.",
        "I am passing this to a person with all your answers. We will reply {promised|in working hours}.",
    ),
    "handed_closed": Text(
        "Сейчас нерабочее время. Обращение принято, ответим {promised|в рабочее время}.",
        "It is after hours. We have your request and will reply {promised|in working hours}.",
    ),
    "handed": Text("Обращение уже у сотрудника, ответ придёт сюда.", "Your request is with a person already; the reply will come here."),
    "would_until": Text("Если передать человеку, ответим {0}.", "If a person takes it, we will reply {0}."),
    "request_until": Text("По обращению № {0} ответим {1}.", "On request No. {0} we will reply {1}."),
    "handed_until": Text("Обращение уже у сотрудника, ответим {0}.", "Your request is with a person already; we will reply {0}."),
    "handed_short": Text("Хорошо. Ответ придёт сюда.", "All right. The reply will come here."),
    "added": Text("Добавил к обращению: сотрудник увидит.", "Added to the request: a person will see it."),
    "added_until": Text(
        "Добавил к обращению: сотрудник увидит. Ответим {0}.", "Added to the request: a person will see it. We will reply {0}."
    ),
    "bot_handed": Text(
        "Это бот поддержки. Обращение уже у человека, ответ придёт сюда.",
        "This is the support bot. A person has your request already; the reply will come here.",
    ),
    "bot_handed_until": Text(
        "Это бот поддержки. Обращение уже у человека, ответим {0}.",
        "This is the support bot. A person has your request already; we will reply {0}.",
    ),
    "sorry_handed": Text(
        "Понимаем, это неприятно. Обращение уже у сотрудника, ответ придёт сюда.",
        "We understand, this is upsetting. A person has your request; the reply will come here.",
    ),
    "sorry_handed_until": Text(
        "Понимаем, это неприятно. Обращение уже у сотрудника, ответим {0}.",
        "We understand, this is upsetting. A person has your request; we will reply {0}.",
    ),
    "close_handed": Text("Хорошо! Закрыть обращение? Сотрудник тогда им заниматься не будет.", "Good! May we close the request? Nobody will work on it then."),
    "withdrawn": Text("Закрыл. Если понадобится снова, напишите сюда.", "Closed. If you need it again, write here."),
    "another": Text("Похоже, это отдельный вопрос: «{0}». Заняться им сейчас?", "This sounds like another matter: “{0}”. Shall we look at it now?"),
    "own_request": Text(
        "По этому вопросу («{0}») завёл отдельное обращение: сотрудник увидит всё, что вы ответили, и ответит в нём.",
        "For this one (“{0}”) there is a request of its own now: a person sees all your answers and replies there.",
    ),
    "first_matter": Text("По первому вопросу ответит сотрудник.", "A person will answer your first question."),
    "first_matter_until": Text("По первому вопросу сотрудник ответит {0}.", "A person will answer your first question {0}."),
    "solved": Text("Хорошо, что получилось.", "Good to hear that it worked out."),
    "unseen": Text(
        "Хорошо, если заработало. Но по нашим данным {0} пока не работает: данные иногда отстают на несколько минут. Обращение не "
        "закрываем, через {1} минут посмотрим сами. Не появится — передадим инженеру.",
        "Good if it works. But as far as we see, {0} does not work yet: our data may be some minutes old. We keep the request open and "
        "look again by ourselves in {1} minutes. If it is not there, an engineer takes over.",
    ),
    "unseen_still": Text(
        "Вы пишете, что заработало, а мы камеру всё ещё не видим. Передаю инженеру, он разберётся.",
        "You say that it works, and we still do not see the camera. I am passing this to an engineer to find out.",
    ),
    "rate": Text("Оцените, пожалуйста, от 1 до 5.", "Please rate us from 1 to 5."),
    "rated": Text("Эта оценка уже есть, спасибо.", "You have rated this already, thank you."),
    "thanks": Text("Спасибо за оценку.", "Thank you for the rating."),
    "done": Text("Вопрос решён. Можно выбрать другую тему или позвать человека.", "This is solved. You can choose another topic or talk to a person."),
    "remind": Text("Вы ещё здесь? Можно продолжить или позвать человека.", "Are you still there? You can go on or talk to a person."),
    "closed": Text("Пока остановимся. Напишите, и продолжим с этого места.", "Let us stop here for now. Write whenever you like, and we will go on from this point."),
}  # fmt: skip


def said(key: str, lang: str, *values: object) -> str:
    """The bot's own sentence; `{0}`, `{1}` … are the values."""
    text = SAYS[key].get(lang)
    for index, value in enumerate(values):
        text = text.replace(f"{{{index}}}", str(value))
    return text
