/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_service.h"

#include "base/text.h"

#define SERVICE_ROW(name, text, kind, title) [POLICY_##name] = { text, title, POLICY_KIND_##kind },
static const struct {
    const char *name, *title;
    enum policy_kind kind;
} services[POLICY_SERVICE_MAX] = { [POLICY_NO_SERVICE] = { "none", "No service",
                                                           POLICY_KIND_RIGHT },
                                   POLICY_SERVICE_LIST(SERVICE_ROW) };
#undef SERVICE_ROW

static enum policy_service listed(enum policy_service service)
{
    return (unsigned)service < POLICY_SERVICE_MAX ? service : POLICY_NO_SERVICE;
}

const char *policy_service_name(enum policy_service service)
{
    return services[listed(service)].name;
}

const char *policy_service_title(enum policy_service service)
{
    return services[listed(service)].title;
}

enum policy_kind policy_service_kind(enum policy_service service)
{
    return services[listed(service)].kind;
}

bool policy_service_by_name(const char *name, enum policy_service *ret_service)
{
    for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
        if (text_equal(services[i].name, name)) {
            *ret_service = (enum policy_service)i;
            return true;
        }
    }
    return false;
}
