/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show_card.h"

#include <stdio.h>

#include "base/text.h"
#include "cli/desk_options.h"
#include "port/terminal.h"

enum { LINE_MAX_SHOWN = 256 };

static void print_field(const char *name, const char *text)
{
    printf("%s%-13s%s%s\n", terminal_style(1, TERMINAL_DIM), name,
           terminal_style(1, TERMINAL_PLAIN), text);
}

void show_person(const json_t *person)
{
    char line[LINE_MAX_SHOWN];
    const char *title = desk_text(person, "title");
    printf("%s%s%s%s %s%s\n", terminal_style(1, TERMINAL_BOLD), title, title[0] != '\0' ? " " : "",
           desk_text(person, "given"), desk_text(person, "family"),
           terminal_style(1, TERMINAL_PLAIN));
    print_field("UUID", desk_text(person, "uuid"));
    if (text_format(line, sizeof(line), "%s (%s)", desk_text(person, "org_name"),
                    desk_text(person, "org"))) {
        print_field("organisation", line);
    }
    if (json_is_true(json_object_get(person, "closed"))) {
        print_field("profile", "closed");
    }
}

void show_card(const json_t *card)
{
    char line[LINE_MAX_SHOWN];
    const char *serial = desk_text(card, "serial");
    const char *identity = serial[0] != '\0' ? serial : desk_text(card, "guid");
    if (text_format(line, sizeof(line), "%s %s, %s, %s%s", serial[0] != '\0' ? "serial" : "guid",
                    identity, desk_text(card, "model"), desk_text(card, "state"),
                    json_is_true(json_object_get(card, "latest_in_date")) ? "  <- latest in date"
                                                                          : "")) {
        print_field("card", line);
    }
}

const char *show_attestation(const json_t *certificate)
{
    static const struct {
        const char *word, *text;
    } words[] = {
        { "attested", "; key attested by the card" },
        { "card_cannot", "; key not attested: the card cannot" },
        { "card_did_not", "; key not attested: the card did not answer" },
        { "no_roots", "; key not attested: no maker's certificate is configured" },
    };
    for (size_t i = 0; i < COUNT(words); i++) {
        if (text_equal(words[i].word, desk_text(certificate, "attestation"))) {
            return words[i].text;
        }
    }
    return "";
}

void show_certificates(const json_t *certificates)
{
    size_t index;
    json_t *certificate;
    json_array_foreach(certificates, index, certificate)
    {
        char day[16], line[LINE_MAX_SHOWN];
        long long left = (long long)desk_number(certificate, "days_left");
        desk_day(desk_number(certificate, "not_after"), day);
        const char *attested = show_attestation(certificate);
        bool fits =
            left >= 0 ? text_format(line, sizeof(line), "%-16s until %s, %lld days left%s",
                                    desk_text(certificate, "purpose"), day, left, attested)
                      : text_format(line, sizeof(line), "%-16s EXPIRED on %s, %lld days ago%s",
                                    desk_text(certificate, "purpose"), day, -(left + 1), attested);
        print_field(index == 0 ? "certificates" : "", fits ? line : "");
    }
}

static void show_reason(const json_t *reason)
{
    printf("      %s %s\n        -> %s\n", desk_text(reason, "code"), desk_text(reason, "cause"),
           desk_text(reason, "remedy"));
}

void show_services(const json_t *services)
{
    size_t index, reason_index;
    json_t *service, *reason;
    json_array_foreach(services, index, service)
    {
        bool available = json_is_true(json_object_get(service, "available"));
        printf("  %s%s %-9s%s %s%s\n", terminal_style(1, available ? TERMINAL_GREEN : TERMINAL_DIM),
               available ? "+" : "-", desk_text(service, "service"),
               terminal_style(1, TERMINAL_PLAIN), desk_text(service, "title"),
               json_is_true(json_object_get(service, "resume")) ? "  (goes on where it stopped)"
                                                                : "");
        json_array_foreach(json_object_get(service, "reasons"), reason_index, reason)
        {
            show_reason(reason);
        }
    }
}

/* "cannot    move keys between slots: the old key is gone before ..." */
static void show_lacks(const json_t *lacks)
{
    size_t index;
    json_t *one;
    json_array_foreach(lacks, index, one)
    {
        char line[LINE_MAX_SHOWN];
        if (text_format(line, sizeof(line), "%s: %s", desk_text(one, "text"),
                        desk_text(one, "lost"))) {
            print_field(index == 0 ? "cannot" : "", line);
        }
    }
}

void show_identify(const json_t *identify)
{
    const json_t *person = json_object_get(identify, "person");
    const json_t *card = json_object_get(identify, "card");
    const json_t *diagnosis = json_object_get(identify, "diagnosis");
    if (json_is_object(person)) {
        show_person(person);
    } else {
        printf("nobody's card\n");
    }
    if (json_is_object(card)) {
        show_card(card);
    } else {
        print_field("card", desk_text(identify, "identity"));
    }
    show_certificates(json_object_get(identify, "certificates"));
    show_lacks(json_object_get(card, "lacks"));
    print_field("state", desk_text(diagnosis, "text"));
    print_field("services", "");
    show_services(json_object_get(identify, "services"));
}
