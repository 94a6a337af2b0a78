/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/exit_code.h"

/* Statuses whose class alone would say something else to a script. */
static const struct {
    enum status status;
    enum exit_code code;
} exceptions[] = {
    { STATUS_SESSION_MISSING, EXIT_LOGIN }, { STATUS_SESSION_EXPIRED, EXIT_LOGIN },
    { STATUS_SESSION_ENDED, EXIT_LOGIN },   { STATUS_ROLE_ENDED, EXIT_LOGIN },
    { STATUS_NOT_FOUND, EXIT_REFUSED },     { STATUS_JOB_UNKNOWN, EXIT_REFUSED },
    { STATUS_STORE_VERSION, EXIT_REFUSED }, { STATUS_CARD_OWN, EXIT_CARD },
    { STATUS_READER_NONE, EXIT_CARD },      { STATUS_READER_SECOND, EXIT_CARD },
    { STATUS_READER_SERVICE, EXIT_CARD },
};

static enum exit_code code_of_class(const struct status_entry *entry)
{
    switch (entry->class) {
    case CLASS_OK:
        return EXIT_DONE;
    case CLASS_INPUT:
        return EXIT_USAGE;
    case CLASS_DENIED:
        return EXIT_REFUSED;
    case CLASS_CARD:
        return EXIT_CARD;
    case CLASS_BLOCKED:
        return EXIT_RETRY;
    case CLASS_CONFLICT:
    case CLASS_PEER:
    case CLASS_IO:
    case CLASS_LIMIT:
        return entry->retry ? EXIT_RETRY : EXIT_REFUSED;
    default:
        return EXIT_INTERNAL;
    }
}

enum exit_code exit_code_of(enum status status)
{
    for (size_t i = 0; i < COUNT(exceptions); i++) {
        if (exceptions[i].status == status) {
            return exceptions[i].code;
        }
    }
    return code_of_class(status_entry(status));
}

const char *exit_code_text(enum exit_code code)
{
    static const char *const texts[] = {
        [EXIT_DONE] = "done, or the answer is yes",
        [EXIT_REFUSED] = "refused, or the answer is no; trying again changes nothing",
        [EXIT_USAGE] = "the command line, a value or a file was not understood",
        [EXIT_CARD] = "a card or reader is missing, is another one, or did not do as asked",
        [EXIT_LOGIN] = "nobody is logged in, or the session is over",
        [EXIT_RETRY] = "something is not there now; try again later",
        [EXIT_INTERNAL] = "a failure of the program itself",
    };
    return (unsigned)code < COUNT(texts) ? texts[code] : NULL;
}
