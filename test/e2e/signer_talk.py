# SPDX-License-Identifier: Apache-2.0
"""signer_talk: carries frames between a test and the signer's socket, as the user who runs it.

    setpriv --reuid UID ... python3 signer_talk.py SOCKET

Each line on standard input is hex to be sent as it is; each line on standard output is the JSON of
an answer, or "closed". docs/protocol/signer.md: a 32-bit length, big-endian, and one JSON object.
"""
import socket
import sys

WAIT_S = 15


def take(one, count):
    data = b""
    while len(data) < count:
        part = one.recv(count - len(data))
        if not part:
            raise ConnectionError("closed")
        data += part
    return data


def connect(path):
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(WAIT_S)
    one.connect(path)
    return one


def exchange(one, data):
    one.sendall(data)
    return take(one, int.from_bytes(take(one, 4), "big")).decode()


def main():
    one = None
    for line in sys.stdin:
        try:
            one = one or connect(sys.argv[1])
            print(exchange(one, bytes.fromhex(line)), flush=True)
        except OSError:
            one = None
            print("closed", flush=True)


if __name__ == "__main__":
    main()
