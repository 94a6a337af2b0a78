/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>

#include "cli/command.h"
#include "cli/doctor_bundle.h"
#include "cli/doctor_desk.h"
#include "cli/doctor_host.h"

struct options {
    struct doctor_desk_options desk;
    const char *server, *bundle;
    bool json;
};

static bool take_option(int code, struct options *o)
{
    switch (code) {
    case 'a':
        o->desk.agent = optarg;
        return true;
    case 'c':
        o->desk.config = optarg;
        return true;
    case 's':
        o->server = optarg;
        return true;
    case 'b':
        o->bundle = optarg;
        return true;
    case 'j':
        o->json = true;
        return true;
    default:
        return false;
    }
}

static bool parse(int argc, char **argv, struct options *ret_options)
{
    static const struct option known[] = {
        { "agent", required_argument, NULL, 'a' },  { "config", required_argument, NULL, 'c' },
        { "server", required_argument, NULL, 's' }, { "bundle", required_argument, NULL, 'b' },
        { "json", no_argument, NULL, 'j' },         { NULL, 0, NULL, 0 },
    };
    int code;
    while ((code = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (!take_option(code, ret_options)) {
            return false;
        }
    }
    bool two = ret_options->server != NULL &&
               (ret_options->desk.agent != NULL || ret_options->desk.config != NULL);
    return optind == argc && !two;
}

int command_doctor(int argc, char **argv)
{
    static struct doctor doctor; /* 30 KiB */
    struct options options = { 0 };
    if (!parse(argc, argv, &options)) {
        return command_misuse("doctor", "an option is not known, or two do not go together");
    }
    const struct report_style style = report_style_of(stdout, options.json);
    doctor_init(&doctor, &style);
    if (options.server != NULL) {
        doctor_host_look(&doctor, options.server);
    } else {
        doctor_desk_look(&doctor, &options.desk);
    }
    int code = doctor_end(&doctor);
    if (options.bundle != NULL) {
        enum status status = doctor_bundle_write(&doctor, options.bundle);
        code = status == STATUS_OK ? code : report_status(status, options.bundle);
    }
    return code;
}
