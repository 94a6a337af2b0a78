/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_bundle.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/text.h"
#include "cli/doctor_redact.h"
#include "port/clock_read.h"
#include "port/file_look.h"
#include "port/file_write.h"
#include "port/memory_reserve.h"
#include "port/system_name.h"

enum { HOST_MAX = 256, REDACTED_MAX = 4 * DOCTOR_WHAT_MAX };

/* Set or not: never what to. */
static const char *const settings[] = {
    "CARDWRIGHT_AGENT", "XDG_RUNTIME_DIR", "PCSCLITE_CSOCK_NAME", "https_proxy",
    "HTTPS_PROXY",      "http_proxy",      "all_proxy",           "ALL_PROXY",
    "no_proxy",         "NO_PROXY",        "SSL_CERT_FILE",       "SSL_CERT_DIR",
};

static json_t *settings_json(void)
{
    json_t *json = json_array();
    for (size_t i = 0; i < COUNT(settings); i++) {
        if (getenv(settings[i]) != NULL) {
            (void)json_array_append_new(json, json_string(settings[i]));
        }
    }
    return json;
}

static json_t *finding_json(const struct doctor_finding *finding, const char *const *words,
                            size_t count)
{
    char what[REDACTED_MAX];
    const struct status_entry *entry = status_entry(finding->verdict.status);
    bool good = finding->verdict.grade == DOCTOR_OK;
    doctor_redact_text(finding->what, words, count, what, sizeof(what));
    return json_pack("{s:s, s:s, s:s, s:s*, s:s*}", "check", finding->check, "grade",
                     doctor_judge_name(finding->verdict.grade), "what", what, "code",
                     good ? NULL : entry->code, "cause", good ? NULL : entry->cause);
}

static json_t *findings_json(const struct doctor *d)
{
    char user[FILE_LOOK_USER_MAX], host[HOST_MAX] = "";
    json_t *json = json_array();
    file_look_user_name(file_look_user(), user);
    (void)gethostname(host, sizeof(host) - 1);
    const char *const words[] = { getenv("HOME"), user, getenv("USER"), getenv("SUDO_USER"), host };
    for (size_t i = 0; i < d->count; i++) {
        (void)json_array_append_new(json, finding_json(&d->findings[i], words, COUNT(words)));
    }
    return json;
}

enum status doctor_bundle_write(const struct doctor *d, const char *path)
{
    struct system_name name;
    char now[INSTANT_TEXT_MAX];
    system_name_of(&name);
    instant_text(clock_read_now(), now);
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "report", "cardwright doctor", "made_at",
                  now, "version", CARDWRIGHT_VERSION, "system", name.release, "kernel", name.kernel,
                  "environment", settings_json(), "findings", findings_json(d));
    char *text = json != NULL ? json_dumps(json, JSON_INDENT(2)) : NULL;
    json_decref(json);
    if (text == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    enum status status = file_write_new(path, span_of_text(text), 0600);
    memory_reserve_free(text);
    return status == STATUS_STORE_CONFLICT ? STATUS_PLACE_TAKEN : status;
}
