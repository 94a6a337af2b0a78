/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "test/fuzz/fuzz.h"

/* replay: plays every file of a folder to the target that is linked with it; TAP.
 *
 *     build/test/fuzz/fuzz_chuid test/fuzz/corpus/chuid
 *     build/test/fuzz/fuzz_chuid build/fuzz/findings/chuid/crash-5f3a
 *
 * Each input lies in memory of just its size, so that a sanitizer sees a byte read past it. The
 * name of an input is printed before it is played: the last one is that which stopped the program.
 */
enum { INPUT_MAX = 1 << 20, PATH_LEN_MAX = 4096 };

/* For a target's mutator, which nobody calls here. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t len, size_t max)
{
    (void)bytes, (void)len, (void)max;
    UNREACHABLE();
}

static bool play(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *whole = file != NULL ? malloc(INPUT_MAX) : NULL;
    if (whole == NULL) {
        return false;
    }
    size_t len = fread(whole, 1, INPUT_MAX, file);
    fclose(file);
    uint8_t *exact = realloc(whole, len > 0 ? len : 1);
    if (exact == NULL) {
        free(whole);
        return false;
    }
    printf("# %s\n", path);
    fflush(stdout);
    LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    return true;
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* How many were played; 0 when one of them could not be. */
static int play_folder(const char *folder)
{
    struct dirent **names = NULL;
    char path[PATH_LEN_MAX];
    bool good = true;
    int count = scandir(folder, &names, is_input, alphasort);
    for (int i = 0; i < count; i++) {
        good = good && text_format(path, sizeof(path), "%s/%s", folder, names[i]->d_name) &&
               play(path);
        free(names[i]);
    }
    free(names);
    return good && count > 0 ? count : 0;
}

static int play_path(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return play(path) ? 1 : 0;
    }
    closedir(folder);
    return play_folder(path);
}

int main(int count, char **paths)
{
    bool good = count > 1;
    printf("1..%d\n", count - 1);
    for (int i = 1; i < count; i++) {
        int played = play_path(paths[i]);
        good = good && played > 0;
        printf("%s %d - %d inputs\n", played > 0 ? "ok" : "not ok", i, played);
    }
    return good ? 0 : 1;
}
