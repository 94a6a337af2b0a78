/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/signer_options.h"

#include "base/text.h"
#include "port/ready_notify.h"

enum { NUMBER_DIGITS_MAX = 10, CRL_LIFE_DAYS_MAX = 3660 };

const char *signer_options_help(void)
{
    return "usage: cardwright-signer --dir DIR --socket PATH [options]\n"
           "  --dir DIR               keys, certificates, profiles and state (cardwright init)\n"
           "  --socket PATH           unix socket to answer on\n"
           "  --client-uid N          whose requests are answered, up to 4 times;\n"
           "                          without it only those of the own uid\n"
           "  --passphrase-file FILE  default: the systemd credential\n"
           "                          cardwright-signer-passphrase\n"
           "  --statements-per-hour N for each operator; default 120\n"
           "  --crl-life-days N       until the next list is due; default 7\n"
           "  --ready-fd N            write a line to descriptor N when ready\n"
           "  --help                  this text\n";
}

static bool parse_number(const char *text, uint64_t max, uint64_t *ret_number)
{
    uint64_t number = 0;
    size_t len = strlen(text);
    if (len == 0 || len > NUMBER_DIGITS_MAX || !text_is_digits(text, len)) {
        return false;
    }
    for (const char *c = text; *c != '\0'; c++) {
        number = 10 * number + (uint64_t)(*c - '0');
    }
    if (number > max) {
        return false;
    }
    *ret_number = number;
    return true;
}

static bool set_directory(struct signer_options *o, const char *value)
{
    o->directory = value;
    return value[0] != '\0';
}

static bool set_socket(struct signer_options *o, const char *value)
{
    o->socket = value;
    return value[0] != '\0';
}

static bool set_client(struct signer_options *o, const char *value)
{
    uint64_t uid;
    if (o->client_uids_count == COUNT(o->client_uids) ||
        !parse_number(value, UINT32_MAX - 1u, &uid)) {
        return false;
    }
    o->client_uids[o->client_uids_count] = (uint32_t)uid;
    o->client_uids_count++;
    return true;
}

static bool set_passphrase_file(struct signer_options *o, const char *value)
{
    return value[0] != '\0' && text_copy(o->passphrase_file, sizeof(o->passphrase_file), value);
}

static bool set_rate(struct signer_options *o, const char *value)
{
    uint64_t number;
    if (!parse_number(value, RATE_PER_HOUR_MAX, &number) || number == 0) {
        return false;
    }
    o->limits.statements_per_hour = (uint32_t)number;
    return true;
}

static bool set_crl_life(struct signer_options *o, const char *value)
{
    uint64_t number;
    if (!parse_number(value, CRL_LIFE_DAYS_MAX, &number) || number == 0) {
        return false;
    }
    o->limits.crl_life_days = (int)number;
    return true;
}

static bool set_ready_fd(struct signer_options *o, const char *value)
{
    return ready_notify_parse(value, &o->ready_fd) == STATUS_OK;
}

static const struct {
    const char *name;
    bool (*set)(struct signer_options *o, const char *value);
} table[] = {
    { "--dir", set_directory },
    { "--socket", set_socket },
    { "--client-uid", set_client },
    { "--passphrase-file", set_passphrase_file },
    { "--statements-per-hour", set_rate },
    { "--crl-life-days", set_crl_life },
    { "--ready-fd", set_ready_fd },
};

static bool set_option(struct signer_options *o, const char *name, const char *value)
{
    for (size_t i = 0; i < COUNT(table); i++) {
        if (text_equal(table[i].name, name)) {
            return value != NULL && table[i].set(o, value);
        }
    }
    return false;
}

/* What was not given: the credential, and a look at what must be there. */
static enum status finish(struct signer_options *o, const char *credentials,
                          const char **reterr_detail)
{
    if (o->directory == NULL || o->socket == NULL) {
        *reterr_detail = o->directory == NULL ? "--dir" : "--socket";
        return STATUS_USAGE;
    }
    if (o->passphrase_file[0] == '\0' &&
        (credentials == NULL || !text_format(o->passphrase_file, sizeof(o->passphrase_file),
                                             "%s/cardwright-signer-passphrase", credentials))) {
        *reterr_detail = "--passphrase-file";
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

enum status signer_options_parse(int argc, char *const argv[], const char *credentials,
                                 struct signer_options *ret_options, const char **reterr_detail)
{
    struct signer_options options = { .ready_fd = -1 };
    for (int i = 1; i < argc; i += 2) {
        if (text_equal(argv[i], "--help")) {
            *ret_options = (struct signer_options){ .help = true, .ready_fd = -1 };
            return STATUS_OK;
        }
        if (!set_option(&options, argv[i], i + 1 < argc ? argv[i + 1] : NULL)) {
            *reterr_detail = argv[i];
            return STATUS_USAGE;
        }
    }
    enum status status = finish(&options, credentials, reterr_detail);
    if (status == STATUS_OK) {
        *ret_options = options;
    }
    return status;
}
