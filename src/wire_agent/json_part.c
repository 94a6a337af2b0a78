/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/json_part.h"

static void give_up(json_t **json)
{
    json_decref(*json);
    *json = NULL;
}

void json_part_put(json_t **object, const char *name, json_t *value)
{
    if (json_object_set_new(*object, name, value) != 0) {
        give_up(object);
    }
}

void json_part_add(json_t **array, json_t *value)
{
    if (json_array_append_new(*array, value) != 0) {
        give_up(array);
    }
}
