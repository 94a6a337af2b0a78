/* SPDX-License-Identifier: Apache-2.0 */
#include "backup/backup_manifest.h"

#include <string.h>

#include "base/text.h"
#include "test/fuzz/fuzz.h"

/* manifest.json of a copy that somebody else has kept: no name leads out of the folder. */
static struct backup_manifest manifest, again;

static void check_name(const char *name)
{
    REQUIRE(name[0] != '\0' && name[0] != '/' && name[0] != '.');
    REQUIRE(strstr(name, "/.") == NULL && strstr(name, "//") == NULL);
    REQUIRE(strchr(name, '\\') == NULL && name[strlen(name) - 1] != '/');
    REQUIRE(backup_manifest_find(&manifest, name) != NULL);
}

static void check_manifest(void)
{
    static uint8_t memory[2 * BACKUP_MANIFEST_TEXT_MAX];
    struct buf text = BUF(memory);
    struct fault fault;
    REQUIRE(manifest.count > 0 && manifest.count <= BACKUP_FILES_MAX);
    for (size_t i = 0; i < manifest.count; i++) {
        fuzz_text(manifest.files[i].name, sizeof manifest.files[i].name);
        check_name(manifest.files[i].name);
        REQUIRE(backup_manifest_find(&manifest, manifest.files[i].name) == &manifest.files[i]);
    }
    fuzz_text(manifest.program, sizeof manifest.program);
    REQUIRE(backup_manifest_encode(&manifest, &text) == STATUS_OK);
    REQUIRE(backup_manifest_decode(buf_span(&text), &again, &fault) == STATUS_OK);
    REQUIRE(again.made_at == manifest.made_at && again.count == manifest.count);
    REQUIRE(again.entries == manifest.entries && text_equal(again.program, manifest.program));
    REQUIRE(memcmp(again.files, manifest.files, sizeof again.files) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct fault fault = { 0 };
    enum status status = backup_manifest_decode(span_of(bytes, len), &manifest, &fault);
    if (status == STATUS_OK) {
        check_manifest();
    } else {
        REQUIRE(status == STATUS_BACKUP_DAMAGED || status == STATUS_BACKUP_VERSION);
        REQUIRE(fault.status == status);
        fuzz_text(fault.detail, sizeof fault.detail);
    }
    return 0;
}
