"""camdesk bot: `understand` reads utterances and prints what they are about; `train` makes the reader afresh."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from typing import BinaryIO

from camdesk.bot.understanding import sentence_vectors
from camdesk.bot.understanding.classify import understand
from camdesk.bot.understanding.current import NoPlaybook, current_model, current_playbook, train_and_store
from camdesk.bot.understanding.model import Model

_LONGEST_LINE = 1_000_000  # bytes; what follows on the line is read and dropped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser(
        "understand", help="one utterance a line on standard input, one JSON line each on standard output"
    )
    actions.add_parser(
        "train",
        help="train the reader of the current playbook and store it; with camdesk[semantic] the one by meaning too",
    )


def run(args: argparse.Namespace) -> int:
    try:
        return _train() if args.action == "train" else _understand()
    except NoPlaybook as error:
        print(f"camdesk bot: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0


def _understand() -> int:
    model = current_model()
    refs = dict(zip(model.topics, model.refs, strict=True))
    for line in _lines(sys.stdin.buffer):
        print(json.dumps(answer(model, refs, line), ensure_ascii=False), flush=True)
    return 0


def answer(model: Model, refs: dict[str, str], line: bytes) -> dict[str, object]:
    """The answer to one line of bytes: {"text", "topics": [{"ref", "id", "score"}], "decision"}."""
    text = decoded(line)
    told = understand(model, text)
    topics = [{"ref": refs[topic], "id": topic, "score": round(score, 4)} for topic, score in told.topics]
    return {"text": text, "topics": topics, "decision": told.decision}


def decoded(line: bytes) -> str:
    """UTF-8; else Windows-1251 when that gives Russian letters; else UTF-8 with � for the bad bytes."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        windows = line.decode("cp1251", "replace")
        high = sum(1 for byte in line if byte >= 0x80)
        russian = sum(1 for letter in windows if "а" <= letter.lower() <= "я" or letter in "ёЁ")
        return windows if russian > 0.8 * high else line.decode("utf-8", "replace")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends, cut at _LONGEST_LINE; one per line whatever it holds."""
    while piece := stream.readline(_LONGEST_LINE):
        ended = piece.endswith(b"\n")
        while not ended and (rest := stream.readline(_LONGEST_LINE)):
            ended = rest.endswith(b"\n")
        yield piece.rstrip(b"\r\n")


def _train() -> int:
    playbook = current_playbook()
    begun = time.perf_counter()
    model = train_and_store(playbook)
    spent = time.perf_counter() - begun
    print(f"trained on {len(playbook.topics)} topics in {spent:.2f} s: {len(model.save()) / 1e6:.1f} MB")
    if sentence_vectors.installed():
        begun = time.perf_counter()
        model = train_and_store(playbook, meant=True)
        spent = time.perf_counter() - begun
        print(f"by meaning too in {spent:.0f} s: {len(model.save()) / 1e6:.1f} MB")
    return 0
