/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/library_error.h"

#include <openssl/err.h>

enum status library_error(enum status otherwise)
{
    enum status status = otherwise;
    unsigned long error;
    while ((error = ERR_get_error()) != 0) {
        if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE) {
            status = STATUS_OUT_OF_MEMORY;
        } else if (ERR_GET_REASON(error) == ERR_R_INTERNAL_ERROR && status == otherwise) {
            status = STATUS_CRYPTO;
        }
    }
    return status;
}
