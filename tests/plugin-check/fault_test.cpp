// Each plugin of tests/faults, which has one fault, fails the check for that fault and no other; checks that depend on
// that check are skipped and say so.
#include "tests/plugin-check/checker.h"

#include "host/json/strict_json.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>

using namespace psa::test;

namespace {

struct Case
{
    std::string plugin;
    std::string check;
    std::string verdict;
    std::string words;
};

/// Plugins whose fault is possible only without the limits of psa-plugin-runner.
const std::set<std::string> &needFreedom()
{
    static const std::set<std::string> names{"executable_stack", "needs_path",       "leaks_fd",       "forks",
                                             "sets_locale",      "leaks_fd_in_test", "detached_thread"};
    return names;
}

/// A plugin for each fault of levels 1 and 2, and the one check that must find it.
std::vector<Case> cases()
{
    return {
        {"no_note", "S02", "failed", "there is no ELF note"},
        {"no_entry", "S03", "failed", "psa_plugin_entry is not exported"},
        {"exports_extra", "S03", "failed", "also_exported"},
        {"undefined_symbol", "S04", "failed", "nobody_has_this"},
        {"constructor_crashes", "S04", "crashed", "SIGSEGV in loading the library"},
        {"static_runtime", "S07", "warning", "the C++ standard library linked into it"},
        {"executable_stack", "S05", "failed", "an executable stack"},
        {"writable_relocations", "S05", "failed", "its relocations remain writable"},
        {"run_path", "S05", "failed", "/opt/somewhere"},
        {"needs_path", "S05", "failed", "needed.so, a path that was not checked"},
        {"imports_forbidden", "S06", "warning", "imports exit"},
        {"entry_returns_null", "A01", "failed", "returned NULL"},
        {"entry_throws", "A01", "failed", "psa_plugin_entry threw an exception: thrown on purpose"},
        {"entry_hangs", "A01", "failed", "did not return within 5000 ms"},
        {"table_too_short", "A02", "failed", "struct_size of the table is 40"},
        {"missing_verbs", "A02", "failed", "create_ticket is NULL in the table"},
        {"note_lies", "A03", "failed", "the note says ABI 1.1"},
        {"needed_above_built", "A03", "failed", "abi_minor_needed is above abi_minor_built"},
        {"table_other_major", "A03", "failed", "ABI 7.1 (needs 7.0) is too new for this host"},
        {"table_needs_newer", "A03", "failed", "needs 1.900"},
        {"extension_not_there", "A04", "failed", "returns NULL"},
        {"extension_half", "A04", "failed", "lacks a function"},
        {"updates_half", "A04", "failed", "lacks a function"},
        {"extension_same_table", "A04", "failed", "with the same table"},
        {"extension_hangs", "A04", "timed out", "in get_extension"},
        {"extension_throws", "A04", "failed", "thrown on purpose"},
        {"create_uses_services", "A05", "failed", "asked the host for a service"},
        {"create_shares_instance", "A05", "failed", "the same instance twice"},
        {"create_gives_null", "A05", "failed", "PSA_OK without an instance"},
        {"describe_throws", "D01", "failed", "internal"},
        {"describe_not_json", "D01", "failed", "line 1, column"},
        {"describe_key_twice", "D01", "failed", "occurs twice"},
        {"describe_field_missing", "D01", "failed", "/vendor: is required"},
        {"describe_other_id", "D01", "failed", "com.example.somebody-else"},
        {"describe_cyclic_schema", "D01", "failed", "$ref: is not a known field"},
        {"describe_deep", "D01", "failed", "levels"},
        {"describe_fails_silently", "D01", "failed", "without saying why"},
        {"describe_without_result", "D01", "failed", "success without a result"},
        {"describe_null_result", "D01", "failed", "empty result"},
        {"describe_hangs", "D01", "failed", "did not return"},
        {"describe_hostile_pattern", "D02", "failed", "is not RE2"},
        {"form_secret_default", "D02", "failed", "a secret must not have a default"},
        {"limit_of_unknown_field", "D02", "failed", "which is not a field of the configuration"},
        {"size_too_large", "A02", "failed", "struct_size of the table is 4096"},
        {"abi_too_new", "S02", "failed", "is too new for this host"},
        {"abi_too_old", "S02", "failed", "is too old for this host"},
        {"describe_changes", "D01", "failed", "different bytes the second time"},
        {"updates_wrong", "D06", "failed", "/noteMaxLength: "},
        {"updates_removal_lies", "D06", "failed", "true, but remove_note is NULL"},
        {"updates_after_create", "D06", "failed", "found device"},
        {"updates_crash", "D06", "crashed", "SIGABRT in describe of psa.update-ticket/1"},
        {"updates_hang", "D06", "failed", "did not return from describe of psa.update-ticket/1"},
        {"updates_changes", "D06", "failed", "different bytes the second time"},
        {"config_accepts_garbage", "C03", "failed", "accepts a text that is not JSON"},
        {"half_configured", "C05", "failed", "without its last brace, test uses a different configuration"},
        {"config_leaks_secret", "C06", "failed", "configure puts a secret of the configuration into the log"},
        {"key_not_marked", "C07", "failed", "header Api-Key contains a secret and is not marked"},
        {"configure_asks", "C08", "failed", "configure sends a request: GET"},
        {"list_hangs", "V03", "failed", "did not return from psa.choices/1"},
        {"entry_slow", "L01", "warning", "psa_plugin_entry took"},
        {"leaks_fd", "L09", "failed", "in 1000 repetitions left: descriptor"},
        {"leaks_memory", "L09", "failed", "memory grew by"},
        {"forks", "L09", "failed", "processes started"},
        {"sets_locale", "G01", "failed", "locale: was C, is"},
        {"installs_sigsegv", "G01", "failed", "handler of SIGSEGV: was default"},
        {"weakens_tls_default", "G01", "failed", "verification in Poco's TLS context"},
        {"hooks_poco_logger", "G01", "failed", "channel of Poco's root logger"},
        {"constructor_prints", "G02", "failed", "fault loaded"},
        {"writes_stdout", "G02", "failed", "an instance is made"},
        {"leaks_fd_in_test", "G03", "failed", "descriptor"},
        {"detached_thread", "G03", "failed", "threads"},
        {"pthread_key", "G03", "failed", "key of thread-specific data"},
        {"hosts_no_pattern", "D04", "failed", "allowedHosts"},
        {"hosts_public_suffix", "D04", "failed", "co.uk is a public suffix"},
        {"reference_without_find", "D05", "failed", "does not offer psa.find-ticket/1"},
        {"field_not_named", "C02", "failed", "must name the field \"apiKey\""},
        {"unknown_field_internal", "C04", "failed", "invalid_config"},
        {"entry_other_table", "L02", "failed", "a different table the second time"},
        {"reads_beyond_call", "L03", "crashed", "SIGSEGV in test"},
        {"refuses_newer_minor", "L04", "failed", "returned NULL to a host of ABI 1.2"},
        {"accepts_any_major", "L05", "failed", "accepts a host of major 2"},
        {"needs_clock", "L06", "crashed", "SIGSEGV in test"},
        {"extension_by_prefix", "L07", "failed", "psa.choices/1000"},
        {"reads_reserved", "L08", "failed", "there test: unavailable"},
        {"destroy_needs_configuration", "L10", "crashed", "SIGSEGV in destroy right after create"},
        {"configure_leaks", "L11", "failed", "memory grew by"},
        {"belongs_to_thread", "L12", "failed", "on another thread"},
        {"test_outcome_unknown", "M05", "failed", "outcome_unknown, which it never may"},
        {"changes_rounding", "G01", "failed", "rounding mode"},
        {"exit_in_configure", "C01", "crashed", "exit code 7 in configure"},
        {"segv_in_test", "V01", "crashed", "SIGSEGV in test"},
        {"stack_overflow", "V01", "crashed", "SIGSEGV in test"},
        {"hang_ignores_cancel", "V01", "failed", "did not return"},
        {"waits_for_cancel", "V01", "failed", "did not return"},
        {"throws", "V01", "failed", "let an exception leave"},
        {"throws_int", "V01", "failed", "let an exception leave"},
        {"abort_in_ticket", "V02", "crashed", "SIGABRT in create_ticket"},
        {"ticket_hangs", "V02", "failed", "did not return"},
        {"result_twice", "M01", "failed", "2 results"},
        {"result_after_return", "M01", "failed", "after the call had ended"},
        {"result_from_thread", "M01", "failed", "used put_result of the call after the call had ended"},
        {"error_with_result", "M02", "failed", "delivered a result"},
        {"error_without_text", "M02", "failed", "without user_message"},
        {"null_error", "M02", "failed", "NULL or shorter"},
        {"ok_with_error", "M02", "failed", "PSA_OK and delivered an error"},
        {"status_differs", "M02", "failed", "returned timeout, but its error says auth"},
        {"unknown_status", "M02", "failed", "4711, which does not exist"},
        {"result_off_schema", "M03", "failed", "/summary: is required"},
        {"huge_result", "M03", "failed", "2097152 bytes"},
        {"invalid_utf8", "M03", "failed", "UTF-8"},
        {"log_flood", "M04", "failed", "logged 5000 lines"},
    };
}

/// The same for faults that only a recorded PSA, load or odd texts reveal.
std::vector<Case> networkCases()
{
    return {
        {"logs_secret", "C06", "failed", "puts a secret of the configuration into the log"},
        {"secret_in_pieces", "C09", "failed", "a part of one leaks"},
        {"secret_answer_below_minor_1", "C10", "failed", "sends with PSA_HTTP_SECRET_ANSWER, but says that it works"},
        {"secret_answer_logged", "C11", "failed", "in a log line, an error or a result: signed in as [redacted]"},
        {"secret_answer_cached", "C11", "failed", "in psa.cache/1; psa.secrets/1 is for secrets"},
        {"secret_answer_in_header", "C11", "failed", "in the header Api-Key, which is not marked"},
        {"spins_cpu", "T02", "failed", "did not return from test"},
        {"outlives_deadline", "T02", "failed", "expected at most 500"},
        {"retries_cancelled", "T02", "failed", "did not return from psa.choices/1"},
        {"auth_reported_as_internal", "T01", "failed", "401: it says internal"},
        {"auth_without_hint", "T01", "failed", "has no hint"},
        {"retry_after_dropped", "T01", "failed", "does not say how long to wait"},
        {"html_taken_for_success", "T01", "failed", "200 with a page of HTML: it reports success"},
        {"login_repeated", "T01", "failed", "repeating a failed login locks the user"},
        {"crashes_on_empty_body", "T01", "crashed", "SIGSEGV in test, exchange 1"},
        {"find_says_none", "T03", "failed", "find_ticket, exchange 1"},
        {"double_create_request", "K01", "failed", "2 requests with PSA_HTTP_MUTATES"},
        {"mutates_not_marked", "K01", "failed", "0 requests with PSA_HTTP_MUTATES"},
        {"reference_not_sent", "K01", "failed", "does not have the reference check-0001"},
        {"find_gives_other_ticket", "K02", "failed", "create_ticket created the ticket 42"},
        {"lost_answer_reports_failed", "K03", "failed", "expected outcome_unknown"},
        {"lost_answer_sent_again", "K03", "failed", "1 more time although it may have been carried out"},
        {"title_cut_silently", "K04", "failed", "the title does not reach the PSA unchanged"},
        {"quotes_break_request", "K04", "failed", "quotes: the body of the request is not valid JSON"},
        {"floods_requests", "K05", "failed", "it can never end"},
        {"limit_kills_ticket", "K06", "failed", "it says invalid_ticket"},
        {"other_body_after_401", "K07", "failed", "the host rejects 1 more"},
        {"find_note_says_none", "T03", "failed", "find_note, exchange 1"},
        {"note_reference_not_sent", "N01", "failed", "does not have the reference CHECKNOTE1"},
        {"note_sent_twice", "N01", "failed", "2 requests with PSA_HTTP_MUTATES"},
        {"note_found_by_part", "N02", "failed", "find_note with the reference CHECKNOTE gives"},
        {"note_cut_silently", "N03", "failed", "the text does not reach the PSA unchanged"},
        {"note_always_public", "N03", "failed", "an internal and a public note are the same request"},
        {"change_without_reading", "N04", "failed", "does not read the ticket before it changes it"},
        {"change_reads_once", "N04", "failed", "for the second time on one instance, does not read the ticket"},
        {"change_when_equal", "N04", "failed", "change_ticket-equal sends a request with PSA_HTTP_MUTATES"},
        {"activity_ignores_watermark", "N05", "failed", "says that the ticket was touched: yes"},
        {"activity_trusts_watermark", "N05", "failed", "says that nobody touched the ticket; expected unclear"},
        {"deleted_ticket_is_error", "N06", "failed", "activity-missing says not_found"},
        {"missing_ticket_is_invalid", "N06", "failed", "add_note-missing says invalid_ticket"},
        {"gone_note_is_error", "N07", "failed", "remove_note-again: not_found"},
        {"lost_note_reports_failed", "N08", "failed", "expected outcome_unknown"},
        {"limit_kills_change", "N09", "failed", "it says invalid_ticket"},
        {"instances_share_state", "P01", "failed", "mix up their tickets"},
        {"leaks_memory_in_test", "P02", "failed", "memory grew"},
    };
}

/// Every check that was skipped because of another must name one that failed or was itself skipped.
void skippedWithReason(const Checked &checked)
{
    for (const auto &[id, result] : checked.results)
    {
        if (checked.verdict(id) != "skipped")
            continue;
        const auto because = result->getValue<std::string>("because");
        CAPTURE(id, because);
        const std::string needed = because.substr(0, 3);
        if (checked.results.contains(needed))
            CHECK((checked.verdict(needed) != "ok" && checked.verdict(needed) != "warning"));
    }
}

using Needs = std::map<std::string, std::vector<std::string>>;

/// The dependencies of each check, as the tool lists them.
const Needs &needs()
{
    static const Needs all = [] {
        Needs read;
        const ProgramResult listed = runChecker({"list", "--level", "4", "--json"});
        const auto checks = psa::json::parseStrict(listed.out).extract<Poco::JSON::Array::Ptr>();
        for (const auto &item : *checks)
        {
            const auto &check = item.extract<Poco::JSON::Object::Ptr>();
            auto &ids = read[check->getValue<std::string>("id")];
            for (const auto &needed : *check->getArray("needs"))
                ids.push_back(needed.extract<std::string>());
        }
        return read;
    }();
    return all;
}

void addWithNeeds(const std::string &id, std::set<std::string> &chosen)
{
    if (chosen.insert(id).second)
        for (const std::string &needed : needs().at(id))
            addWithNeeds(needed, chosen);
}

/// For `--only`.
std::string expressionOf(const std::set<std::string> &ids)
{
    std::string expression;
    for (const std::string &id : ids)
        expression += (expression.empty() ? "^(" : "|") + id;
    return expression + ")$";
}

/// An expression for `--only`. All checks of all plugins take ten minutes, so without PSA_ALL_CHECKS in the
/// environment, which scripts/check-all.sh sets, a plugin runs its own check, its dependencies, and a tenth of the
/// others, a different tenth for each plugin.
std::string chosenFor(const Case &wanted)
{
    if (std::getenv("PSA_ALL_CHECKS") != nullptr)
        return ".";
    std::set<std::string> chosen;
    addWithNeeds(wanted.check, chosen);
    std::size_t at = std::hash<std::string>()(wanted.plugin);
    for (const auto &[id, needed] : needs())
        if (at++ % 10 == 0 && id != "F01" && id != "P02")
            chosen.insert(id);
    return expressionOf(chosen);
}

void failsThatAlone(const Case &wanted, std::vector<std::string> arguments)
{
    CAPTURE(wanted.plugin);
    arguments.insert(arguments.end(), {"--only", chosenFor(wanted)});
    if (needFreedom().contains(wanted.plugin))
        arguments.emplace_back("--no-sandbox");
    if (wanted.verdict == "timed out")
        arguments.insert(arguments.end(), {"--timeout", "3"});
    // This plugin has a race. If ThreadSanitizer detects it, the process ends and P01 cannot report.
    const std::string races = wanted.plugin == "instances_share_state" ? ":report_bugs=0" : "";
    const Checked checked =
        check(faultPlugin(wanted.plugin), arguments,
              {"ASAN_OPTIONS=detect_leaks=0:handle_segv=0:handle_abort=0:handle_sigbus=0",
               "UBSAN_OPTIONS=handle_segv=0:handle_abort=0", "TSAN_OPTIONS=handle_segv=0:handle_abort=0" + races});
    CHECK(checked.verdict(wanted.check) == wanted.verdict);
    CHECK_THAT(checked.words(wanted.check), Catch::Contains(wanted.words));
    Checked others = checked;
    others.results.erase(wanted.check);
    CHECK_THAT(others.problems(), Catch::Equals(""));
    CHECK(checked.program.exitCode == (wanted.verdict == "crashed" ? 3 : wanted.verdict == "warning" ? 0 : 1));
    skippedWithReason(checked);
}

} // namespace

TEST_CASE("each faulty plugin fails its own check and no other", "[faults]")
{
    failsThatAlone(GENERATE(from_range(cases())), {"--level", "2"});
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a system call that the runner denies fails the check and is named", "[faults]")
{
    const auto &[plugin, id, call] = GENERATE(table<std::string, std::string, std::string>(
        {{"leaks_fd", "A05", "openat"}, {"forks", "A05", "clone"}, {"leaks_fd_in_test", "V01", "openat"}}));
    const Checked checked = check(faultPlugin(plugin), {"--only", "^" + id + "$"});
    CAPTURE(plugin);
    CHECK(checked.verdict(id) == "failed");
    CHECK_THAT(checked.words(id), Catch::Contains("it called " + call + ", which its process may not"));
    CHECK(check(faultPlugin(plugin), {"--only", "^" + id + "$", "--no-sandbox"}).verdict(id) == "ok");
}

#endif

TEST_CASE("a plugin that needs a file beside it is not loaded, as in psa-host", "[faults]")
{
    const Checked checked = check(faultPlugin("needs_path"), {"--only", "^S04$"});
    CHECK(checked.verdict("S04") == "failed");
    CHECK_THAT(checked.words("S04"), Catch::Contains("it cannot be loaded"));
}

TEST_CASE("each fault that only shows with network or load fails its own check and no other", "[network-faults]")
{
    failsThatAlone(GENERATE(from_range(networkCases())),
                   {"--level", "4", "--config", std::string(PSA_SOURCE_DIR) + "/tests/faults/check.toml"});
}

TEST_CASE("the good plugin for the network passes every check", "[network-faults]")
{
    const Checked checked = check(faultPlugin("psa_good"), {"--level", "4", "--config",
                                                            std::string(PSA_SOURCE_DIR) + "/tests/faults/check.toml"});
    CHECK_THAT(checked.problems(), Catch::Equals(""));
    CHECK(checked.verdict("P02") == "ok");
}

TEST_CASE("a plugin that keeps what a response with secrets has where secrets belong passes the checks of secrets",
          "[network-faults]")
{
    std::set<std::string> chosen;
    for (const char *id : {"C06", "C07", "C09", "C10", "C11", "T01"})
        addWithNeeds(id, chosen);
    const Checked checked =
        check(faultPlugin("keeps_secret_answer"),
              {"--level", "3", "--only", expressionOf(chosen), "--config", PSA_SOURCE_DIR "/tests/faults/check.toml"});
    CHECK_THAT(checked.problems(), Catch::Equals(""));
    CHECK(checked.verdict("C11") == "ok");
}

TEST_CASE("a plugin that renews an expired login, and repeats its request once, passes every check of tickets",
          "[network-faults]")
{
    std::set<std::string> chosen;
    for (const char *id : {"T01", "T03", "K01", "K02", "K03", "K04", "K05", "K06", "K07"})
        addWithNeeds(id, chosen);
    const Checked checked = check(faultPlugin("renews_login"), {"--level", "3", "--only", expressionOf(chosen),
                                                                "--config", PSA_SOURCE_DIR "/tests/faults/check.toml"});
    CHECK_THAT(checked.problems(), Catch::Equals(""));
    CHECK(checked.verdict("K07") == "ok");
}

namespace {

/// The good run, in which some calls start with another request.
struct LongerRun
{
    std::filesystem::path folder;

    /// `request`: method and path of that request, as recorded. `more`: for check.toml.
    LongerRun(const std::string &method, const std::string &path, const std::vector<std::string> &files,
              const std::string &more)
    {
        const std::filesystem::path faults = PSA_SOURCE_DIR "/tests/faults";
        std::string name = "/tmp/psa-check-XXXXXX";
        folder = mkdtemp(name.data());
        std::filesystem::copy(faults / "recorded", folder / "recorded");
        for (const std::string &file : files)
            std::ofstream(folder / "recorded" / file)
                << R"({"version":1,"request":{"method":")" << method << R"(","url":"https://psa.example.com/v1/)"
                << path
                << R"(","mutates":false,"headers":[],"body":""},"response":{"delivery":2,"reason":0,"status":200,)"
                << R"("headers":[],"body":"{}","detail":"","retryAfterMs":0},"microseconds":1000})" << '\n'
                << std::ifstream(faults / "recorded" / file).rdbuf();
        std::ofstream(folder / "check.toml") << std::ifstream(faults / "check.toml").rdbuf() << more << '\n';
    }
    ~LongerRun() { std::filesystem::remove_all(folder); }
    LongerRun(const LongerRun &) = delete;
    LongerRun &operator=(const LongerRun &) = delete;
};

/// Each call about one ticket starts with GET /discover.
struct DiscoveringRun : LongerRun
{
    explicit DiscoveringRun(const std::string &more)
        : LongerRun("GET", "discover?v=1", {"create_ticket.jsonl", "find_ticket.jsonl"}, more)
    {
    }

    std::vector<std::string> arguments() const
    {
        return {"--level", "3", "--only", "^(T03|K06)$", "--config", folder / "check.toml"};
    }
    Checked check() const { return psa::test::check(faultPlugin("discovery_with_fallback"), arguments()); }
};

} // namespace

TEST_CASE("an optional lookup fails no check if check.toml declares it as optional", "[network-faults]")
{
    const Checked unsaid = DiscoveringRun("").check();
    for (const std::string id : {"T03", "K06"})
    {
        CHECK(unsaid.verdict(id) == "failed");
        CHECK_THAT(unsaid.words(id), Catch::Contains("it reports success"));
    }
    const Checked said = DiscoveringRun("optional_urls = [\"https://psa.example.com/v1/discover\"]").check();
    CHECK_THAT(said.problems(), Catch::Equals(""));
    CHECK(said.verdict("T03") == "ok");
    CHECK(said.verdict("K06") == "ok");
    // A changing request is never optional, nor is an unexpected one.
    for (const std::string url : {"https://psa.example.com/v1/tickets/43", "https://psa.example.com/v1/nothing"})
    {
        const DiscoveringRun mistaken("optional_urls = [\"" + url + "\"]");
        std::vector<std::string> arguments = mistaken.arguments();
        arguments.push_back(faultPlugin("discovery_with_fallback"));
        const ProgramResult wrong = runChecker(arguments);
        CHECK(wrong.exitCode == 2);
        CHECK_THAT(wrong.err, Catch::Contains("optional_urls: no recording has a request to \"" + url));
    }
}

TEST_CASE("sign-ins are not counted as requests of a ticket, but an instance must not repeat them", "[network-faults]")
{
    const LongerRun run("POST", "token", {"create_ticket.jsonl"}, "");
    const auto checked = [&](const std::string &plugin) {
        return check(faultPlugin(plugin), {"--level", "3", "--only", "^K05$", "--config", run.folder / "check.toml"});
    };
    const Checked once = checked("signs_in_once");
    CHECK(once.verdict("K05") == "warning"); // as the good plugin, which keeps nothing in the cache
    CHECK_THAT(once.words("K05"), Catch::Contains("20 calls of create_ticket on new instances take 40 requests") &&
                                      Catch::Contains("20 calls of create_ticket on one instance take 40 requests") &&
                                      Catch::Contains("on new instances sign in 20 times"));
    const Checked each = checked("signs_in_each_time");
    CHECK(each.verdict("K05") == "failed");
    CHECK_THAT(each.words("K05"), Catch::Contains("20 calls of create_ticket on one instance sign in 20 times"));
}

TEST_CASE("each check of the first two levels has a plugin that fails it")
{
    // S01, D03 and E01 have separate tests below; U01 is for information.
    std::set<std::string> found{"S01", "D03", "E01", "U01"};
    for (const Case &each : cases())
        found.insert(each.check);
    const ProgramResult listed = runChecker({"list", "--level", "2", "--json"});
    const auto all = psa::json::parseStrict(listed.out).extract<Poco::JSON::Array::Ptr>();
    for (const auto &item : *all)
    {
        const auto id = item.extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("id");
        CAPTURE(id);
        CHECK(found.contains(id));
    }
}

TEST_CASE("each faulty plugin has its row here, or is used by the tests of the loader, of reports and of F01")
{
    std::set<std::string> found{"good",
                                "psa_good",
                                "renews_login",
                                "keeps_secret_answer",
                                "uses_secrets",
                                "error_wild_text",
                                "extensions",
                                "logs",
                                "uses_services",
                                "pool",
                                "needed",
                                "says_secret",
                                "crashes_in_create",
                                "constructor_exits",
                                "ends_as_told",
                                "exits_in_entry",
                                "crashes_in_get_extension",
                                "crashes_in_describe",
                                "crashes_in_entry",
                                "from_the_future",
                                "needs_the_future",
                                "discovery_with_fallback",
                                "crashes_on_odd_id",
                                "hangs_on_odd_config",
                                "updates_good",
                                "signs_in_once",
                                "signs_in_each_time"};
    for (const auto &table : {cases(), networkCases()})
        for (const Case &each : table)
            found.insert(each.plugin);
    for (const char *folder : {"plugins", "built", "crashing", "network", "poco"})
        for (const auto &file :
             std::filesystem::directory_iterator(PSA_SOURCE_DIR "/tests/faults/" + std::string(folder)))
        {
            CAPTURE(file.path());
            CHECK(found.contains(file.path().stem()));
        }
}

TEST_CASE("a file that is not a shared library fails S01 and no other check is run")
{
    const Checked checked = check(PSA_SOURCE_DIR "/README.md", {"--level", "1"});
    CHECK(checked.verdict("S01") == "failed");
    CHECK_THAT(checked.words("S01"), Catch::Contains("not an ELF file"));
    for (const auto &[id, result] : checked.results)
        CHECK((id == "S01" || checked.verdict(id) == "skipped"));
}

TEST_CASE("the unchanged template fails only E01")
{
    Checked checked = check(TEMPLATE, {"--config", PSA_SOURCE_DIR "/plugin-api/template/check.toml"});
    CHECK(checked.verdict("E01") == "failed");
    checked.results.erase("E01");
    CHECK_THAT(checked.problems(), Catch::Equals(""));
}

TEST_CASE("a release that breaks a promise of the previous one fails, unless its version says so")
{
    const std::string one = BUILT_DIR "/release_one.so";
    const auto compare = [&](const std::string &name) {
        return check(std::string(BUILT_DIR) + "/" + name + ".so", {"--only", "^D03$", "--previous", one});
    };
    CHECK(compare("release_one").verdict("D03") == "ok");
    CHECK(compare("release_narrowed").verdict("D03") == "failed");
    CHECK_THAT(compare("release_narrowed").words("D03"), Catch::Contains("configuration.key"));
    CHECK(compare("release_two").verdict("D03") == "warning");
    CHECK(check(one, {"--only", "^D03$"}).verdict("D03") == "skipped");
}
