#pragma once

#include "host/clock/clock.h"
#include "host/net/http_types.h"
#include "host/plugin/instance.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::check {

/// The functions of a plugin that may use the network.
enum class Verb
{
    test,
    createTicket,
    findTicket,
    listChoices,
    readTicket
};

/// "create_ticket" and the like.
const char *toText(Verb verb);

/// One call that went well once, and what went over the network in it.
struct GoodCall
{
    Verb verb = Verb::test;
    plugin::ChoicesQuery query;                     ///< For listChoices alone.
    std::optional<std::filesystem::path> recording; ///< Not set: there is none, and nothing can be answered.

    /// "create_ticket", "list_choices of queues".
    std::string name() const;
};

/// [good_run] of check.toml: a run of the plugin in which all went well, with the configuration and the first ticket of
/// that file. With it every network fault can be tried without a PSA. docs/plugin-check.md says how to record one.
struct GoodRun
{
    std::vector<std::string> allowedHosts; ///< As in [egress] of psa-host.toml, for PSAs on the premises.
    std::set<std::string> optionalUrls;    ///< Reads that the plugin can do without, without their queries.
    std::string reference = "check-0001";
    std::string ticketId;
    clock::Clock::Wall now; ///< What the clock says when a call begins.
    std::vector<GoodCall> calls;

    /// The calls of `verb` that have a recording.
    std::vector<const GoodCall *> recorded(Verb verb) const;

    /// A call may succeed although this request of it fails.
    bool isOptional(const net::HttpRequest &request) const;
};

/// Reads `file`. Without [good_run] there is one call, of test, without a recording. Throws config::ConfigError with a line
/// for each mistake.
GoodRun readGoodRun(const std::optional<std::filesystem::path> &file);

} // namespace psa::check
