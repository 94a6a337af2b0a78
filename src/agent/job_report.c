/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/desk_stream.h"
#include "agent/job.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/log_write.h"
#include "wire_agent/agent_message.h"

static void show(struct job *job, const char *state)
{
    struct desk *desk = job->desk;
    desk_lock(desk);
    desk->job.state = state;
    desk->job.step = job->step_name;
    desk->job.text = job->step_text;
    text_print_safe(span_of_text(job->id), desk->job.id, sizeof(desk->job.id));
    text_print_safe(span_of_text(job->look.identity.text), desk->job.identity,
                    sizeof(desk->job.identity));
    desk_locked_changed(desk);
    desk_unlock(desk);
}

void job_report_begin(struct job *job)
{
    struct desk_job *shown = &job->desk->job;
    desk_lock(job->desk);
    json_decref(shown->person);
    json_decref(shown->receipt);
    *shown = (struct desk_job){ .shown = true, .state = "running" };
    text_print_safe(span_of_text(job->options.service), shown->service, sizeof(shown->service));
    desk_unlock(job->desk);
    show(job, "running");
}

void job_report_person(struct job *job)
{
    struct desk_job *shown = &job->desk->job;
    desk_lock(job->desk);
    json_decref(shown->person);
    shown->person = json_deep_copy(json_object_get(job->identify, "person"));
    desk_unlock(job->desk);
}

static void line(struct job *job, json_t *json)
{
    desk_stream_line(job->desk, job->lines, json);
}

void job_report_step_end(struct job *job, bool good)
{
    if (job->step_name == NULL) {
        return;
    }
    int64_t ms = clock_read_monotonic_ms() - job->step_started_ms;
    line(job,
         json_pack("{s:s, s:s, s:s, s:s, s:I}", "event", "step", "step", job->step_name, "text",
                   job->step_text, "state", good ? "done" : "failed", "ms", (json_int_t)ms));
    job->step_name = job->step_text = NULL;
}

void job_report_step(struct job *job, const char *name, const char *text)
{
    if (text_equal(job->step_name, name)) {
        return;
    }
    job_report_step_end(job, true);
    job->step_name = name;
    job->step_text = text;
    job->step_started_ms = clock_read_monotonic_ms();
    line(job, json_pack("{s:s, s:s, s:s, s:s}", "event", "step", "step", name, "text", text,
                        "state", "running"));
    show(job, "running");
}

void job_report_op(void *context, const struct batch_op *op, bool is_done)
{
    struct job *job = context;
    if (!is_done) {
        job_report_step(job, batch_step_name(op->step), batch_step_text(op->step));
    }
}

void job_report_wait(struct job *job)
{
    line(job, json_pack("{s:s, s:s, s:o}", "event", "wait", "text",
                        "the server does not answer; trying again", "problem",
                        fault_to_json(&job->fault)));
}

static void report_result(struct job *job)
{
    line(job,
         json_pack("{s:s, s:s, s:s, s:O, s:I, s:I, s:i, s:i, s:I, s:I, s:I}", "event", "result",
                   "service", job->options.service, "job", job->id, "receipt", job->receipt,
                   "wall_ms", (json_int_t)(clock_read_monotonic_ms() - job->started_ms), "card_ms",
                   (json_int_t)(job->play.card_us / 1000), "round_trips_identify",
                   (int)job->round_trips_identify, "round_trips_job", (int)job->round_trips_job,
                   "apdus", (json_int_t)job->play.apdus, "apdus_read", (json_int_t)job->look.apdus,
                   "apdus_operator", (json_int_t)job->apdus_operator));
}

static const char *state_of(const struct job *job)
{
    if (job->committed) {
        return "done";
    }
    bool resumable = status_entry(job->fault.status)->card == CARD_RESUMABLE;
    return job->begun && resumable ? "waiting" : "failed";
}

static void show_end(struct job *job)
{
    struct desk_job *shown = &job->desk->job;
    desk_lock(job->desk);
    shown->has_fault = !job->committed;
    shown->fault = job->fault;
    json_decref(shown->receipt);
    shown->receipt = json_deep_copy(job->receipt);
    desk_unlock(job->desk);
    show(job, state_of(job));
}

static void report_fault(struct job *job, const char *step)
{
    line(job, json_pack("{s:s, s:s*, s:o}", "event", "fault", "step", step, "problem",
                        fault_to_json(&job->fault)));
}

void job_report_refusal(struct job *job)
{
    report_fault(job, NULL);
}

void job_report_end(struct job *job)
{
    const char *step = job->step_name;
    job_report_step_end(job, job->committed);
    show_end(job);
    if (job->committed) {
        log_write(LOG_LEVEL_INFO, "job committed",
                  LOG_FIELDS(LOG_TEXT("service", job->options.service), LOG_TEXT("job", job->id)));
        report_result(job);
        return;
    }
    const struct fault logged = { .status = job->fault.status,
                                  .sw = job->fault.sw,
                                  .tries_left = job->fault.tries_left };
    log_write_fault(LOG_LEVEL_WARNING, "job", &logged);
    report_fault(job, step);
}
