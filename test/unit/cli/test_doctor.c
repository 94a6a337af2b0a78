/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor.h"

#include <string.h>

#include "cli/exit_code.h"
#include "test/lib/test.h"

static char printed[4096];
static struct doctor doctor;

static void begin(bool json)
{
    FILE *out = fmemopen(printed, sizeof(printed), "w");
    CHECK(out != NULL);
    const struct report_style style = { .out = out, .json = json };
    doctor_init(&doctor, &style);
}

static int end(void)
{
    int code = doctor_end(&doctor);
    CHECK_EQ(fclose(doctor.style.out), 0);
    return code;
}

TEST(doctor__what_is_well_is_one_line)
{
    begin(false);
    doctor_note_ok(&doctor, "readers", "%d: A, B", 2);

    CHECK_EQ(end(), EXIT_DONE);

    CHECK_TEXT(printed, "ok       readers            2: A, B\n1 ok, 0 to be warned of, 0 wrong\n");
}

TEST(doctor__what_is_wrong_has_cause_remedy_and_whom_to_call)
{
    begin(false);
    doctor_set_contacts(&doctor, "extension 4711", "extension 4000");
    doctor_set_contacts(&doctor, "", "");
    doctor_note_wrong(&doctor, "smartcard_service", STATUS_READER_SERVICE, "%s", "/run/x");

    CHECK_EQ(end(), EXIT_CARD);

    CHECK_TEXT(printed, "WRONG    smartcard_service  /run/x\n"
                        "  CW-332       the smartcard service of this computer does not answer\n"
                        "  what to do:  start the smartcard service (pcscd)\n"
                        "  who:         the site's IT: extension 4000\n"
                        "0 ok, 0 to be warned of, 1 wrong\n");
}

TEST(doctor__warnings_do_not_count_and_the_first_wrong_thing_decides)
{
    begin(false);
    doctor_note_warning(&doctor, "readers", STATUS_READER_SECOND, "1");
    CHECK_EQ(end(), EXIT_DONE);

    begin(false);
    doctor_note_warning(&doctor, "readers", STATUS_READER_SECOND, "1");
    doctor_note_wrong(&doctor, "server", STATUS_SERVER_UNREACHABLE, "x");
    doctor_note_wrong(&doctor, "card", STATUS_CARD_BUSY, "x");
    CHECK_EQ(end(), EXIT_RETRY);
}

TEST(doctor__the_machine_form_is_one_line_a_check)
{
    begin(true);
    doctor_set_contacts(&doctor, "ext 1", "ext 2");
    doctor_note_ok(&doctor, "readers", "2");
    doctor_note_wrong(&doctor, "card", STATUS_CA_UNKNOWN, "A");

    CHECK_EQ(end(), EXIT_REFUSED);

    CHECK_TEXT(
        printed,
        "{\"check\":\"readers\",\"grade\":\"ok\",\"what\":\"2\"}\n"
        "{\"check\":\"card\",\"grade\":\"wrong\",\"what\":\"A\",\"code\":\"CW-208\",\"name\":"
        "\"CA_UNKNOWN\",\"cause\":\"the certificate on this card was not issued by this "
        "organisation's CA\",\"remedy\":\"use the card that this organisation issued\","
        "\"actor\":\"ra_desk\",\"contact\":\"ext 1\"}\n");
}

TEST(doctor__nothing_from_outside_reaches_the_terminal_as_a_command)
{
    begin(false);
    doctor_set_contacts(&doctor, "\x1b[31mred", "\x1b[31mred");
    doctor_note_wrong(&doctor, "server", STATUS_SERVER_UNREACHABLE, "\x1b]0;title\a\n");
    (void)end();

    CHECK(strchr(printed, '\x1b') == NULL && strchr(printed, '\a') == NULL);
}

TEST(doctor__more_than_can_be_kept_is_told_all_the_same)
{
    begin(true);
    for (size_t i = 0; i < DOCTOR_FINDINGS_MAX + 1; i++) {
        doctor_note_ok(&doctor, "x", "y");
    }
    (void)end();

    CHECK_EQ(doctor.count, DOCTOR_FINDINGS_MAX);
}
