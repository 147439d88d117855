// Which build a plugin name selects.
#include "host/plugin/build_choice.h"
#include "host/plugin/loaded_plugin.h"

#include <catch2/catch.hpp>

using psa::plugin::BuildChoice;
using psa::plugin::chooseBuild;
using psa::plugin::LoadReport;
using psa::plugin::LoadState;
using Kind = psa::plugin::BuildChoice::Kind;

namespace {

LoadReport report(const std::string &file, const std::string &version, LoadState state = LoadState::ready)
{
    LoadReport made;
    made.state = state;
    made.file = file;
    made.id = "acme";
    made.version = version;
    if (state == LoadState::ready)
    {
        auto plugin = std::make_shared<psa::plugin::LoadedPlugin>();
        plugin->id = made.id;
        plugin->version = version;
        made.plugin = plugin;
    }
    else
    {
        made.found = "what was found.";
        made.advice = "What to do.";
    }
    return made;
}

} // namespace

TEST_CASE("a plain id selects a build only if exactly one is ready, whichever file comes first")
{
    const LoadReport old = report("/p/a.so", "1.0.0");
    const LoadReport next = report("/p/b.so", "2.0.0");
    CHECK(chooseBuild({old}, "acme").plugin == old.plugin);
    CHECK(chooseBuild({report("/p/b.so", "2.0.0", LoadState::tooNew), old}, "acme").plugin == old.plugin);
    for (const auto &both : {std::vector{old, next}, std::vector{next, old}})
    {
        const BuildChoice plain = chooseBuild(both, "acme");
        CHECK(plain.kind == Kind::several);
        CHECK(plain.plugin == nullptr);
        CHECK_THAT(plain.why, Catch::Contains("acme@1.0.0 from /p/a.so") && Catch::Contains("acme@2.0.0 from /p/b.so"));
        CHECK(chooseBuild(both, "acme@1.0.0").plugin == old.plugin);
        CHECK(chooseBuild(both, "/p/b.so").plugin == next.plugin);
        CHECK(chooseBuild(both, "/p/./b.so").plugin == next.plugin);
    }
}

TEST_CASE("names without a ready build are distinguished: one that is not ready, and none at all")
{
    const std::vector<LoadReport> reports{report("/p/a.so", "1.0.0"), report("/p/b.so", "2.0.0", LoadState::tooNew)};
    const BuildChoice unready = chooseBuild(reports, "acme@2.0.0");
    CHECK(unready.kind == Kind::notReady);
    CHECK(unready.why == "The plugin \"acme@2.0.0\" is not ready. /p/b.so: too new, what was found. What to do.");
    const BuildChoice none = chooseBuild(reports, "acme@3.0.0");
    CHECK(none.kind == Kind::none);
    CHECK_THAT(none.why, Catch::Contains("Found: acme@1.0.0, acme@2.0.0 (too new)."));
    CHECK(chooseBuild({}, "acme").why ==
          "There is no plugin \"acme\". Found: none. See more with: psa-host plugins list");
    LoadReport unread; // its note was never read, so it has neither id nor version
    unread.file = "/p/c.so";
    CHECK(chooseBuild({unread}, "@").kind == Kind::none);
}
