"""How a mail server's letter is read from the line, in SMTP and in LMTP: in pieces, with patience and with limits.

aiosmtpd's own reading of DATA is replaced: it refuses long lines for good (a letter lost over its form), hangs up on a
letter that takes more than a minute, keeps an object a line, and gives one answer where LMTP wants one a recipient.
"""

import asyncio
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

MOST_LINES = 100  # open at once; more are asked to come again
MOST_BYTES = 3 * 36 * 1024 * 1024  # of letters on their way, over all lines
LONGEST_SECONDS = 1800.0  # for one letter; silence is ended sooner
# Only these bytes end a letter. A bare line feed does not: what one server takes for the end and another for text
# is how letters are smuggled into each other (CVE-2023-51764 and its kin).
_END = b"\r\n.\r\n"


class Room:
    """What all lines of one door hold together."""

    def __init__(self) -> None:
        self.lines = 0
        self.bytes = 0


class _Patient(SMTP):
    """`room`: shared by all lines of the door."""

    def __init__(self, room: Room, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = room
        self.refused_line = False

    def connection_made(self, transport: Any) -> None:
        self.room.lines += 1
        self.refused_line = self.room.lines > MOST_LINES
        if self.refused_line:
            transport.write(b"421 4.3.2 too many connections, please come again\r\n")
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.room.lines -= 1
        if not self.refused_line:
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return None if self.refused_line else super().eof_received()

    async def smtp_DATA(self, arg: str) -> None:
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        recipients = list(self.envelope.rcpt_tos)
        if not recipients or arg:
            await self.push("501 5.5.4 DATA takes no words" if arg else "503 5.5.1 need RCPT first")
            return
        # So that the end is found also where the letter is empty.
        self._reader.feed_data(b"\r\n")
        await self.push("354 end with <CR><LF>.<CR><LF>")
        content, refusal = await self._letter()
        if not refusal:
            # A dot at the start of a line was doubled on the way.
            self.envelope.content = self.envelope.original_content = content.replace(b"\r\n.", b"\r\n")[2:] + b"\r\n"
            size = len(content)
            del content
            try:
                refusal = await self._call_handler_hook("DATA")
            finally:
                self.room.bytes -= size
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd's own, which it does not type
        await self._answer(refusal, recipients)

    async def _letter(self) -> tuple[bytes, str]:
        """(the letter up to its end, or the answer that refuses it). What is refused is read all the same, and dropped:
        the answer has its place only after the end."""
        content, refusal, ended = bytearray(), "", False
        until = asyncio.get_running_loop().time() + LONGEST_SECONDS
        try:
            while not ended:
                piece, ended = await self._piece()
                if asyncio.get_running_loop().time() < until:
                    self._reset_timeout()
                refusal = refusal or self._refusal(len(content) + len(piece))
                if refusal:
                    self._drop(content)
                else:
                    content += piece
                    self.room.bytes += len(piece)
        except BaseException:
            self._drop(content)
            raise
        return bytes(content), refusal

    async def _piece(self) -> tuple[bytes, bool]:
        """What has come, and whether the letter ends after it."""
        try:
            return (await self._reader.readuntil(_END))[: -len(_END)], True
        except asyncio.LimitOverrunError as more:
            return await self._reader.readexactly(more.consumed), False

    def _refusal(self, size: int) -> str:
        limit = self.data_size_limit or MOST_BYTES
        if size > limit + 2:  # with the line end put before it
            return f"552 5.3.4 letters may have {limit} bytes; please send large files another way"
        if self.room.bytes > MOST_BYTES:
            return "452 4.3.1 too many large letters at once, please ask again"
        return ""

    def _drop(self, content: bytearray) -> None:
        self.room.bytes -= len(content)
        content.clear()

    async def _answer(self, answer: str, recipients: list[str]) -> None:
        await self.push(answer)


class Smtp(_Patient):
    """One answer a letter."""


class Lmtp(_Patient, LMTP):
    """One answer a recipient, in the order in which they were accepted (RFC 2033)."""

    async def _answer(self, answer: str, recipients: list[str]) -> None:
        code, status, words = answer.split(" ", 2)
        await self.push("\r\n".join(f"{code} {status} <{one}> {words}" for one in recipients))
