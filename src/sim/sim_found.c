/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_found.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"
#include "port/file_write.h"
#include "sample/sample_card.h"
#include "server/server.h"
#include "sim/sim_act.h"
#include "sim/sim_desk.h"
#include "sim/sim_disk.h"
#include "sim/sim_maker.h"
#include "sim/sim_reader.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"
#include "vcardd/card_file.h"

#define ORIGIN "https://127.0.0.1:8443"

/* Certificates live 730 days: 700 days ago is due, 760 expired. */
static const struct sample_person people[] = {
    { "op-1", "900000000017", "Margaret", "Okafor", "Dr", "ZW1", 100, SAMPLE_GOOD, "metadata",
      10000001, "RA manager", 0 },
    { "op-2", "900000000025", "Tom", "Adeyemi", "Mr", "ZW1", 120, SAMPLE_GOOD, "standard", 0,
      "RA agent", 0 },
    { "due-1", "900000000066", "Aisha", "Khan", "Dr", "ZW1", 700, SAMPLE_GOOD, "metadata", 10000006,
      "", 0 },
    { "due-2", "900000000140", "Isla", "Novak", "Dr", "ZW1", 690, SAMPLE_GOOD, "standard", 0, "",
      0 },
    { "due-3", "900000000165", "Kate", "Wood", "Ms", "ZW1", 680, SAMPLE_GOOD, "move", 10000016, "",
      0 },
    { "old-1", "900000000074", "Ben", "Carter", "Mr", "ZW1", 760, SAMPLE_GOOD, "metadata", 10000007,
      "", 0 },
    { "old-2", "900000000157", "Jack", "Brown", "Mr", "ZW1", 800, SAMPLE_GOOD, "standard", 0, "",
      0 },
    { "old-3", "900000000173", "Liam", "Ward", "Mr", "ZW1", 780, SAMPLE_GOOD, "move", 10000017, "",
      0 },
    { "locked", "900000000090", "Daniel", "Osei", "Dr", "ZW2", 300, SAMPLE_LOCKED, "metadata",
      10000009, "", 0 },
    { "blank-1", "900000000132", "Harry", "Singh", "Mr", "ZW1", 0, SAMPLE_BLANK, "metadata",
      10000013, "", 0 },
    { "blank-2", "900000000181", "Mia", "Jones", "Ms", "ZW1", 0, SAMPLE_BLANK, "move", 10000018, "",
      0 },
    { "blank-3", "900000000199", "Noah", "Patel", "Mr", "ZW1", 0, SAMPLE_BLANK, "standard", 0, "",
      0 },
    { "sponsor", "900000000033", "Priya", "Nair", "Ms", "ZW1", 90, SAMPLE_GOOD, "metadata",
      10000003, "Sponsor: may only renew", 0 },
    { "second", "900000000017", "Margaret", "Okafor", "Dr", "ZW1", 760, SAMPLE_GOOD, "metadata",
      10000021, "another card of the RA manager's", 0 },
    { "stolen", "900000000041", "Hannah", "Lewis", "Mrs", "ZW1", 200, SAMPLE_GOOD, "metadata",
      10000004, "RA agent; her card was stolen", 0 },
    { "due-4", "900000000207", "Olga", "Reid", "Ms", "ZW2", 695, SAMPLE_GOOD, "metadata", 10000020,
      "", 0 },
    { "attests", "900000000215", "Paul", "Quinn", "Mr", "ZW1", 710, SAMPLE_GOOD, "metadata",
      10000022, "", 0 },
    { "blank-4", "900000000223", "Rosa", "Silva", "Ms", "ZW1", 0, SAMPLE_BLANK, "metadata",
      10000023, "", 0 },
    { "blank-5", "900000000231", "Sam", "Tate", "Mr", "ZW1", 0, SAMPLE_BLANK, "move", 10000024, "",
      0 },
};
enum {
    OPERATORS = 2,
    LOCAL = 1,
    DUE = 3,
    BLANK = 11,
    SPONSOR = 12,
    STOLEN = 14,
    ATTESTS = 16,
    OLDER = 17
};

static const struct profile_record profiles[] = {
    { .id = "900000001015",
      .person_uuid = "900000000025",
      .job_role = "R5090",
      .role_name = "RA Agent",
      .activities = "B0274",
      .org_code = "ZW1" },
    { .id = "900000001023",
      .person_uuid = "900000000033",
      .job_role = "R5090",
      .role_name = "Sponsor",
      .activities = "B1300",
      .org_code = "ZW1" },
    { .id = "900000001049",
      .person_uuid = "900000000041",
      .job_role = "R5090",
      .role_name = "RA Agent",
      .activities = "B0274",
      .org_code = "ZW1" },
};

static const char passcode[] = "13572468";

enum { POLICY_MAX = 64 * 1024 };

struct making {
    struct entropy entropy;
    struct secret signer_passphrase, root_passphrase, passcode;
    struct founding_options founding;
    struct founding_opened opened;
    struct fault fault;
};

static bool failed(const struct making *m, enum status status, const char *what)
{
    if (status != STATUS_OK) {
        sim_story_break("setup", "%s: %s %s", what, status_entry(status)->name, m->fault.detail);
    }
    return status != STATUS_OK;
}

static void set_options(struct making *m, const char *data, const char *folder)
{
    m->entropy = entropy_read_system();
    REQUIRE(secret_set(&m->signer_passphrase, SPAN_TEXT("a passphrase of the signer")));
    REQUIRE(secret_set(&m->root_passphrase, SPAN_TEXT("a passphrase of the root")));
    REQUIRE(secret_set(&m->passcode, SPAN_TEXT(passcode)));
    m->founding = (struct founding_options){ .directory = folder,
                                             .data = data,
                                             .policy = "cis-2015",
                                             .address = "127.0.0.1",
                                             .host = "127.0.0.1",
                                             .port = 8443,
                                             .organisation_name = "Wellside Hospitals",
                                             .organisation_code = "ZW1",
                                             .ra_desk = "the RA desk",
                                             .site_it = "the site's IT desk",
                                             .banner = "",
                                             .manager = { .uuid = people[0].uuid,
                                                          .given = people[0].given,
                                                          .family = people[0].family,
                                                          .title = "Dr",
                                                          .email = "" },
                                             .signer_passphrase = &m->signer_passphrase,
                                             .root_passphrase = &m->root_passphrase,
                                             .now = clock_read_now(),
                                             .not_before = clock_read_now() - 900 * SECONDS_PER_DAY,
                                             .entropy = &m->entropy };
}

/* An organisation below, whose people an RA agent does not reach. */
static enum status put_practice(struct store *store)
{
    static const char wide[] = "\"ra_agent\": \"own_and_children\"";
    static const char narrow[] = "\"ra_agent\": \"own\"             ";
    static const struct organisation_record practice = { .code = "ZW2",
                                                         .name = "Wellside Practice",
                                                         .parent_code = SIM_FOUND_ORGANISATION };
    static uint8_t memory[POLICY_MAX];
    struct buf text = BUF(memory);
    uint8_t *at = NULL;
    enum status status = store_setting_get(store, "policy", &text);
    while ((at = memmem(text.ptr, text.len, wide, sizeof(wide) - 1)) != NULL) {
        memcpy(at, narrow, sizeof(narrow) - 1);
    }
    if (status == STATUS_OK) {
        status = store_setting_put(store, "policy", buf_span(&text));
    }
    return status == STATUS_OK ? store_organisation_put(store, &practice) : status;
}

static enum status put_people(struct making *m)
{
    enum status status = store_begin(m->opened.store);
    if (status == STATUS_OK) {
        status = put_practice(m->opened.store);
    }
    for (size_t i = 1; i < COUNT(people) && status == STATUS_OK; i++) {
        struct person_record record = { .updated_at = m->founding.now };
        text_take(record.uuid, sizeof(record.uuid), people[i].uuid);
        text_take(record.given, sizeof(record.given), people[i].given);
        text_take(record.family, sizeof(record.family), people[i].family);
        text_take(record.org_code, sizeof(record.org_code), people[i].org);
        status = store_person_put(m->opened.store, &record);
    }
    for (size_t i = 0; i < COUNT(profiles) && status == STATUS_OK; i++) {
        status = store_profile_put(m->opened.store, &profiles[i]);
    }
    return status == STATUS_OK ? store_commit(m->opened.store) : status;
}

/* An operator's passcode is nobody else's, so that it can be told who is shown it (I8). */
static void take_passcode(struct sim_card *card, size_t index)
{
    text_take(card->passcode, sizeof(card->passcode), card->is_blank ? "" : passcode);
    if (card->is_operator) {
        REQUIRE(text_format(card->passcode, sizeof(card->passcode), "8642%04zu", 9750 + index));
        memcpy(card->card.memory.pin.bytes, card->passcode, sizeof(card->passcode) - 1);
        sim_story_secret(card->passcode);
    }
}

/* Before 5.3 that maker's cards did not tell what they know of their keys. */
static void make_older(struct vcard_options *options)
{
    static const uint8_t version[] = { 5, 2, 7 };
    options->features &= ~(uint32_t)VCARD_FEATURE_METADATA;
    memcpy(options->version, version, sizeof(version));
}

static bool load_card(const char *folder, size_t index)
{
    char path[512];
    const struct sample_person *person = &people[index];
    struct sim_card *card = sim_reader_card(sim_reader_card_add());
    REQUIRE(text_format(card->name, sizeof(card->name), "%s %s", person->given, person->family));
    text_take(card->person, sizeof(card->person), person->uuid);
    card->is_operator = index < OPERATORS || index == SPONSOR;
    card->is_local = index == LOCAL;
    card->is_sponsor = index == SPONSOR;
    card->is_stolen = index == STOLEN;
    card->is_blank = person->condition == SAMPLE_BLANK;
    bool good = text_format(path, sizeof(path), "%s/cards/%s.card", folder, person->file) &&
                card_file_load(path, &card->card) == STATUS_OK &&
                (index != ATTESTS || sim_maker_equip(card) == STATUS_OK);
    if (index == OLDER) {
        make_older(&card->card.options);
    }
    take_passcode(card, index);
    memcpy(card->puk, card->card.memory.puk.bytes, sizeof(card->puk));
    return good;
}

static enum status make_cards(struct making *m)
{
    char folder[FOUNDING_PATH_MAX];
    const struct sample_card_options options = { .opened = &m->opened,
                                                 .founding = &m->founding,
                                                 .folder = folder,
                                                 .origin = ORIGIN,
                                                 .passcode = &m->passcode };
    enum status status = founding_path(&m->founding, "cards", folder)
                             ? file_write_private_directory(folder)
                             : STATUS_BAD_VALUE;
    for (size_t i = 0; i < COUNT(people) && status == STATUS_OK; i++) {
        status = sample_card_make(&options, &people[i], &m->fault);
        if (status == STATUS_OK && !load_card(m->founding.directory, i)) {
            status = STATUS_BAD_FILE;
        }
    }
    return status;
}

/* As somebody with the right to it would; the signer hears of it with the next list. */
static bool revoke_stolen(void)
{
    struct certificate_record list[4];
    struct card_record card;
    struct server *server = sim_server();
    size_t count = 0;
    if (store_card_of_person(server->store, people[STOLEN].uuid, &card, 1, &count) != STATUS_OK ||
        store_certificate_of_card(server->store, card.id, list, COUNT(list), &count) != STATUS_OK) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct certificate_move move = { .serial = list[i].serial,
                                               .from_state = list[i].state,
                                               .to_state = "revoked",
                                               .at = clock_read_now(),
                                               .revocation_reason = "key_compromise" };
        if (store_certificate_move(server->store, &move) != STATUS_OK) {
            return false;
        }
    }
    server->crl_due = true;
    sim_server_sweep();
    return count == 2;
}

/* So that each service was shown once: an intruder knows what is asked of a card for it. */
static bool look_at_some(void)
{
    bool good = sim_act_log_in(0, LOCAL);
    sim_act_look(0, DUE);
    sim_act_look(0, BLANK);
    for (int slot = SIM_SLOTS - 1; slot >= 0; slot--) {
        sim_reader_pull(0, slot);
    }
    sim_desk_run(0);
    return good;
}

static bool open_for_the_day(const char *folder)
{
    sim_disk_mount();
    if (!sim_server_enter(folder)) {
        return false;
    }
    for (int i = 0; i < SIM_DESKS; i++) {
        sim_desk_start(i);
    }
    return revoke_stolen() && look_at_some();
}

bool sim_found(const char *data, const char *folder)
{
    static struct making m;
    set_options(&m, data, folder);
    sim_story_secret(passcode);
    if (failed(&m, founding_create(&m.founding, &m.fault), "founding") ||
        failed(&m, founding_open(&m.founding, &m.opened, &m.fault), "opening")) {
        return false;
    }
    enum status status = put_people(&m);
    if (status == STATUS_OK) {
        status = sim_maker_found(folder);
    }
    if (status == STATUS_OK) {
        status = make_cards(&m);
    }
    if (failed(&m, status, "people and cards") ||
        failed(&m, founding_close(&m.founding, &m.opened), "closing")) {
        return false;
    }
    return sim_server_unlock(folder, &m.signer_passphrase) && open_for_the_day(folder);
}
