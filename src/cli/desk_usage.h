/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* desk_usage: usage texts of the commands in command_login.c, command_show.c, command_job.c,
 * command_init.c and command_audit_export.c, for command_list.h. */
#define COMMAND_DESK_COMMON                                                                        \
    "\n  --json           one JSON object a line, for machines"                                    \
    "\n  --agent SOCKET   the agent's socket; else $CARDWRIGHT_AGENT,"                             \
    "\n                   else $XDG_RUNTIME_DIR/cardwright/agent.sock"
#define COMMAND_PASSCODE_FILE                                                                      \
    "\n  --passcode-file FILE            instead of typing it; '-' is standard input"
#define COMMAND_OPERATOR_FILE                                                                      \
    "\n  --operator-passcode-file FILE   where policy asks for yours at each act"

#define COMMAND_DESK_USAGE "[--json] [--agent SOCKET]" COMMAND_DESK_COMMON
#define COMMAND_LOGIN_USAGE                                                                        \
    "[--profile ID|NAME] [--card TEXT] [--use-last-try] [--passcode-file FILE] [--json]"           \
    "\n  --profile        role profile, when you have several"                                     \
    "\n  --card           which card, when two are inserted: serial number or identity"            \
    "\n  --use-last-try   use the last try before the card locks" COMMAND_PASSCODE_FILE            \
        COMMAND_DESK_COMMON
#define COMMAND_SHOW_USAGE                                                                         \
    "[--person UUID] [--json]"                                                                     \
    "\n  --person         for whom a blank card would be issued" COMMAND_DESK_COMMON
#define COMMAND_DOCTOR_CARD_USAGE                                                                  \
    "[--cure] [--person UUID] [--json] [OPTIONS of the cure]"                                      \
    "\n  --cure           carry the cure out, as the command that is shown would; its options"     \
    "\n                   (--card, --identity-check, --left-locked, --reset, --use-last-try, "     \
    "--yes,"                                                                                       \
    "\n                   --passcode-file, --operator-passcode-file) are those of that command"    \
    "\n  --person         for whom a blank card would be issued" COMMAND_DESK_COMMON               \
    "\n  exit code 0 nothing is wrong (warnings are shown), 3 the card has a problem or is not "   \
    "there;"                                                                                       \
    "\n  with --cure that of the job"
#define COMMAND_FIND_USAGE "UUID | CARD NUMBER | NAME [--json]" COMMAND_DESK_COMMON
#define COMMAND_RENEW_USAGE                                                                        \
    "[--card TEXT] [--use-last-try] [--yes] [--passcode-file FILE] [--json]"                       \
    "\n  --card           refuse any other card: serial number or identity"                        \
    "\n  --use-last-try   use the last try before the card locks"                                  \
    "\n  --yes            it is the right person" COMMAND_PASSCODE_FILE COMMAND_OPERATOR_FILE      \
        COMMAND_DESK_COMMON
#define COMMAND_REPAIR_USAGE                                                                       \
    "--identity-check TEXT [--left-locked] [--card TEXT] [--yes] [--passcode-file FILE] [--json]"  \
    "\n  --identity-check  how identity was checked; it is recorded and signed"                    \
    "\n  --left-locked     set no passcode: the card is unlocked elsewhere"                        \
    "\n  --card            refuse any other card: serial number or identity"                       \
    "\n  --yes             it is the right person" COMMAND_PASSCODE_FILE COMMAND_OPERATOR_FILE     \
        COMMAND_DESK_COMMON
#define COMMAND_ISSUE_USAGE                                                                        \
    "--person UUID --identity-check TEXT [--left-locked] [--reset] [--yes] "                       \
    "[--passcode-file FILE] [--json]"                                                              \
    "\n  --person          whose card it becomes"                                                  \
    "\n  --identity-check  how identity was checked; it is recorded and signed"                    \
    "\n  --left-locked     set no passcode: the card is unlocked elsewhere"                        \
    "\n  --reset           of a card whose passcode and PUK are blocked: wipe it first."           \
    "\n                    EVERY KEY AND CERTIFICATE ON IT IS DESTROYED"                           \
    "\n  --card            refuse any other card: serial number or identity"                       \
    "\n  --yes             it is the right person" COMMAND_PASSCODE_FILE COMMAND_OPERATOR_FILE     \
        COMMAND_DESK_COMMON
#define COMMAND_TEST_USAGE                                                                         \
    "[--use-last-try] [--passcode-file FILE] [--json]"                                             \
    "\n  --use-last-try   use the last try before the card locks" COMMAND_PASSCODE_FILE            \
        COMMAND_DESK_COMMON
#define COMMAND_INIT_USAGE                                                                         \
    "--dir DIR --organisation NAME --code ODS --uuid UUID --given NAME --family NAME [OPTION ...]" \
    "\n  --host NAME, --address ADDRESS, --port N   where the server is; 127.0.0.1, 8443"          \
    "\n  --policy NAME              cis-2015 or cim-2025"                                          \
    "\n  --data DIR                 folder with policies/ and profiles/"                           \
    "\n  --title TEXT, --email TEXT of the first RA manager"                                       \
    "\n  --ra-desk TEXT, --site-it TEXT, --banner TEXT   contacts and notice"                      \
    "\n  --reader NAME              with the blank card, when several have one"                    \
    "\n  --signer-user, --server-user USER   hand the folders over to them (as root)"              \
    "\n  --signer-passphrase-file, --root-passphrase-file, --passcode-file FILE"                   \
    "\n  --valid-from TIME          start of the CAs, 2020-01-31T00:00:00Z"                        \
    "\n  --resume                   the folder is made, its first card was cut: finish the card"
#define COMMAND_AUDIT_KEYS_USAGE                                                                   \
    "--store FILE"                                                                                 \
    "\n  --store   the data base, server/cardwright.db"                                            \
    "\n  exit code 0 nothing was found, 1 a finding is listed"
#define COMMAND_AUDIT_CERTIFICATES_USAGE                                                           \
    "--store FILE [--json]"                                                                        \
    "\n  --store   the data base, server/cardwright.db"                                            \
    "\n  --json    as one JSON object"                                                             \
    "\n  exit code 0 each certificate is explained, 1 one is not, and is listed with the reason"
#define COMMAND_AUDIT_EXPORT_USAGE                                                                 \
    "--store FILE [--all]"                                                                         \
    "\n  --store   the data base, server/cardwright.db"                                            \
    "\n  --all     also what no signed checkpoint covers yet"
