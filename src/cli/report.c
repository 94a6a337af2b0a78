/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/exit_code.h"

#define RED "\x1b[31m"
#define BOLD "\x1b[1m"
#define PLAIN "\x1b[0m"

/* For people; the names of status.h are for machines. */
static const char *const actors[ACTOR_MAX] = {
    [ACTOR_NONE] = "nobody",           [ACTOR_HOLDER] = "the card's holder",
    [ACTOR_OPERATOR] = "the operator", [ACTOR_RA_DESK] = "the RA desk",
    [ACTOR_SITE_IT] = "the site's IT",
};
static const char *const cards[CARD_MAX] = {
    [CARD_UNTOUCHED] = "unchanged",
    [CARD_RESUMABLE] = "safe; an open job goes on at the next insertion",
    [CARD_LOST_TRY] = "unchanged, but one try of the passcode is used",
};

const char *report_actor(enum status_actor actor)
{
    return actor < ACTOR_MAX ? actors[actor] : actors[ACTOR_NONE];
}

bool report_colour_wanted(bool is_terminal, const char *no_color, const char *term)
{
    bool forbidden = no_color != NULL && no_color[0] != '\0';
    bool able = term != NULL && term[0] != '\0' && !text_equal(term, "dumb");
    return is_terminal && !forbidden && able;
}

struct report_style report_style_of(FILE *out, bool json)
{
    bool is_terminal = isatty(fileno(out)) == 1;
    return (struct report_style){
        .out = out,
        .json = json,
        .colour = !json && report_colour_wanted(is_terminal, getenv("NO_COLOR"), getenv("TERM")),
    };
}

static void print_text(const struct fault *fault, const char *remedy,
                       const struct report_style *style)
{
    const struct status_entry *entry = status_entry(fault->status);
    const char *red = style->colour ? RED : "", *bold = style->colour ? BOLD : "";
    const char *plain = style->colour ? PLAIN : "";
    fprintf(style->out, "%scardwright: %s%s: %s%s%s\n", red, entry->code, plain, entry->cause,
            fault->detail[0] != '\0' ? ": " : "", fault->detail);
    fprintf(style->out, "  %swhat to do:%s %s\n", bold, plain, remedy);
    fprintf(style->out, "  %swho:%s        %s\n", bold, plain, actors[entry->actor]);
    fprintf(style->out, "  %scard:%s       %s\n", bold, plain, cards[entry->card]);
    if (fault->tries_left >= 0) {
        fprintf(style->out, "  %stries left:%s %d\n", bold, plain, fault->tries_left);
    }
    if (fault->sw != 0) {
        fprintf(style->out, "  %scard said:%s  %04X\n", bold, plain, fault->sw);
    }
}

static json_t *fault_json(const struct fault *fault, const char *remedy)
{
    const struct status_entry *entry = status_entry(fault->status);
    json_t *error = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b}", "code", entry->code, "name",
                              entry->name, "cause", entry->cause, "detail", fault->detail, "remedy",
                              remedy, "actor", status_actor_name(entry->actor), "card",
                              status_card_name(entry->card), "retry", entry->retry ? 1 : 0);
    if (fault->tries_left >= 0) {
        (void)json_object_set_new(error, "tries_left", json_integer(fault->tries_left));
    }
    if (fault->sw != 0) {
        char sw[5];
        (void)snprintf(sw, sizeof(sw), "%04X", fault->sw);
        (void)json_object_set_new(error, "sw", json_string(sw));
    }
    return json_pack("{s:o}", "error", error);
}

static void print_json(const struct fault *fault, const char *remedy,
                       const struct report_style *style)
{
    json_t *json = fault_json(fault, remedy);
    if (json != NULL) {
        (void)json_dumpf(json, style->out, JSON_COMPACT);
    }
    fputc('\n', style->out);
    json_decref(json);
}

/* Details and remedies may quote what a person, a card or a server said. A failure of which nobody
 * said what it was is a mistake of ours, and never a success. */
int report_fault(const struct fault *fault, const char *remedy, const struct report_style *style)
{
    struct fault safe = *fault;
    char safe_remedy[512];
    safe.status = fault->status != STATUS_OK ? fault->status : STATUS_INTERNAL;
    text_print_safe(span_of(fault->detail, strnlen(fault->detail, sizeof(fault->detail))),
                    safe.detail, sizeof(safe.detail));
    text_print_safe(span_of_text(remedy != NULL ? remedy : status_entry(safe.status)->remedy),
                    safe_remedy, sizeof(safe_remedy));
    (style->json ? print_json : print_text)(&safe, safe_remedy, style);
    return (int)exit_code_of(safe.status);
}

int report_status(enum status status, const char *detail)
{
    struct fault fault = fault_of(status, detail);
    struct report_style style = report_style_of(stderr, false);
    return report_fault(&fault, NULL, &style);
}
