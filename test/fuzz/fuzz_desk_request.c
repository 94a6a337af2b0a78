/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "test/fuzz/desk_stage.h"

/* What page and command line ask the desk, one request a line: "s POST /v1/desk/login {...}", 's'
 * by the socket, 'p' from the page. The server is well and answers what it should. The passcode
 * of the seeds never leaves, neither to the server nor in an answer (I2). */
enum { LINES_MAX = 8, TARGET_MAX = 512 };
#define PASSCODE "13572468"

static struct desk desk;
static struct desk_stage_reply reply;
static bool is_watched; /* the passcode stands where one belongs, and nowhere else */

static const struct {
    const char *path, *answer;
} answers[] = {
    { "/v1/login/challenge", "{\"origin\":\"https://ra.example:8443\",\"nonce\":\"0011\"}" },
    { "/v1/login", "{\"ticket\":\"22\",\"person\":{\"uuid\":\"900000000017\"},"
                   "\"profiles\":[{\"id\":\"555000000101\"},{\"id\":\"555000000102\"}]}" },
    { "/v1/session",
      "{\"session\":\"00\",\"token\":\"11\",\"profile\":{\"id\":\"555000000101\"},\"policy\":"
      "{\"operator_passcode\":\"session\",\"operator_idle_minutes\":10,\"session_minutes\":480,"
      "\"passcode_min\":6,\"passcode_max\":8},\"rights\":[]}" },
    { "/v1/cards/identify",
      "{\"nonce\":\"0011\",\"now\":1800000000,\"expires_at\":1800000900,\"services\":"
      "[{\"service\":\"issue\",\"available\":true,\"job\":\"00112233445566778899aabbccddeeff\","
      "\"prelude\":{\"ops\":[{\"label\":\"select\",\"step\":\"check_card\",\"ins\":164,\"p1\":4,"
      "\"data\":\"a000000308000010000100\",\"le\":256}]}},"
      "{\"service\":\"renew\",\"available\":false,\"reasons\":[{\"name\":\"CARD_BLANK\"}]}]}" },
};

static void refuse_passcode(struct span bytes)
{
    REQUIRE(!is_watched || bytes.len == 0 ||
            memmem(bytes.ptr, bytes.len, PASSCODE, sizeof PASSCODE - 1) == NULL);
}

static enum status serve(const struct https_client_request *request,
                         struct https_client_answer *ret_answer)
{
    const char *text = "{}";
    refuse_passcode(request->body);
    refuse_passcode(span_of_text(request->path));
    for (size_t i = 0; i < COUNT(answers); i++) {
        text = text_equal(request->path, answers[i].path) ? answers[i].answer : text;
    }
    ret_answer->code = 200;
    text_take(ret_answer->content_type, sizeof ret_answer->content_type, "application/json");
    ret_answer->body = span_of_text(text);
    return STATUS_OK;
}

/* Cuts `at` at the next byte of that kind; what is behind it. */
static char *cut(char *at, char kind)
{
    char *end = strchr(at, kind);
    if (end == NULL) {
        return at + strlen(at);
    }
    *end = '\0';
    return end + 1;
}

/* What the HTTP port lets pass (http_check.h). */
static bool may_pass(const char *method, const char *target)
{
    static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "DELETE" };
    bool known = false;
    for (size_t i = 0; i < COUNT(methods); i++) {
        known = known || text_equal(method, methods[i]);
    }
    for (const char *c = target; *c != '\0'; c++) {
        known = known && *c > ' ' && *c <= '~';
    }
    return known && target[0] == '/' && strlen(target) < TARGET_MAX;
}

static void play(char *line)
{
    struct desk_stage_ask ask = { .is_page = line[0] == 'p' };
    char *method = cut(line, ' ');
    char *target = cut(method, ' ');
    char *body = cut(target, ' ');
    if (!may_pass(method, target)) {
        return;
    }
    is_watched = is_watched && strstr(target, PASSCODE) == NULL; /* an address is no secret */
    ask.method = method;
    ask.body = span_of_text(body);
    ask.query = cut(target, '?');
    ask.path = target;
    desk_stage_ask(&desk, &ask, &reply);
    refuse_passcode(span_of(reply.bytes, reply.len));
    desk_stage_check(&desk);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static char text[8192];
    if (len >= sizeof text) {
        return 0;
    }
    memset(text, 0, sizeof text);
    memcpy(text, len > 0 ? (const char *)bytes : "", len);
    is_watched = count_of(text, PASSCODE) == count_of(text, "passcode\":\"" PASSCODE "\"");
    desk_stage_open(&desk, serve);
    char *line = text;
    for (size_t i = 0; i < LINES_MAX && *line != '\0'; i++) {
        char *next = cut(line, '\n');
        play(line);
        line = next;
    }
    desk_stage_close(&desk);
    return 0;
}
