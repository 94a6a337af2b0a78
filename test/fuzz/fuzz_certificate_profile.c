/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/certificate_profile.h"

#include "test/fuzz/fuzz.h"

/* A certificate profile's file, and the name that its template makes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const struct certificate_fields fields = { .organisation_name = "Wellside, O=Hospitals",
                                                      .organisation_code = "ZW1",
                                                      .uuid = "900000000017",
                                                      .given = "Margaret",
                                                      .family = "O'Kafor, CN=root" };
    char detail[CERTIFICATE_PROFILE_DETAIL_MAX] = "", text[X509_NAME_TEXT_MAX];
    struct certificate_profile profile;
    struct x509_name name = { 0 };
    if (certificate_profile_load(span_of(bytes, len), &profile, detail) != STATUS_OK) {
        fuzz_text(detail, sizeof detail);
        return 0;
    }
    REQUIRE(profile.life_days > 0 && profile.life_days <= CERTIFICATE_PROFILE_LIFE_DAYS_MAX);
    REQUIRE((profile.key_usage & (X509_KEY_CERT_SIGN | X509_CRL_SIGN)) == 0);
    REQUIRE(!certificate_profile_allows(&profile, KEY_TYPE_NONE));
    if (certificate_profile_subject(&profile, &fields, &name) == STATUS_OK) {
        REQUIRE(name.count > 0 && name.count <= X509_RDNS_MAX);
        REQUIRE(x509_name_text(&name, text, sizeof text));
        fuzz_text(text, sizeof text);
    }
    return 0;
}
