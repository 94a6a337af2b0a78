/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/sample_list.h"

#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "port/file_write.h"
#include "sample/sample_people.h"

enum { LIST_MODE = 0644 };

static const char *organisation_name(const char *code)
{
    for (size_t i = 0; i < sample_organisations_count; i++) {
        if (text_equal(sample_organisations[i].code, code)) {
            return sample_organisations[i].name;
        }
    }
    return code;
}

static json_t *entry_of(const struct sample_person *person)
{
    char name[128];
    if (!text_format(name, sizeof(name), "%s %s %s", person->title, person->given,
                     person->family)) {
        return NULL;
    }
    return json_pack("{s:s, s:s, s:s, s:s}", "card", person->file, "name", name, "organisation",
                     organisation_name(person->org), "note", person->note);
}

enum status sample_list_write(const char *path)
{
    json_t *list = json_array();
    bool good = list != NULL;
    for (size_t i = 0; i < sample_people_count && good; i++) {
        good = json_array_append_new(list, entry_of(&sample_people[i])) == 0;
    }
    char *text = good ? json_dumps(list, JSON_COMPACT) : NULL;
    enum status status = text != NULL ? file_write_atomic(path, span_of_text(text), LIST_MODE)
                                      : STATUS_OUT_OF_MEMORY;
    free(text);
    json_decref(list);
    return status;
}
