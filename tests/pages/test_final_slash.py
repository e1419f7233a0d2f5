"""What is sent to an address without its final slash is not lost."""

from camdesk.tickets.models import Ticket
from tests.pages.test_chat import FRAGMENT


def test_a_form_sent_without_the_slash_is_asked_for_again_with_its_body(world, client_of, data_folder):
    anna = client_of(world.anna)
    sent = {"key": "k1", "topic": "camera-offline"}
    answer = anna.post("/support/chat/starts", sent, **FRAGMENT)
    assert (answer.status_code, answer["Location"]) == (308, "/support/chat/starts/")
    assert anna.post("/support/chat/starts", sent, follow=True, **FRAGMENT).status_code == 200
    assert Ticket.objects.filter(person=world.anna, channel="chat").count() == 1
    assert anna.get("/requests")["Location"] == "/requests/"
