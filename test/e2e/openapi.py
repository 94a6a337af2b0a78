# SPDX-License-Identifier: Apache-2.0
"""openapi: docs/protocol/server.openapi.json as something that can be asked.

    document = Document()
    document.problems(document.body_of(operation), value)     [] when nothing is wrong
    for change in changes(document, operation, good_body):     hostile variants of a good request

A change knows whether the document permits it: what it does not permit has to be refused, and what
it permits must not be called unreadable.
"""
import copy
import json
import re
from collections import namedtuple
from pathlib import Path

import jsonschema

FILE = Path(__file__).resolve().parents[2] / "docs/protocol/server.openapi.json"
LINES = "application/x-ndjson"
LONG = 65536

Operation = namedtuple("Operation", "method path spec")
Change = namedtuple("Change", "what raw permitted")
Field = namedtuple("Field", "path schema required")

HOSTILE = (
    "\0",
    "a\0b",
    "a\x1b[2Jb",
    "a\r\nSet-Cookie: a=b",
    "\u202eevil\u202c",
    "\ufeff",
    "'\"`",
    "' OR 1=1; DROP TABLE person; --",
    "../../../../etc/passwd",
    "..%2f%00",
    "<script>alert(1)</script>",
    "%s%n%x",
    "${jndi:ldap://x/}",
    "9" * 40,
    "-1",
    "1e9",
    " ",
    "null",
)
# In place of a text: what is no UTF-8, or no text of JSON.
RAW = (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\\x41", b"\n", b"\xf4\x90\x80\x80")
TYPES = {
    "string": "x",
    "integer": 7,
    "number": 1.5,
    "boolean": True,
    "null": None,
    "array": [],
    "object": {},
}
NUMBERS = (-(1 << 63), -2, 1 << 31, 1 << 53, (1 << 63) - 1)
BIG_NUMBERS = (b"9223372036854775808", b"1e400", b"-0.0", b"1.0", b"0x10", b"01", b"NaN")
DEFAULTS = (("tries_left", -1), ("management_algorithm", 0))
MARK = "a-place-for-bytes"


class Document:
    def __init__(self, file=FILE):
        self.json = json.loads(file.read_text())
        self.validators = {}
        self.operations = [
            Operation(method.upper(), path, spec)
            for path, methods in self.json["paths"].items()
            for method, spec in methods.items()
        ]
        self.patterns = [
            (re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(o.path)) + r"\Z"), o)
            for o in sorted(self.operations, key=lambda o: "{" in o.path)
        ]

    def operation(self, method, target):
        """The operation that a request means, or None."""
        path = target.split("?")[0]
        for pattern, operation in self.patterns:
            if operation.method == method and pattern.match(path):
                return operation
        return None

    def follow(self, value):
        while "$ref" in value:
            found = self.json
            for part in value["$ref"][2:].split("/"):
                found = found[part]
            value = found
        return value

    def problems(self, schema, value):
        """What is wrong with a value, as texts."""
        key = json.dumps(schema)
        if key not in self.validators:
            whole = dict(schema, components=self.json["components"])
            self.validators[key] = jsonschema.Draft202012Validator(whole)
        return [
            f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in self.validators[key].iter_errors(value)
        ]

    def body_of(self, operation):
        content = operation.spec.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    def answer_problems(self, operation, answer):
        """What is wrong with an answer to that operation."""
        name = f"{operation.method} {operation.path} {answer.code}"
        if str(answer.code) not in operation.spec["responses"]:
            return [f"{name} is not described: {answer.body[:300]}"]
        described = self.follow(operation.spec["responses"][str(answer.code)])
        media = described["content"]
        kind = answer.type if answer.type in media else answer.type.split("/")[0] + "/*"
        if kind not in media:
            return [f"{name}: {answer.type} is not described"]
        missing = [h for h in described.get("headers", {}) if h not in answer.headers]
        problems = [f"{name}: no field {header}" for header in missing]
        if "json" in kind:
            texts = answer.body.splitlines() if kind == LINES else [answer.body]
            for text in texts:
                problems += self.problems(media[kind]["schema"], json.loads(text))
        return [f"{name}: {problem} in {answer.body[:300]}" for problem in problems]


# ---- what a request consists of ----


def fields(document, schema, path=()):
    """Every member of a body, and of what is in it."""
    schema = document.follow(schema)
    for name, member in schema.get("properties", {}).items():
        required = name in schema.get("required", [])
        yield Field(path + (name,), document.follow(member), required)
        yield from fields(document, member, path + (name,))
    if "items" in schema:
        yield from fields(document, schema["items"], path + (0,))


def objects(document, schema, path=()):
    schema = document.follow(schema)
    if schema.get("type") == "object":
        yield path
    for name, member in schema.get("properties", {}).items():
        yield from objects(document, member, path + (name,))
    if "items" in schema:
        yield from objects(document, schema["items"], path + (0,))


def parent_of(body, path):
    for name in path[:-1]:
        body = body[name] if isinstance(name, int) else body.setdefault(name, {})
    return body


def changed(body, path, value):
    body = copy.deepcopy(body)
    parent_of(body, path)[path[-1]] = value
    return body


def without(body, path):
    body = copy.deepcopy(body)
    parent_of(body, path).pop(path[-1], None)
    return body


def longest(schema):
    """The greatest length that a text may have."""
    if "maxLength" in schema:
        return schema["maxLength"]
    if "enum" in schema:
        return max(map(len, schema["enum"]))
    counted = re.search(r"\{(?:\d+,)?(\d+)\}\)?\??\$$", schema.get("pattern", ""))
    if counted is None:
        return 40
    return int(counted.group(1)) * (2 if "]{2})" in schema["pattern"] else 1)


# ---- the changes ----


def values(field):
    """(what, value): everything that is tried in a member's place."""
    kind = field.schema.get("type")
    for name, value in TYPES.items():
        if name != kind:
            yield f"type {name}", value
    if kind == "string":
        most = longest(field.schema)
        yield "empty", ""
        for length in (most + 1, most + 2, LONG):
            yield f"{length} long", "0" * length
        for number, text in enumerate(HOSTILE):
            yield f"hostile {number}", text
    elif kind == "integer":
        edges = [field.schema[k] + d for k, d in (("minimum", -1), ("maximum", 1)) if k in field.schema]
        for number in (*edges, *NUMBERS):
            yield f"number {number}", number
    elif kind == "array":
        yield "many", [{"label": f"x{n}", "sw": "9000"} for n in range(field.schema["maxItems"] + 1)]
        yield "mixed", [7, None, "x"]


def bytes_for(field):
    if field.schema.get("type") == "string":
        return [b'"' + raw + b'"' for raw in RAW]
    return BIG_NUMBERS if field.schema.get("type") == "integer" else []


def bare(value):
    """Without what means the same as its absence."""
    if isinstance(value, dict):
        kept = {name: bare(member) for name, member in value.items()}
        return {
            name: member
            for name, member in kept.items()
            if not (member in ("", None) or member is False or (name, member) in DEFAULTS)
        }
    return [bare(member) for member in value] if isinstance(value, list) else value


def changes(document, operation, body):
    """Hostile variants of a good body; those that mean the same are left out."""
    schema = document.body_of(operation)

    def change(what, value):
        raw = json.dumps(value).encode()
        return Change(what, raw, b"\\u0000" not in raw and not document.problems(schema, value))

    for field in fields(document, schema):
        name = "/".join(map(str, field.path))
        absent = without(body, field.path)
        if bare(absent) != bare(body):
            yield change(f"{name} missing", absent)
        for what, value in values(field):
            other = changed(body, field.path, value)
            one = change(f"{name} {what}", other)
            if not one.permitted or bare(other) != bare(body):
                yield one
        text = json.dumps(changed(body, field.path, MARK)).encode()
        for raw in bytes_for(field):
            yield Change(f"{name} {raw}", text.replace(json.dumps(MARK).encode(), raw), False)
    for path in objects(document, schema):
        yield change(f"{'/'.join(map(str, path))} unknown member",
                     changed(body, path + ("unknown",), 1))
    yield from whole_changes(body)


def whole_changes(body):
    """Bodies that are no object, cut off, or have a member twice."""
    text = json.dumps(body).encode()
    for raw in (b"[]", b"null", b"7", b'"x"', b"{", b"\0", text[:-1], text + b"x", b"[" + text + b"]"):
        yield Change(f"body {raw[:20]}", raw, False)
    for name in body:
        twice = text[:-1] + b", " + json.dumps({name: body[name]}).encode()[1:]
        yield Change(f"{name} twice", twice, False)
