#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# test_witness: the virtual card as other people's tools see it: OpenSC, yubico-piv-tool, ykcs11
# and openssl, through a private pcscd.
#
#     CARDWRIGHT_BUILD=build test/e2e/test_witness.sh [--record]
#
# --record replaces the transcripts in test/transcript/, which a unit test replays.
set -u
cd -- "$(dirname -- "$(readlink -f -- "$0")")/../.." || exit 1

readonly build=${CARDWRIGHT_BUILD:-$PWD/build}
readonly card_program=$build/src/vcardd/cardwright-vcard
readonly readers_program=$build/src/vcardd/cardwright-readers
readonly opensc_module=/usr/lib/x86_64-linux-gnu/pkcs11/opensc-pkcs11.so
readonly ykcs11_module=/usr/lib/x86_64-linux-gnu/libykcs11.so
readonly factory_key=010203040506070801020304050607080102030405060708
readonly other_key=0b0203040506070801020304050607080102030405060709
readonly limit=20 # seconds for one command of a tool
repository=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/witness.XXXXXX") || exit 1
number=0
failed=0
readers=0

stop_readers() {
    [ "$readers" -gt 0 ] || return 0
    kill -TERM "$readers" 2>/dev/null
    wait "$readers"
    local status=$?
    readers=0
    return $status
}

clean_up() {
    stop_readers
    rm -rf -- "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

# ---- one test each: what it does, then a command ----

result() {
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        printf 'ok %d - %s\n' "$number" "$2"
        return
    fi
    failed=$((failed + 1))
    printf 'not ok %d - %s\n' "$number" "$2"
    sed 's/^/# /' "$work/output" | tail -n 15
}

# Functions have limits of their own.
run() {
    if [ "$(type -t "$1")" = function ]; then
        "$@"
    else
        timeout "$limit" "$@"
    fi >"$work/output" 2>&1 </dev/null
}

succeeds() {
    local name=$1
    shift
    run "$@"
    result $? "$name"
}

# The command's output must hold the pattern; its exit status is its own affair: some tools fail
# with 0.
says() {
    local name=$1 pattern=$2
    shift 2
    run "$@"
    grep -Eq -- "$pattern" "$work/output"
    result $? "$name"
}

fails() {
    local name=$1
    shift
    ! run "$@"
    result $? "$name"
}

# ---- cards ----

ctl() {
    timeout "$limit" "$card_program" ctl --control "$work/run/cards" "$@"
}

# Until pcscd says that reader 1 has a card (Yes) or none (No). `opensc-tool --wait` misses a card that
# is there before it looks; and pcscd that has not seen the reader empty takes the new card for the
# old one.
reader_shows() {
    local i
    for ((i = 0; i < 100; i++)); do
        timeout 3 opensc-tool --list-readers 2>/dev/null | grep -q "^0 *$1 " && return 0
        sleep 0.1
    done
    return 1
}

# A new card in reader 1, traced from its first command: case, then the options of `make`.
new_card() {
    trace=$work/$1.apdu
    card=$work/$1.card
    shift
    "$card_program" make "$card" "$@" || exit 1
    printf '@ make %s\n' "$*" >"$trace"
    ctl pull 1 >/dev/null && reader_shows No && ctl trace 1 on "$trace" >/dev/null &&
        ctl insert 1 "$card" >/dev/null || exit 1
    reader_shows Yes || exit 1
}

why() {
    printf '# why: %s\n' "$1" >>"$trace"
}

public_key_of() {
    local point
    point=$("$card_program" dump "$card" | sed -n "s/^key $1 .* public //p")
    printf '3059301306072a8648ce3d020106082a8648ce3d030107034200%s' "$point" | xxd -r -p |
        openssl pkey -pubin -inform DER -out "$2"
}

authority() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$work/ca.key" &&
        openssl req -new -x509 -key "$work/ca.key" -subj /CN=Authority -out "$work/ca.pem" &&
        openssl req -new -key "$work/ca.key" -subj "/CN=Alice Example" -out "$work/request.pem"
}

certificate_for() {
    openssl x509 -req -in "$work/request.pem" -CA "$work/ca.pem" -CAkey "$work/ca.key" \
        -force_pubkey "$1" -out "$2" -days 30 2>/dev/null
}

signature_verifies() {
    openssl pkeyutl -verify -pubin -inkey "$1" -in "$work/digest" -sigfile "$2"
}

record() {
    mkdir -p -- "$repository/test/transcript/$1"
    {
        printf '# %s, recorded by test/e2e/test_witness.sh --record; see docs/virtual-card.md\n' "$2"
        grep -v -E '^# (at|reader) ' "$trace"
    } >"$repository/test/transcript/$1/$3.apdu"
}

# ---- the tools ----

opensc_reads() {
    says opensc__lists_two_readers 'Virtual 00 01' opensc-tool -l
    says opensc__sees_the_atr '3b:fa:13:00:00:81:31:fe:15' opensc-tool --reader 0 --atr
    says opensc__recognises_a_piv_card 'Personal Identity Verification' opensc-tool --reader 0 -n
}

# This `piv-tool` makes the key and then cannot print it; -C ends with the number of bytes written
# as its exit status: what the card holds is the proof.
piv_tool_issues() {
    local cipher=$1 key_file=$2
    export PIV_EXT_AUTH_KEY=$key_file
    why 'mutual authentication, a key'
    run piv-tool -A "M:9B:$cipher" -G 9A:11 -o "$work/ignored"
    public_key_of 9a "$work/9a.pub" && certificate_for "$work/9a.pub" "$work/9a.pem"
    result $? "piv_tool__makes_a_key_with_9b_algorithm_$cipher"
    why 'mutual authentication, then PUT DATA in a chain of short commands'
    run piv-tool -A "M:9B:$cipher" -C 9A -i "$work/9a.pem"
    says "piv_tool__writes_a_certificate_with_9b_algorithm_$cipher" '^object 5fc105 ' \
        "$card_program" dump "$card"
}

# Holds the card in reader 1, shared, until its standard input ends. pcscd takes the power from a card
# that no program has been connected to for 5 s, and then nothing is selected any more.
readonly holder='
import ctypes, sys
pcsc, context, card, protocol = ctypes.CDLL("libpcsclite.so.1"), *(ctypes.c_long() for _ in range(3))
names, size = ctypes.create_string_buffer(4096), ctypes.c_ulong(4096)
pcsc.SCardEstablishContext(2, None, None, ctypes.byref(context))
pcsc.SCardListReaders(context, None, names, ctypes.byref(size))
code = pcsc.SCardConnect(context, names.value, 2, 3, ctypes.byref(card), ctypes.byref(protocol))
print("held" if code == 0 else code, flush=True)
sys.stdin.read()
pcsc.SCardDisconnect(card, 0)
'

# The card challenges; openssl encrypts. (OpenSC's own -A A: fails before it sends its answer.)
openssl_authenticates() {
    local challenge response held to_holder holder_pid
    coproc HOLDER { timeout "$limit" python3 -c "$holder" 2>&1; }
    to_holder=${HOLDER[1]} holder_pid=$HOLDER_PID
    read -r held <&"${HOLDER[0]}"
    [ "$held" = held ] || exit 1
    why 'external authentication, computed by openssl; the same answer is worth nothing twice'
    run opensc-tool --reader 0 --card-driver default -s 00A404000BA000000308000010000100 \
        -s 0087039B047C028100
    challenge=$(sed -n 's/^7C 0A 81 08 \(.*\) |.*/\1/p' "$work/output" | tr -d ' ')
    response=$(printf '%s' "$challenge" | xxd -r -p |
        openssl enc -des-ede3 -K "$factory_key" -nopad | xxd -p)
    says openssl__answers_the_challenge_of_9b 'SW1=0x90' \
        opensc-tool --reader 0 --card-driver default -s "0087039B0C7C0A8208$response"
    says openssl__cannot_answer_twice 'SW1=0x69, SW2=0x85' \
        opensc-tool --reader 0 --card-driver default -s "0087039B0C7C0A8208$response"
    exec {to_holder}>&-
    wait "$holder_pid"
}

opensc_uses() {
    why 'the certificate is read back'
    timeout "$limit" pkcs15-tool --read-certificate 01 2>/dev/null >"$work/read.pem"
    [ "$(openssl x509 -in "$work/read.pem" -noout -fingerprint 2>&1)" = \
        "$(openssl x509 -in "$work/9a.pem" -noout -fingerprint)" ]
    result $? opensc__reads_back_the_certificate
    says opensc__dumps_the_card 'Certificate for PIV Authentication' pkcs15-tool --dump
    why 'VERIFY, then a signature with 9A'
    timeout "$limit" pkcs11-tool --module "$opensc_module" --login --pin 123456 --sign -m ECDSA \
        --signature-format openssl --id 01 -i "$work/digest" -o "$work/signature" >"$work/output" 2>&1
    says opensc__signs_and_openssl_verifies 'Verified Successfully' \
        signature_verifies "$work/9a.pub" "$work/signature"
}

opensc_keeps_pins() {
    why 'wrong PIN, new PIN, old PIN refused, unblocked with the PUK'
    fails opensc__is_refused_a_wrong_pin pkcs15-tool --verify-pin --pin 999999
    succeeds opensc__changes_the_pin pkcs15-tool --change-pin --pin 123456 --new-pin 654321
    fails opensc__is_refused_the_old_pin pkcs15-tool --verify-pin --pin 123456
    succeeds opensc__unblocks_with_the_puk pkcs15-tool --unblock-pin --puk 12345678 --new-pin 123456
    succeeds opensc__verifies_the_new_pin pkcs15-tool --verify-pin --pin 123456
}


yubico_issues() {
    local slot
    says yubico__reads_version_and_serial 'Serial Number:.*10000042' yubico-piv-tool -a status
    says yubico__authenticates_and_writes_chuid_and_ccc 'set new CCC' \
        yubico-piv-tool -a set-chuid -a set-ccc
    says yubico__is_refused_with_a_wrong_management_key 'Failed authentication' \
        yubico-piv-tool "--key=$other_key" -a set-chuid
    for slot in 9a 9c 82; do
        why "a key in $slot"
        says "yubico__makes_a_key_in_$slot" 'generated a new private key' \
            yubico-piv-tool -a generate -s "$slot" -A ECCP256 -o "$work/$slot.pub"
        certificate_for "$work/$slot.pub" "$work/$slot.pem"
        says "yubico__writes_a_certificate_for_$slot" 'imported a new certificate' \
            yubico-piv-tool -a import-certificate -s "$slot" -i "$work/$slot.pem"
    done
    says yubico__shows_both_slots 'Slot 9c' yubico-piv-tool -a status
}

yubico_signs() {
    local slot
    why 'no PIN, no signature'
    says yubico__cannot_sign_without_the_pin 'Failed signing' \
        yubico-piv-tool -a test-signature -s 9a -i "$work/9a.pem"
    for slot in 9a 9c; do
        why "VERIFY and a signature with $slot"
        says "yubico__verifies_a_signature_of_$slot" 'Successful ECDSA verification' \
            yubico-piv-tool -a verify-pin -P 123456 -a test-signature -s $slot -i "$work/$slot.pem"
    done
    why 'attestation is refused: this card has none'
    says yubico__is_refused_attestation 'Failed to attest' yubico-piv-tool -a attest -s 9a
}

# P-384 and RSA: made, certified and used by a tool that is not ours.
yubico_makes_other_keys() {
    local kind said
    for kind in ECCP384:ECDSA RSA2048:RSA; do
        said=${kind#*:}
        kind=${kind%:*}
        says "yubico__makes_a_key_of_$kind" 'generated a new private key' \
            yubico-piv-tool -a generate -s 9a -A "$kind" -o "$work/$kind.pub"
        certificate_for "$work/$kind.pub" "$work/$kind.pem"
        says "yubico__writes_a_certificate_for_$kind" 'imported a new certificate' \
            yubico-piv-tool -a import-certificate -s 9a -i "$work/$kind.pem"
        says "yubico__verifies_a_signature_of_$kind" "Successful $said verification" \
            yubico-piv-tool -a verify-pin -P 123456 -a test-signature -s 9a -i "$work/$kind.pem"
    done
    says yubico__deciphers_with_rsa 'performed RSA decryption' \
        yubico-piv-tool -a verify-pin -P 123456 -a test-decipher -s 9a -i "$work/RSA2048.pem"
}

yubico_reads_objects() {
    why 'printed information: readable with the PIN only'
    printf 1234567890 >"$work/object"
    succeeds yubico__writes_printed_information \
        yubico-piv-tool -a write-object --id 0x5fc109 -i "$work/object" -f binary
    says yubico__cannot_read_it_without_the_pin 'Failed fetching' \
        yubico-piv-tool -a read-object --id 0x5fc109 -f binary
    says yubico__reads_it_with_the_pin '1234567890' \
        yubico-piv-tool -a verify-pin -P 123456 -a read-object --id 0x5fc109 -f binary
}

yubico_keeps_pins() {
    why 'another 9B key, another PUK, another PIN'
    says yubico__sets_the_management_key 'set new management key' \
        yubico-piv-tool -a set-mgm-key -n "$other_key"
    says yubico__is_refused_the_old_management_key 'Failed authentication' \
        yubico-piv-tool "--key=$factory_key" -a set-chuid
    says yubico__uses_the_new_management_key 'set new CHUID' \
        yubico-piv-tool "--key=$other_key" -a set-chuid
    says yubico__changes_the_puk 'changed the puk' \
        yubico-piv-tool -a change-puk -P 12345678 -N 87654321
    says yubico__unblocks_the_pin 'unblocked the pin' \
        yubico-piv-tool -a unblock-pin -P 87654321 -N 654321
    says yubico__changes_the_pin 'changed the pin' \
        yubico-piv-tool -a change-pin -P 654321 -N 111111
}

yubico_blocks_and_resets() {
    local left
    for left in 2 1; do
        says "yubico__counts_down_to_$left" "$left tries left" yubico-piv-tool -a verify-pin -P 999999
    done
    says yubico__blocks_the_pin 'blocked' yubico-piv-tool -a verify-pin -P 999999
    says yubico__is_refused_the_right_pin_when_blocked 'blocked' \
        yubico-piv-tool -a verify-pin -P 111111
    says yubico__cannot_reset_while_the_puk_works 'Reset failed' yubico-piv-tool -a reset
    for left in 2 1 0; do
        says "yubico__counts_the_puk_down_to_$left" "$left tries left" \
            yubico-piv-tool -a change-puk -P 99999999 -N 11111111
    done
    says yubico__resets_when_both_are_blocked 'reset the application' yubico-piv-tool -a reset
    says yubico__finds_a_blank_card 'CHUID:.*No data' yubico-piv-tool -a status
    why 'the tries are set; PIN and PUK go back to the factory values'
    says yubico__sets_the_tries 'retries to 5' \
        yubico-piv-tool -a verify-pin -P 123456 -a pin-retries --pin-retries 5 --puk-retries 6
}

ykcs11_signs() {
    local id slot
    for id in 01:9a 02:9c; do
        slot=${id#*:}
        why "ykcs11 signs with $slot"
        timeout "$limit" pkcs11-tool --module "$ykcs11_module" --login --pin 123456 --sign \
            -m ECDSA --signature-format openssl --id "${id%:*}" -i "$work/digest" \
            -o "$work/signature" >"$work/output" 2>&1
        says "ykcs11__signs_with_$slot" 'Verified Successfully' \
            signature_verifies "$work/$slot.pub" "$work/signature"
    done
}

# ---- faults, seen from outside ----

faults() {
    ctl fault 1 cut-after 1 >/dev/null
    fails fault__a_card_pulled_in_the_middle_is_an_error pkcs15-tool --reader 0 --dump
    says fault__and_the_reader_is_empty 'reader 1 port 35963 empty' ctl status
    ctl insert 1 "$card" >/dev/null
    timeout "$limit" opensc-tool --wait --reader 0 --atr >/dev/null 2>&1
    says fault__inserted_again_it_works 'Personal Identity' opensc-tool --reader 0 -n
    ctl fault 1 stall 1 >/dev/null
    timeout "$limit" opensc-tool --reader 0 -n >"$work/stalled" 2>&1 &
    local tool=$!
    succeeds fault__a_stall_is_announced ctl wait-stall 1
    kill -0 $tool 2>/dev/null
    result $? fault__a_stalled_card_keeps_the_tool_waiting
    succeeds fault__a_stalled_card_can_be_released ctl release 1
    wait $tool
    result $? fault__and_the_tool_goes_on
    says fault__two_readers_do_not_share_a_card 'error the card is in a reader' \
        ctl insert 2 "$card"
}

start_readers() {
    mkdir -p -- "$work/home" "$work/run"
    chmod 700 "$work/run"
    export HOME=$work/home PCSCLITE_CSOCK_NAME=$work/run/pcscd.comm
    mkfifo "$work/started"
    "$readers_program" --dir "$work/run" --die-with-parent --name 'Yubico YubiKey Virtual' -- \
        "$card_program" serve --control "$work/run/cards" >"$work/started" 2>"$work/readers.log" &
    readers=$!
    local line=
    read -r -t "$limit" line <"$work/started"
    [[ $line == ready* ]] && return
    sed 's/^/# /' "$work/readers.log" "$work/run/pcscd.log" 2>/dev/null
    printf 'not ok 1 - readers__start\n1..1\n'
    exit 1
}

no_process_left() {
    local left
    stop_readers
    result $? readers__end_with_exit_status_0
    left=$(ps -e -o pid=,args= | grep -F -- "$work/run" | grep -v -F grep)
    printf '%s\n' "$left" >"$work/output"
    [ -z "$left" ]
    result $? readers__leave_no_process
    [ ! -e "$work/run/ready" ] && [ ! -e "$work/run/pcscd.comm" ]
    result $? readers__leave_no_socket
}

start_readers
authority >"$work/output" 2>&1 || exit 1
printf 'to be signed' | openssl dgst -sha256 -binary >"$work/digest"
printf '01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08' >"$work/key24"
printf '01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08' \
    >"$work/key32"
printf '01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08' >"$work/key16"

new_card standard --model standard
opensc_reads
piv_tool_issues 03 "$work/key24"
opensc_uses
opensc_keeps_pins
openssl_authenticates
[ "${1:-}" = --record ] && record opensc "OpenSC 0.23 and a plain PIV card" standard

for cipher in aes128:08:key16 aes192:0A:key24 aes256:0C:key32; do
    IFS=: read -r name algorithm key <<<"$cipher"
    new_card "$name" --model standard --cipher "$name"
    piv_tool_issues "$algorithm" "$work/$key"
    [ "${1:-}" = --record ] && record opensc "OpenSC 0.23 and a plain PIV card with $name" "$name"
done

new_card short --model standard --without extended --cipher aes128
piv_tool_issues 08 "$work/key16"
opensc_uses

new_card vendor --model metadata --serial 10000042
yubico_issues
yubico_signs
yubico_reads_objects
ykcs11_signs
yubico_keeps_pins
yubico_blocks_and_resets
[ "${1:-}" = --record ] && record yubico "yubico-piv-tool and ykcs11 2.2.0 and a vendor's card" vendor

new_card kinds --model metadata
yubico_makes_other_keys

new_card slow --model standard
ctl timing 1 card >/dev/null
says timing__a_slow_card_works_too 'Personal Identity' opensc-tool --reader 0 -n
ctl timing 1 none >/dev/null
faults
no_process_left

printf '1..%d\n' "$number"
[ "$failed" -eq 0 ]
