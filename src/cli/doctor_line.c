/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_line.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/desk_options.h"
#include "cli/doctor_proxy.h"
#include "crypto/x509_crl.h"
#include "crypto/x509_pem.h"
#include "port/clock_read.h"
#include "port/https_client.h"

enum { CONNECT_MS = 5000, ANSWER_MS = 10000, HTTP_OK = 200, PATH_MAX_LEN = 64 };

struct line {
    struct doctor *doctor;
    const char *origin, *ca_file;
    struct https_client *client;
    bool has_proxy;
    struct doctor_proxy proxy;
};

static const char *environment_get(const char *name)
{
    return getenv(name);
}

void doctor_line_note_end(struct doctor *d, const char *check, const char *name, int days,
                          const struct x509_info *info)
{
    char day[16];
    instant now = clock_read_now();
    desk_day(info->not_after, day);
    doctor_note(d, check, doctor_judge_end(info->not_before, info->not_after, days, now),
                "%s: until %s, %lld days", name, day, (long long)days_until(info->not_after, now));
}

/* ---- is it there ---- */

static void note_proxy(struct line *line)
{
    const struct doctor_proxy_environment environment = { .get = environment_get };
    line->has_proxy = doctor_proxy_of(&environment, line->origin, &line->proxy);
    if (line->has_proxy) {
        doctor_note_ok(line->doctor, "proxy", "%s, by %s in the environment", line->proxy.address,
                       line->proxy.variable);
    } else {
        doctor_note_ok(line->doctor, "proxy", "none");
    }
}

/* Behind a proxy nobody sees the server's address: what does not connect is the proxy. */
static bool is_proxy_trouble(const struct line *line, enum https_client_trouble trouble)
{
    return trouble == HTTPS_TROUBLE_PROXY || trouble == HTTPS_TROUBLE_PROXY_NAME ||
           (line->has_proxy && trouble == HTTPS_TROUBLE_CONNECT);
}

static void note_trouble(struct line *line, enum status status)
{
    struct https_client_look look;
    https_client_look(line->client, &look);
    const char *text = https_client_trouble_text(look.trouble);
    if (status == STATUS_BAD_FILE) {
        doctor_note_wrong(line->doctor, "server", status, "the authorities in %s", line->ca_file);
    } else if (is_proxy_trouble(line, look.trouble)) {
        doctor_note_wrong(line->doctor, "server", STATUS_PROXY_UNREACHABLE, "%s, %s: %s",
                          line->proxy.address, line->has_proxy ? line->proxy.variable : "proxy",
                          text);
    } else {
        doctor_note_wrong(line->doctor, "server", status, "%s: %s", line->origin, text);
    }
}

static enum status get(struct line *line, const char *path, struct span *ret_body)
{
    struct https_client_answer answer;
    const struct https_client_request request = { .path = path };
    enum status status = https_client_send(line->client, &request, &answer);
    if (status == STATUS_OK && answer.code != HTTP_OK) {
        return STATUS_NOT_FOUND;
    }
    if (status == STATUS_OK) {
        *ret_body = answer.body;
    }
    return status;
}

static json_t *json_of(struct span body)
{
    return json_loadb((const char *)body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);
}

/* False: there is no use in asking more. */
static bool note_server(struct line *line)
{
    struct span body;
    enum status status = get(line, "/v1/health", &body);
    if (status == STATUS_NOT_FOUND) {
        doctor_note_wrong(line->doctor, "server", STATUS_BAD_MESSAGE,
                          "%s: what answers is no server of ours", line->origin);
        return false;
    }
    if (status != STATUS_OK) {
        note_trouble(line, status);
        return false;
    }
    json_t *json = json_of(body);
    const char *version = desk_text(json, "version");
    struct doctor_verdict verdict = doctor_judge_version(CARDWRIGHT_VERSION, version);
    if (verdict.grade == DOCTOR_WRONG) { /* a server is updated before or after its workstations */
        verdict.grade = DOCTOR_WARNING;
    }
    doctor_note(line->doctor, "server", verdict, "%s answers, version %s", line->origin, version);
    json_decref(json);
    return true;
}

static void note_certificate(struct line *line)
{
    struct https_client_look look;
    struct x509_info info;
    uint8_t memory[X509_DER_MAX];
    struct buf der = BUF(memory);
    struct span first;
    size_t count = 0;
    https_client_look(line->client, &look);
    if (look.certificate[0] == '\0') {
        return; /* http, on this computer only */
    }
    if (x509_pem_decode(X509_PEM_CERTIFICATE, span_of_text(look.certificate), &der, &first, 1,
                        &count) != STATUS_OK ||
        count != 1 || x509_read(first, &info) != STATUS_OK) {
        doctor_note_warning(line->doctor, "server_certificate", STATUS_CERTIFICATE_FORM,
                            "trusted, but its end cannot be told");
        return;
    }
    doctor_line_note_end(line->doctor, "server_certificate", "trusted", DOCTOR_SERVER_DAYS, &info);
}

/* The nonce that comes along is kept by nobody (docs/protocol/server.md). */
static void note_clock(struct line *line)
{
    struct https_client_answer answer;
    const struct https_client_request request = { .path = "/v1/login/challenge",
                                                  .body = SPAN_TEXT("{}") };
    if (https_client_send(line->client, &request, &answer) != STATUS_OK || answer.code != HTTP_OK) {
        doctor_note_warning(line->doctor, "clock", STATUS_SERVER_UNREACHABLE,
                            "the server does not tell its time");
        return;
    }
    json_t *json = json_of(answer.body);
    instant now = clock_read_now(), server = desk_number(json, "now");
    doctor_note(line->doctor, "clock", doctor_judge_clock(server, now), "%lld s %s the server's",
                (long long)(server > now ? server - now : now - server),
                server > now ? "behind" : "ahead of");
    json_decref(json);
}

/* ---- CAs and lists ---- */

static void note_ca(struct line *line, const char *name, struct buf *memory, struct doctor_cas *cas)
{
    char path[PATH_MAX_LEN];
    struct span body, der;
    struct x509_info info;
    size_t count = 0;
    enum status status =
        text_format(path, sizeof(path), "/v1/ca/%s.pem", name) ? STATUS_OK : STATUS_INTERNAL;
    if (status == STATUS_OK) {
        status = get(line, path, &body);
    }
    if (status == STATUS_OK) {
        status = x509_pem_decode(X509_PEM_CERTIFICATE, body, memory, &der, 1, &count);
    }
    if (status == STATUS_OK) {
        status = count == 1 ? x509_read(der, &info) : STATUS_CERTIFICATE_FORM;
    }
    if (status != STATUS_OK) {
        doctor_note_wrong(line->doctor, "ca", status, "%s", name);
        return;
    }
    cas->der[cas->count++] = der;
    doctor_line_note_end(line->doctor, "ca", name, DOCTOR_CA_DAYS, &info);
}

static void note_list(struct line *line, const char *name)
{
    char path[PATH_MAX_LEN], day[16];
    struct span body;
    struct x509_crl_info info;
    instant now = clock_read_now();
    enum status status = text_format(path, sizeof(path), "/v1/crl/%s.crl", name)
                             ? get(line, path, &body)
                             : STATUS_INTERNAL;
    if (status == STATUS_OK) {
        status = x509_crl_read(body, &info);
    }
    if (status != STATUS_OK) {
        doctor_note_warning(line->doctor, "revocation_list",
                            status == STATUS_NOT_FOUND ? STATUS_CRL_OLD : status,
                            "%s: there is none", name);
        return;
    }
    desk_day(info.next_update, day);
    doctor_note(line->doctor, "revocation_list",
                doctor_judge_list(info.this_update, info.next_update, now),
                "%s: %lld hours old, good until %s", name,
                (long long)((now - info.this_update) / 3600), day);
}

static void note_authorities(struct line *line, struct doctor_cas *ret_cas)
{
    struct buf memory = buf_of(ret_cas->memory, sizeof(ret_cas->memory));
    note_ca(line, "authentication", &memory, ret_cas);
    note_ca(line, "signing", &memory, ret_cas);
    note_ca(line, "root", &memory, ret_cas);
    note_list(line, "authentication");
    note_list(line, "signing");
}

void doctor_line_look(struct doctor *d, const char *origin, const char *ca_file,
                      struct doctor_cas *ret_cas)
{
    struct line line = { .doctor = d, .origin = origin, .ca_file = ca_file };
    note_proxy(&line);
    enum status status =
        https_client_open(&(struct https_client_options){ .base_url = origin,
                                                          .ca_file = ca_file,
                                                          .connect_timeout_ms = CONNECT_MS,
                                                          .timeout_ms = ANSWER_MS,
                                                          .answer_max = 8 * 1024 * 1024,
                                                          .look = true },
                          &line.client);
    if (status != STATUS_OK) {
        doctor_note_wrong(d, "server", status, "%s", origin);
        return;
    }
    if (note_server(&line)) {
        note_certificate(&line);
        note_clock(&line);
        note_authorities(&line, ret_cas);
    }
    https_client_close(&line.client);
}
