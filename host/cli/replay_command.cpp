#include "host/cli/plugins_command.h"

#include "host/cli/api_client.h"
#include "host/cli/exit_code.h"
#include "host/cli/outcome_printer.h"
#include "host/json/utf8.h"
#include "host/plugin/loaded_plugin.h"
#include "host/replay/replay_run.h"

#include <Poco/JSON/Array.h>

#include <ostream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

using Report = std::vector<replay::CallDifferences>;

std::size_t countIn(const Report &report)
{
    std::size_t count = 0;
    for (const replay::CallDifferences &call : report)
        count += call.differences.size();
    return count;
}

Object::Ptr toJson(const replay::RunDifference &difference)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("kind", replay::toText(difference.kind));
    for (const auto &[name, value] : {std::pair{"request", difference.request}, std::pair{"where", difference.where},
                                      std::pair{"before", difference.before}, std::pair{"after", difference.after}})
        if (!value.empty())
            object->set(name, value);
    return object;
}

void printReportAsJson(const std::string &recorded, const std::string &replayed, const Report &report,
                       std::ostream &out)
{
    Array::Ptr calls = new Array;
    for (const replay::CallDifferences &call : report)
    {
        Array::Ptr differences = new Array;
        for (const replay::RunDifference &difference : call.differences)
            differences->add(toJson(difference));
        Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        object->set("call", call.call);
        object->set("verb", call.verb);
        object->set("requests", call.requests);
        object->set("differences", differences);
        calls->add(object);
    }
    Object all(Poco::JSON_PRESERVE_KEY_ORDER);
    all.set("recorded", recorded);
    all.set("replayed", replayed);
    all.set("differences", countIn(report));
    all.set("calls", calls);
    printDocument(all, out);
}

void print(const replay::RunDifference &difference, std::ostream &out)
{
    const auto side = [&out](const char *label, const std::string &value) {
        out << "      " << label << (value.empty() ? "(none)" : json::printable(value)) << '\n';
    };
    out << "  " << replay::toText(difference.kind);
    for (const std::string *text : {&difference.request, &difference.where})
        if (!text->empty())
            out << ' ' << json::printable(*text);
    out << '\n';
    if (difference.before.empty() && difference.after.empty())
        return;
    side("was  ", difference.before);
    side("is   ", difference.after);
}

void printReportAsText(const std::string &recorded, const std::string &replayed, const Report &report,
                       std::ostream &out)
{
    out << "Recorded with " << recorded << ", replayed with " << replayed << ".\n";
    for (const replay::CallDifferences &call : report)
    {
        out << "\ncall " << call.call << ' ' << call.verb << ": " << call.requests << " requests recorded, "
            << (call.differences.empty() ? "no" : std::to_string(call.differences.size())) << " differences\n";
        for (const replay::RunDifference &difference : call.differences)
            print(difference, out);
    }
    const std::size_t count = countIn(report);
    out << '\n'
        << (count == 0 ? "No difference" : std::to_string(count) + " differences") << " in " << report.size()
        << (report.size() == 1 ? " call.\n" : " calls.\n");
}

} // namespace

int replayRecording(const config::HostConfig &config, const SessionOptions &options, const std::string &recording,
                    const Streams &streams)
{
    const std::vector<replay::RecordedCall> run = replay::readRecordedRun(recording);
    std::shared_ptr<replay::MatchingTransport> transport;
    const auto replaying = [&transport](const std::shared_ptr<const net::SecretRegistry> &secrets) {
        return transport = std::make_shared<replay::MatchingTransport>(secrets);
    };
    return reported(streams, [&] {
        const Session session(config, options, streams);
        const auto connection = session.connect(replaying);
        const Report report = replay::replayRun(run, *connection, transport, {});
        (options.json ? printReportAsJson : printReportAsText)(run.front().build, connection->plugin().build(), report,
                                                               streams.out);
        return countIn(report) == 0 ? exitOk : exitDifferent;
    });
}

} // namespace psa::cli
