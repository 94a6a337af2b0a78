/* SPDX-License-Identifier: Apache-2.0 */
#include "port/ca_file.h"

#include <openssl/x509_vfy.h>

#include "port/https_tls.h"

enum status ca_file_check(const char *path)
{
    X509_STORE *store = X509_STORE_new();
    bool good = store != NULL && X509_STORE_load_file(store, path) == 1;
    X509_STORE_free(store);
    return good ? STATUS_OK : https_tls_blame(STATUS_BAD_FILE);
}
