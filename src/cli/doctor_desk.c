/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_desk.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "agent/config_file.h"
#include "base/text.h"
#include "cli/agent_link.h"
#include "cli/desk_options.h"
#include "cli/doctor_card.h"
#include "cli/doctor_line.h"
#include "port/file_look.h"
#include "port/https_client.h"
#include "wire_agent/agent_message.h"

enum { AGENT_MS = 5000, AGENT_LINE_MS = 20000, STATE_MAX = 4 * 1024 * 1024, HTTP_OK = 200 };

struct desk_facts {
    struct doctor *doctor;
    bool has_config;
    struct config config;
    json_t *state; /* of the agent; NULL: it does not answer */
    char socket[AGENT_LINK_PATH_MAX];
};

/* ---- configuration ---- */

static void look_at_config(struct desk_facts *desk, const char *named)
{
    char detail[FAULT_DETAIL_MAX] = "";
    const char *path = named != NULL ? named : DOCTOR_DESK_CONFIG;
    enum status status = config_file_read(path, &desk->config, detail);
    desk->has_config = status == STATUS_OK;
    if (desk->has_config) {
        doctor_set_contacts(desk->doctor, desk->config.ra_desk, desk->config.site_it);
        doctor_note_ok(desk->doctor, "configuration", "%s: server %s, authorities %s, page port %u",
                       path, desk->config.origin,
                       desk->config.ca_file[0] != '\0' ? desk->config.ca_file : "of the system",
                       (unsigned)desk->config.page_port);
    } else if (status == STATUS_NOT_FOUND && named == NULL) {
        doctor_note_warning(desk->doctor, "configuration", STATUS_BAD_FILE,
                            "%s is not there; name another one with --config", path);
    } else {
        bool lacks = status == STATUS_NOT_FOUND;
        doctor_note_wrong(desk->doctor, "configuration", lacks ? STATUS_BAD_FILE : status, "%s%s",
                          detail, lacks ? ": not there" : "");
    }
}

/* ---- agent ---- */

/* Not agent_link: an agent that hangs must not hang the doctor. */
static enum status ask_agent(const char *socket, const char *path, int timeout_ms,
                             json_t **ret_json)
{
    struct https_client *client = NULL;
    struct https_client_answer answer;
    const struct https_client_request request = { .path = path };
    enum status status =
        https_client_open(&(struct https_client_options){ .base_url = "http://agent",
                                                          .unix_path = socket,
                                                          .timeout_ms = timeout_ms,
                                                          .answer_max = STATE_MAX },
                          &client);
    if (status == STATUS_OK) {
        status = https_client_send(client, &request, &answer);
    }
    if (status == STATUS_OK) {
        struct fault fault;
        status = agent_answer_take(answer.code, answer.body, AGENT_TEXT_SAFE, ret_json, &fault);
    }
    https_client_close(&client);
    return status;
}

static void choose_socket(struct desk_facts *desk, const char *named)
{
    char memory[AGENT_LINK_PATH_MAX];
    bool by_config = named == NULL && getenv("CARDWRIGHT_AGENT") == NULL && desk->has_config &&
                     desk->config.socket[0] != '\0';
    text_take(desk->socket, sizeof(desk->socket),
              by_config ? desk->config.socket : agent_link_path(named, memory));
}

static void look_at_agent(struct desk_facts *desk)
{
    enum status status = ask_agent(desk->socket, "/v1/desk", AGENT_MS, &desk->state);
    if (status != STATUS_OK) {
        doctor_note_wrong(desk->doctor, "agent", status, "%s", desk->socket);
        return;
    }
    const json_t *contacts = json_object_get(desk->state, "contacts");
    const char *version = desk_text(desk->state, "version");
    doctor_set_contacts(desk->doctor, desk_text(contacts, "ra_desk"),
                        desk_text(contacts, "site_it"));
    doctor_note(desk->doctor, "agent", doctor_judge_version(CARDWRIGHT_VERSION, version),
                "answers, version %s; this command's is %s", version, CARDWRIGHT_VERSION);
    if (desk->has_config && !text_equal(desk->config.origin, desk_text(desk->state, "origin"))) {
        doctor_note_warning(desk->doctor, "agent", STATUS_BAD_FILE,
                            "it was started with another server: %s",
                            desk_text(desk->state, "origin"));
    }
}

static bool is_at_work(const struct desk_facts *desk)
{
    return text_equal(desk_text(json_object_get(desk->state, "job"), "state"), "running");
}

/* The agent's own way to the server: its proxy and its authorities may be others than ours. An
 * agent that has just answered, but not to this, is at work on a card or a request. */
static void look_at_agent_line(struct desk_facts *desk)
{
    json_t *line = NULL;
    if (desk->state == NULL) {
        return;
    }
    enum status status = is_at_work(desk)
                             ? STATUS_AGENT_BUSY
                             : ask_agent(desk->socket, "/v1/desk/server", AGENT_LINE_MS, &line);
    if (status == STATUS_OK) {
        doctor_note_ok(desk->doctor, "agent_line", "the agent reaches its server, version %s",
                       desk_text(line, "version"));
    } else if (status == STATUS_AGENT_BUSY || status == STATUS_AGENT_UNREACHABLE) {
        doctor_note_warning(desk->doctor, "agent_line", STATUS_AGENT_BUSY,
                            "the agent's own way to the server was not tried");
    } else {
        doctor_note_wrong(desk->doctor, "agent_line", status, "the agent's own way to the server");
    }
    json_decref(line);
}

static void look_at_session(struct desk_facts *desk)
{
    const json_t *fault = json_object_get(desk->state, "fault");
    if (desk->state == NULL) {
        return;
    }
    bool open = json_is_object(json_object_get(desk->state, "session"));
    if (json_is_object(fault)) {
        doctor_note_warning(desk->doctor, "session", fault_of_json(fault).status, "%s",
                            open ? "somebody is logged in" : "nobody is logged in");
    } else {
        doctor_note_ok(desk->doctor, "session", "%s",
                       open ? "somebody is logged in" : "nobody is logged in");
    }
}

/* ---- socket ---- */

static void note_path(struct desk_facts *desk, const char *path, const struct file_look *look)
{
    char owner[FILE_LOOK_USER_MAX], wanted[FILE_LOOK_USER_MAX];
    const struct doctor_file file = {
        .owner = look->uid, .mode = look->mode, .wanted_owner = file_look_user(), .closed = 077
    };
    const struct doctor_verdict verdict = doctor_judge_file(&file);
    file_look_user_name(look->uid, owner);
    file_look_user_name(file.wanted_owner, wanted);
    if (verdict.status == STATUS_BAD_VALUE) {
        doctor_note(desk->doctor, "socket", verdict, "%s is everybody's folder: choose another",
                    path);
    } else if (verdict.grade == DOCTOR_OK) {
        doctor_note_ok(desk->doctor, "socket", "%s: %s, %04o", path, owner, (unsigned)look->mode);
    } else {
        doctor_note(desk->doctor, "socket", verdict, "%s: %s, %04o; wanted: %s, %s", path, owner,
                    (unsigned)look->mode, wanted, look->kind == FILE_LOOK_FOLDER ? "0700" : "0600");
    }
}

static void look_at_socket(struct desk_facts *desk)
{
    char folder[AGENT_LINK_PATH_MAX];
    struct file_look look;
    if (file_look_at(desk->socket, &look) == STATUS_OK) {
        note_path(desk, desk->socket, &look);
    }
    text_take(folder, sizeof(folder), desk->socket);
    char *slash = strrchr(folder, '/');
    if (slash != NULL && slash != folder) {
        *slash = '\0';
        if (file_look_at(folder, &look) == STATUS_OK) {
            note_path(desk, folder, &look);
        }
    }
}

/* ---- all ---- */

/* Without configuration the agent's word for the server is asked, with the system's authorities. */
static void look_at_line(struct desk_facts *desk, struct doctor_cas *ret_cas)
{
    const char *ca_file = desk->config.ca_file[0] != '\0' ? desk->config.ca_file : NULL;
    if (desk->has_config) {
        doctor_line_look(desk->doctor, desk->config.origin, ca_file, ret_cas);
    }
}

void doctor_desk_look(struct doctor *d, const struct doctor_desk_options *options)
{
    struct desk_facts desk = { .doctor = d };
    static struct doctor_cas cas; /* 12 KiB; the program looks once */
    look_at_config(&desk, options->config);
    choose_socket(&desk, options->agent);
    look_at_agent(&desk);
    look_at_socket(&desk);
    look_at_session(&desk);
    look_at_agent_line(&desk);
    look_at_line(&desk, &cas);
    doctor_card_look(d, &cas, is_at_work(&desk));
    json_decref(desk.state);
}
