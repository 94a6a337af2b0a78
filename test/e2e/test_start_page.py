# SPDX-License-Identifier: Apache-2.0
"""test_start_page: what a browser finds at the server's address."""
import json
import re
from html.parser import HTMLParser

from tap import absent, contains, equal, expect, run

BANNER = "Training <b>system</b>: \"made-up\" people & cards only"
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
           "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
           "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store"}


class Reading(HTMLParser):
    """The page as a browser takes it apart."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.words = [], [], []
        self.feed(html)
        self.text = re.sub(r"\s+", " ", "".join(self.words))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data):
        self.words.append(data)


def page(stack):
    status, headers, body = stack.https("GET", "/")
    equal((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"), "the answer")
    return headers, body.decode()


def set_banner(stack, text):
    path = stack.directory / "server/server.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"banner": text}))
    stack.restart_server()


def test_page(stack):
    """the page has a link that launches, says whom to ask, and the banner is text"""
    set_banner(stack, BANNER)
    read = Reading(page(stack)[1])
    equal(sorted(read.links), ["#help", "/start.css", "cardwright:open"], "all links")
    for text in (BANNER, "RA desk, extension 4711", "IT desk, extension 4000", "cardwright open",
                 "Launch"):
        contains(read.text, text, "the page")
    for tag in ("script", "b", "form", "input", "iframe", "img", "style", "object"):
        expect(tag not in read.tags, f"the page has <{tag}>")


def test_headers(stack):
    """nothing but the style sheet may be loaded, and no other page may frame it"""
    headers, _ = page(stack)
    for name, value in HEADERS.items():
        equal(headers.get_all(name), [value], name)
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "style-src 'self'", "frame-ancestors 'none'"):
        contains(policy, part, "the policy")
    absent(policy, "unsafe", "the policy")
    expect(headers["Set-Cookie"] is None and headers["Access-Control-Allow-Origin"] is None,
           "a header that it has no use for")
    status, style, body = stack.https("GET", "/start.css")
    equal((status, style["Content-Type"]), (200, "text/css; charset=utf-8"), "the style sheet")
    absent(body.decode(), "url(", "the style sheet")


def test_nothing_personal(stack):
    """the page is the same whoever is logged in, and names no person and no card"""
    before = page(stack)[1]
    stack.login("tom-adeyemi")
    after = page(stack)[1]
    equal(after, before, "the page while somebody is logged in")
    for given, family, uuid in stack.store("SELECT given, family, uuid FROM person"):
        for word in (given, family, uuid):
            absent(after, word, "the page")


def test_no_banner(stack):
    """without a banner there is no empty one"""
    set_banner(stack, "")
    absent(page(stack)[1], 'class="banner"', "the page")


def test_only_these(stack):
    """other paths and methods are no page"""
    for method, path in (("GET", "/start.html"), ("GET", "/../server.json"), ("POST", "/"),
                         ("GET", "//"), ("GET", "/v1")):
        equal(stack.https(method, path)[0], 404, f"{method} {path}")


if __name__ == "__main__":
    run([test_page, test_headers, test_nothing_personal, test_no_banner, test_only_these])
