#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Certificates and revocation lists before the eyes of two programs that are not ours, and both kinds of leaf
# compared with their golden text.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
emitter=${CARDWRIGHT_BUILD:-$root/build/check/asan}/test/unit/ca/emit_certificates
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
at=1790300000 # 2026-09-25, after the revocations

fail() {
    echo "# $*"
    failed=$((failed + 1))
}

# One result for all that was looked at since the last one.
number=0
section() {
    number=$((number + 1))
    if [ $failed -eq 0 ]; then echo "ok $number - $*"; else echo "not ok $number - $*"; fi
    failed=0
}
echo 1..6

"$emitter" "$dir" "$root/data/profiles/authentication.json" "$root/data/profiles/content-signing.json"
cd "$dir"

# verify CA LEAF: with lists, as strictly as openssl can
verify() {
    openssl verify -x509_strict -crl_check_all -attime $at -policy_check -CAfile root.pem -untrusted "$1-ca.pem" \
        -CRLfile root-crl.pem -CRLfile "$1-crl.pem" "$2" 2>&1
}

for kind in authentication:9a signing:9c; do
    ca=${kind%:*}
    slot=${kind#*:}
    for i in 0 1 2 3; do
        leaf=leaf-$slot-$i.pem
        case $i in
        0 | 2) verify "$ca" "$leaf" | grep -q "^$leaf: OK" || fail "$leaf does not verify" ;;
        *) verify "$ca" "$leaf" | grep -q 'certificate revoked' || fail "$leaf is not revoked" ;;
        esac
        size=$(openssl x509 -in "$leaf" -outform DER | wc -c)
        [ "$size" -le 2048 ] || fail "$leaf has $size bytes"
    done
done
for leaf in audit server; do
    verify authentication $leaf.pem | grep -q "^$leaf.pem: OK" || fail "$leaf.pem does not verify"
done
section "openssl verifies every certificate with its list, and refuses the revoked ones"

# The other CA must not do, nor the right one without its list.
verify signing leaf-9a-0.pem | grep -q ': OK' && fail "a leaf verifies under the wrong CA"
openssl verify -crl_check_all -attime $at -CAfile root.pem -untrusted authentication-ca.pem -CRLfile root-crl.pem \
    leaf-9a-0.pem >/dev/null 2>&1 && fail "a leaf verifies without the list of its CA"
section "no certificate verifies under another CA or without the list"

# Purposes.
openssl verify -purpose sslserver -verify_hostname localhost -attime $at -CAfile root.pem -untrusted authentication-ca.pem \
    server.pem >/dev/null || fail "the server's certificate does not serve localhost"
openssl verify -purpose sslserver -verify_ip ::1 -attime $at -CAfile root.pem -untrusted authentication-ca.pem \
    server.pem >/dev/null || fail "the server's certificate does not serve ::1"
openssl verify -purpose sslserver -verify_hostname other -attime $at -CAfile root.pem -untrusted authentication-ca.pem \
    server.pem >/dev/null 2>&1 && fail "the server's certificate serves any name"
openssl verify -purpose sslclient -attime $at -CAfile root.pem -untrusted authentication-ca.pem leaf-9a-0.pem \
    >/dev/null || fail "the authentication leaf does not authenticate"
openssl verify -purpose sslclient -attime $at -CAfile root.pem -untrusted signing-ca.pem leaf-9c-0.pem \
    >/dev/null 2>&1 && fail "the signing leaf authenticates"
section "each certificate serves its purpose and no other"

# GnuTLS reads and verifies the same. It knows no other time than now, so it gets a set that began lately.
mkdir now
"$emitter" now "$root/data/profiles/authentication.json" "$root/data/profiles/content-signing.json" \
    "$(date -u -d '5 days ago' +%Y-%m-%dT%H:%M:%SZ)"
for kind in authentication:9a signing:9c; do
    for i in 0 1 2 3; do
        leaf=now/leaf-${kind#*:}-$i.pem
        cat "$leaf" "now/${kind%:*}-ca.pem" now/root.pem >chain.pem
        certtool --verify-chain --infile chain.pem >certtool.txt 2>&1 || :
        grep -q 'Chain verification output: Verified' certtool.txt || fail "certtool: $leaf: $(tail -1 certtool.txt)"
        certtool -i --infile "$leaf" >/dev/null 2>&1 || fail "certtool cannot read $leaf"
    done
    certtool --verify-crl --load-ca-certificate "now/${kind%:*}-ca.pem" --infile "now/${kind%:*}-crl.pem" \
        >certtool.txt 2>&1 || :
    grep -q 'Verification output: Verified' certtool.txt || fail "certtool: ${kind%:*}-crl.pem"
done
section "GnuTLS agrees"

# Golden text of both leafs: all but key identifiers of the CA's key stays the same; the signature changes.
for slot in 9a 9c; do
    openssl x509 -in leaf-$slot-0.pem -noout -text -nameopt RFC2253,-esc_msb,utf8 -certopt no_sigdump >leaf-$slot.txt
    diff -u "$root/test/golden/leaf-$slot.txt" leaf-$slot.txt >&2 || fail "golden text of $slot"
    section "certificate $slot is what its golden text says"
done
