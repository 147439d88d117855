#include "host/connection/call_recorder.h"

#include "host/net/secret_registry.h"
#include "host/plugin/outcome_json.h"

#include <Poco/JSON/Array.h>

namespace psa::connection {

using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

Object::Ptr line(std::uint64_t call)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("version", net::Recorder::version);
    object->set("call", call);
    return object;
}

} // namespace

CallRecorder::CallRecorder(const std::filesystem::path &file, std::shared_ptr<const clock::Clock> clock)
    : recorder_(file), clock_(std::move(clock))
{
}

std::uint64_t CallRecorder::begin(const CallDescription &call, const net::SecretRegistry &secrets)
{
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        number = ++calls_;
    }
    Object::Ptr object = line(number);
    object->set("at", net::millisecondsOf(clock_->wallNow()));
    object->set("verb", call.verb);
    object->set("build", call.build);
    object->set("dryRun", call.dryRun);
    object->set("arguments", net::redacted(call.arguments, secrets));
    write(*object);
    return number;
}

void CallRecorder::add(std::uint64_t call, const net::Exchange &exchange)
{
    Object::Ptr object = net::toJson(exchange);
    object->set("call", call);
    write(*object);
}

void CallRecorder::end(std::uint64_t call, const plugin::CallOutcome &outcome,
                       const std::vector<clock::Clock::Wall> &dates, const net::SecretRegistry &secrets)
{
    Array::Ptr read = new Array;
    for (const clock::Clock::Wall date : dates)
        read->add(net::millisecondsOf(date));
    Object::Ptr object = line(call);
    object->set("dates", read);
    object->set("outcome", net::redacted(plugin::toJson(outcome), secrets));
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

} // namespace psa::connection
