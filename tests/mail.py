"""A mail server on loopback for tests: takes what it is told to take, and says no on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailHost:
    """`answers` replaces the reply to a command, by its first word; an empty one breaks the connection."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 5321 as far as a sender goes."""
        try:
            await self._say(writer, "220 ready")
            while line := (await reader.readline()).decode().strip():
                word = line.split()[0].upper()
                reply = self.answers.get(word, {"DATA": "354 go on", "QUIT": "221 bye"}.get(word, "250 ok"))
                if not reply:
                    return
                await self._say(writer, reply)
                if word == "DATA" and reply.startswith("354"):
                    mail = (await reader.readuntil(b"\r\n.\r\n")).decode()
                    end = self.answers.get(".", "250 taken")
                    if end.startswith("250"):
                        self.mails.append(mail)
                    if not end:
                        return
                    await self._say(writer, end)
        finally:
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, words: str) -> None:
        writer.write(f"{words}\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def running() -> AsyncIterator[MailHost]:
    """Listening for as long as the body runs."""
    host = MailHost()
    server = await asyncio.start_server(host.talk, "127.0.0.1", 0)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()
