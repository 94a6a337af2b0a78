/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "test/unit/store/store_fixture.h"

static char copy_path[FIXTURE_PATH_MAX + 8];

static struct fixture_file begin(struct store **ret_store)
{
    struct fixture_file file = fixture_file_make();
    *ret_store = fixture_open(file.path);
    fixture_fill(*ret_store);
    CHECK(text_format(copy_path, sizeof(copy_path), "%s.copy", file.path));
    return file;
}

static void end(struct fixture_file *file, struct store **store)
{
    store_close(store);
    (void)unlink(copy_path);
    fixture_file_remove(file);
}

static int64_t persons_in_copy(void)
{
    struct store *copy = NULL;
    CHECK_EQ(store_open(&(struct store_options){ .path = copy_path, .must_exist = true }, &copy),
             STATUS_OK);
    CHECK_EQ(store_check(copy), STATUS_OK);
    int64_t count = fixture_number(copy, "SELECT count(*) FROM person");
    store_close(&copy);
    return count;
}

TEST(store_copy__has_what_was_committed_while_another_writes)
{
    struct store *store = NULL;
    struct stat info;
    struct fixture_file file = begin(&store);
    const struct person_record late = fixture_person("100000000033", "Late", "Comer");
    CHECK_EQ(store_begin(store), STATUS_OK);
    CHECK_EQ(store_person_put(store, &late), STATUS_OK);

    CHECK_EQ(store_copy(file.path, copy_path), STATUS_OK);

    CHECK_EQ(store_commit(store), STATUS_OK); /* the copy did not stand in its way */
    CHECK_EQ(stat(copy_path, &info), 0);
    CHECK_EQ(info.st_mode & 07777, 0600);
    CHECK_EQ(persons_in_copy(), 2);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM person"), 3);
    end(&file, &store);
}

TEST(store_copy__replaces_nothing_and_follows_no_link)
{
    struct store *store = NULL;
    char link_path[FIXTURE_PATH_MAX + 8];
    struct fixture_file file = begin(&store);
    CHECK(text_format(link_path, sizeof(link_path), "%s.link", file.path));
    CHECK_EQ(symlink(file.path, link_path), 0);

    CHECK_EQ(store_copy(link_path, copy_path), STATUS_STORE);
    CHECK(access(copy_path, F_OK) != 0);
    CHECK_EQ(store_copy(file.path, copy_path), STATUS_OK);
    CHECK_EQ(store_copy(file.path, copy_path), STATUS_STORE);
    CHECK_EQ(store_copy("/tmp/no such data base", copy_path), STATUS_NOT_FOUND);
    CHECK_EQ(persons_in_copy(), 2);
    CHECK_EQ(unlink(link_path), 0);
    end(&file, &store);
}
