#include "host/run/plugin_watch.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>

using psa::config::HostConfig;
using psa::run::PluginWatch;

namespace {

struct Folder
{
    std::filesystem::path path;
    HostConfig config;

    Folder()
    {
        std::string name = "/tmp/psa-watch-XXXXXX";
        path = mkdtemp(name.data());
        config.pluginFolders = {path};
        write("a.so", "one");
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    void write(const std::string &name, const std::string &content) const { std::ofstream(path / name) << content; }
};

} // namespace

TEST_CASE("a changed, added or removed plugin file is reported once, as soon as it stops changing")
{
    const Folder folder;
    PluginWatch watch(folder.config);
    CHECK_FALSE(watch.look());
    const auto told = [&] { return std::vector<bool>{watch.look(), watch.look(), watch.look()}; };
    const std::vector<bool> once{false, true, false};
    folder.write("a.so", "another"); // of another size
    CHECK(told() == once);
    folder.write("b.so", "new");
    CHECK(told() == once);
    std::filesystem::remove(folder.path / "a.so");
    CHECK(told() == once);
    folder.write("notes.txt", "no plugin");
    CHECK(told() == std::vector<bool>{false, false, false});
}

TEST_CASE("a plugin file that is still being copied is not reported")
{
    const Folder folder;
    PluginWatch watch(folder.config);
    for (const std::string content : {"part 1", "part 1 and part 2", "part 1 and part 2 and part 3"})
    {
        folder.write("a.so", content);
        CHECK_FALSE(watch.look());
    }
    CHECK(watch.look());
}

TEST_CASE("after a change of the configuration the files of the new folders are watched")
{
    const Folder before;
    const Folder now;
    PluginWatch watch(before.config);
    watch.follow(now.config);
    before.write("a.so", "another");
    CHECK_FALSE(watch.look());
    CHECK_FALSE(watch.look());
    now.write("a.so", "another");
    CHECK_FALSE(watch.look());
    CHECK(watch.look());
}

TEST_CASE("a change that was loaded on request is not reported again")
{
    const Folder folder;
    PluginWatch watch(folder.config);
    folder.write("a.so", "another");
    watch.accept();
    CHECK_FALSE(watch.look());
    CHECK_FALSE(watch.look());
}
