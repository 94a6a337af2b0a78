/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/worker.h"

#include "agent/desk_stream.h"

/* NULL: the desk is stopping. From here on a stop means this task. */
static struct desk_task *next_task(struct desk *desk)
{
    desk_lock(desk);
    while (desk->queue == NULL && !desk->stopping) {
        monitor_wait(&desk->monitor);
    }
    struct desk_task *task = desk->stopping ? NULL : desk->queue;
    if (task != NULL) {
        desk->queue = task->next;
        desk->queue_count--;
        atomic_store(&desk->stop, STATUS_OK);
        https_client_allow(desk->worker_client);
    }
    desk_unlock(desk);
    return task;
}

void *worker_main(void *context)
{
    struct desk *desk = context;
    struct desk_task *task = NULL;
    while ((task = next_task(desk)) != NULL) {
        task->run(desk, task);
        if (task->request != NULL) { /* every request is answered, whatever happened */
            const struct fault fault = fault_of(STATUS_INTERNAL, "");
            desk_stream_fault(desk, task, &fault);
        }
        desk_task_free(task);
    }
    desk_lock(desk);
    desk->worker_ended = true;
    monitor_wake(&desk->monitor);
    desk_unlock(desk);
    return NULL;
}
