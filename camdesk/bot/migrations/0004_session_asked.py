"""The question a conversation is at is stored with it: of those that go on it is looked for once, among what was said."""

from django.db import migrations, models

_LOOKED_AT = 60  # messages: a question asked before those is long past


def keep_what_was_asked(apps, schema_editor):
    Session, Message = apps.get_model("bot", "Session"), apps.get_model("tickets", "Message")
    for session in Session.objects.filter(ticket__closed_at=None, ticket__turn__in=["bot", "nobody"]).iterator():
        said = Message.objects.filter(ticket_id=session.pk, kind="bot").order_by("-seq").values_list("data", flat=True)
        session.asked = _newest([data.get("replies") or [] for data in said[:_LOOKED_AT]], _question(session.state))
        session.save(update_fields=["asked"])


def _question(state):
    """As bot/engine/questions.py names it: flow.step.fact@camera, flow.step of a confirmation."""
    frame = (state.get("frames") or [{}])[-1]
    if frame.get("phase") == "ask" and "fact" in frame:
        camera = f"@{frame['camera']}" if frame.get("camera") else ""
        return f"{frame['flow']}.{frame['step']}.{frame['fact']}{camera}"
    return f"{frame['flow']}.{frame['step']}" if frame.get("phase") == "confirm" else ""


def _newest(said, question):
    asked = {}
    for replies in said:
        for reply in replies:
            if question and reply.get("question") == question and "question" not in asked:
                known = [item for other in replies if other["kind"] == "known" for item in other["items"]]
                asked["question"] = {**reply, "known": known}
            elif reply["kind"] in ("offer", "rate"):
                asked.setdefault(reply["kind"], reply)
    return asked


class Migration(migrations.Migration):
    dependencies = [("bot", "0003_alarms_leased"), ("tickets", "0009_letters_held")]
    operations = [
        migrations.AddField("session", "asked", models.JSONField(default=dict, db_default={})),
        migrations.RunPython(keep_what_was_asked, migrations.RunPython.noop),
    ]
