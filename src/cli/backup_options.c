/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/backup_options.h"

#include <getopt.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/secret_option.h"

enum backup_option {
    BACKUP_DIR = 256,
    BACKUP_PASSPHRASE,
    BACKUP_SIGNER_USER,
    BACKUP_SERVER_USER,
    BACKUP_LOOK,
    BACKUP_JSON
};

static const struct option table[] = {
    { "dir", required_argument, NULL, BACKUP_DIR },
    { "signer-passphrase-file", required_argument, NULL, BACKUP_PASSPHRASE },
    { "json", no_argument, NULL, BACKUP_JSON },
    { "signer-user", required_argument, NULL, BACKUP_SIGNER_USER }, /* from here on: restore */
    { "server-user", required_argument, NULL, BACKUP_SERVER_USER },
    { "look", no_argument, NULL, BACKUP_LOOK },
    { NULL, 0, NULL, 0 },
};

static bool take(struct backup_command_options *o, int option, const char *value)
{
    switch (option) {
    case BACKUP_DIR:
        o->directory = value;
        return true;
    case BACKUP_PASSPHRASE:
        o->passphrase_file = value;
        return true;
    case BACKUP_SIGNER_USER:
        o->users.signer = value;
        return true;
    case BACKUP_SERVER_USER:
        o->users.server = value;
        return true;
    case BACKUP_LOOK:
        o->look = true;
        return true;
    case BACKUP_JSON:
        o->json = true;
        return true;
    default:
        return false;
    }
}

int backup_options_parse(int argc, char **argv, const char *command,
                         struct backup_command_options *ret_options)
{
    struct backup_command_options o = { 0 };
    bool restores = text_equal(command, "restore");
    int option;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (!take(&o, option, optarg) ||
            (!restores && option > BACKUP_PASSPHRASE && option != BACKUP_JSON)) {
            return command_misuse(command, "an option is not known or incomplete");
        }
    }
    if (optind != argc - 1) {
        return command_misuse(command, "one copy is to be named");
    }
    if (o.look == (o.directory != NULL)) {
        return command_misuse(command, restores ? "either --dir or --look" : "--dir is needed");
    }
    o.copy = argv[optind];
    *ret_options = o;
    return EXIT_DONE;
}

enum status backup_options_passphrase(const struct backup_command_options *options,
                                      struct secret *ret_passphrase, struct fault *reterr_fault)
{
    const char *file = options->passphrase_file;
    enum status status =
        secret_option_read(file, "Passphrase of the signer's keys", ret_passphrase);
    if (status != STATUS_OK) {
        *reterr_fault = secret_option_fault(status, "--signer-passphrase-file", file);
    }
    return status;
}
