#include "host/connection/call_recorder.h"

#include "host/net/redacted.h"
#include "host/net/secret_registry.h"
#include "host/plugin/outcome_json.h"

#include <Poco/JSON/Array.h>

namespace psa::host {

using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

Object::Ptr line(std::uint64_t call)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("version", Recorder::version);
    object->set("call", call);
    return object;
}

} // namespace

CallRecorder::CallRecorder(const std::filesystem::path &file, std::shared_ptr<const Clock> clock)
    : recorder_(file), clock_(std::move(clock))
{
}

std::uint64_t CallRecorder::begin(const CallDescription &call, const SecretRegistry &secrets)
{
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        number = ++calls_;
    }
    Object::Ptr object = line(number);
    object->set("at", millisecondsOf(clock_->wallNow()));
    object->set("verb", call.verb);
    object->set("build", call.build);
    object->set("dryRun", call.dryRun);
    object->set("arguments", redacted(call.arguments, secrets));
    write(*object);
    return number;
}

void CallRecorder::add(std::uint64_t call, const Exchange &exchange)
{
    Object::Ptr object = toJson(exchange);
    object->set("call", call);
    write(*object);
}

void CallRecorder::end(std::uint64_t call, const CallOutcome &outcome, const std::vector<Clock::Wall> &dates,
                       const SecretRegistry &secrets)
{
    Array::Ptr read = new Array;
    for (const Clock::Wall date : dates)
        read->add(millisecondsOf(date));
    Object::Ptr object = line(call);
    object->set("dates", read);
    object->set("outcome", redacted(toJson(outcome), secrets));
    write(*object);
}

std::string CallRecorder::trouble() const
{
    const std::lock_guard lock(mutex_);
    return trouble_;
}

void CallRecorder::write(const Object &line)
{
    const std::lock_guard lock(mutex_);
    if (!trouble_.empty())
        return;
    try
    {
        recorder_.write(line);
    }
    catch (const std::exception &error)
    {
        trouble_ = error.what();
    }
}

} // namespace psa::host
