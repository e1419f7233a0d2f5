"""A customer's script that sends messages into their chat as fast as it is answered; a process of its own, so that it
takes no time from whoever measures.

    python -m tests.faults.chat_script PORT THREADS < {"neighbour": {…}, "number": 1, "token": "…"}

until its input ends; then it prints the answers by status, as JSON.
"""

import itertools
import json
import sys
import threading
from collections import Counter

from tests.faults.neighbours import browser


def main(port: int, threads: int) -> None:
    told = json.loads(sys.stdin.readline())
    over, answers, numbers = threading.Event(), Counter[int](), itertools.count()

    def talk() -> None:
        page = browser(port, told["neighbour"])
        while not over.is_set():
            said = [("csrfmiddlewaretoken", told["token"]), ("text", "И ещё"), ("client_id", f"script-{next(numbers)}")]
            answers[page.post(f"/support/chat/{told['number']}/events/", said).status] += 1

    crowd = [threading.Thread(target=talk) for _ in range(threads)]
    for one in crowd:
        one.start()
    sys.stdin.read()
    over.set()
    for one in crowd:
        one.join()
    print(json.dumps(answers))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
