/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/founding/founding_fixture.h"

#include <ftw.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "port/entropy_read.h"
#include "test/lib/test.h"

struct founding_options fixture_options;
char fixture_folder[64];

static char directory[96];
static struct secret signer_passphrase, root_passphrase;
static struct entropy entropy;

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void clean(void)
{
    (void)nftw(fixture_folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void fixture_prepare(void)
{
    if (fixture_folder[0] != '\0') {
        return;
    }
    CHECK(text_copy(fixture_folder, sizeof(fixture_folder), "/tmp/cardwright-founding-XXXXXX"));
    assert_non_null(mkdtemp(fixture_folder));
    CHECK_EQ(atexit(clean), 0);
    CHECK(text_format(directory, sizeof(directory), "%s/new", fixture_folder));
    CHECK(secret_set(&signer_passphrase, SPAN_TEXT("correct horse")));
    CHECK(secret_set(&root_passphrase, SPAN_TEXT("battery staple")));
    entropy = entropy_read_system();
    fixture_options = (struct founding_options){
        .directory = directory,
        .data = CARDWRIGHT_DATA,
        .policy = "cis-2015",
        .address = "127.0.0.1",
        .host = "127.0.0.1",
        .port = 8443,
        .organisation_name = "Three Rivers",
        .organisation_code = "RKF",
        .ra_desk = "RA desk",
        .site_it = "IT desk",
        .banner = "",
        .manager = { "100000000011", "Rita", "Manager", "Ms", "rita@example.org" },
        .signer_passphrase = &signer_passphrase,
        .root_passphrase = &root_passphrase,
        .now = INT64_C(1795339800),
        .entropy = &entropy,
    };
}

void fixture_create(void)
{
    static bool made;
    struct fault fault = { .status = STATUS_OK };
    fixture_prepare();
    if (!made) {
        CHECK_EQ(founding_create(&fixture_options, &fault), STATUS_OK);
        made = true;
    }
}

bool fixture_has(const char *name)
{
    char path[FOUNDING_PATH_MAX];
    CHECK(founding_path(&fixture_options, name, path));
    return access(path, F_OK) == 0;
}

static enum status transmit(void *context, struct span command, struct buf *answer)
{
    struct fixture_card *card = context;
    uint8_t memory[8], random[32];
    struct buf input = BUF(memory);
    buf_put_u64(&input, card->drawn++);
    CHECK_EQ(digest_sha256(buf_span(&input), random), STATUS_OK);
    card->apdus++;
    enum vcard_outcome outcome = vcard_transmit(&card->card, command, SPAN_OF(random), answer);
    return outcome == VCARD_ANSWERED ? STATUS_OK : STATUS_CARD_REMOVED;
}

void fixture_card_init(struct fixture_card *card, enum vcard_model model, uint32_t features)
{
    struct vcard_options options = vcard_model_options(model);
    static uint32_t made; /* each card has its own serial and makes its own keys */
    made++;
    options.features |= features;
    options.serial += options.serial != 0 ? made : 0;
    memset(card, 0, sizeof(*card));
    card->drawn = (uint64_t)made << 32;
    vcard_init(&card->card, &options);
    card->at_hand = (struct founding_card){ .transmit = transmit,
                                            .context = card,
                                            .atr = vcard_atr(&card->card) };
}
