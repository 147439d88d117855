#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_catalogue.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;

namespace {

LoadReport ready(const std::string &file, const std::string &sha256)
{
    auto plugin = std::make_shared<LoadedPlugin>();
    plugin->id = "com.example.a";
    plugin->version = "1.0.0";
    LoadReport report;
    report.state = LoadState::ready;
    report.file = file;
    report.sha256 = sha256;
    report.id = plugin->id;
    report.version = plugin->version;
    report.plugin = plugin;
    return report;
}

} // namespace

TEST_CASE("a plugin file with the same content keeps what is loaded, and one with another content does not")
{
    const LoadReport before = ready("/a.so", "11");
    PluginCatalogue catalogue({before});
    catalogue.replace({ready("/a.so", "11")});
    CHECK(catalogue.choose("com.example.a").plugin == before.plugin);
    const LoadReport changed = ready("/a.so", "22");
    catalogue.replace({changed});
    CHECK(catalogue.choose("com.example.a").plugin == changed.plugin);
}

TEST_CASE("a plugin file that is gone, or is not ready any more, is not chosen")
{
    PluginCatalogue catalogue({ready("/a.so", "11")});
    LoadReport broken;
    broken.file = "/a.so";
    broken.state = LoadState::initFailed;
    broken.id = "com.example.a";
    broken.version = "1.0.0";
    broken.sha256 = "11";
    catalogue.replace({broken});
    CHECK_FALSE(catalogue.choose("com.example.a").plugin);
    catalogue.replace({});
    CHECK_FALSE(catalogue.choose("com.example.a").plugin);
    CHECK(catalogue.reports().empty());
}
