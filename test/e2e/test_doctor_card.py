# SPDX-License-Identifier: Apache-2.0
"""test_doctor_card: what is the matter with a card, in one sentence, and the cure carried out.

The cards get into their states by commands that any program could send them (tamper.py) and by other
people's tools. "due-001" and so on are cards in the renewal window, "fresh" ones were repaired here.
"""
import json

from card_tools import (command_names, openssl, put_signed_chuid, read_certificates,
                        serial_of)
from stack import NEW_PASSCODE, PASSCODE
from tamper import DEFAULT_MANAGEMENT, DEFAULT_PIN, DEFAULT_PUK, Tamper
from tap import absent, contains, equal, expect, run

OPERATOR, CHECKED = "tom-adeyemi", "passport seen"
REPAIR = ("--yes", "--identity-check", CHECKED)
AES_192, TDES = 0x0A, 0x03
CERTIFICATE_9A, CERTIFICATE_9C, CHUID = "5fc105", "5fc10a", "5fc102"
SLOT_9A, SLOT_9C = 0, 1  # in the card's file


def doctor(stack, *args, **options):
    """(exit code, the diagnosis as JSON)."""
    result = stack.cli("doctor", "card", "--json", *args, **options)
    return result.code, json.loads(result.out.splitlines()[0])


def graver(told):
    """Problems and warnings, the gravest first."""
    return [f["code"] for f in told["findings"] if f["severity"] in ("problem", "warning")]


def cure_of(told):
    return told["cure"]["means"], told["cure"].get("service")


def look(stack, person):
    stack.insert(2, person)
    return doctor(stack)


def found(stack, person, codes, cure):
    """The card has these problems and warnings, and this is the cure; it stays in the reader."""
    code, told = look(stack, person)
    equal(graver(told), codes, f"findings of {person}")
    equal(cure_of(told), cure, f"the cure of {person}")
    worst = told["findings"][0]["severity"]
    equal(code, 3 if worst == "problem" else 0, "the exit code")
    return told


def cured(stack, person, *options, passcode=NEW_PASSCODE):
    """The cure is carried out as the job that it is, and nothing is wrong afterwards."""
    result = stack.cli("doctor", "card", "--cure", "--json", *options, passcode=passcode)
    equal(result.code, 0, f"the cure of {person}: {result}")
    equal(json.loads(result.out.splitlines()[-1])["event"], "result", "how it ends")
    code, told = doctor(stack)
    equal((code, graver(told)), (0, []), f"{person} afterwards")
    tested = stack.cli_json("test", passcode=passcode)
    equal([key["proved"] for key in tested["keys"]], [True, True], "both keys sign")
    stack.pull(2)


def fresh(stack, person):
    """A card of today: its window is not open."""
    stack.insert(2, person)
    stack.job("repair", "--identity-check", CHECKED, passcode=PASSCODE)
    stack.pull(2)
    return person


def refused_by_card(stack, *command):
    result = stack.run_program(["yubico-piv-tool", "--reader", "01", *command], check=False)
    expect(result.code != 0, f"the card took {command}: {result}")


# ---- the states of the sample ----

# Whose card, the first finding, the cure.
STATES = [
    ("chloe-martin", "good", ("nothing", None), 0),
    ("aisha-khan", "due", ("service", "renew"), 0),
    ("ben-carter", "expired", ("service", "repair"), 3),
    ("daniel-osei", "locked", ("service", "repair"), 3),
    ("ella-fraser", "cancelled", ("replace", None), 3),
    ("harry-singh", "blank", ("service", "issue"), 0),
    ("isla-novak", "due", ("service", "renew"), 0),
    ("jack-brown", "expired", ("service", "repair"), 3),
]


def test_states(stack):
    """each card of the sample has the sentence of its state, and the cure for it"""
    stack.login(OPERATOR)
    for person, code, cure, exit_code in STATES:
        said, told = look(stack, person)
        equal(told["diagnosis"]["code"], code, f"{person}: {told}")
        equal(cure_of(told), cure, f"the cure of {person}")
        equal(said, exit_code, f"the exit code for {person}")
        equal(told["findings"][0]["text"], told["diagnosis"]["text"], "the sentence")
        stack.pull(2)


def test_looking_changes_nothing(stack):
    """looking costs no try and changes no card; what a plain card does not tell is said to be unknown"""
    stack.login(OPERATOR)
    for person in ("jack-brown", "chloe-martin"):
        stack.insert(2, person)
        dump = stack.dump(person)
        _, told = doctor(stack)
        equal(stack.dump(person), dump, "the card")
        notes = [f["code"] for f in told["findings"] if f["severity"] == "note"]
        plain = ["makers_management", "defaults_not_told", "keys_not_told"]
        equal(notes, plain if person == "jack-brown" else [], f"notes on {person}")
        stack.pull(2)


def test_words(stack):
    """for people: the sentence, the findings with marks, the cure and the exact command for it"""
    stack.login(OPERATOR)
    stack.insert(2, "ben-carter")
    result = stack.cli("doctor", "card")
    equal(result.code, 3, "the exit code")
    for words in ("Mr Ben Carter\n", "card     serial 10000007\n", "the certificates have expired\n",
                  "  WRONG    the certificates have expired\n", "cure     repair it: a new passcode",
                  "command  cardwright repair --card 10000007 --identity-check TEXT\n"):
        contains(result.out, words, "what is said")
    _, told = doctor(stack)
    equal(told["cure"]["command"], "cardwright repair --card 10000007 --identity-check TEXT",
          "the command, for a script")


def test_refused(stack):
    """a cure that the session may not carry out is named, not offered, and refused"""
    stack.login("priya-nair", "Sponsor")
    _, told = look(stack, "ben-carter")
    equal((cure_of(told), told["cure"]["available"]), (("service", "repair"), False), "the cure")
    dump = stack.dump("ben-carter")
    result = stack.cli("doctor", "card", "--cure", *REPAIR, passcode=NEW_PASSCODE)
    equal(result.code, 1, f"carried out: {result}")
    contains(result.out + result.err, "CW-400", "why not")
    equal(stack.dump("ben-carter"), dump, "the card")


def test_asks_the_same(stack):
    """a cure asks what its job asks: the check of identity, the right person, the form of the passcode"""
    stack.login(OPERATOR)
    stack.insert(2, "ben-carter")
    dump = stack.dump("ben-carter")
    for options, name in ((("--yes",), "POLICY_ID_CHECK"),
                          ((*REPAIR, "--card", "10000099"), "CARD_OTHER")):
        result = stack.cli("doctor", "card", "--cure", "--json", *options, passcode=NEW_PASSCODE)
        equal(json.loads(result.out.splitlines()[-1])["error"]["name"], name, "the refusal")
    result = stack.cli("doctor", "card", "--cure", "--json", *REPAIR, passcode="12")
    equal(json.loads(result.out.splitlines()[-1])["error"]["name"], "PASSCODE_FORM", "two digits")
    equal(stack.dump("ben-carter"), dump, "the card")


# ---- secrets ----

def test_default_puk(stack):
    """a PUK that was set back to the maker's is found, and a repair sets one that was never used"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-001") as card:
        card.default_puk()
    version = stack.store("SELECT puk_version FROM card WHERE serial = '10001001'")[0][0]
    told = found(stack, "due-001", ["default_puk", "due"], ("service", "repair"))
    contains(told["diagnosis"]["text"], "anybody may set a passcode", "the sentence")
    cured(stack, "due-001", *REPAIR)
    equal(stack.store("SELECT puk_version FROM card WHERE serial = '10001001'")[0][0], version + 1,
          "the PUK's version")
    stack.insert(2, "due-001")
    refused_by_card(stack, "-a", "unblock-pin", "-P", DEFAULT_PUK, "-N", "222222")


def test_default_management(stack):
    """a management key that was set back is found; a repair opens with it and sets ours again"""
    stack.login(OPERATOR)
    for person, algorithm, serial in (("due-002", TDES, "10001002"),
                                      ("chloe-martin", AES_192, "10000008")):
        with Tamper(stack, person) as card:
            card.default_management(algorithm)
        _, told = look(stack, person)
        contains(graver(told), "default_management", "findings")
        equal(cure_of(told), ("service", "repair"), "the cure")
        mark = stack.apdus_mark()
        cured(stack, person, *REPAIR)
        contains(command_names(stack.apdus(mark)), "INS FF", "the commands, as pcscd saw them")
        with Tamper(stack, person) as card:
            expect(card.file.management != DEFAULT_MANAGEMENT, "the maker's key is still there")
            equal(card.file.algorithm, AES_192, "the new key's algorithm")
        kept = stack.store("SELECT management_key_algorithm, management_key_version FROM card "
                           "WHERE serial = ?", serial)
        expect(kept[0][0] == "aes192" and kept[0][1] >= 2, f"the directory: {kept}")


def test_default_management_refuses_renewal(stack):
    """a renewal of such a card is refused, changes nothing, and leaves the cure possible"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-003") as card:
        card.default_management(TDES)
    stack.insert(2, "due-003")
    certificates = read_certificates(stack)
    equal(stack.refused("renew", "--yes", passcode=PASSCODE)["name"], "CARD_KEY_REFUSED", "renew")
    equal(read_certificates(stack), certificates, "the certificates")
    stack.pull(2)
    found(stack, "due-003", ["default_management", "due"], ("service", "repair"))
    cured(stack, "due-003", *REPAIR)


def test_default_pin(stack):
    """the maker's passcode on an issued card is found, and a repair sets another"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-004") as card:
        card.default_pin()
    found(stack, "due-004", ["default_pin", "due"], ("service", "repair"))
    cured(stack, "due-004", *REPAIR)
    stack.insert(2, "due-004")
    refused_by_card(stack, "-a", "verify-pin", "-P", DEFAULT_PIN)


def test_all_defaults_at_once(stack):
    """all three secrets of the maker are replaced by one repair"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-005") as card:
        card.default_pin()
        card.default_puk()
        card.default_management(TDES)
    found(stack, "due-005", ["default_management", "default_puk", "default_pin", "due"],
          ("service", "repair"))
    cured(stack, "due-005", *REPAIR)


# ---- keys and certificates ----

def test_key_differs(stack):
    """a key that another program made in the slot does not fit its certificate: a new pair is made"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-006") as card:
        card.generate(0x9C)
    told = found(stack, "due-006", ["key_differs", "due"], ("service", "repair"))
    equal(told["findings"][0]["place"], "9c", "the slot")
    before = serial_of(read_certificates(stack)["9c"])
    cured(stack, "due-006", *REPAIR)
    stack.insert(2, "due-006")
    expect(serial_of(read_certificates(stack)["9c"]) != before, "the certificate is the old one")


def test_key_missing(stack):
    """a certificate whose key is gone is an orphan, and so is a key without a certificate"""
    stack.login(OPERATOR)
    Tamper(stack, "due-007").file.remove_key(SLOT_9A)
    found(stack, "due-007", ["key_missing", "due"], ("service", "repair"))
    cured(stack, "due-007", *REPAIR)
    with Tamper(stack, "due-007") as card:
        card.put(CERTIFICATE_9A, b"")
    found(stack, "due-007", ["certificate_missing"], ("service", "repair"))
    cured(stack, "due-007", *REPAIR)


def test_torn(stack):
    """a torn certificate is renewed in the window and repaired outside it"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-008") as card:
        card.tear(CERTIFICATE_9A)
    found(stack, "due-008", ["torn", "due"], ("service", "renew"))
    cured(stack, "due-008", "--yes", passcode=PASSCODE)
    with Tamper(stack, "due-008") as card:
        card.tear(CERTIFICATE_9C)
    found(stack, "due-008", ["torn"], ("service", "repair"))
    cured(stack, "due-008", *REPAIR)


def test_compressed(stack):
    """a compressed certificate is told from a torn one, and replaced"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-009") as card:
        content = bytearray(card.get(CERTIFICATE_9C))
        content[content.rindex(bytes.fromhex("710100")) + 2] = 1
        card.put(CERTIFICATE_9C, bytes(content))
    found(stack, "due-009", ["compressed", "due"], ("service", "renew"))
    cured(stack, "due-009", "--yes", passcode=PASSCODE)


def test_both_missing(stack):
    """a card that has lost both certificates is known by its number, and made whole"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-010") as card:
        card.put(CERTIFICATE_9A, b"")
        card.put(CERTIFICATE_9C, b"")
    found(stack, "due-010", ["certificate_missing", "certificate_missing", "due"],
          ("service", "renew"))
    cured(stack, "due-010", "--yes", passcode=PASSCODE)


def test_superseded(stack):
    """an old certificate written over the current one is found, by the directory and by its key"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-011") as card:
        old = card.get(CERTIFICATE_9A)
    fresh(stack, "due-011")
    with Tamper(stack, "due-011") as card:
        card.put(CERTIFICATE_9A, old)
    found(stack, "due-011", ["key_differs", "superseded"], ("service", "repair"))
    cured(stack, "due-011", *REPAIR)


def test_of_another_card(stack):
    """one certificate of another card is found; with both, the card is nobody's and nobody is served"""
    stack.login(OPERATOR)
    with Tamper(stack, "kate-wood") as card:
        others = {tag: card.get(tag) for tag in (CERTIFICATE_9A, CERTIFICATE_9C)}
    with Tamper(stack, "due-012") as card:
        own = {tag: card.get(tag) for tag in others}
        card.put(CERTIFICATE_9C, others[CERTIFICATE_9C])
    found(stack, "due-012", ["key_differs", "slot_of_other", "due"], ("service", "repair"))
    stack.pull(2)
    with Tamper(stack, "due-012") as card:
        card.put(CERTIFICATE_9A, others[CERTIFICATE_9A])
    told = found(stack, "due-012", ["other_card"], ("ask", None))
    equal(len(told["findings"]), 1, "findings")
    error = stack.refused("repair", *REPAIR, passcode=NEW_PASSCODE)
    equal(error["name"], "CARD_UNKNOWN", "a repair of it")
    stack.pull(2)
    with Tamper(stack, "due-012") as card:
        card.put(CERTIFICATE_9A, own[CERTIFICATE_9A])
    found(stack, "due-012", ["key_differs", "slot_of_other", "due"], ("service", "repair"))
    cured(stack, "due-012", *REPAIR)


def self_signed(stack):
    key, der = stack.base / "self.key", stack.base / "self.der"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", str(key), "-subj", "/CN=somebody", "-days", "9", "-outform", "DER", "-out",
            str(der))
    data = der.read_bytes()
    return b"\x70\x82" + len(data).to_bytes(2, "big") + data + bytes.fromhex("710100fe00")


def test_slot_of_another_ca(stack):
    """a certificate of another CA in one slot of our card is found and replaced"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-013") as card:
        card.put(CERTIFICATE_9A, self_signed(stack))
    found(stack, "due-013", ["key_differs", "slot_foreign", "due"], ("service", "repair"))
    cured(stack, "due-013", *REPAIR)


def test_foreign(stack):
    """another organisation's card is not taken for ours, though its number is that of one of ours"""
    stack.found_other(stack.card_file("stranger"), "10000006")
    stack.login(OPERATOR)
    told = found(stack, "stranger", ["foreign"], ("ask", None))
    equal(told["identity"], "serial 10000006", "its number")
    shown = stack.cli_json("show")["identify"]
    equal((shown["person"], shown["card"]), (None, None), "whose card it is")
    absent(json.dumps(shown), "Aisha", "the whole answer")
    equal([s["service"] for s in shown["services"] if s["available"]], [], "services")
    error = stack.refused("renew", "--yes", passcode=PASSCODE)
    equal(error["name"], "CARD_FOREIGN", "a renewal of it")


def test_unknown(stack):
    """a card that is not blank and that nobody knows"""
    path = stack.card_file("nobody")
    stack.run("vcard", "make", str(path), "--model", "metadata", "--serial", "10000077")
    stack.login(OPERATOR)
    stack.insert(2, "nobody")
    put_signed_chuid(stack)
    stack.pull(2)
    found(stack, "nobody", ["unknown"], ("ask", None))


def test_card_unrecorded(stack):
    """a card of ours whose record is missing: said so, refused with an error of its own, not touched"""
    stack.login(OPERATOR)
    card = "(SELECT id FROM card WHERE person_uuid = '900000000082')"
    for (trigger,) in stack.store("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        stack.store_write(f"DROP TRIGGER {trigger}")  # they keep such rows: the loss is made here
    for table, column in (("certificate", "card_id"), ("key_trace", "card_id"), ("card", "id")):
        stack.store_write(f"DELETE FROM {table} WHERE {column} IN {card}")
    before = stack.card_file("chloe-martin").read_bytes()
    told = found(stack, "chloe-martin", ["card_unrecorded"], ("replace", None))
    equal([s["service"] for s in stack.cli_json("show")["identify"]["services"] if s["available"]], [],
          f"services: {told}")
    for command in (("renew", "--yes"), ("repair", *REPAIR),
                    ("issue", "--person", "900000000082", *REPAIR)):
        error = stack.refused(*command, passcode=PASSCODE)
        equal(error["name"], "CARD_UNRECORDED", f"{command[0]} of it")
    stack.pull(2)
    equal(stack.card_file("chloe-martin").read_bytes() == before, True, "the card is as it was")


def test_revoked_and_weak(stack):
    """what the directory knows of a certificate: revoked, its key weak or shared"""
    stack.login(OPERATOR)
    serial = serial_of_slot(stack, "due-014", "authentication")
    for reason, code in (("roca", "key_weak"), ("shared", "key_shared")):
        stack.store_write("INSERT INTO key_finding (serial, reason, at) VALUES (?, ?, 1)", serial,
                          reason)
        _, told = look(stack, "due-014")
        contains(graver(told), code, "findings")
        equal(cure_of(told), ("service", "renew"), "the cure")
        stack.pull(2)
    stack.insert(2, "due-014")
    cured(stack, "due-014", "--yes", passcode=PASSCODE)
    serial = serial_of_slot(stack, "due-014", "content_signing")
    stack.store_write("UPDATE certificate SET state = 'revoked', revoked_at = state_at, "
                      "revocation_reason = 'key_compromise' WHERE serial = ?", serial)
    found(stack, "due-014", ["revoked"], ("service", "repair"))
    cured(stack, "due-014", *REPAIR)


def serial_of_slot(stack, person, purpose):
    number = "1000" + person.replace("due-", "1")
    return stack.store("SELECT serial FROM certificate WHERE state = 'current' AND purpose = ? AND "
                       "card_id = (SELECT id FROM card WHERE serial = ?)", purpose, number)[0][0]


# ---- what has no cure here ----

def test_chuid(stack):
    """a torn, missing or other CHUID is a warning: the card works, and nothing here writes one"""
    stack.login(OPERATOR)
    fresh(stack, "due-015")
    with Tamper(stack, "due-015") as card:
        own = card.get(CHUID)
    at = own.index(bytes.fromhex("3410")) + 2
    other = own[:at] + bytes([own[at] ^ 1]) + own[at + 1:]
    ended = own.replace(own[own.index(b"\x35\x08") + 2:][:8], b"20200101")
    for content, code in ((own[:len(own) // 2], "chuid_torn"), (b"", "chuid_missing"), (other, "chuid_other"),
                          (ended, "chuid_expired")):
        with Tamper(stack, "due-015") as card:
            card.put(CHUID, content)
        told = found(stack, "due-015", [code], ("replace", None))
        contains(told["cure"]["text"], "nothing now: it may be used", "the honest cure")
        stack.cli_json("test", passcode=PASSCODE)
        stack.pull(2)


def test_name_other(stack):
    """a plain card with another GUID has lost its name: no job is done on it, and none is offered"""
    stack.login(OPERATOR)
    fresh(stack, "jack-brown")
    with Tamper(stack, "jack-brown") as card:
        own = card.get(CHUID)
        at = own.index(bytes.fromhex("3410")) + 2
        card.put(CHUID, own[:at] + bytes([own[at] ^ 1]) + own[at + 1:])
    found(stack, "jack-brown", ["name_other"], ("replace", None))
    error = stack.refused("repair", *REPAIR, passcode=NEW_PASSCODE)
    equal(error["name"], "STATEMENT_CARD", "the signer's word")
    stack.pull(2)
    with Tamper(stack, "jack-brown") as card:
        card.put(CHUID, own)
    found(stack, "jack-brown", [], ("nothing", None))


def test_blocked(stack):
    """a blocked PUK takes repair away while the card works; with the passcode blocked too it is wiped"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-016") as card:
        card.block_puk()
    told = found(stack, "due-016", ["due", "puk_blocked"], ("service", "renew"))
    error = stack.refused("repair", *REPAIR, passcode=NEW_PASSCODE)
    equal(error["name"], "POLICY_CAPABILITY", "a repair")
    result = stack.cli("doctor", "card", "--cure", "--json", "--yes", passcode=PASSCODE)
    equal(result.code, 0, f"the renewal: {result}")
    _, told = doctor(stack)
    equal((graver(told), cure_of(told)), (["puk_blocked"], ("replace", None)), "afterwards")
    stack.pull(2)
    with Tamper(stack, "due-016") as card:
        card.block_pin()
    told = found(stack, "due-016", ["both_blocked"], ("service", "issue"))
    contains(told["cure"]["command"], " --reset", "the command")
    error = stack.refused("doctor", "card", "--cure", *REPAIR, passcode=NEW_PASSCODE)
    equal(error["name"], "RESET_UNCONFIRMED", "the cure without its confirmation")
    result = stack.cli("doctor", "card", "--cure", "--reset", *REPAIR, passcode=NEW_PASSCODE)
    equal(result.code, 0, f"the cure: {result}")
    code, told = doctor(stack)
    equal((code, graver(told)), (0, []), "afterwards")


# ---- a job that was cut, and a desk without a session ----

def test_unfinished(stack):
    """a job that was cut is what the card needs, and the doctor lets it go on"""
    stack.login(OPERATOR)
    stack.insert(2, "due-017")
    stack.fault(2, "cut-after 14")
    result = stack.cli("renew", "--yes", "--json", passcode=PASSCODE)
    expect(result.code != 0, f"the cut: {result}")
    stack.wait_fault(2)
    stack.agent.wait_desk(lambda desk: desk["card"] is None, "the card is gone")
    found(stack, "due-017", ["unfinished"], ("service", "renew"))
    cured(stack, "due-017", "--yes", passcode=PASSCODE)


def test_set_back_and_cut(stack):
    """a repair of a card with the maker's secrets is cut, and the doctor lets it go on"""
    stack.login(OPERATOR)
    with Tamper(stack, "due-020") as card:
        card.default_puk()
        card.default_management(TDES)
    stack.insert(2, "due-020")
    stack.fault(2, "cut-after 9")
    result = stack.cli("repair", "--json", *REPAIR, passcode=NEW_PASSCODE)
    expect(result.code != 0, f"the cut: {result}")
    stack.wait_fault(2)
    stack.agent.wait_desk(lambda desk: desk["card"] is None, "the card is gone")
    found(stack, "due-020", ["unfinished"], ("service", "repair"))
    cured(stack, "due-020", *REPAIR)
    stack.insert(2, "due-020")
    refused_by_card(stack, "-a", "unblock-pin", "-P", DEFAULT_PUK, "-N", "222222")


def test_stuck(stack):
    """a plain card with another PUK than ours does not tell: one try is lost, and the end is named"""
    stack.login(OPERATOR)
    with Tamper(stack, "isla-novak") as card:
        card.default_puk()
    found(stack, "isla-novak", ["due"], ("service", "renew"))
    error = stack.refused("repair", *REPAIR, passcode=NEW_PASSCODE)
    equal(error["name"], "CARD_PUK_REFUSED", "the repair")
    stack.pull(2)
    found(stack, "isla-novak", ["stuck"], ("replace", None))
    contains(stack.dump("isla-novak"), "puk tries 2 of 3", "the card")


def test_alone(stack):
    """with nobody logged in, and without an agent, the card alone is looked at"""
    with Tamper(stack, "due-018") as card:
        card.default_puk()
        card.tear(CERTIFICATE_9A)
    stack.insert(2, "due-018")
    dump = stack.dump("due-018")
    for agent in (True, False):
        if not agent:
            stack.kill("agent")
        code, told = doctor(stack)
        equal(code, 3, "the exit code")
        equal(graver(told), ["torn", "default_puk"], "findings")
        equal((cure_of(told), told["identity"]), (("log_in", None), "serial 10001018"), "the cure")
        contains([f["code"] for f in told["findings"]], "not_asked", "what is not known")
    absent(stack.cli("doctor", "card").out, "Dr ", "names of persons")
    equal(stack.dump("due-018"), dump, "the card")
    result = stack.cli("doctor", "card", "--cure", "--json", *REPAIR, passcode=NEW_PASSCODE)
    expect(result.code != 0, f"a cure without a session: {result}")


def test_alone_good(stack):
    """without a session a card in order seems so, a blank one is empty, and no card is an error"""
    for person, code in (("due-019", "seems_good"), ("harry-singh", "empty"),
                         ("grace-liu", "seems_good")):
        stack.insert(2, person)
        said, told = doctor(stack)
        equal((said, told["diagnosis"]["code"]), (0, code), person)
        stack.pull(2)
    result = stack.cli("doctor", "card", "--json")
    equal((result.code, json.loads(result.out)["error"]["name"]), (3, "CARD_ABSENT"), "no card")


def test_audit(stack):
    """every cure stands in the audit as the job that it was, with the operator's statement"""
    result = stack.audit_verify()
    equal(result.code, 0, f"audit verify: {result}")
    entries = [json.loads(line) for line in (stack.base / "audit.jsonl").read_text().splitlines()]
    committed = [e for e in entries if e.get("event") == "job_committed"]
    statements = {e["job"] for e in entries if e.get("event") == "statement"}
    expect(len(committed) >= 20, f"jobs: {len(committed)}")
    expect(all(e["job"] in statements for e in committed), "a job without a statement")


if __name__ == "__main__":
    run([test_states, test_looking_changes_nothing, test_words, test_refused, test_asks_the_same,
         test_default_puk, test_default_management, test_default_management_refuses_renewal,
         test_default_pin, test_all_defaults_at_once, test_key_differs, test_key_missing, test_torn,
         test_compressed, test_both_missing, test_superseded, test_of_another_card,
         test_slot_of_another_ca, test_foreign, test_unknown, test_card_unrecorded,
         test_revoked_and_weak, test_chuid,
         test_name_other, test_blocked, test_unfinished, test_set_back_and_cut, test_stuck,
         test_alone, test_alone_good, test_audit], due=20)
