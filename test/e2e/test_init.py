# SPDX-License-Identifier: Apache-2.0
"""test_init: an organisation is founded; nothing is made that cannot be finished."""
from stack import PASSCODE, RELEASE
from tap import absent, contains, equal, expect, run

WORDS = {"organisation": "Elsewhere Hospitals", "code": "ZX9", "uuid": "900000000017",
         "given": "Margaret", "family": "Okafor", "valid-from": "2020-01-01T00:00:00Z"}


def founding(stack, name, *more, passcode=PASSCODE):
    """cardwright init into a folder of that name, with the card that is in reader 1."""
    secret = stack.base / "secret"
    (secret / "first").write_text(passcode + "\n")
    (secret / "first").chmod(0o600)
    options = [text for key, value in WORDS.items() for text in (f"--{key}", value)]
    return stack.run("cardwright", "init", "--dir", str(stack.base / name), "--data",
                     str(stack._data()), *options, "--signer-passphrase-file",
                     str(secret / "signer"), "--root-passphrase-file", str(secret / "root"),
                     "--passcode-file", str(secret / "first"), *more, check=False)


def blank(stack, name, model="metadata"):
    path = stack.card_file(name)
    stack.run("vcard", "make", str(path), "--model", model, "--serial", "10000088")
    stack.insert(1, name)
    return stack.dump(name)


def refused(stack, name, code, result):
    expect(result.code != 0, f"init went through: {result}")
    contains(result.err, code, "the error")
    expect(not (stack.base / name).exists(), "a folder was made all the same")


def test_refusals(stack):
    """a wrong passcode form, no card or a card in use: nothing is made, the card is as it was"""
    refused(stack, "a", "CW-310", founding(stack, "a"))
    stack.insert(1, "aisha-khan")
    refused(stack, "b", "CW-409", founding(stack, "b"))
    stack.pull(1)
    before = blank(stack, "first-card")
    for passcode in ("12345", "123456789", "abcdef"):
        refused(stack, "c", "CW-303", founding(stack, "c", passcode=passcode))
    equal(stack.dump("first-card"), before, "the blank card")


WRONG_VALUES = [
    ("banner", "x" * 300), ("ra-desk", "x" * 300), ("ra-desk", ""), ("address", ""),
    ("address", "300.1.1.1"), ("host", "foo bar"), ("host", ""), ("organisation", "x" * 100),
    ("valid-from", "2099-01-01T00:00:00Z"), ("code", "ZX9\n"), ("given", "Mar\ngaret"),
    ("given", "x" * 60)]


def test_values(stack):
    """a value that server, agent or certificate cannot take is named, and nothing is made"""
    before = blank(stack, "values")
    for option, value in WRONG_VALUES:
        result = founding(stack, "v", f"--{option}", value)
        refused(stack, "v", "CW-103", result)
        contains(result.err, f"--{option}", "the error")
    equal(stack.dump("values"), before, "the blank card")


def test_empty_secrets(stack):
    """an empty passphrase is refused by its option's name, not as a passcode"""
    before = blank(stack, "empty")
    nothing = stack.base / "secret/nothing"
    nothing.write_text("")
    nothing.chmod(0o600)
    for option in ("signer-passphrase-file", "root-passphrase-file", "passcode-file"):
        result = founding(stack, "e", f"--{option}", str(nothing))
        refused(stack, "e", "CW-103", result)
        contains(result.err, f"--{option}: 1 to 128 bytes", "the error")
        absent(result.err, "6 to 8 digits", "the error")
    equal(stack.dump("empty"), before, "the blank card")


def test_again(stack):
    """a second init into the same folder says so and changes nothing"""
    blank(stack, "once")
    equal(founding(stack, "twice").code, 0, "the first")
    stack.pull(1)
    before = blank(stack, "once-more")
    result = founding(stack, "twice")
    expect(result.code != 0, "it was founded a second time")
    contains(result.err, "founded before", "the error")
    equal(stack.dump("once-more"), before, "the blank card")


def cut_and_resume(stack, number, model):
    name = f"cut-{model}-{number}"
    blank(stack, name, model)
    stack.fault(1, f"cut-after {number}")
    result = founding(stack, name)
    stack.control_ignoring("fault 1 none")
    stack.agent.wait_desk(lambda desk: not desk["readers"][0]["present"], "reader 1 is empty")
    expect(result.code != 0, f"nothing was cut at {number}")
    stack.insert(1, name)
    result = founding(stack, name, "--resume")
    equal(result.code, 0, f"resumed after {number}: {result.err}")
    dump = stack.dump(name)
    expect("factory" not in dump or model == "standard", f"still the factory's: {dump}")
    stack.cli_json("test", passcode=PASSCODE)
    stack.pull(1)


def test_cut(stack):
    """a first card that is pulled in the middle is finished with --resume"""
    for number in (28, 30, 32, 36, 40, 44):
        cut_and_resume(stack, number, "metadata")
    for number in (28, 34, 42):
        cut_and_resume(stack, number, "standard")


if __name__ == "__main__":
    run([test_refusals, test_values, test_empty_secrets, test_again, test_cut], prepare=RELEASE)
