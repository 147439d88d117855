#include "host/replay/replay_run.h"

#include "host/json/json_diff.h"
#include "host/json/json_text.h"
#include "host/plugin/outcome_json.h"
#include "host/replay/replay_clock.h"

#include <stdexcept>

namespace psa::replay {
namespace {

using Poco::JSON::Object;

plugin::CallOutcome callAgain(const RecordedCall &call, connection::Connection &connection,
                              const connection::CallOptions &options)
{
    if (const plugin::VerbRow *row = plugin::verbNamed(call.verb); row && plugin::needsConfiguration(row->verb))
        return connection.call(plugin::callFrom(*row, *call.arguments), options);
    throw std::runtime_error("the recording has a call \"" + call.verb +
                             "\", which this psa-host does not know; replay it with the one that recorded it");
}

} // namespace

std::vector<CallDifferences> replayRun(const std::vector<RecordedCall> &run, connection::Connection &connection,
                                       const std::shared_ptr<MatchingTransport> &transport,
                                       const connection::CallOptions &options)
{
    std::vector<CallDifferences> all;
    for (const RecordedCall &call : run)
    {
        connection::CallOptions own = options;
        own.dryRun = call.dryRun;
        own.despiteRefusal = true; // the rejections are recorded ones
        own.clock = std::make_shared<ReplayClock>(call);
        own.observer = [transport, observer = options.observer](const net::Exchange &exchange) {
            transport->observe(exchange);
            if (observer)
                observer(exchange);
        };
        transport->begin(call);
        const plugin::CallOutcome outcome = callAgain(call, connection, own);
        CallDifferences differences{call.number, call.verb, call.exchanges.size(), transport->end()};
        if (call.outcome)
            for (const json::JsonDifference &each :
                 json::diffJson(call.outcome, connection.redact(plugin::toJson(outcome))))
                differences.differences.push_back({DifferenceKind::outcome, "", each.path, each.before, each.after});
        all.push_back(std::move(differences));
    }
    return all;
}

} // namespace psa::replay
