#pragma once

#include "host/clock/clock.h"
#include "host/net/http_types.h"
#include "host/plugin/verb_call.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::check {

using plugin::Verb;

/// One call that succeeded, with its network traffic.
struct GoodCall
{
    Verb verb = Verb::test;
    plugin::ChoicesQuery query;                     ///< Only for listChoices.
    std::optional<std::filesystem::path> recording; ///< nullopt: there is none, so that no request gets a response.
    std::string variant = {};                       ///< Of an update of a ticket; see recordingName().
    std::optional<plugin::VerbCall> asked = std::nullopt; ///< Only for updates of tickets: the recorded call.

    /// "create_ticket", "list_choices of queues", "change_ticket-equal".
    std::string name() const;
};

/// The file of a recorded update: "change_ticket-equal.jsonl". `variant`, "" for the usual call: "equal" = the ticket has
/// the values already, "again" = nothing happened since the call without a variant, "missing" = there is no such ticket.
std::string recordingName(Verb verb, const std::string &variant);

/// [good_run] of check.toml: a successful run of the plugin, with the configuration and the first ticket of that file.
/// It allows to try every network fault without a PSA. docs/plugin-check.md says how to record one.
struct GoodRun
{
    std::vector<std::string> allowedHosts; ///< As in [egress] of psa-host.toml, for PSAs on premises.
    std::set<std::string> optionalUrls;    ///< URLs of reads that the plugin can do without, without their queries.
    std::string reference = "check-0001";
    std::string ticketId;
    clock::Clock::Wall now; ///< The clock's time at the start of a call.
    std::vector<GoodCall> calls;
    std::vector<GoodCall> missing; ///< Updates of a ticket that the PSA does not have.

    /// The calls of `verb` that have a recording.
    std::vector<const GoodCall *> recorded(Verb verb) const;

    /// Whether a call may succeed although this request of it fails.
    bool isOptional(const net::HttpRequest &request) const;
};

/// Reads `file`. Without [good_run] there is one call, of test, without a recording. Throws config::ConfigError with a line
/// for each mistake.
GoodRun readGoodRun(const std::optional<std::filesystem::path> &file);

} // namespace psa::check
