/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/worker.h"

#include "agent/desk_stream.h"

/* NULL: there is none, or the desk is stopping. From here on a stop means this task. */
static struct desk_task *locked_take_task(struct desk *desk)
{
    struct desk_task *task = desk->stopping ? NULL : desk->queue;
    if (task != NULL) {
        desk->queue = task->next;
        desk->queue_count--;
        atomic_store(&desk->stop, STATUS_OK);
        https_client_allow(desk->worker_client);
    }
    return task;
}

static void wait_for_task(struct desk *desk)
{
    desk_lock(desk);
    while (desk->queue == NULL && !desk->stopping) {
        monitor_wait(&desk->monitor);
    }
    desk_unlock(desk);
}

bool worker_step(struct desk *desk)
{
    desk_lock(desk);
    struct desk_task *task = locked_take_task(desk);
    desk_unlock(desk);
    if (task == NULL) {
        return false;
    }
    task->run(desk, task);
    if (task->request != NULL) { /* every request is answered, whatever happened */
        const struct fault fault = fault_of(STATUS_INTERNAL, "");
        desk_stream_fault(desk, task, &fault);
    }
    desk_task_free(task);
    return true;
}

void *worker_main(void *context)
{
    struct desk *desk = context;
    do {
        wait_for_task(desk);
    } while (worker_step(desk));
    desk_lock(desk);
    desk->worker_ended = true;
    monitor_wake(&desk->monitor);
    desk_unlock(desk);
    return NULL;
}
