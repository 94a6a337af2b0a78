/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/entropy.h"

#include "base/check.h"

enum status entropy_fill(const struct entropy *entropy, uint8_t *ret, size_t len)
{
    REQUIRE(entropy != NULL && entropy->fill != NULL);
    return entropy->fill(entropy->context, ret, len);
}
