// Each plugin of tests/faults that is wrong in one thing fails the check of that thing and no other; what needs that
// check is skipped and says so.
#include "tests/check/checker.h"

#include <catch2/catch.hpp>

using namespace psa::test;

namespace {

struct Case
{
    std::string plugin;
    std::string check;
    std::string verdict;
    std::string words;
};

/// Every check that was skipped over another must name one that failed or was skipped in turn.
void skippedWithReason(const Checked &checked)
{
    for (const auto &[id, result] : checked.results)
    {
        if (checked.verdict(id) != "skipped")
            continue;
        const std::string because = result->getValue<std::string>("because");
        CAPTURE(id, because);
        const std::string needed = because.substr(0, 3);
        if (checked.results.contains(needed))
            CHECK((checked.verdict(needed) != "ok" && checked.verdict(needed) != "warning"));
    }
}

} // namespace

TEST_CASE("each fault plugin fails its own check and no other", "[faults]")
{
    const auto wanted = GENERATE(values<Case>({
        {"no_note", "S02", "failed", "there is no ELF note"},
        {"no_entry", "S03", "failed", "psa_plugin_entry is not exported"},
        {"exports_extra", "S03", "failed", "also_exported"},
        {"undefined_symbol", "S04", "failed", "nobody_has_this"},
        {"constructor_crashes", "S04", "crashed", "SIGSEGV in loading the library"},
        {"static_runtime", "S07", "warning", "the C++ standard library linked into it"},
        {"executable_stack", "S05", "failed", "an executable stack"},
        {"writable_relocations", "S05", "failed", "its relocations stay writable"},
        {"run_path", "S05", "failed", "/opt/somewhere"},
        {"needs_path", "S05", "failed", "needed.so, a path that nobody has checked"},
        {"imports_forbidden", "S06", "warning", "imports exit"},
        {"entry_returns_null", "A01", "failed", "returned NULL"},
        {"entry_throws", "A01", "failed", "let an exception out"},
        {"entry_hangs", "A01", "failed", "did not return within 5000 ms"},
        {"table_too_short", "A02", "failed", "struct_size of the table is 40"},
        {"missing_verbs", "A02", "failed", "create_ticket is NULL in the table"},
        {"note_lies", "A03", "failed", "the note says ABI 0.1"},
        {"needed_above_built", "A03", "failed", "abi_minor_needed is above abi_minor_built"},
        {"table_other_major", "A03", "failed", "ABI 7.1 (needs 7.1) is too new for this host"},
        {"table_needs_newer", "A03", "failed", "needs 0.900"},
        {"extension_not_there", "A04", "failed", "answers NULL"},
        {"extension_half", "A04", "failed", "lacks its function"},
        {"extension_same_table", "A04", "failed", "with the same table"},
        {"extension_throws", "A04", "failed", "an exception"},
        {"create_uses_services", "A05", "failed", "asked the host for a service"},
        {"create_shares_instance", "A05", "failed", "the same instance twice"},
        {"create_gives_null", "A05", "failed", "PSA_OK without an instance"},
        {"describe_throws", "D01", "failed", "internal"},
        {"describe_not_json", "D01", "failed", "line 1, column"},
        {"describe_key_twice", "D01", "failed", "stands twice"},
        {"describe_field_missing", "D01", "failed", "/vendor: is required"},
        {"describe_other_id", "D01", "failed", "com.example.somebody-else"},
        {"describe_cyclic_schema", "D01", "failed", "$ref: is not a known field"},
        {"describe_deep", "D01", "failed", "levels"},
        {"describe_fails_silently", "D01", "failed", "without saying why"},
        {"describe_without_result", "D01", "failed", "success without a result"},
        {"describe_null_result", "D01", "failed", "empty result"},
        {"describe_hangs", "D01", "failed", "did not return"},
        {"describe_hostile_pattern", "D02", "failed", "is not RE2"},
        {"form_secret_default", "D02", "failed", "a secret has no default"},
        {"limit_of_unknown_field", "D02", "failed", "which is no field of the configuration"},
        {"hosts_no_pattern", "D04", "failed", "allowedHosts"},
        {"reference_without_find", "D05", "failed", "does not offer psa.find-ticket/1"},
        {"field_not_named", "C02", "failed", "must name the field \"apiKey\""},
        {"unknown_field_internal", "C04", "failed", "invalid_config"},
        {"entry_other_table", "L02", "failed", "another table the second time"},
        {"reads_beyond_call", "L03", "crashed", "SIGSEGV in test"},
        {"refuses_newer_minor", "L04", "failed", "returned NULL to a host of ABI 0.2"},
        {"accepts_any_major", "L05", "failed", "accepts a host of major 1"},
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
        {"throws", "V01", "failed", "let an exception out"},
        {"throws_int", "V01", "failed", "let an exception out"},
        {"abort_in_ticket", "V02", "crashed", "SIGABRT in create_ticket"},
        {"ticket_hangs", "V02", "failed", "did not return"},
        {"result_twice", "M01", "failed", "2 results"},
        {"result_after_return", "M01", "failed", "after the call had ended"},
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
    }));
    CAPTURE(wanted.plugin);
    const Checked checked =
        check(faultPlugin(wanted.plugin), {"--level", "2"},
              {"ASAN_OPTIONS=detect_leaks=0:handle_segv=0:handle_abort=0:handle_sigbus=0",
               "UBSAN_OPTIONS=handle_segv=0:handle_abort=0", "TSAN_OPTIONS=handle_segv=0:handle_abort=0"});
    CHECK(checked.verdict(wanted.check) == wanted.verdict);
    CHECK_THAT(checked.words(wanted.check), Catch::Contains(wanted.words));
    Checked others = checked;
    others.results.erase(wanted.check);
    CHECK(others.problems() == "");
    CHECK(checked.program.exitCode == (wanted.verdict == "crashed" ? 3 : wanted.verdict == "failed" ? 1 : 0));
    skippedWithReason(checked);
}
