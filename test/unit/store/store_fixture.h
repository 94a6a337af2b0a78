/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/store.h"
#include "test/lib/test.h"

/* store_fixture: a store with a little organisation in it, for each test anew.
 *
 *     STORE_TEST(store_card__comes_back_as_it_went_in) { ... uses `store` ... }
 *
 * makes two tests of one body: one on a file in a directory of its own, one in memory. */
#define STORE_TEST(name)                                                                           \
    static void body_##name(struct store *store);                                                  \
    TEST(name##_in_a_file)                                                                         \
    {                                                                                              \
        struct fixture_file file = fixture_file_make();                                            \
        struct store *store = fixture_open(file.path);                                             \
        fixture_fill(store);                                                                       \
        body_##name(store);                                                                        \
        store_close(&store);                                                                       \
        fixture_file_remove(&file);                                                                \
    }                                                                                              \
    TEST(name##_in_memory)                                                                         \
    {                                                                                              \
        struct store *store = fixture_open(":memory:");                                            \
        fixture_fill(store);                                                                       \
        body_##name(store);                                                                        \
        store_close(&store);                                                                       \
    }                                                                                              \
    static void body_##name(struct store *store)

enum { FIXTURE_PATH_MAX = 64 };

struct fixture_file {
    char directory[FIXTURE_PATH_MAX];
    char path[FIXTURE_PATH_MAX];
};

/* Makes a directory; the file in it does not exist yet. */
struct fixture_file fixture_file_make(void);
void fixture_file_remove(const struct fixture_file *file);
struct store *fixture_open(const char *path);
/* Organisations RKF and, below it, RKF01; the two persons below; nothing else. */
void fixture_fill(struct store *store);
/* Runs SQL behind the store's back: what a hostile or damaged file may hold. */
void fixture_sql(struct store *store, const char *text);
int64_t fixture_number(struct store *store, const char *text);

#define FIXTURE_OPERATOR "100000000011"
#define FIXTURE_HOLDER "100000000022"
#define FIXTURE_CARD "00112233445566778899aabbccddeeff"
#define FIXTURE_CARD_2 "10112233445566778899aabbccddeeff"
#define FIXTURE_JOB "20112233445566778899aabbccddeeff"
#define FIXTURE_JOB_2 "30112233445566778899aabbccddeeff"
#define FIXTURE_SESSION "40112233445566778899aabbccddeeff"
#define FIXTURE_NOW INT64_C(1795339800)

/* Each is complete and good as it stands; its person, card or job must be there first. */
struct person_record fixture_person(const char *uuid, const char *given, const char *family);
struct card_record fixture_card(const char *id);
struct certificate_record fixture_certificate(const char *serial, const char *card_id);
struct job_record fixture_job(const char *id, const char *card_id);
struct session_record fixture_session(const char *id);
void fixture_add_card(struct store *store, const char *id);
void fixture_add_job(struct store *store, const char *id, const char *card_id);
struct audit_entry fixture_entry(void);
