#!/usr/bin/python3
"""An SMTP server for a test: keeps each message as FOLDER/<n>.eml, its envelope in the header lines that aiosmtpd adds.

    smtp_server.py FOLDER       prints the port; ends when its standard input does

Recipients named busy@ are put off (451), those named nobody@ are unknown (550).
"""

import asyncio
import pathlib
import sys

from aiosmtpd.smtp import SMTP


class Mailbox:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("busy@"):
            return "451 4.3.2 come back later"
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        head = f"X-From: {envelope.mail_from}\r\nX-To: {','.join(envelope.rcpt_tos)}\r\n".encode()
        (self.folder / f"{self.count}.eml").write_bytes(head + envelope.original_content)
        return "250 kept"


async def main(folder):
    loop = asyncio.get_running_loop()
    mailbox = Mailbox(folder)
    server = await loop.create_server(lambda: SMTP(mailbox), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main(pathlib.Path(sys.argv[1])))
