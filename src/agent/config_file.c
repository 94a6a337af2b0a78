/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/config_file.h"

#include <string.h>

#include "base/text.h"
#include "port/file_read.h"

static enum status place_ca_file(const char *path, struct config *config, char *reterr_detail)
{
    char name[CONFIG_PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (config->ca_file[0] == '\0' || config->ca_file[0] == '/' || slash == NULL) {
        return STATUS_OK;
    }
    text_take(name, sizeof(name), config->ca_file);
    if (text_format(config->ca_file, sizeof(config->ca_file), "%.*s/%s", (int)(slash - path), path,
                    name)) {
        return STATUS_OK;
    }
    text_take(reterr_detail, FAULT_DETAIL_MAX, "ca_file");
    return STATUS_BAD_VALUE;
}

enum status config_file_read(const char *path, struct config *ret_config,
                             char reterr_detail[FAULT_DETAIL_MAX])
{
    uint8_t memory[CONFIG_FILE_MAX];
    struct buf text = BUF(memory);
    struct config config;
    enum status status = file_read(path, &text);
    if (status != STATUS_OK) {
        text_print_safe(span_of_text(path), reterr_detail, FAULT_DETAIL_MAX);
        return status;
    }
    status = config_parse(buf_span(&text), &config, reterr_detail);
    if (status == STATUS_OK) {
        status = place_ca_file(path, &config, reterr_detail);
    }
    if (status != STATUS_OK) {
        const struct fault fault = fault_at(status, path, reterr_detail);
        text_take(reterr_detail, FAULT_DETAIL_MAX, fault.detail);
        return status;
    }
    *ret_config = config;
    return STATUS_OK;
}
