/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "base/secret.h"
#include "cli/agent_link.h"

/* desk_options: the options that the operator's commands share, and the passcodes they ask for.
 *
 *     struct desk_options options;
 *     if (!desk_options_parse(argc, argv, DESK_CARD | DESK_PASSCODE, &options)) { usage }
 *
 * Tests: test/unit/cli/test_desk_options.c */
enum desk_option {
    DESK_CARD = 1 << 0,     /* --card TEXT */
    DESK_PROFILE = 1 << 1,  /* --profile TEXT */
    DESK_PERSON = 1 << 2,   /* --person UUID */
    DESK_REPAIR = 1 << 3,   /* --identity-check TEXT, --left-locked */
    DESK_LAST_TRY = 1 << 4, /* --use-last-try */
    DESK_PASSCODE = 1 << 5, /* --passcode-file FILE, --operator-passcode-file FILE */
    DESK_YES = 1 << 6,      /* --yes */
    DESK_WORDS = 1 << 7,    /* further words are allowed */
    DESK_PRINT = 1 << 8,    /* --print */
    DESK_CURE = 1 << 9,     /* --cure */
    DESK_RESET = 1 << 10    /* --reset */
};

struct desk_options {
    const char *agent; /* --agent PATH */
    bool json;         /* --json */
    const char *card, *profile, *person, *identity_check;
    bool left_locked, use_last_try, yes, print, cure, reset;
    const char *passcode_file, *operator_passcode_file;
    char **words;
    int words_count;
};

MUST_USE bool desk_options_parse(int argc, char **argv, unsigned allowed,
                                 struct desk_options *ret_options);
/* The line to the agent. What it answers is safe for a terminal, or exact for --json. */
MUST_USE enum status desk_options_open(const struct desk_options *options,
                                       struct agent_link *ret_link, struct fault *reterr_fault);
/* Reports and returns the exit code. */
int desk_options_fail(const struct desk_options *options, const struct fault *fault);
/* Asks for a secret and puts it into `body` as `name`; all copies of ours are wiped. */
MUST_USE enum status desk_options_add_secret(json_t *body, const char *name, const char *file,
                                             const char *prompt, bool twice);
/* For a secret that could not be had: names the file, if one was given. */
struct fault desk_options_secret_fault(enum status status, const char *file);
/* A command line that was not understood: which argument, and where help is. */
int desk_options_usage(const char *command, char **argv);
/* A question on the terminal; without one: no. */
MUST_USE bool desk_options_ask(const char *question);
/* Text of a member, "" when it is none; NULL-safe. */
const char *desk_text(const json_t *object, const char *name);
int64_t desk_number(const json_t *object, const char *name);
/* "22 Nov 2026" in UTC. */
void desk_day(int64_t at, char ret_text[16]);
