"""How much of one letter we are willing to look at.

A letter is written by a stranger: its parts spend from one `Budget`. When something runs out, reading goes
on with what there is, and a note says so; the raw letter is always kept beside.
"""

from dataclasses import dataclass, field

LETTER_BYTES = 36 * 1024 * 1024  # what is beyond is not read (receivers refuse such letters before)
HEADER_BYTES = 2 * 1024 * 1024  # of the letter's header block
HEADER_LINES = 20_000
PART_HEADER_BYTES = 64 * 1024  # of one part's header block
HEADER_FIELDS = 500  # in one header block
FIELD_BYTES = 32 * 1024  # of one field, before decoding
FIELDS_BYTES = 5 * FIELD_BYTES  # of all the fields of one name together
ADDRESSES = 100  # in one field
REFERENCES = 50
SUBJECT_CHARACTERS = 500
NAME_CHARACTERS = 200
DEPTH = 20  # multiparts within multiparts
LETTERS_WITHIN = 4  # letters within letters whose text is shown
PARTS = 400  # in the whole letter, nested ones too
ATTACHMENTS = 200
DECODED_BYTES = 40 * 1024 * 1024  # of all parts together
TEXT_CHARACTERS = 500_000
HTML_CHARACTERS = 1_000_000
NOTES = 20


@dataclass
class Budget:
    """What is left to spend on one letter."""

    parts: int = PARTS
    decoded: int = DECODED_BYTES
    notes: list[str] = field(default_factory=list)

    def note(self, what: str) -> None:
        if what not in self.notes and len(self.notes) < NOTES:
            self.notes.append(what)
