/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_odd.h"

#include "sim/sim_random.h"
#include "sim/sim_story.h"
#include "vcard/vcard_object.h"

enum odd {
    ODD_NONE,
    ODD_AES,       /* promises AES management keys and refuses them; its own is one of 3DES */
    ODD_MOVE,      /* promises to move keys and refuses it */
    ODD_CHUID,     /* a blank one comes with a CHUID that nobody signed */
    ODD_TELLS_PIN, /* calls any passcode its maker's */
    ODD_PASSCODE,  /* takes no passcode that ends in an even digit */
    ODD_MAX
};

enum { DAYS = 350, INS_RESET_RETRY = 0x2C }; /* of 1000 */

static const char *const names[ODD_MAX] = {
    [ODD_AES] = "refuse AES management keys",
    [ODD_MOVE] = "refuse to move keys",
    [ODD_CHUID] = "come with a CHUID",
    [ODD_TELLS_PIN] = "call any passcode their maker's",
    [ODD_PASSCODE] = "refuse passcodes that end in an even digit",
};

static enum odd habit;

static void take_habit(struct sim_card *card)
{
    struct vcard_options *options = &card->card.options;
    switch ((unsigned)habit) {
    case ODD_AES:
        if (card->card.memory.management_algorithm == VCARD_CIPHER_3DES) {
            options->features &= ~(uint32_t)VCARD_FEATURE_AES_MANAGEMENT;
        }
        break;
    case ODD_MOVE:
        options->features &= ~(uint32_t)VCARD_FEATURE_MOVE;
        break;
    case ODD_CHUID:
        if (card->is_blank) {
            vcard_object_write_chuid(&card->card);
        }
        break;
    case ODD_TELLS_PIN:
        options->lie = options->lie == VCARD_LIE_NONE ? VCARD_LIE_DEFAULT_PIN : options->lie;
        break;
    default:
        break;
    }
}

void sim_odd_begin(void)
{
    bool any = sim_random_of_cards(1000) < DAYS;
    habit = any ? (enum odd)(1 + sim_random_of_cards(ODD_MAX - 1)) : ODD_NONE;
    if (habit == ODD_NONE) {
        return;
    }
    sim_story_tell("cards %s", names[habit]);
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        struct sim_card *card = sim_reader_card(i);
        if (!card->is_operator) {
            take_habit(card);
        }
    }
}

void sim_odd_end(void)
{
    habit = habit == ODD_PASSCODE ? ODD_NONE : habit;
}

/* SP 800-73-4 part 2, 3.2.3: eight bytes of the PUK, then the passcode, padded with FF. */
bool sim_odd_answers(const struct sim_card *card, struct span command, struct buf *answer)
{
    enum { PASSCODE_AT = 13, PASSCODE_LEN = 8 };
    if (habit != ODD_PASSCODE || card->is_operator || command.len < PASSCODE_AT + PASSCODE_LEN ||
        command.ptr[1] != INS_RESET_RETRY) {
        return false;
    }
    size_t end = PASSCODE_LEN;
    while (end > 1 && command.ptr[PASSCODE_AT + end - 1] == 0xFF) {
        end--;
    }
    return command.ptr[PASSCODE_AT + end - 1] % 2 == 0 && buf_put(answer, SPAN_TEXT("\x69\x85"));
}
