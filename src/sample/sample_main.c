/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"
#include "port/file_read.h"
#include "port/file_write.h"
#include "port/log_write.h"
#include "sample/avatar.h"
#include "sample/sample_card.h"
#include "sample/sample_due.h"
#include "sample/sample_list.h"

/* cardwright-sample: fills a freshly founded organisation with made-up people and virtual cards;
 * `--due N`: and with N people more whose cards are due (files due-001.card and so on).
 * `--list FILE` alone: writes what there is to know of the cards, and makes none.
 * A tool for demos and tests; it never touches a reader. */

struct sample {
    struct founding_options founding;
    struct sample_card_options cards;
    struct secret signer_passphrase, passcode;
    struct entropy entropy;
    const char *passphrase_file, *passcode_file, *due_text, *list;
    unsigned due;
};

static enum status put_organisation(struct store *store, const struct sample_organisation *from)
{
    struct organisation_record record = { 0 };
    bool fits = text_copy(record.code, sizeof(record.code), from->code) &&
                text_copy(record.name, sizeof(record.name), from->name) &&
                text_copy(record.parent_code, sizeof(record.parent_code), from->parent);
    return fits ? store_organisation_put(store, &record) : STATUS_BAD_VALUE;
}

static enum status put_person(struct store *store, const struct sample_person *from, instant now)
{
    struct person_record record = { .updated_at = now };
    uint8_t memory[2048];
    struct buf svg = BUF(memory);
    bool fits = text_copy(record.uuid, sizeof(record.uuid), from->uuid) &&
                text_copy(record.given, sizeof(record.given), from->given) &&
                text_copy(record.family, sizeof(record.family), from->family) &&
                text_copy(record.title, sizeof(record.title), from->title) &&
                text_copy(record.org_code, sizeof(record.org_code), from->org) &&
                avatar_draw(from->look, &svg);
    if (!fits) {
        return STATUS_BAD_VALUE;
    }
    enum status status = store_person_put(store, &record);
    return status == STATUS_OK
               ? store_person_photo_put(store, from->uuid, "image/svg+xml", buf_span(&svg))
               : status;
}

static enum status put_profile(struct store *store, const struct sample_profile *from)
{
    struct profile_record record = { 0 };
    bool fits = text_copy(record.id, sizeof(record.id), from->id) &&
                text_copy(record.person_uuid, sizeof(record.person_uuid), from->person) &&
                text_copy(record.job_role, sizeof(record.job_role), from->job_role) &&
                text_copy(record.role_name, sizeof(record.role_name), from->role_name) &&
                text_copy(record.activities, sizeof(record.activities), from->activities) &&
                text_copy(record.org_code, sizeof(record.org_code), from->org);
    return fits ? store_profile_put(store, &record) : STATUS_BAD_VALUE;
}

static enum status put_due(struct store *store, const struct sample *sample)
{
    struct sample_due due;
    enum status status = STATUS_OK;
    for (unsigned i = 1; i <= sample->due && status == STATUS_OK; i++) {
        sample_due_make(i, &due);
        status = put_person(store, &due.person, sample->founding.now);
    }
    return status;
}

static enum status put_records(struct store *store, const struct sample *sample)
{
    enum status status = store_begin(store);
    for (size_t i = 0; i < sample_organisations_count && status == STATUS_OK; i++) {
        status = put_organisation(store, &sample_organisations[i]);
    }
    for (size_t i = 0; i < sample_people_count && status == STATUS_OK; i++) {
        status = put_person(store, &sample_people[i], sample->founding.now);
    }
    if (status == STATUS_OK) {
        status = put_due(store, sample);
    }
    for (size_t i = 0; i < sample_profiles_count && status == STATUS_OK; i++) {
        status = put_profile(store, &sample_profiles[i]);
    }
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    return store_commit(store);
}

static enum status make_cards(const struct sample *sample, struct fault *reterr_fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sample_people_count && status == STATUS_OK; i++) {
        if (sample_people[i].condition != SAMPLE_NO_CARD) {
            status = sample_card_make(&sample->cards, &sample_people[i], reterr_fault);
        }
    }
    for (unsigned i = 1; i <= sample->due && status == STATUS_OK; i++) {
        struct sample_due due;
        sample_due_make(i, &due);
        status = sample_card_make(&sample->cards, &due.person, reterr_fault);
    }
    return status;
}

static enum status read_line(const char *path, struct secret *ret_secret)
{
    struct buf bytes = buf_of(ret_secret->bytes, sizeof(ret_secret->bytes));
    enum status status = file_read_secret(path, &bytes);
    ret_secret->len = bytes.len;
    while (ret_secret->len > 0 && ret_secret->bytes[ret_secret->len - 1] == '\n') {
        ret_secret->len--;
    }
    return status;
}

static enum status run(struct sample *sample, struct fault *reterr_fault)
{
    static struct founding_opened opened;
    enum status status = read_line(sample->passphrase_file, &sample->signer_passphrase);
    if (status == STATUS_OK) {
        status = read_line(sample->passcode_file, &sample->passcode);
    }
    if (status == STATUS_OK) {
        status = file_write_private_directory(sample->cards.folder);
    }
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, sample->passphrase_file);
        return status;
    }
    sample->entropy = entropy_read_system();
    sample->founding.entropy = &sample->entropy;
    sample->founding.signer_passphrase = &sample->signer_passphrase;
    sample->founding.now = clock_read_now();
    status = founding_open(&sample->founding, &opened, reterr_fault);
    if (status != STATUS_OK) {
        return status;
    }
    sample->cards.opened = &opened;
    sample->cards.founding = &sample->founding;
    sample->cards.passcode = &sample->passcode;
    status = put_records(opened.store, sample);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, store_failure(opened.store));
    } else {
        status = make_cards(sample, reterr_fault);
    }
    enum status closed = founding_close(&sample->founding, &opened);
    return status == STATUS_OK ? closed : status;
}

static int usage(void)
{
    log_write(LOG_LEVEL_ERROR,
              "usage: cardwright-sample --dir DIR --cards DIR --origin URL "
              "--signer-passphrase-file FILE --passcode-file FILE [--due N]; "
              "cardwright-sample --list FILE",
              LOG_NO_FIELDS);
    return 2;
}

static int list(const char *path)
{
    struct fault fault = fault_of(sample_list_write(path), path);
    if (fault.status != STATUS_OK) {
        log_write_fault(LOG_LEVEL_ERROR, "list not written", &fault);
    }
    return fault.status == STATUS_OK ? 0 : 1;
}

static bool take_due(struct sample *sample)
{
    char *end = NULL;
    if (sample->due_text == NULL) {
        return true;
    }
    unsigned long due = strtoul(sample->due_text, &end, 10);
    sample->due = (unsigned)due;
    return sample->due_text[0] != '-' && end != sample->due_text && *end == '\0' &&
           due <= SAMPLE_DUE_MAX;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "dir", required_argument, NULL, 'd' },
        { "cards", required_argument, NULL, 'c' },
        { "origin", required_argument, NULL, 'o' },
        { "signer-passphrase-file", required_argument, NULL, 's' },
        { "passcode-file", required_argument, NULL, 'p' },
        { "due", required_argument, NULL, 'n' },
        { "list", required_argument, NULL, 'l' },
        { NULL, 0, NULL, 0 },
    };
    static struct sample sample;
    struct fault fault = fault_of(STATUS_OK, "");
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const char **place = option == 'd'   ? &sample.founding.directory
                             : option == 'c' ? &sample.cards.folder
                             : option == 'o' ? &sample.cards.origin
                             : option == 's' ? &sample.passphrase_file
                             : option == 'p' ? &sample.passcode_file
                             : option == 'n' ? &sample.due_text
                             : option == 'l' ? &sample.list
                                             : NULL;
        if (place == NULL) {
            return usage();
        }
        *place = optarg;
    }
    if (sample.list != NULL) {
        return optind == argc ? list(sample.list) : usage();
    }
    if (sample.founding.directory == NULL || sample.cards.folder == NULL ||
        sample.cards.origin == NULL || sample.passphrase_file == NULL ||
        sample.passcode_file == NULL || optind != argc || !take_due(&sample)) {
        return usage();
    }
    enum status status = run(&sample, &fault);
    secret_wipe(&sample.signer_passphrase);
    secret_wipe(&sample.passcode);
    if (status != STATUS_OK) {
        log_write_fault(LOG_LEVEL_ERROR, "sample organisation not made", &fault);
        return 1;
    }
    return 0;
}
