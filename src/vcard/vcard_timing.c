/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_timing.h"

#include "vcard/vcard_tlv.h"

enum { BYTE_US = 80, PART_US = 1000, OTHER_US = 8000, GENERATE_US = 250000, CLA_CHAIN = 0x10 };
enum { INS_GENERATE = 0x47, TAG_ALGORITHM = 0x80 };
enum { INS_AUTHENTICATE = 0x87, REFERENCE_MANAGEMENT = 0x9B, LINE_BYTES_MAX = 1 << 17 };

static const struct {
    uint8_t ins;
    uint32_t us;
} durations[] = {
    { 0x20, 20000 }, { 0x24, 20000 },   { 0x2C, 20000 }, { INS_AUTHENTICATE, 60000 },
    { 0xDB, 30000 }, { 0xC0, PART_US },
};

/* RSA: luck decides on a real card; these are the long waits. */
static const struct {
    uint8_t algorithm;
    uint32_t us;
} generations[] = {
    { 0x14, 500000 },
    { 0x07, 8000000 },
    { 0x05, 30000000 },
};

static uint32_t generation_us(struct span data)
{
    struct reader r = reader_of(data);
    struct vcard_tlv template;
    struct span algorithm;
    bool asked = vcard_tlv_read(&r, &template) &&
                 vcard_tlv_find(template.value, TAG_ALGORITHM, &algorithm) && algorithm.len == 1;
    for (size_t i = 0; i < COUNT(generations) && asked; i++) {
        if (generations[i].algorithm == algorithm.ptr[0]) {
            return generations[i].us;
        }
    }
    return GENERATE_US;
}

static uint32_t command_us(const struct vcard_apdu *apdu)
{
    bool management = apdu->ins == INS_AUTHENTICATE && apdu->p2 == REFERENCE_MANAGEMENT;
    if ((apdu->cla & CLA_CHAIN) != 0) {
        return PART_US;
    }
    if (apdu->ins == INS_GENERATE) {
        return generation_us(apdu->data);
    }
    for (size_t i = 0; i < COUNT(durations) && !management; i++) {
        if (durations[i].ins == apdu->ins) {
            return durations[i].us;
        }
    }
    return OTHER_US;
}

uint32_t vcard_timing_us(const struct vcard_apdu *apdu, size_t line_bytes)
{
    size_t bytes = line_bytes < LINE_BYTES_MAX ? line_bytes : LINE_BYTES_MAX;
    return command_us(apdu) + (uint32_t)bytes * BYTE_US;
}
