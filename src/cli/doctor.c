/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor.h"

#include <jansson.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "cli/exit_code.h"

#define RED "\x1b[31m"
#define YELLOW "\x1b[33m"
#define GREEN "\x1b[32m"
#define PLAIN "\x1b[0m"

void doctor_init(struct doctor *d, const struct report_style *style)
{
    *d = (struct doctor){ .style = *style };
}

void doctor_set_contacts(struct doctor *d, const char *ra_desk, const char *site_it)
{
    if (ra_desk[0] != '\0') {
        text_print_safe(span_of_text(ra_desk), d->ra_desk, sizeof(d->ra_desk));
    }
    if (site_it[0] != '\0') {
        text_print_safe(span_of_text(site_it), d->site_it, sizeof(d->site_it));
    }
}

static const char *contact_of(const struct doctor *d, enum status_actor actor)
{
    return actor == ACTOR_RA_DESK ? d->ra_desk : actor == ACTOR_SITE_IT ? d->site_it : "";
}

static void print_text(const struct doctor *d, const struct doctor_finding *finding)
{
    static const char *const words[DOCTOR_GRADE_MAX] = { "ok", "warning", "WRONG" };
    static const char *const colours[DOCTOR_GRADE_MAX] = { GREEN, YELLOW, RED };
    enum doctor_grade grade = finding->verdict.grade;
    const struct status_entry *entry = status_entry(finding->verdict.status);
    FILE *out = d->style.out;
    fprintf(out, "%s%-8s%s %-18s %s\n", d->style.colour ? colours[grade] : "", words[grade],
            d->style.colour ? PLAIN : "", finding->check, finding->what);
    if (grade == DOCTOR_OK) {
        return;
    }
    const char *contact = contact_of(d, entry->actor);
    fprintf(out, "  %-12s %s\n  what to do:  %s\n", entry->code, entry->cause, entry->remedy);
    fprintf(out, "  who:         %s%s%s\n", report_actor(entry->actor),
            contact[0] != '\0' ? ": " : "", contact);
}

static void print_json(const struct doctor *d, const struct doctor_finding *finding)
{
    const struct status_entry *entry = status_entry(finding->verdict.status);
    json_t *json = json_pack("{s:s, s:s, s:s}", "check", finding->check, "grade",
                             doctor_judge_name(finding->verdict.grade), "what", finding->what);
    if (json != NULL && finding->verdict.grade != DOCTOR_OK) {
        json_t *more =
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "code", entry->code, "name", entry->name,
                      "cause", entry->cause, "remedy", entry->remedy, "actor",
                      status_actor_name(entry->actor), "contact", contact_of(d, entry->actor));
        (void)json_object_update_new(json, more);
    }
    if (json != NULL) {
        (void)json_dumpf(json, d->style.out, JSON_COMPACT);
    }
    fputc('\n', d->style.out);
    json_decref(json);
}

/* Texts may quote a reader, a server or a file: they are made safe for the terminal. */
static void note(struct doctor *d, const char *check, struct doctor_verdict verdict,
                 const char *format, va_list arguments)
{
    char text[DOCTOR_WHAT_MAX];
    struct doctor_finding finding = { .check = check, .verdict = verdict };
    int len = vsnprintf(text, sizeof(text), format, arguments);
    size_t kept = len < 0 ? 0 : (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1;
    text_print_safe(span_of(text, kept), finding.what, sizeof(finding.what));
    (d->style.json ? print_json : print_text)(d, &finding);
    (void)fflush(d->style.out);
    if (d->count < DOCTOR_FINDINGS_MAX) {
        d->findings[d->count++] = finding;
    }
}

void doctor_note(struct doctor *d, const char *check, struct doctor_verdict verdict,
                 const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note(d, check, verdict, format, arguments);
    va_end(arguments);
}

void doctor_note_ok(struct doctor *d, const char *check, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note(d, check, (struct doctor_verdict){ DOCTOR_OK, STATUS_OK }, format, arguments);
    va_end(arguments);
}

void doctor_note_wrong(struct doctor *d, const char *check, enum status status, const char *format,
                       ...)
{
    va_list arguments;
    va_start(arguments, format);
    note(d, check, (struct doctor_verdict){ DOCTOR_WRONG, status }, format, arguments);
    va_end(arguments);
}

void doctor_note_warning(struct doctor *d, const char *check, enum status status,
                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note(d, check, (struct doctor_verdict){ DOCTOR_WARNING, status }, format, arguments);
    va_end(arguments);
}

int doctor_end(const struct doctor *d)
{
    size_t counts[DOCTOR_GRADE_MAX] = { 0 };
    int code = EXIT_DONE;
    for (size_t i = 0; i < d->count; i++) {
        const struct doctor_verdict *verdict = &d->findings[i].verdict;
        if (verdict->grade == DOCTOR_WRONG && counts[DOCTOR_WRONG] == 0) {
            code = (int)exit_code_of(verdict->status);
        }
        counts[verdict->grade]++;
    }
    if (!d->style.json) {
        fprintf(d->style.out, "%zu ok, %zu to be warned of, %zu wrong\n", counts[DOCTOR_OK],
                counts[DOCTOR_WARNING], counts[DOCTOR_WRONG]);
    }
    return code;
}
