/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_host.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/doctor_line.h"
#include "crypto/x509_pem.h"
#include "port/file_look.h"
#include "port/file_read.h"
#include "server/attest_roots.h"
#include "server/config.h"
#include "server/signer_client.h"

enum { PEM_MAX = 32768, MEGABYTE = 1 << 20, CHAIN_MAX = 8 };

/* The server's user is whoever owns the folder of its configuration; root may look too. */
struct host {
    struct doctor *doctor;
    struct config config;
    uint32_t server;
};

static void folder_of(const char *path, char ret_folder[CONFIG_PATH_MAX])
{
    text_take(ret_folder, CONFIG_PATH_MAX, path);
    char *slash = strrchr(ret_folder, '/');
    if (slash == NULL) {
        text_take(ret_folder, CONFIG_PATH_MAX, ".");
    } else if (slash != ret_folder) {
        *slash = '\0';
    }
}

/* ---- files ---- */

static void note_file(struct host *host, const char *path, const struct file_look *look,
                      uint32_t closed)
{
    char owner[FILE_LOOK_USER_MAX], wanted[FILE_LOOK_USER_MAX];
    const struct doctor_file file = {
        .owner = look->uid, .mode = look->mode, .wanted_owner = host->server, .closed = closed
    };
    const struct doctor_verdict verdict = doctor_judge_file(&file);
    file_look_user_name(look->uid, owner);
    file_look_user_name(host->server, wanted);
    if (verdict.grade == DOCTOR_OK) {
        doctor_note_ok(host->doctor, "file", "%s: %s, %04o", path, owner, (unsigned)look->mode);
    } else {
        doctor_note(host->doctor, "file", verdict, "%s: %s, %04o; wanted: %s, %04o", path, owner,
                    (unsigned)look->mode, wanted, (unsigned)(look->mode & ~closed));
    }
}

enum { SECRET = 077, PUBLIC = 022 };

/* `closed`: bits that must not be set: others never write, and secrets are nobody else's. */
static void look_at_file(struct host *host, const char *path, uint32_t closed)
{
    struct file_look look;
    enum status status = file_look_at(path, &look);
    if (status == STATUS_OK && look.kind != FILE_LOOK_FILE) {
        status = STATUS_BAD_FILE;
    }
    if (status == STATUS_OK) {
        note_file(host, path, &look, closed);
    } else {
        doctor_note_wrong(host->doctor, "file", STATUS_BAD_FILE, "%s: %s", path,
                          status == STATUS_NOT_FOUND ? "not there" : "no file, or not to be seen");
    }
}

static void look_at_files(struct host *host)
{
    look_at_file(host, host->config.token_key, SECRET);
    look_at_file(host, host->config.key, SECRET);
    look_at_file(host, host->config.store, SECRET);
    look_at_file(host, host->config.certificate, PUBLIC);
    look_at_file(host, host->config.authentication_ca, PUBLIC);
    look_at_file(host, host->config.signing_ca, PUBLIC);
    look_at_file(host, host->config.root_ca, PUBLIC);
}

/* ---- store ---- */

/* By the mode alone when we are another user: may the server's user write here? */
static bool server_may_write(const struct host *host, const struct file_look *look)
{
    return file_look_user() == host->server ? look->may_write
                                            : look->uid == host->server && (look->mode & 0200) != 0;
}

/* SQLite makes files beside the data base, so the folder counts too. */
static void look_at_store(struct host *host)
{
    char folder[CONFIG_PATH_MAX];
    struct file_look file, around;
    folder_of(host->config.store, folder);
    if (file_look_at(host->config.store, &file) != STATUS_OK ||
        file_look_at(folder, &around) != STATUS_OK) {
        doctor_note_wrong(host->doctor, "store", STATUS_STORE, "%s cannot be looked at",
                          host->config.store);
    } else if (!server_may_write(host, &file) || !server_may_write(host, &around)) {
        doctor_note_wrong(host->doctor, "store", STATUS_STORE,
                          "the server may not write %s, or into its folder", host->config.store);
    } else {
        doctor_note_ok(host->doctor, "store", "%s can be written by the server",
                       host->config.store);
    }
}

static void look_at_disk(struct host *host)
{
    char folder[CONFIG_PATH_MAX];
    uint64_t bytes = 0;
    folder_of(host->config.store, folder);
    if (file_look_room(folder, &bytes) != STATUS_OK) {
        doctor_note_wrong(host->doctor, "disk", STATUS_STORE, "%s", folder);
        return;
    }
    doctor_note(host->doctor, "disk", doctor_judge_room(bytes), "%s: %" PRIu64 " MB free", folder,
                bytes / MEGABYTE);
}

/* ---- signer ---- */

static enum status ask_signer(const struct host *host, struct signer_answer *answer)
{
    static struct signer_request request; /* 40 KiB; the program asks once */
    struct signer_client client = { 0 };
    request.kind = SIGNER_STATUS;
    enum status status =
        signer_client_open(&client, host->config.signer_socket, host->config.signer_uid);
    if (status == STATUS_OK) {
        status = signer_client_ask(&client, &request, NULL, answer);
        signer_client_close(&client);
    }
    return status;
}

static void look_at_signer(struct host *host)
{
    static struct signer_answer answer;
    char name[FILE_LOOK_USER_MAX];
    struct file_look look;
    const char *path = host->config.signer_socket;
    if (file_look_at(path, &look) != STATUS_OK || look.kind != FILE_LOOK_SOCKET) {
        doctor_note_wrong(host->doctor, "signer", STATUS_SIGNER_UNREACHABLE,
                          "no socket at %s that could be seen", path);
        return;
    }
    if (file_look_user() != host->server) { /* it answers the server's user only */
        file_look_user_name(host->server, name);
        doctor_note_warning(host->doctor, "signer", STATUS_OTHER_USER, "%s: only %s is answered",
                            path, name);
        return;
    }
    enum status status = ask_signer(host, &answer);
    if (status == STATUS_OK) {
        doctor_note_ok(host->doctor, "signer", "%s answers", path);
    } else {
        doctor_note_wrong(host->doctor, "signer", status, "%s", path);
    }
    signer_message_answer_wipe(&answer);
}

/* ---- certificates ---- */

static void look_at_certificate(struct host *host, const char *check, const char *path, int days)
{
    static uint8_t text_memory[PEM_MAX], der_memory[PEM_MAX];
    struct buf text = BUF(text_memory), der = BUF(der_memory);
    struct span chain[CHAIN_MAX];
    struct x509_info info;
    size_t count = 0;
    enum status status = file_read(path, &text);
    if (status == STATUS_OK) {
        status =
            x509_pem_decode(X509_PEM_CERTIFICATE, buf_span(&text), &der, chain, CHAIN_MAX, &count);
    }
    if (status == STATUS_OK) {
        status = count > 0 ? x509_read(chain[0], &info) : STATUS_CERTIFICATE_FORM;
    }
    if (status == STATUS_OK) {
        doctor_line_note_end(host->doctor, check, path, days, &info);
    } else if (status != STATUS_NOT_FOUND) { /* else it was told before */
        doctor_note_wrong(host->doctor, check, status, "%s", path);
    }
}

/* None are needed unless the policy requires that cards attest; the server does not start with a
 * file of which one cannot be read. */
static void look_at_roots(struct host *host)
{
    static struct attest_roots roots;
    const char *path = host->config.attestation_roots;
    if (path[0] == '\0') {
        return;
    }
    look_at_file(host, path, PUBLIC);
    enum status status = attest_roots_load(path, &roots);
    if (status == STATUS_OK) {
        doctor_note_ok(host->doctor, "attestation_roots", "%s: %zu makers' certificates", path,
                       roots.count);
    } else if (status != STATUS_NOT_FOUND) { /* else it was told before */
        doctor_note_wrong(host->doctor, "attestation_roots", status, "%s", path);
    }
}

void doctor_host_look(struct doctor *d, const char *config_path)
{
    char detail[CONFIG_DETAIL_MAX] = "", folder[CONFIG_PATH_MAX];
    struct host host = { .doctor = d };
    struct file_look look;
    enum status status = config_load(config_path, &host.config, detail);
    folder_of(config_path, folder);
    if (status == STATUS_OK) {
        status = file_look_at(folder, &look);
    }
    if (status != STATUS_OK) {
        doctor_note_wrong(d, "configuration", STATUS_BAD_FILE, "%s", detail);
        return;
    }
    host.server = look.uid;
    doctor_set_contacts(d, host.config.ra_desk, host.config.site_it);
    doctor_note_ok(d, "configuration", "%s: %s", config_path, host.config.origin);
    look_at_files(&host);
    look_at_store(&host);
    look_at_disk(&host);
    look_at_signer(&host);
    look_at_certificate(&host, "certificate", host.config.certificate, DOCTOR_SERVER_DAYS);
    look_at_certificate(&host, "ca", host.config.authentication_ca, DOCTOR_CA_DAYS);
    look_at_certificate(&host, "ca", host.config.signing_ca, DOCTOR_CA_DAYS);
    look_at_certificate(&host, "ca", host.config.root_ca, DOCTOR_CA_DAYS);
    look_at_roots(&host);
}
