// Paths through folders that others could change.
#include "host/os/trusted_path.h"
#include "tests/support/test_folder.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>

using namespace psa::os;
using psa::test::TestFolder;

namespace {

namespace fs = std::filesystem;

constexpr uid_t somebody = 65534;

PathRules toFolder(bool followLinks)
{
    return {.what = "a folder", .setting = "folder", .flags = O_PATH | O_DIRECTORY, .followLinks = followLinks};
}

/// The inode of the opened file, or the offending component if it is rejected.
std::string opened(const fs::path &path, bool followLinks = true)
try
{
    const FileDescriptor folder = openTrusted(path, toFolder(followLinks));
    struct stat status = {};
    REQUIRE(fstat(folder.get(), &status) == 0);
    return std::to_string(status.st_ino);
}
catch (const PathRefused &refused)
{
    return refused.component;
}

std::string inodeOf(const fs::path &path)
{
    struct stat status = {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return std::to_string(status.st_ino);
}

/// outer/inner/state, where `outer` is closed to others.
struct Way
{
    TestFolder outer;
    fs::path inner = outer.path() / "inner";
    fs::path state = inner / "state";

    Way() { fs::create_directories(state); }
};

} // namespace

TEST_CASE("a folder on the path that others can write to is rejected by name", "[trusted-path]")
{
    const Way way;
    CHECK(opened(way.state) == inodeOf(way.state));
    chmod(way.inner.c_str(), 0777);
    CHECK(opened(way.state) == way.inner);
    CHECK_THROWS_WITH(openTrusted(way.state, toFolder(true)),
                      Catch::Contains("chmod go-w '" + way.inner.string() + "'"));
    chmod(way.inner.c_str(), 0770);
    CHECK(opened(way.state) == way.inner);
}

TEST_CASE("our own links are followed where allowed, and everything on their path is checked", "[trusted-path]")
{
    const Way way;
    const TestFolder elsewhere;
    const fs::path absolute = elsewhere.path() / "absolute";
    const fs::path relative = elsewhere.path() / "relative";
    fs::create_directory_symlink(way.inner, absolute);
    fs::create_directory_symlink(".." / way.outer.path().filename() / "inner" / "state", relative);
    CHECK(opened(absolute / "state") == inodeOf(way.state));
    CHECK(opened(relative) == inodeOf(way.state));
    CHECK(opened(absolute / "state", false) == absolute);
    chmod(way.inner.c_str(), 0777);
    CHECK(opened(absolute / "state") == way.inner);
    CHECK(opened(relative) == elsewhere.path() / ".." / way.outer.path().filename() / "inner");
}

TEST_CASE("circular and dangling links are rejected", "[trusted-path]")
{
    const TestFolder folder;
    fs::create_directory_symlink(folder.path() / "other", folder.path() / "one");
    fs::create_directory_symlink(folder.path() / "one", folder.path() / "other");
    CHECK_THROWS_AS(openTrusted(folder.path() / "one", toFolder(true)), PathRefused);
    fs::create_directory_symlink("/nowhere/at/all", folder.path() / "nowhere");
    CHECK(opened(folder.path() / "nowhere") == "/nowhere");
}

TEST_CASE("folders and links of another user are rejected", "[trusted-path]")
{
    if (geteuid() != 0)
        return; // only root can give them away
    const Way way;
    const fs::path link = way.outer.path() / "link";
    fs::create_directory_symlink(way.state, link);
    REQUIRE(lchown(link.c_str(), somebody, somebody) == 0);
    CHECK(opened(link) == link);
    CHECK_THROWS_WITH(openTrusted(link, toFolder(true)), Catch::Contains("chown -h root '" + link.string() + "'"));
    REQUIRE(chown(way.inner.c_str(), somebody, somebody) == 0);
    CHECK(opened(way.state) == way.inner);
}
