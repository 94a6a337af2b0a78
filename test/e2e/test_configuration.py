# SPDX-License-Identifier: Apache-2.0
"""test_configuration: a program that does not start names the file and the member that keep it."""
import json
import os
import subprocess

from stack import COMMAND_SECONDS, RELEASE, SERVER_UID, as_user
from tap import absent, contains, equal, run


def start(stack, name, path, *more, uid=None):
    """One more start, of a program that cannot: the last line of its log."""
    result = subprocess.run(as_user(uid, None) + [stack.program(name), "--config", str(path), *more],
                            capture_output=True, text=True, timeout=COMMAND_SECONDS)
    equal(result.returncode, 1, f"exit code of the {name}: {result.stderr}")
    return result.stderr.strip().splitlines()[-1]


def server(stack, text):
    """What the server says of this text; beside server.json, so that its paths are the same."""
    path = stack.directory / "server/broken.json"
    for_server(path, text.encode())
    return start(stack, "server", path, uid=SERVER_UID)


def agent(stack, text):
    path, home = stack.base / "broken-agent.json", stack.base / "broken-home"
    path.write_text(text)
    home.mkdir(mode=0o700, exist_ok=True)
    said = start(stack, "agent", path, "--home", str(home))
    equal(os.listdir(home), [], "what the agent made")
    return said


def changed(path, **members):
    return json.dumps(json.loads(path.read_text()) | members)


def for_server(path, contents):
    """A file that only the server's user may read."""
    path.write_bytes(contents)
    path.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(path, SERVER_UID, SERVER_UID)
    return path.name


def test_server_files(stack):
    """a file that server.json names and that is missing or wrong is named with its member"""
    good, folder = stack.directory / "server/server.json", stack.directory / "server"
    long_key = for_server(folder / "long.key", b"k" * 33)
    text = for_server(folder / "text.pem", b"no key\n")
    for member, name in (("certificate", "none.pem"), ("certificate", text), ("key", "none.key"),
                         ("key", text), ("token_key", "none.key"), ("token_key", long_key),
                         ("signing_ca", "none.pem"), ("root_ca", text), ("store", "none.db")):
        said = server(stack, changed(good, **{member: name}))
        contains(said, f"{member}: {folder}/{name}", "the server")
        absent(said, "larger than permitted", "the server")
    contains(server(stack, changed(good, address="300.1.1.1")), "address: 300.1.1.1", "the server")


def test_server_file(stack):
    """server.json that is not there or has a wrong member is named"""
    missing = stack.directory / "server/nowhere.json"
    contains(start(stack, "server", missing, uid=SERVER_UID), str(missing), "the server")
    said = server(stack, changed(stack.directory / "server/server.json", colour="red"))
    contains(said, "server/broken.json: member 'colour'", "the server")


def test_agent_file(stack):
    """agent.json that is not there, or has a member that is wrong, unknown or doubled, is named"""
    good, missing = stack.base / "agent.json", stack.base / "nowhere.json"
    contains(start(stack, "agent", missing), str(missing), "the agent")
    for text, wanted in ((changed(good, colour="red"), "unknown member: colour"),
                         (changed(good, site_it=7), "site_it"),
                         ('{"ra_desk":"a","ra_desk":"b"}', "ra_desk")):
        said = agent(stack, text)
        contains(said, "broken-agent.json: ", "the agent")
        contains(said, wanted, "the agent")


def test_agent_authorities(stack):
    """a ca_file that is not there or holds no certificate stops the agent at its start"""
    text = stack.base / "text.pem"
    text.write_text("no certificate\n")
    for path in (stack.base / "none.pem", text):
        said = agent(stack, changed(stack.base / "agent.json", ca_file=str(path)))
        contains(said, f"ca_file: {path}", "the agent")
        absent(said, "sandbox", "the agent")


if __name__ == "__main__":
    run([test_server_files, test_server_file, test_agent_file, test_agent_authorities],
        prepare=RELEASE)
