/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_odd.h"

#include "sim/sim_random.h"
#include "sim/sim_story.h"
#include "vcard/vcard_object.h"

enum { DAYS = 350, INS_RESET_RETRY = 0x2C }; /* of 1000 */

static const char *const names[SIM_ODD_MAX] = {
    [SIM_ODD_AES] = "refuse AES management keys",
    [SIM_ODD_MOVE] = "refuse to move keys",
    [SIM_ODD_CHUID] = "come with a CHUID",
    [SIM_ODD_TELLS_PIN] = "call any passcode their maker's",
    [SIM_ODD_PASSCODE] = "refuse passcodes that end in an even digit",
};

static enum sim_odd habit;

static void take_habit(struct sim_card *card)
{
    struct vcard_options *options = &card->card.options;
    switch ((unsigned)habit) {
    case SIM_ODD_AES:
        if (card->card.memory.management_algorithm == VCARD_CIPHER_3DES) {
            options->features &= ~(uint32_t)VCARD_FEATURE_AES_MANAGEMENT;
        }
        break;
    case SIM_ODD_MOVE:
        options->features &= ~(uint32_t)VCARD_FEATURE_MOVE;
        break;
    case SIM_ODD_CHUID:
        if (card->is_blank) {
            vcard_object_write_chuid(&card->card);
        }
        break;
    case SIM_ODD_TELLS_PIN:
        options->lie = options->lie == VCARD_LIE_NONE ? VCARD_LIE_DEFAULT_PIN : options->lie;
        break;
    default:
        break;
    }
}

void sim_odd_begin(void)
{
    bool any = sim_random_of_cards(1000) < DAYS;
    habit = any ? (enum sim_odd)(1 + sim_random_of_cards(SIM_ODD_MAX - 1)) : SIM_ODD_NONE;
    if (habit == SIM_ODD_NONE) {
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
    habit = habit == SIM_ODD_PASSCODE ? SIM_ODD_NONE : habit;
}

/* SP 800-73-4 part 2, 3.2.3: eight bytes of the PUK, then the passcode, padded with FF. */
bool sim_odd_answers(const struct sim_card *card, struct span command, struct buf *answer)
{
    enum { PASSCODE_AT = 13, PASSCODE_LEN = 8 };
    if (habit != SIM_ODD_PASSCODE || card->is_operator ||
        command.len < PASSCODE_AT + PASSCODE_LEN || command.ptr[1] != INS_RESET_RETRY) {
        return false;
    }
    size_t end = PASSCODE_LEN;
    while (end > 1 && command.ptr[PASSCODE_AT + end - 1] == 0xFF) {
        end--;
    }
    return command.ptr[PASSCODE_AT + end - 1] % 2 == 0 && buf_put(answer, SPAN_TEXT("\x69\x85"));
}
