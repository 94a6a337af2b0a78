/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/signer/state_place.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"

void state_place_open(struct state_place *p)
{
    CHECK(text_copy(p->directory, sizeof(p->directory), "/tmp/signer-state-XXXXXX"));
    assert_non_null(mkdtemp(p->directory));
    CHECK(text_format(p->state, sizeof(p->state), "%s/state", p->directory));
    CHECK(text_format(p->journal, sizeof(p->journal), "%s/journal", p->state));
    CHECK(text_format(p->head, sizeof(p->head), "%s/head", p->state));
    CHECK_EQ(mkdir(p->state, 0700), 0);
    CHECK_EQ(state_file_create(p->directory), STATUS_OK);
    CHECK_EQ(state_file_open(p->directory, &p->file), STATUS_OK);
}

void state_place_close(struct state_place *p)
{
    state_file_close(&p->file);
    (void)unlink(p->journal);
    (void)unlink(p->head);
    CHECK_EQ(rmdir(p->state), 0);
    CHECK_EQ(rmdir(p->directory), 0);
}
