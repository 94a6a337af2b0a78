/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "server/audit.h"
#include "test/unit/store/store_fixture.h"

static struct server server;

/* With an entry that waits to be signed, and no signer. */
static void open_server(void)
{
    struct call call = { .server = &server, .now = FIXTURE_NOW };
    memset(&server, 0, sizeof(server));
    server.store = fixture_open(":memory:");
    fixture_fill(server.store);
    CHECK_EQ(signer_client_open(&server.signer, "/nonexistent/signer.sock", -1), STATUS_OK);
    CHECK_EQ(audit_act(&call, &(struct audit_act){ .event = AUDIT_SERVER_STARTED }), STATUS_OK);
}

TEST(audit_checkpoint__without_one_yet_the_signer_is_asked)
{
    open_server();
    CHECK_EQ(audit_checkpoint_now(&server), STATUS_SIGNER_UNREACHABLE);
    signer_client_close(&server.signer);
    store_close(&server.store);
}

TEST(audit_checkpoint__one_that_cannot_be_read_is_not_none)
{
    open_server();
    fixture_sql(server.store, "DROP TABLE audit_checkpoint");
    CHECK_EQ(audit_checkpoint_now(&server), STATUS_STORE);
    signer_client_close(&server.signer);
    store_close(&server.store);
}
