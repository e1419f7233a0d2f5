"""The dictionary is complete: every model is in docs/words.md."""

from pathlib import Path

from django.apps import apps

WORDS = (Path(__file__).parents[2] / "docs/words.md").read_text()


def test_every_model_is_a_word_of_the_dictionary():
    ours = [
        model.__name__
        for app in apps.get_app_configs()
        if app.name.startswith("camdesk.")
        for model in app.get_models()
    ]
    assert ours
    assert [name for name in ours if f"| {name} |" not in WORDS] == []
