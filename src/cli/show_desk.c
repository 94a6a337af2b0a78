/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show_desk.h"

#include "cli/desk_options.h"
#include "cli/show_card.h"

static void print_reader(const json_t *reader)
{
    printf("  %-40s %-9s %s\n", desk_text(reader, "name"), desk_text(reader, "role"),
           desk_text(reader, "identity"));
}

void show_desk(const json_t *desk)
{
    size_t index;
    json_t *reader;
    const json_t *session = json_object_get(desk, "session");
    const json_t *fault = json_object_get(desk, "fault");
    printf("server   %s\n", desk_text(desk, "origin"));
    printf("word     %s\nreaders\n", desk_text(desk, "word"));
    json_array_foreach(json_object_get(desk, "readers"), index, reader)
    {
        print_reader(reader);
    }
    if (json_is_object(fault)) {
        printf("fault    %s %s\n", desk_text(fault, "code"), desk_text(fault, "cause"));
    }
    if (!json_is_object(session)) {
        printf("nobody is logged in\n");
        return;
    }
    const json_t *person = json_object_get(session, "person");
    printf("operator %s %s, %s\n", desk_text(person, "given"), desk_text(person, "family"),
           desk_text(json_object_get(session, "profile"), "role_name"));
}

void show_profile(const json_t *profile)
{
    size_t index;
    json_t *card;
    show_person(json_object_get(profile, "person"));
    json_array_foreach(json_object_get(profile, "cards"), index, card)
    {
        show_card(card);
        show_certificates(json_object_get(card, "certificates"));
        show_services(json_object_get(card, "services"));
    }
    if (index == 0) {
        printf("no card\n");
    }
}

void show_people(const json_t *people)
{
    size_t index;
    json_t *person;
    json_array_foreach(json_object_get(people, "people"), index, person)
    {
        printf("%s  %-32s %s (%s)\n", desk_text(person, "uuid"), desk_text(person, "family"),
               desk_text(person, "given"), desk_text(person, "org_name"));
    }
    if (json_is_true(json_object_get(people, "more"))) {
        printf("… and more: say more of the name\n");
    }
}

void show_jobs(const json_t *jobs)
{
    size_t index;
    json_t *job;
    json_array_foreach(json_object_get(jobs, "jobs"), index, job)
    {
        char day[16];
        desk_day(desk_number(job, "started_at"), day);
        printf("%s  %-8s %-12s person %s  since %s\n", desk_text(job, "job"),
               desk_text(job, "service"), desk_text(job, "phase"), desk_text(job, "person"), day);
    }
    if (json_array_size(json_object_get(jobs, "jobs")) == 0) {
        printf("no job is open\n");
    }
}

void show_session(const json_t *session)
{
    const json_t *person = json_object_get(session, "person");
    const json_t *profile = json_object_get(session, "profile");
    printf("logged in: %s %s, %s at %s (%s)\n", desk_text(person, "given"),
           desk_text(person, "family"), desk_text(profile, "role_name"),
           desk_text(profile, "org_name"), desk_text(profile, "org"));
    const char *banner = desk_text(session, "banner");
    if (banner[0] != '\0') {
        printf("%s\n", banner);
    }
}

void show_role_profiles(FILE *out, const json_t *profiles)
{
    size_t index;
    json_t *profile;
    json_array_foreach(profiles, index, profile)
    {
        fprintf(out, "  %zu  %s  %-28s %s (%s)\n", index + 1, desk_text(profile, "id"),
                desk_text(profile, "role_name"), desk_text(profile, "org_name"),
                desk_text(profile, "org"));
    }
}
