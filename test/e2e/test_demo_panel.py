# SPDX-License-Identifier: Apache-2.0
"""test_demo_panel: the demonstration's panel moves cards, shows who moved them, and obeys only its
own page."""
import http.client
import json
import os
import subprocess

from stack import END_SECONDS, ROOT, as_user, card_is_read, reader_of
from tap import absent, contains, equal, expect, run

SECONDS = 30
STREAMS_MAX = 8


class Panel:
    """The running program, and a page that knows its address."""

    def __init__(self, stack, *options):
        self.stack, cards = stack, stack.base / "cards.json"
        stack.run("sample", "--list", str(cards))
        read_end, write_end = os.pipe()
        with (stack.base / "panel.log").open("ab") as log:
            self.process = subprocess.Popen(
                as_user(None, None) +
                ["/usr/bin/python3", str(ROOT / "tools/demo_panel"), "--control",
                 str(stack.base / "cards.sock"), "--people", str(stack.base / "people"), "--list",
                 str(cards), "--note", "ben-carter=</script><b>hostile", "--ready-fd",
                 str(write_end), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(write_end,))
        os.close(write_end)
        with open(read_end, encoding="ascii") as ready:
            self.address = ready.readline().strip()
        expect(self.address.startswith("http://127.0.0.1:"), "the panel did not start")
        self.host, self.token = self.address.split("/")[2:4]
        self.port = int(self.host.split(":")[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        equal(self.process.wait(END_SECONDS), 0, "the panel's end")

    def ask(self, method, path, body=None, **headers):
        """(HTTP status, headers, text); `Host` and others may be set."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.putrequest(method, path, skip_host=True)
            fields = {"Host": self.host} | headers
            if body is not None:
                fields |= {"Content-Length": str(len(body))}
            for name, value in fields.items():
                if value is not None:
                    connection.putheader(name.replace("_", "-"), value)
            connection.endheaders(None if body is None else body.encode())
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def act(self, act, reader=None, card=None, **headers):
        fields = {"Content_Type": "application/json", "Origin": f"http://{self.host}"} | headers
        body = json.dumps({"act": act, "reader": reader, "card": card})
        return self.ask("POST", f"/{self.token}/act", body, **fields)[0]

    def events(self):
        """The states that the page is told, as they come."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET", f"/{self.token}/events")
            answer = connection.getresponse()
            equal(answer.status, 200, "the stream")
            while line := answer.readline():
                if line.startswith(b"data: "):
                    yield [reader["card"] for reader in json.loads(line[6:])["readers"]]
        finally:
            connection.close()


def agent_sees(stack, *insertions):
    """Waits until the agent has read a card in each reader that was put in after the insertion
    named here ("": any), and found those empty that are None. Returns the insertions."""
    def right(desk):
        for number, before in zip((1, 2), insertions):
            reader = reader_of(desk, number)
            read = card_is_read(desk, number) and reader["insertion"] != before
            if not read if before is not None else reader["present"] is not False:
                return False
        return True
    desk = stack.agent.wait_desk(right, f"the agent sees {insertions}")
    return [reader_of(desk, number).get("insertion") for number in (1, 2)]


def test_moves(stack):
    """cards go in, change places and come out, and the agent sees each of it"""
    with Panel(stack) as panel:
        shown = panel.events()
        equal(next(shown), [None, None], "at the beginning")
        equal(panel.act("insert", 1, "tom-adeyemi"), 200, "the first card")
        equal(next(shown), ["tom-adeyemi", None], "then")
        first, _ = agent_sees(stack, "", None)
        equal(panel.act("insert", 2, "aisha-khan"), 200, "the second card")
        equal(next(shown), ["tom-adeyemi", "aisha-khan"], "then")
        _, second = agent_sees(stack, "", "")
        equal(panel.act("swap"), 200, "the swap")
        first, second = agent_sees(stack, first, second)
        while next(shown) != ["aisha-khan", "tom-adeyemi"]:
            pass
        equal(panel.act("insert", 1, "ben-carter"), 200, "another into a full reader")
        first, _ = agent_sees(stack, first, "")
        equal(panel.act("insert", 1, "tom-adeyemi"), 200, "one that is in the other reader")
        agent_sees(stack, first, None)
        while next(shown) != ["tom-adeyemi", None]:
            pass
        equal(panel.act("pull", 1), 200, "a pull")
        agent_sees(stack, None, None)
        equal(next(shown), [None, None], "at the end")


def test_others(stack):
    """what others do at the readers is shown as it happens"""
    with Panel(stack) as panel:
        shown = panel.events()
        equal(next(shown), [None, None], "at the beginning")
        stack.control(f"insert 2 {stack.card_file('chloe-martin')}")
        equal(next(shown), [None, "chloe-martin"], "then")
        stack.control("pull 2")
        equal(next(shown), [None, None], "at the end")


def test_page(stack):
    """the page has the cards of the folder, hostile notes stay data, and nothing foreign loads"""
    with Panel(stack) as panel:
        status, headers, text = panel.ask("GET", f"/{panel.token}/")
        equal((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"), "the page")
        nonce = headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
        again = panel.ask("GET", f"/{panel.token}/")[1]["Content-Security-Policy"]
    for word in ("Dr Aisha Khan", "due in 52 days", "margaret-okafor", nonce):
        contains(text, word, "the page")
    absent(text, "</script><b>", "the page")
    absent(again, nonce, "the next policy")
    contains(headers["Content-Security-Policy"], "frame-ancestors 'none'", "the policy")
    absent(headers["Content-Security-Policy"], "unsafe", "the policy")


def test_strangers(stack):
    """another host, another origin, another token, or none: nothing moves"""
    with Panel(stack) as panel:
        own, shown = f"http://{panel.host}", panel.events()
        equal(next(shown), [None, None], "at the beginning")
        for host in (f"localhost:{panel.port}", "127.0.0.1", f"evil.example:{panel.port}", None):
            equal(panel.ask("GET", f"/{panel.token}/", Host=host)[0], 421, f"Host {host}")
        for origin in (None, "null", "http://evil.example", own + "/", own.replace("http", "https"),
                       f"http://127.0.0.1:{panel.port + 1}", f"http://localhost:{panel.port}"):
            code = panel.act("insert", 1, "tom-adeyemi", Origin=origin)
            equal(code, 403, f"Origin {origin}")
        equal(panel.act("insert", 1, "tom-adeyemi", Sec_Fetch_Site="same-site"), 403, "same-site")
        equal(panel.ask("GET", f"/{panel.token}/", Origin="http://evil.example")[0], 403, "a read")
        for path in ("/", "/events", "/x/", f"/{panel.token}", f"/{panel.token[:-1]}/",
                     f"/{panel.token}/../", f"/{panel.token}/act", f"/{panel.token}//"):
            equal(panel.ask("GET", path)[0], 404, path)
        equal(panel.ask("POST", "/act", "{}", Origin=own)[0], 404, "without the token")
        expect(panel.ask("OPTIONS", f"/{panel.token}/act")[0] >= 400, "OPTIONS")
        expect("insert" not in stack.control("status") and " up " not in stack.control("status"),
               "a card is in a reader")
        equal(panel.act("insert", 1, "tom-adeyemi"), 200, "its own page")
        equal(next(shown), ["tom-adeyemi", None], "the first thing that happened")


def test_requests(stack):
    """only cards of the list and readers that exist can be named, and only as JSON"""
    with Panel(stack) as panel:
        for act, reader, card in (
                ("insert", 1, "../margaret"), ("insert", 1, str(stack.card_file("tom-adeyemi"))),
                ("insert", 3, "tom-adeyemi"), ("insert", "1", "tom-adeyemi"),
                ("insert", True, "tom-adeyemi"), ("insert", 1.0, "tom-adeyemi"),
                ("insert", 1, None), ("insert", 1, ["tom-adeyemi"]), ("insert", 1, "x\npull 2"),
                ("pull", None, None), ("pull", 0, None), ("quit", None, None), (["pull"], 1, None),
                ("swap", 1, None)):
            equal(panel.act(act, reader, card), 400, f"{act} {reader} {card}")
        fields = {"Origin": f"http://{panel.host}", "Content_Type": "application/json"}
        for body in ("", "[]", "7", '"swap"', "[" * 1000, '{"act"', "\xff"):
            code = panel.ask("POST", f"/{panel.token}/act", body, **fields)[0]
            equal(code, 400, f"body {body[:9]}")
        path = f"/{panel.token}/act"
        equal(panel.ask("POST", path, "{}", **fields | {"Content_Type": "text/plain"})[0], 415,
              "another type")
        equal(panel.ask("POST", path, " " * 1025, **fields)[0], 413, "a long body")
        equal(panel.act("insert", 1, "tom-adeyemi"), 200, "a good one")


def test_streams(stack):
    """so many pages may look at once and no more, and one that closes makes room"""
    with Panel(stack) as panel:
        streams = [panel.events() for _ in range(STREAMS_MAX)]
        for stream in streams:
            next(stream)
        equal(panel.ask("GET", f"/{panel.token}/events")[0], 409, "one more")
        streams.pop().close()
        for card in ("tom-adeyemi", "aisha-khan", "ben-carter"):  # it notices when it writes
            equal(panel.act("insert", 1, card), 200, card)
        next(panel.events())


def test_desk(stack):
    """the link to the desk is the address that cardwright gives; a failure is told"""
    program = stack.base / "fake-cardwright"
    program.write_text("#!/bin/sh\n[ \"$*\" = 'open --print' ] && "
                       "echo 'desk: http://127.0.0.1:1234/#ab_c-9 word: heron'\n")
    program.chmod(0o700)
    with Panel(stack, "--desk", str(program)) as panel:
        status, headers, _ = panel.ask("GET", f"/{panel.token}/desk")
        equal((status, headers["Location"]), (303, "http://127.0.0.1:1234/#ab_c-9"), "the link")
        program.write_text("#!/bin/sh\necho 'no agent' >&2; exit 3\n")
        status, _, text = panel.ask("GET", f"/{panel.token}/desk")
        equal((status, json.loads(text)["error"]), (502, "cardwright open: no agent"), "a failure")
    with Panel(stack) as panel:
        equal(panel.ask("GET", f"/{panel.token}/desk")[0], 404, "without a desk")


if __name__ == "__main__":
    run([test_moves, test_others, test_page, test_strangers, test_requests, test_streams,
         test_desk])
