#include "sandbox/common/request_log.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <algorithm>

namespace psa::sandbox {

unsigned long long RequestLog::begin(const Request &request, const RequestInfo &info)
{
    const std::lock_guard lock(mutex_);
    Entry entry;
    entry.number = ++lastNumber_;
    entry.method = request.method;
    entry.host = request.header("Host");
    entry.target = request.target;
    entry.info = info;
    entry.at = clock_.now();
    entries_.push_back(std::move(entry));
    if (entries_.size() > kept_)
        entries_.pop_front();
    ++counts_.total;
    ++counts_.byRoute[request.method + " " + info.route];
    counts_.maxAtOnce = std::max(counts_.maxAtOnce, ++counts_.now);
    return lastNumber_;
}

void RequestLog::end(unsigned long long number, int status, const std::string &fault)
{
    const std::lock_guard lock(mutex_);
    --counts_.now;
    const auto entry =
        std::find_if(entries_.rbegin(), entries_.rend(), [number](const Entry &e) { return e.number == number; });
    if (entry == entries_.rend())
        return; // cleared or displaced meanwhile
    entry->status = status;
    entry->fault = fault;
    entry->took = std::chrono::duration_cast<std::chrono::microseconds>(clock_.now() - entry->at);
}

void RequestLog::clear()
{
    const std::lock_guard lock(mutex_);
    entries_.clear();
    Counts counts;
    counts.now = counts.maxAtOnce = counts_.now;
    counts_ = counts;
}

RequestLog::Counts RequestLog::counts() const
{
    const std::lock_guard lock(mutex_);
    return counts_;
}

std::vector<RequestLog::Entry> RequestLog::last(std::size_t count) const
{
    const std::lock_guard lock(mutex_);
    const auto begin = entries_.size() > count ? entries_.end() - static_cast<std::ptrdiff_t>(count) : entries_.begin();
    return {begin, entries_.end()};
}

Object::Ptr toJson(const RequestLog::Entry &entry)
{
    Object::Ptr object = newObject();
    object->set("number", entry.number);
    object->set("at", isoTime(entry.at));
    object->set("method", entry.method);
    object->set("host", entry.host);
    object->set("target", entry.target);
    object->set("route", entry.info.route);
    object->set("entity", entry.info.entity);
    object->set("user", entry.info.user);
    object->set("secretFingerprint", entry.info.secretFingerprint);
    object->set("codeFingerprint", entry.info.codeFingerprint);
    object->set("status", entry.status);
    object->set("fault", entry.fault);
    object->set("tookMs", entry.took.count() < 0 ? Var() : Var(static_cast<double>(entry.took.count()) / 1000.0));
    return object;
}

Object::Ptr toJson(const RequestLog::Counts &counts)
{
    Object::Ptr byRoute = newObject();
    for (const auto &[route, count] : counts.byRoute)
        byRoute->set(route, count);
    Object::Ptr object = newObject();
    object->set("total", counts.total);
    object->set("maxAtOnce", counts.maxAtOnce);
    object->set("byRoute", byRoute);
    return object;
}

std::string isoTime(SandboxClock::Time time)
{
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
    return Poco::DateTimeFormatter::format(Poco::Timestamp(micros), "%Y-%m-%dT%H:%M:%S.%iZ");
}

} // namespace psa::sandbox
