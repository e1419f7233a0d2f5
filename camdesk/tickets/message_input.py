"""What somebody sent in one message: its files, and what to say when it cannot be taken."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from camdesk.lib.multipart import files_in
from camdesk.lib.text import TextTooLong
from camdesk.people.requests import PersonRequest
from camdesk.tickets import conversation, uploads
from camdesk.tickets.attachments import CannotAttach

# What a message may be refused for; words_for() says each to its author.
REFUSALS = (TextTooLong, conversation.NothingSaid, CannotAttach, uploads.FileRefused)


def files_of(request: PersonRequest) -> list[str]:
    """Ids of the files of this message: uploaded before, or in the form's own body. Raises uploads.FileRefused."""
    ids = request.POST.getlist("attachments")
    taken = uploads.receive_all(files_in(request, "files"), already=len(ids), by=request.person, now=timezone.now())
    if taken.sentences:
        raise uploads.FileRefused(" ".join(taken.sentences))
    return [*ids, *(file.pk for file in taken.attachments)]


def words_for(error: Exception) -> str:
    """The refusal as a sentence."""
    if isinstance(error, TextTooLong):
        return _("Слишком длинно: %(length)d знаков, помещается %(most)d.") % {
            "length": error.length,
            "most": error.most,
        }
    if isinstance(error, conversation.NothingSaid):
        return _("Напишите сообщение или приложите файл.")
    if isinstance(error, CannotAttach):
        if str(error) == "too many files":
            sentence = _("Файлов в одном сообщении помещается не больше %(n)d. Остальные отправьте следующим.")
            return sentence % {"n": settings.MAX_FILES}
        return _("Один из файлов не дошёл до нас целиком. Уберите его и приложите снова.")
    return str(error)
