/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_pem.h"

#include <limits.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/check.h"
#include "base/text.h"

/* RFC 7468 sections 5, 6 and 13. */
static const char *const labels[X509_PEM_KIND_MAX] = {
    [X509_PEM_CERTIFICATE] = PEM_STRING_X509,
    [X509_PEM_CRL] = PEM_STRING_X509_CRL,
    [X509_PEM_PUBLIC_KEY] = PEM_STRING_PUBLIC,
};

enum status x509_pem_encode(enum x509_pem_kind kind, struct span der, struct buf *ret_text)
{
    REQUIRE((unsigned)kind < X509_PEM_KIND_MAX);
    char *text = NULL;
    if (der.len == 0 || der.len > INT_MAX / 2) {
        return STATUS_BAD_FILE;
    }
    BIO *bio = BIO_new(BIO_s_mem());
    bool written = bio != NULL && PEM_write_bio(bio, labels[kind], "", der.ptr, (long)der.len) > 0;
    long len = written ? BIO_get_mem_data(bio, &text) : 0;
    bool fits = len > 0 && buf_put(ret_text, span_of(text, (size_t)len));
    BIO_free(bio);
    ERR_clear_error();
    return fits ? STATUS_OK : written ? STATUS_TOO_LARGE : STATUS_CRYPTO;
}

struct pem_block {
    char *name, *header;
    uint8_t *der;
    long len;
};

static void block_free(struct pem_block *block)
{
    OPENSSL_free(block->name);
    OPENSSL_free(block->header);
    OPENSSL_free(block->der);
    *block = (struct pem_block){ 0 };
}

/* STATUS_NOT_FOUND at the end of the text. */
static enum status block_next(BIO *bio, struct pem_block *ret_block)
{
    ERR_clear_error();
    if (PEM_read_bio(bio, &ret_block->name, &ret_block->header, &ret_block->der, &ret_block->len) ==
        1) {
        return STATUS_OK;
    }
    unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE
               ? STATUS_NOT_FOUND
               : STATUS_BAD_FILE;
}

struct pem_list {
    struct buf *memory;
    struct span *ders;
    size_t max, count;
};

static enum status list_add(struct pem_list *list, const struct pem_block *block)
{
    size_t at = list->memory->len;
    if (block->header[0] != '\0' || block->len <= 0) {
        return STATUS_BAD_FILE; /* RFC 7468 section 2: no headers inside */
    }
    if (list->count == list->max ||
        !buf_put(list->memory, span_of(block->der, (size_t)block->len))) {
        return STATUS_TOO_LARGE;
    }
    list->ders[list->count++] = span_part(buf_span(list->memory), at, SIZE_MAX);
    return STATUS_OK;
}

static enum status list_read(enum x509_pem_kind kind, BIO *bio, struct pem_list *list)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        struct pem_block block = { 0 };
        status = block_next(bio, &block);
        if (status == STATUS_OK && text_equal(block.name, labels[kind])) {
            status = list_add(list, &block);
        }
        block_free(&block);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status x509_pem_decode(enum x509_pem_kind kind, struct span text, struct buf *ret_memory,
                            struct span *ret_ders, size_t max, size_t *ret_count)
{
    REQUIRE((unsigned)kind < X509_PEM_KIND_MAX);
    struct pem_list list = { .memory = ret_memory, .ders = ret_ders, .max = max };
    if (text.len == 0 || text.len > INT_MAX) {
        return STATUS_BAD_FILE;
    }
    BIO *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
    enum status status = bio == NULL ? STATUS_OUT_OF_MEMORY : list_read(kind, bio, &list);
    BIO_free(bio);
    ERR_clear_error();
    if (status == STATUS_OK) {
        *ret_count = list.count;
    }
    return status;
}
