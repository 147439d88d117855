#include "host/replay/recorded_run.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <stdexcept>

namespace psa::replay {
namespace {

using Poco::JSON::Object;

Object::Ptr objectIn(const Object &line, const char *key)
{
    const Object::Ptr object = line.getObject(key);
    if (object.isNull())
        throw std::runtime_error(std::string("\"") + key + "\" is missing");
    return object;
}

RecordedCall callOf(const Object &line)
{
    RecordedCall call;
    call.number = line.getValue<std::uint64_t>("call");
    call.verb = line.getValue<std::string>("verb");
    call.build = line.getValue<std::string>("build");
    call.dryRun = line.getValue<bool>("dryRun");
    call.at = net::timeOf(line.getValue<std::int64_t>("at"));
    call.arguments = objectIn(line, "arguments");
    return call;
}

/// The call that `line` belongs to.
RecordedCall &callFor(const Object &line, std::vector<RecordedCall> &calls)
{
    const auto number = line.getValue<std::uint64_t>("call");
    const auto found =
        std::find_if(calls.begin(), calls.end(), [&](const RecordedCall &call) { return call.number == number; });
    if (found == calls.end())
        throw std::runtime_error("call " + std::to_string(number) + " has not begun");
    return *found;
}

void end(RecordedCall &call, const Object &line)
{
    call.outcome = objectIn(line, "outcome");
    if (const auto dates = line.getArray("dates"))
        for (const auto &date : *dates)
            call.dates.push_back(net::timeOf(date.convert<std::int64_t>()));
}

} // namespace

std::vector<RecordedCall> readRecordedRun(const std::filesystem::path &file)
{
    std::vector<RecordedCall> calls;
    net::forEachRecordedLine(file, [&](const Object &line) {
        if (line.has("verb"))
            calls.push_back(callOf(line));
        else if (line.has("outcome"))
            end(callFor(line, calls), line);
        else if (line.has("call"))
            callFor(line, calls).exchanges.push_back(net::exchangeOf(line));
        else
            net::exchangeOf(line); // belongs to no call, but must be valid
    });
    if (calls.empty())
        throw std::runtime_error(file.string() + " contains no plugin calls: it is empty, or was written before "
                                                 "version 2 of recordings. Record the run again with --record");
    return calls;
}

} // namespace psa::replay
