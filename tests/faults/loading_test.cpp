// Every plugin that is wrong before its first real call: it is rejected with a state and a message of its own, and the
// good one beside it still works.
#include "host/plugin/instance.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

using namespace psa::json;
using namespace psa::net;
using namespace psa::plugin;

namespace {

LoaderPolicy policy()
{
    LoaderPolicy policy;
    policy.trustedPaths = {FAULTS_DIR};
    policy.startDeadline = std::chrono::milliseconds(300);
    return policy;
}

std::string plugin(const std::string &name)
{
    return std::string(FAULTS_DIR) + "/" + name + ".so";
}

/// A fresh folder under /tmp, which belongs to root and is sticky; removed at the end.
struct Folder
{
    std::filesystem::path path;
    Folder()
    {
        std::string name = "/tmp/psa-faults-XXXXXX";
        path = mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    std::string copyOf(const std::string &name, const std::string &as = "copy.so") const
    {
        std::filesystem::copy_file(plugin(name), path / as, std::filesystem::copy_options::overwrite_existing);
        chmod((path / as).c_str(), 0755);
        return path / as;
    }
};

void overwrite(const std::string &file, std::streamoff at, const std::string &bytes)
{
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(at);
    stream << bytes;
}

/// The outcome of the verb test, in a process of its own.
CallOutcome tested(const LoadReport &loaded)
{
    Instance instance(loaded.plugin, {});
    const auto soon = Instance::Clock::now() + std::chrono::minutes(1);
    REQUIRE(instance.create(soon).ok());
    REQUIRE(instance.configure("{}", soon).ok());
    return instance.call(testCall(), {}, soon);
}

struct Case
{
    std::string name;
    LoadState state;
    std::string found; ///< Must be in "found".
};

} // namespace

TEST_CASE("each broken plugin is rejected with its own message")
{
    const auto wanted = GENERATE(values<Case>({
        {"no_such_file", LoadState::notFound, "no such file"},
        {"no_note", LoadState::notAPlugin, "without it"},
        {"no_entry", LoadState::notAPlugin, "none"},
        {"exports_extra", LoadState::notAPlugin, "also_exported"},
        {"run_path", LoadState::notAPlugin, "run path /opt/somewhere"},
        {"needs_path", LoadState::notAPlugin, "needed.so, a path that was not checked"},
        {"undefined_symbol", LoadState::initFailed, "nobody_has_this"},
        {"needs_missing_library", LoadState::initFailed, "libnowhere.so.7: cannot open shared object file"},
        {"needs_newer_glibc", LoadState::initFailed, "version `GLIBC_2.99' not found"},
        {"needs_newer_libstdcxx", LoadState::initFailed, "version `GLIBCXX_3.4.99' not found"},
        {"needs_newer_library", LoadState::initFailed, "version `OPENSSL_3.99.0' not found"},
        {"entry_returns_null", LoadState::refused, "refuses this host"},
        {"entry_throws", LoadState::initFailed, "psa_plugin_entry threw one"},
        {"entry_hangs", LoadState::initFailed, "did not return"},
        {"table_other_major", LoadState::tooNew, "table says ABI 7.1"},
        {"table_needs_newer", LoadState::tooNew, "needs 1.900"},
        {"needed_above_built", LoadState::initFailed, "ABI 1.1 (needs 1.5)"},
        {"note_lies", LoadState::initFailed, "note: ABI 1.1 (needs 1.0), table: ABI 1.2"},
        {"table_too_short", LoadState::missingFunctions, "40 bytes"},
        {"missing_verbs", LoadState::missingFunctions, "test, create_ticket"},
        {"extension_not_there", LoadState::missingFunctions, "answers NULL"},
        {"extension_half", LoadState::missingFunctions, "lacks a function"},
        {"updates_half", LoadState::missingFunctions, "lacks a function"},
        {"updates_wrong", LoadState::initFailed, "/noteMaxLength: "},
        {"updates_removal_lies", LoadState::initFailed, "true, but remove_note is NULL"},
        {"updates_after_create", LoadState::initFailed, "device"},
        {"updates_crash", LoadState::crashedInProbe, "signal SIGABRT"},
        {"updates_hang", LoadState::initFailed, "did not return from describe of psa.update-ticket/1"},
        {"extension_throws", LoadState::initFailed, "get_extension threw one"},
        {"extension_hangs", LoadState::initFailed, "did not return"},
        {"extension_same_table", LoadState::missingFunctions, "one table for psa.choices/1 and psa.find-ticket/1"},
        {"hosts_no_pattern", LoadState::initFailed, "\"*.*\" is too broad"},
        {"hosts_public_suffix", LoadState::initFailed, "\"*.co.uk\" is too broad: co.uk is a public suffix"},
        {"form_secret_default", LoadState::initFailed,
         "configuration: field \"key\": a secret must not have a default"},
        {"limit_of_unknown_field", LoadState::initFailed,
         "limits: \"per\" of requests 1 names \"apiURL\", which is not a field of the configuration"},
        {"describe_throws", LoadState::initFailed,
         "An unknown error occurred in the plugin. (the list of fields is broken)"},
        {"describe_not_json", LoadState::initFailed, "line 1, column"},
        {"describe_key_twice", LoadState::initFailed, "\"name\" occurs twice"},
        {"describe_field_missing", LoadState::initFailed, "/vendor: is required"},
        {"describe_other_id", LoadState::initFailed, "descriptor: com.example.somebody-else"},
        {"describe_cyclic_schema", LoadState::initFailed, "$ref: is not a known field"},
        {"describe_hostile_pattern", LoadState::initFailed, "is not RE2"},
        {"describe_deep", LoadState::initFailed, "levels"},
        {"describe_fails_silently", LoadState::initFailed, "without saying why"},
        {"describe_without_result", LoadState::initFailed, "success without a result"},
        {"describe_null_result", LoadState::initFailed, "empty result"},
        {"describe_hangs", LoadState::initFailed, "did not return"},
        {"constructor_crashes", LoadState::crashedInProbe, "signal SIGSEGV in its constructors"},
        {"constructor_exits", LoadState::crashedInProbe, "it ended its process with exit code 7 in its constructors"},
        {"crashes_in_entry", LoadState::crashedInProbe, "signal SIGSEGV in psa_plugin_entry"},
        {"exits_in_entry", LoadState::crashedInProbe, "it ended its process with exit code 0 in psa_plugin_entry"},
        {"crashes_in_describe", LoadState::crashedInProbe, "crashed in describe: signal SIGABRT"},
        {"crashes_in_get_extension", LoadState::crashedInProbe, "signal SIGABRT in get_extension"},
    }));
    CAPTURE(wanted.name);
    PluginLoader loader({}, policy());
    const LoadReport report = loader.load(plugin(wanted.name));
    INFO(toText(report.state) << " | " << report.expected << " | " << report.found << " | " << report.advice);
    CHECK(report.state == wanted.state);
    CHECK_THAT(report.found, Catch::Contains(wanted.found));
    CHECK(!report.expected.empty());
    CHECK(!report.advice.empty());
    CHECK(report.plugin == nullptr);
    CHECK(loader.load(plugin("good")).state == LoadState::ready);
}

TEST_CASE("the advice says what the maker must change if a rebuild alone does not help")
{
    PluginLoader loader({}, policy());
    CHECK_THAT(loader.load(plugin("no_entry")).advice, Catch::Contains("PSA_PLUGIN(YourClass)"));
    CHECK_THAT(loader.load(plugin("describe_other_id")).advice, Catch::Contains("PSA_PLUGIN_ID"));
    CHECK_THAT(loader.load(plugin("exports_extra")).advice, Catch::Contains("psa_add_plugin()"));
    CHECK_THAT(loader.load(plugin("entry_returns_null")).advice, Catch::Contains("if there is none"));
}

TEST_CASE("the advice about a library rejected by the dynamic linker names what is missing")
{
    PluginLoader loader({}, policy());
    const auto advice = [&](const std::string &name) { return loader.load(plugin(name)).advice; };
    CHECK(advice("needs_missing_library") == "Install the library libnowhere.so.7, or rebuild the plugin without it.");
    CHECK_THAT(advice("needs_newer_glibc"),
               Catch::StartsWith("Rebuild the plugin for this system's glibc, which is 2."));
    CHECK_THAT(advice("needs_newer_libstdcxx"), Catch::StartsWith("Rebuild the plugin with this system's compiler"));
    CHECK_THAT(advice("needs_newer_library"), Catch::StartsWith("Install a libcrypto.so.3 that has OPENSSL_3.99.0"));
    CHECK_THAT(advice("undefined_symbol"), Catch::StartsWith("Rebuild the plugin with the library that has "
                                                             "nobody_has_this;"));
}

TEST_CASE("a plugin that hangs is told the limit that was applied")
{
    LoaderPolicy quick = policy();
    quick.startDeadline = std::chrono::milliseconds(123);
    PluginLoader loader({}, quick);
    CHECK(loader.load(plugin("entry_hangs")).found == "it did not return from psa_plugin_entry within 123 ms");
    CHECK(loader.load(plugin("describe_hangs")).found == "it did not return from describe within 123 ms");
}

TEST_CASE("files that are not plugins for this machine")
{
    Folder folder;
    PluginLoader loader({}, policy());
    std::string file = folder.path / "x.so";
    SECTION("text")
    {
        std::ofstream(file) << "hello, this is not a library at all";
        CHECK(loader.load(file).found == "a file that is not an ELF file");
    }
    SECTION("truncated")
    {
        file = folder.copyOf("good");
        std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
        CHECK_THAT(loader.load(file).found, Catch::Contains("beyond the end"));
    }
    SECTION("section table offset forged")
    {
        file = folder.copyOf("good");
        overwrite(file, 40, std::string(7, '\xFF'));
        CHECK_THAT(loader.load(file).found, Catch::Contains("section table"));
    }
    SECTION("section size forged")
    {
        file = folder.copyOf("good");
        std::uint64_t table = 0;
        std::ifstream(file, std::ios::binary).seekg(40).read(reinterpret_cast<char *>(&table), sizeof table);
        overwrite(file, static_cast<std::streamoff>(table) + 64 + 32, std::string(8, '\xFF')); // sh_size of the first
        CHECK(loader.load(file).found == "a section reaches beyond the end of the file");
    }
    SECTION("other architecture")
    {
        file = folder.copyOf("good");
        overwrite(file, 18, "\x14"); // EM_PPC
        CHECK(loader.load(file).state == LoadState::wrongArchitecture);
        return;
    }
    CHECK(loader.load(file).state == LoadState::notAPlugin);
}

TEST_CASE("a truncated or altered library never crashes the reader")
{
    Folder folder;
    const std::string file = folder.copyOf("no_entry");
    const auto size = std::filesystem::file_size(file);
    for (std::uintmax_t length = size; length > 64; length -= 61 * (1 + length / 4096))
    {
        std::filesystem::resize_file(file, length);
        PluginLoader loader({}, policy());
        CHECK(loader.load(file).state == LoadState::notAPlugin);
        if (length < 61 * (1 + length / 4096))
            break;
    }
}

TEST_CASE("paths that others can write to")
{
    Folder folder;
    PluginLoader loader({}, policy());
    const std::string file = folder.copyOf("good");
    SECTION("world-writable file")
    {
        chmod(file.c_str(), 0777);
        const LoadReport report = loader.load(file);
        CHECK(report.state == LoadState::untrustedPath);
        CHECK(report.found == "mode 0777");
        CHECK(report.advice == "chmod go-w '" + file + "'");
    }
    SECTION("world-writable folder")
    {
        chmod(folder.path.c_str(), 0777);
        const LoadReport report = loader.load(file);
        CHECK(report.state == LoadState::untrustedPath);
        CHECK(report.advice == "chmod go-w '" + folder.path.string() + "'");
    }
    SECTION("symbolic link")
    {
        const std::string link = folder.path / "link.so";
        std::filesystem::create_symlink(file, link);
        CHECK(loader.load(link).state == LoadState::untrustedPath);
    }
    SECTION("a FIFO does not hang")
    {
        const std::string fifo = folder.path / "fifo.so";
        REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
        CHECK(loader.load(fifo).found == "something else");
    }
    SECTION("good, and the switch is shown where it was used")
    {
        CHECK(loader.load(file).state == LoadState::ready);
        CHECK(!loader.load(file).pathTrustedBySwitch);
        CHECK(loader.load(plugin("good")).pathTrustedBySwitch);
    }
}

TEST_CASE("a wrong pin is reported with the right one")
{
    LoaderPolicy pinned = policy();
    pinned.pins["good.so"] = std::string(64, '0');
    PluginLoader loader({}, pinned);
    const LoadReport report = loader.load(plugin("good"));
    CHECK(report.state == LoadState::untrustedDigest);
    CHECK_THAT(report.advice, Catch::Contains("\"good.so\" = \"" + report.sha256 + "\""));
}

TEST_CASE("a file or a build is not loaded twice")
{
    Folder folder;
    PluginLoader loader({}, policy());
    const std::string first = folder.copyOf("good", "a.so");
    const LoadReport loaded = loader.load(first);
    REQUIRE(loaded.state == LoadState::ready);
    CHECK_THAT(loader.load(first).found, Catch::Contains("loaded already as " + first));
    CHECK_THAT(loader.load(folder.copyOf("good", "b.so")).found,
               Catch::Contains("com.example.fault.good@1.0.0 is loaded"));
}

TEST_CASE("a loaded plugin whose file is overwritten keeps running from the bytes that were checked")
{
    Folder folder;
    PluginLoader loader({}, policy());
    const std::string file = folder.copyOf("good");
    const LoadReport report = loader.load(file);
    REQUIRE(report.state == LoadState::ready);
    overwrite(file, 0, std::string(std::filesystem::file_size(file), 'x'));
    CHECK(tested(report).ok());
}

TEST_CASE("a file replaced under the same name gives the new code, not the old")
{
    Folder folder;
    PluginLoader loader({}, policy());
    REQUIRE(loader.load(folder.copyOf("good")).id == "com.example.fault.good");
    std::filesystem::remove(folder.path / "copy.so");
    const LoadReport report = loader.load(folder.copyOf("ok_with_error"));
    REQUIRE(report.state == LoadState::ready);
    CHECK_THAT(report.plugin->descriptorJson, Catch::Contains("com.example.fault.ok-with-error"));
}

TEST_CASE("a file replaced by renaming gives the new code, although its path is the same")
{
    Folder folder;
    PluginLoader loader({}, policy());
    const LoadReport old = loader.load(folder.copyOf("good", "a.so"));
    REQUIRE(old.state == LoadState::ready);
    std::filesystem::rename(folder.copyOf("ok_with_error", "new"), folder.path / "a.so");
    const LoadReport report = loader.load(folder.path / "a.so");
    REQUIRE(report.state == LoadState::ready);
    CHECK_THAT(report.plugin->descriptorJson, Catch::Contains("com.example.fault.ok-with-error"));
    CHECK(tested(old).ok());
    CHECK(tested(report).error);
}

TEST_CASE("a second name of a loaded file is rejected and not treated as another plugin")
{
    Folder folder;
    PluginLoader loader({}, policy());
    const std::string first = folder.copyOf("good", "a.so");
    REQUIRE(loader.load(first).state == LoadState::ready);
    std::filesystem::create_hard_link(first, folder.path / "b.so");
    const LoadReport report = loader.load(folder.path / "b.so");
    CHECK(report.state == LoadState::duplicate);
    CHECK_THAT(report.found, Catch::Contains("loaded already as " + first));
}

namespace {

/// True if this process has a descriptor of `file`.
bool isOpen(const std::string &file)
{
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd"))
    {
        std::error_code gone; // the descriptor of this iteration itself
        if (std::filesystem::read_symlink(entry.path(), gone) == file)
            return true;
    }
    return false;
}

} // namespace

TEST_CASE("plugins loaded one after the other each bring their own code, and none keeps its file open")
{
    PluginLoader loader({}, policy());
    for (const char *const name : {"good", "ok_with_error", "huge_result", "invalid_utf8"})
    {
        const LoadReport report = loader.load(plugin(name));
        REQUIRE(report.state == LoadState::ready);
        CHECK(report.plugin->descriptorJson.find(report.id) != std::string::npos);
        CHECK_FALSE(isOpen(plugin(name))); // it is loaded from a copy of the checked bytes
    }
}

TEST_CASE("forbidden imports are warnings, not rejections")
{
    PluginLoader loader({}, policy());
    const LoadReport report = loader.load(plugin("imports_forbidden"));
    CHECK(report.state == LoadState::ready);
    std::string all;
    for (const std::string &warning : report.warnings)
        all += warning + "\n";
    for (const char *const part :
         {"imports exit: it could end its process, and with it the calls in progress",
          "imports setenv: it could change the whole process", "imports socket: it could try to open sockets"})
        CHECK_THAT(all, Catch::Contains(part));
    CHECK(PluginLoader({}, policy()).load(plugin("good")).warnings.empty());
}

TEST_CASE("a missing folder is reported with what was searched and what is missing")
{
    Folder folder;
    PluginLoader loader({}, policy());
    const auto reports = loader.loadFolder(folder.path / "plugins" / "psa");
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].state == LoadState::notFound);
    CHECK_THAT(reports[0].found,
               Catch::Contains("searched for " + (folder.path / "plugins" / "psa" / "*.so").string()) &&
                   Catch::Contains((folder.path / "plugins").string() + " is missing"));
}

TEST_CASE("an extension that is offered but not listed in the descriptor is used, and the log says so")
{
    std::vector<std::string> lines;
    const auto keep = [&](psa_log_level, const std::string &line) { lines.push_back(line); };
    PluginLoader loader(keep, policy());
    const LoadReport report = loader.load(plugin("extensions"));
    REQUIRE(report.state == LoadState::ready);
    CHECK(report.plugin->extensions == std::set<std::string>{"psa.choices/1", "psa.find-ticket/1", "psa.ticket/1"});
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0], Catch::Contains("offers psa.ticket/1, which its descriptor does not list"));
}

TEST_CASE("a plugin that updates tickets says when it is loaded what it can do to them")
{
    const LoadReport report = PluginLoader({}, policy()).load(plugin("updates_good"));
    REQUIRE(report.state == LoadState::ready);
    REQUIRE(report.plugin->updates);
    CHECK(report.plugin->updates->getValue<int>("noteMaxLength") == 1000);
    for (const Verb verb : {Verb::addNote, Verb::findNote, Verb::changeTicket, Verb::activity})
        CHECK(report.plugin->offers(verb));
    CHECK_FALSE(report.plugin->offers(Verb::removeNote));

    Instance instance(report.plugin, {});
    const auto soon = Instance::Clock::now() + std::chrono::minutes(1);
    REQUIRE(instance.create(soon).ok());
    REQUIRE(instance.configure("{}", soon).ok());
    CHECK(
        instance.call(addNoteCall("1", "R1", R"({"version":1,"text":"a","visibility":"internal"})"), {}, soon).result ==
        R"({"version":1,"note":{"id":"1"}})");
    const CallOutcome removed = instance.call(removeNoteCall("1", "1"), {}, soon);
    REQUIRE(removed.error);
    CHECK(removed.error->status == PSA_NOT_IMPLEMENTED);
    CHECK_THAT(removed.error->message, Catch::Contains("it does not offer remove_note of psa.update-ticket/1"));
}

TEST_CASE("a plugin without the extension cannot update tickets, and its calls say what is missing")
{
    const LoadReport report = PluginLoader({}, policy()).load(plugin("good"));
    REQUIRE(report.state == LoadState::ready);
    CHECK_FALSE(report.plugin->updates);
    Instance instance(report.plugin, {});
    const auto soon = Instance::Clock::now() + std::chrono::minutes(1);
    REQUIRE(instance.create(soon).ok());
    REQUIRE(instance.configure("{}", soon).ok());
    for (const VerbCall &call : {addNoteCall("1", "R1", "{}"), findNoteCall("1", "R1"), changeTicketCall("1", "{}"),
                                 activityCall("1", ""), removeNoteCall("1", "1")})
    {
        CAPTURE(call.row().name);
        CHECK_FALSE(report.plugin->offers(call.verb));
        const CallOutcome outcome = instance.call(call, {}, soon);
        REQUIRE(outcome.error);
        CHECK(outcome.error->status == PSA_NOT_IMPLEMENTED);
        CHECK_THAT(outcome.error->message, Catch::Contains("does not offer the extension psa.update-ticket/1"));
    }
}
