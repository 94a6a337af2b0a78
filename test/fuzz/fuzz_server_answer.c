/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "agent/job.h"
#include "agent/keeper.h"
#include "base/text.h"
#include "test/fuzz/desk_stage.h"
#include "test/fuzz/fuzz_json.h"

/* What a hostile server answers, one answer a line, code first: "2{...}" is 200, "4{...}" 401, "5"
 * 503, and anything else no answer at all. The agent logs in, asks about the card, takes a job and
 * its steps, renews its lease, passes a question on, and comes back after a gap in the line. */
static struct desk desk;
static struct desk_stage_reply reply;
static struct span script;

static enum status serve(const struct https_client_request *request,
                         struct https_client_answer *ret_answer)
{
    REQUIRE(request->path[0] == '/');
    if (script.len == 0) {
        return STATUS_SERVER_UNREACHABLE;
    }
    const uint8_t *end = memchr(script.ptr, '\n', script.len);
    size_t len = end != NULL ? (size_t)(end - script.ptr) : script.len;
    struct span line = span_part(script, 0, len);
    script = span_part(script, len + 1, script.len);
    uint8_t kind = line.len > 0 ? line.ptr[0] : 0;
    if (kind != '2' && kind != '4' && kind != '5') {
        return STATUS_SERVER_UNREACHABLE;
    }
    ret_answer->code = kind == '2' ? 200 : kind == '4' ? 401 : 503;
    ret_answer->body = span_part(line, 1, len);
    return STATUS_OK;
}

static void ask(const char *method, const char *path, const char *body)
{
    const struct desk_stage_ask request = {
        .method = method, .path = path, .query = "q=khan", .body = span_of_text(body)
    };
    desk_stage_ask(&desk, &request, &reply);
    desk_stage_check(&desk);
}

static void check_step(const struct job *job)
{
    if (job->committed) {
        REQUIRE(json_is_object(job->receipt));
        return;
    }
    REQUIRE(job->begun && job->step_number >= 1 && batch_check(&job->batch) == STATUS_OK);
}

static enum status take_job(struct job *job)
{
    enum status status = job_server_identify(job);
    if (status == STATUS_OK) {
        status = job_server_find_service(job);
    }
    if (status == STATUS_OK) {
        fuzz_text(job->id, sizeof job->id);
        REQUIRE(job->nonce_len > 0 && job->nonce_len <= sizeof job->nonce);
        REQUIRE(batch_check(&job->batch) == STATUS_OK);
    }
    for (int i = 0; i < 2 && status == STATUS_OK && !job->committed; i++) {
        status = job_server_step(job);
        if (status == STATUS_OK) {
            check_step(job);
        }
    }
    return status;
}

static void play_job(void)
{
    struct job *job = calloc(1, sizeof *job);
    REQUIRE(job != NULL);
    job->desk = &desk;
    job->slot = desk.readers.slots[1];
    batch_result_init(&job->result);
    text_take(job->options.service, sizeof job->options.service, "issue");
    enum status status = take_job(job);
    REQUIRE(status == STATUS_OK || job->fault.status == status);
    fuzz_text(job->fault.detail, sizeof job->fault.detail);
    json_decref(job->identify);
    json_decref(job->receipt);
    free(job);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    script = span_of(bytes, len);
    desk_stage_open(&desk, serve);
    ask("POST", "/v1/desk/login", "{\"passcode\":\"123456\",\"profile\":\"555000000101\"}");
    if (desk.session.open) {
        play_job();
        desk_stage_check(&desk);
        desk_stage_pass_ms(5000);
        keeper_step(&desk);
        ask("GET", "/v1/desk/people", "");
        ask("GET", "/v1/desk/server", "");
        desk_stage_pass_ms(20000); /* longer than a lease: the session is resumed, or over */
        keeper_step(&desk);
        desk_stage_check(&desk);
    }
    desk_stage_close(&desk);
    return 0;
}
