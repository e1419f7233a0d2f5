"""What a customer's own words are about: topics of the playbook, an article, or a wish for a person.

`rules` first (a person, a greeting, thanks, abuse), then `model` (a reader trained on the playbook's phrases),
then `deciding` (open the topic, offer a few, or call a person). Works offline; numpy is imported at the first use.
docs/understanding.md explains the whole.
"""
