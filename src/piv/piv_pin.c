/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_pin.h"

#include <string.h>

static bool all_between(struct span text, uint8_t first, uint8_t last)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < first || text.ptr[i] > last) {
            return false;
        }
    }
    return true;
}

enum status piv_pin_entry_check(struct span pin)
{
    bool good =
        pin.len >= PIV_PIN_ENTRY_MIN && pin.len <= PIV_PIN_ENTRY_MAX && all_between(pin, ' ', '~');
    return good ? STATUS_OK : STATUS_PASSCODE_FORM;
}

/* SP 800-63B, 5.1.1.2: repetitive or sequential. Each digit is as far from the one before. */
static bool is_guessable(struct span digits)
{
    int step = digits.len > 1 ? digits.ptr[1] - digits.ptr[0] : 0;
    for (size_t i = 2; i < digits.len; i++) {
        if (digits.ptr[i] - digits.ptr[i - 1] != step) {
            return false;
        }
    }
    return step >= -1 && step <= 1;
}

enum status piv_pin_setting_check(struct span pin, size_t digits_min, size_t digits_max)
{
    bool good = pin.len >= digits_min && pin.len <= digits_max && pin.len > 0 &&
                pin.len <= PIV_PIN_PADDED_LEN && all_between(pin, '0', '9');
    if (!good) {
        return STATUS_PASSCODE_FORM;
    }
    return is_guessable(pin) ? STATUS_PASSCODE_WEAK : STATUS_OK;
}

enum status piv_pin_puk_check(struct span puk)
{
    return puk.len == PIV_PUK_LEN && all_between(puk, '0', '9') ? STATUS_OK : STATUS_BAD_VALUE;
}

bool piv_pin_pad(struct span pin, uint8_t ret_padded[PIV_PIN_PADDED_LEN])
{
    if (pin.len == 0 || pin.len > PIV_PIN_PADDED_LEN) {
        return false;
    }
    memset(ret_padded, 0xFF, PIV_PIN_PADDED_LEN);
    memcpy(ret_padded, pin.ptr, pin.len);
    return true;
}
