/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* sample_people: a made-up organisation to try everything with. No person of it exists. */
enum sample_condition {
    SAMPLE_GOOD,
    SAMPLE_LOCKED,
    SAMPLE_CANCELLED,
    SAMPLE_BLANK, /* a factory-blank card lies ready; nothing in the directory yet */
    SAMPLE_NO_CARD
};

struct sample_person {
    const char *file; /* of the card: "aisha-khan"; NO_CARD: where one may be put */
    const char *uuid, *given, *family, *title, *org;
    int issued_days_ago; /* certificates live 730 days */
    enum sample_condition condition;
    const char *model; /* of the virtual card */
    uint32_t serial;
    const char *note;
    unsigned look; /* which avatar */
};

struct sample_organisation {
    const char *code, *name, *parent;
};

struct sample_profile {
    const char *id, *person, *job_role, *role_name, *activities, *org;
};

extern const struct sample_organisation sample_organisations[];
extern const size_t sample_organisations_count;
extern const struct sample_person sample_people[];
extern const size_t sample_people_count;
extern const struct sample_profile sample_profiles[];
extern const size_t sample_profiles_count;
