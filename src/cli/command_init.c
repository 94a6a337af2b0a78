/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/desk_command.h"
#include "cli/exit_code.h"
#include "cli/report.h"
#include "cli/secret_option.h"
#include "cli/user_option.h"
#include "founding/founding_check.h"
#include "founding/founding_reader.h"
#include "policy/policy_file.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"

/* init: founds an organisation and issues the first RA manager's card, in one command. */

struct init {
    struct founding_options founding;
    struct entropy entropy;
    struct secret signer_passphrase, root_passphrase, passcode;
    const char *signer_passphrase_file, *root_passphrase_file, *passcode_file;
    const char *signer_user, *server_user, *reader, *port, *valid_from;
    bool resume; /* the folder is there; its first card was cut */
};

enum init_option {
    INIT_DIR = 256,
    INIT_DATA,
    INIT_POLICY,
    INIT_ADDRESS,
    INIT_HOST,
    INIT_PORT,
    INIT_ORGANISATION,
    INIT_CODE,
    INIT_RA_DESK,
    INIT_SITE_IT,
    INIT_BANNER,
    INIT_UUID,
    INIT_GIVEN,
    INIT_FAMILY,
    INIT_TITLE,
    INIT_EMAIL,
    INIT_SIGNER_PASSPHRASE,
    INIT_ROOT_PASSPHRASE,
    INIT_PASSCODE,
    INIT_SIGNER_USER,
    INIT_SERVER_USER,
    INIT_READER,
    INIT_VALID_FROM,
    INIT_RESUME
};

static const struct option options[] = {
    { "dir", required_argument, NULL, INIT_DIR },
    { "data", required_argument, NULL, INIT_DATA },
    { "policy", required_argument, NULL, INIT_POLICY },
    { "address", required_argument, NULL, INIT_ADDRESS },
    { "host", required_argument, NULL, INIT_HOST },
    { "port", required_argument, NULL, INIT_PORT },
    { "organisation", required_argument, NULL, INIT_ORGANISATION },
    { "code", required_argument, NULL, INIT_CODE },
    { "ra-desk", required_argument, NULL, INIT_RA_DESK },
    { "site-it", required_argument, NULL, INIT_SITE_IT },
    { "banner", required_argument, NULL, INIT_BANNER },
    { "uuid", required_argument, NULL, INIT_UUID },
    { "given", required_argument, NULL, INIT_GIVEN },
    { "family", required_argument, NULL, INIT_FAMILY },
    { "title", required_argument, NULL, INIT_TITLE },
    { "email", required_argument, NULL, INIT_EMAIL },
    { "signer-passphrase-file", required_argument, NULL, INIT_SIGNER_PASSPHRASE },
    { "root-passphrase-file", required_argument, NULL, INIT_ROOT_PASSPHRASE },
    { "passcode-file", required_argument, NULL, INIT_PASSCODE },
    { "signer-user", required_argument, NULL, INIT_SIGNER_USER },
    { "server-user", required_argument, NULL, INIT_SERVER_USER },
    { "reader", required_argument, NULL, INIT_READER },
    { "valid-from", required_argument, NULL, INIT_VALID_FROM },
    { "resume", no_argument, NULL, INIT_RESUME },
    { NULL, 0, NULL, 0 },
};

static const char **place_of(struct init *init, int option)
{
    struct founding_options *founding = &init->founding;
    switch (option) {
    case INIT_DIR:
        return &founding->directory;
    case INIT_DATA:
        return &founding->data;
    case INIT_POLICY:
        return &founding->policy;
    case INIT_ADDRESS:
        return &founding->address;
    case INIT_HOST:
        return &founding->host;
    case INIT_PORT:
        return &init->port;
    case INIT_ORGANISATION:
        return &founding->organisation_name;
    case INIT_CODE:
        return &founding->organisation_code;
    case INIT_RA_DESK:
        return &founding->ra_desk;
    case INIT_SITE_IT:
        return &founding->site_it;
    case INIT_BANNER:
        return &founding->banner;
    case INIT_UUID:
        return &founding->manager.uuid;
    case INIT_GIVEN:
        return &founding->manager.given;
    case INIT_FAMILY:
        return &founding->manager.family;
    case INIT_TITLE:
        return &founding->manager.title;
    case INIT_EMAIL:
        return &founding->manager.email;
    case INIT_SIGNER_PASSPHRASE:
        return &init->signer_passphrase_file;
    case INIT_ROOT_PASSPHRASE:
        return &init->root_passphrase_file;
    case INIT_PASSCODE:
        return &init->passcode_file;
    case INIT_SIGNER_USER:
        return &init->signer_user;
    case INIT_SERVER_USER:
        return &init->server_user;
    case INIT_READER:
        return &init->reader;
    case INIT_VALID_FROM:
        return &init->valid_from;
    default:
        return NULL;
    }
}

static int usage(const char *what)
{
    return report_status(STATUS_USAGE, what);
}

static int take_users(struct init *init)
{
    const char *wrong = NULL;
    const struct user_option given = { init->signer_user, init->server_user };
    struct user_option_ids ids = { 0 };
    if (!user_option_take(&given, &ids, &wrong)) {
        return usage(wrong);
    }
    init->founding.set_owners = ids.given;
    init->founding.signer_uid = ids.signer_uid;
    init->founding.signer_gid = ids.signer_gid;
    init->founding.server_uid = ids.server_uid;
    init->founding.server_gid = ids.server_gid;
    return EXIT_DONE;
}

static int take_numbers(struct init *init)
{
    char *end;
    long port = strtol(init->port, &end, 10);
    if (*end != '\0' || port < 1 || port > 65535) {
        return usage("--port");
    }
    init->founding.port = (int)port;
    if (init->valid_from != NULL && !instant_parse(init->valid_from, &init->founding.not_before)) {
        return usage("--valid-from: 2020-01-31T00:00:00Z");
    }
    if (!text_is_digits(init->founding.manager.uuid, 12)) {
        return usage("--uuid: the 12 digits on the card");
    }
    return EXIT_DONE;
}

static int parse(int argc, char **argv, struct init *init)
{
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == INIT_RESUME) {
            init->resume = true;
            continue;
        }
        const char **place = place_of(init, option);
        if (place == NULL) {
            return usage("init");
        }
        *place = optarg;
    }
    const struct founding_options *founding = &init->founding;
    if (optind != argc || founding->directory == NULL || founding->organisation_name == NULL ||
        founding->organisation_code == NULL || founding->manager.uuid == NULL ||
        founding->manager.given == NULL || founding->manager.family == NULL) {
        return usage("--dir, --organisation, --code, --uuid, --given and --family are needed");
    }
    int code = take_numbers(init);
    return code == EXIT_DONE ? take_users(init) : code;
}

static enum status read_secrets(struct init *init, struct fault *reterr_fault)
{
    const struct {
        const char *option, *file, *prompt;
        struct secret *secret;
        bool is_needed;
    } secrets[] = {
        { "--signer-passphrase-file", init->signer_passphrase_file,
          "Passphrase of the signer's keys", &init->signer_passphrase, true },
        { "--root-passphrase-file", init->root_passphrase_file,
          "Passphrase of the root key, to be kept apart", &init->root_passphrase, !init->resume },
        { "--passcode-file", init->passcode_file, "Passcode of the first card", &init->passcode,
          true },
    };
    for (size_t i = 0; i < COUNT(secrets); i++) {
        enum status status =
            !secrets[i].is_needed
                ? STATUS_OK
                : secret_option_read_twice(secrets[i].file, secrets[i].prompt, secrets[i].secret);
        if (status != STATUS_OK) {
            *reterr_fault = secret_option_fault(status, secrets[i].option, secrets[i].file);
            return status;
        }
    }
    return STATUS_OK;
}

static enum status issue_first_card(struct init *init, struct founding_opened *opened,
                                    struct fault *reterr_fault)
{
    struct founding_reader reader;
    char origin[FOUNDING_ORIGIN_MAX];
    if (!founding_origin(&init->founding, origin)) {
        *reterr_fault = fault_of(STATUS_BAD_VALUE, init->founding.host);
        return STATUS_BAD_VALUE;
    }
    enum status status = founding_reader_open(init->reader, &reader, reterr_fault);
    if (status != STATUS_OK) {
        return status;
    }
    printf("first card  for %s %s, in %s\n", init->founding.manager.given,
           init->founding.manager.family, reader.name);
    const struct founding_issue_options issue = { .store = opened->store,
                                                  .signer = &opened->signer,
                                                  .entropy = init->founding.entropy,
                                                  .card = &reader.card,
                                                  .person = init->founding.manager.uuid,
                                                  .origin = origin,
                                                  .label = init->founding.manager.uuid,
                                                  .passcode = &init->passcode,
                                                  .journalled = true,
                                                  .key_type = KEY_TYPE_P256,
                                                  .now = init->founding.now };
    status = founding_issue(&issue, reterr_fault);
    founding_reader_close(&reader);
    return status;
}

/* What can be wrong with passcode, reader and card is found before anything is made. */
static enum status check_first_card(struct init *init, struct fault *reterr_fault)
{
    struct founding_reader reader;
    enum status status = founding_reader_open(init->reader, &reader, reterr_fault);
    if (status == STATUS_OK) {
        status = founding_issue_check(&reader.card, &init->passcode, init->founding.entropy,
                                      reterr_fault);
        founding_reader_close(&reader);
    }
    return status;
}

static enum status make_folder(struct init *init, struct fault *reterr_fault)
{
    enum status status = check_first_card(init, reterr_fault);
    if (status == STATUS_OK) {
        status = founding_create(&init->founding, reterr_fault);
    }
    if (status == STATUS_PLACE_TAKEN) {
        *reterr_fault = fault_of(STATUS_BAD_VALUE,
                                 "the folder was founded before; take another one, or --resume");
        status = STATUS_BAD_VALUE;
    }
    if (status == STATUS_OK) {
        printf("keys        root, two issuing CAs, audit, server: in %s\n",
               init->founding.directory);
    }
    return status;
}

static enum status found(struct init *init, struct fault *reterr_fault)
{
    static struct founding_opened opened;
    enum status status = init->resume ? STATUS_OK : make_folder(init, reterr_fault);
    if (status == STATUS_OK) {
        status = founding_open(&init->founding, &opened, reterr_fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = issue_first_card(init, &opened, reterr_fault);
    if (status != STATUS_OK) {
        init->founding.set_owners = false; /* a further call goes on with it */
        fprintf(stderr, "cardwright: the folder is made; say 'init' again with --resume\n");
    }
    enum status closed = founding_close(&init->founding, &opened);
    if (status == STATUS_OK && closed != STATUS_OK) {
        *reterr_fault = fault_of(closed, "signer state");
    }
    return status == STATUS_OK ? closed : status;
}

static void set_defaults(struct init *init)
{
    init->entropy = entropy_read_system();
    init->port = "8443";
    init->founding = (struct founding_options){ .data = CARDWRIGHT_DATA,
                                                .policy = "cis-2015",
                                                .address = "127.0.0.1",
                                                .host = "127.0.0.1",
                                                .ra_desk = "the RA desk",
                                                .site_it = "the site's IT desk",
                                                .banner = "",
                                                .manager = { .title = "", .email = "" },
                                                .signer_passphrase = &init->signer_passphrase,
                                                .root_passphrase = &init->root_passphrase,
                                                .now = clock_read_now(),
                                                .entropy = &init->entropy };
}

int command_init(int argc, char **argv)
{
    static struct init init;
    struct fault fault = fault_of(STATUS_OK, "");
    set_defaults(&init);
    int code = parse(argc, argv, &init);
    if (code != EXIT_DONE) {
        return code;
    }
    enum status status = founding_check(&init.founding, &fault);
    if (status == STATUS_OK) {
        status = read_secrets(&init, &fault);
    }
    if (status == STATUS_OK) {
        status = found(&init, &fault);
    }
    secret_wipe(&init.signer_passphrase);
    secret_wipe(&init.root_passphrase);
    secret_wipe(&init.passcode);
    if (status != STATUS_OK) {
        struct report_style style = report_style_of(stderr, false);
        return report_fault(&fault, NULL, &style);
    }
    printf("done        take %s/root-key.pem away: no program needs it again\n",
           init.founding.directory);
    return EXIT_DONE;
}
