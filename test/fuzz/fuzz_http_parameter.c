/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "port/http_request.h"
#include "test/fuzz/fuzz.h"

/* The query of a request: what follows the question mark. What was found is encoded anew, every
 * byte of it, and must be found again, alone and behind others. */
enum { QUERY_MAX = 4096, VALUE_MAX = 256 };

static void encode(const char *value, const char *before, char ret_query[QUERY_MAX])
{
    char hex[2 * VALUE_MAX + 1];
    size_t at = strlen(before) + 2;
    REQUIRE(text_of_hex(span_of_text(value), hex, sizeof hex));
    REQUIRE(text_format(ret_query, QUERY_MAX, "%sq=", before));
    for (size_t i = 0; hex[i] != '\0'; i += 2) {
        REQUIRE(text_format(ret_query + at, QUERY_MAX - at, "%%%.2s", hex + i));
        at += 3;
    }
}

static void check_again(const char *value, const char *before)
{
    char query[QUERY_MAX], again[VALUE_MAX];
    encode(value, before, query);
    const struct http_request request = { .query = query };
    REQUIRE(http_request_parameter(&request, "q", again, sizeof again));
    REQUIRE(text_equal(value, again));
}

static void check(const struct http_request *request, const char *name, size_t max)
{
    char value[VALUE_MAX];
    memset(value, 'x', sizeof value);
    REQUIRE(max <= sizeof value);
    if (!http_request_parameter(request, name, value, max)) {
        REQUIRE(value[0] == '\0');
        return;
    }
    fuzz_text(value, max);
    REQUIRE(max == sizeof value || value[max] == 'x');
    REQUIRE(strstr(request->query, name) != NULL);
    check_again(value, "");
    check_again(value, "from=1&qq=2&");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static char query[QUERY_MAX];
    const struct http_request request = { .query = query };
    if (len >= sizeof query) {
        return 0;
    }
    memset(query, 0, sizeof query);
    memcpy(query, len > 0 ? (const char *)bytes : "", len);
    check(&request, "q", VALUE_MAX);
    check(&request, "q", 8);
    check(&request, "from", 24);
    check(&request, "from", 1);
    return 0;
}
