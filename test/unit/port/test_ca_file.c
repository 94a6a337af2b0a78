/* SPDX-License-Identifier: Apache-2.0 */
#include "port/ca_file.h"

#include "test/lib/test.h"
#include "test/unit/port/scratch.h"
#include "test/unit/port/web.h"

TEST(ca_file__takes_certificates_and_nothing_else)
{
    struct scratch scratch;
    scratch_open(&scratch);
    const char *good = scratch_path(&scratch, "good.pem");
    const char *key = scratch_path(&scratch, "good.key");
    const char *text = scratch_path(&scratch, "text.pem");
    scratch_certificate(good, key);
    scratch_write(text, "no certificate\n", 0600);

    CHECK_EQ(ca_file_check(good), STATUS_OK);
    CHECK_EQ(ca_file_check(key), STATUS_BAD_FILE);
    CHECK_EQ(ca_file_check(text), STATUS_BAD_FILE);
    CHECK_EQ(ca_file_check(scratch_path(&scratch, "none.pem")), STATUS_BAD_FILE);

    CHECK_EQ(ca_file_check(good), STATUS_OK); /* no failure is left behind */
    scratch_close(&scratch);
}
