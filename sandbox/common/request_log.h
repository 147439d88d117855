#pragma once

#include "sandbox/common/clock.h"
#include "sandbox/common/http_message.h"
#include "sandbox/common/service.h"

#include <deque>
#include <map>
#include <mutex>

namespace psa::sandbox {

/// What was received and how it ended. Thread-safe.
class RequestLog
{
public:
    struct Entry
    {
        unsigned long long number = 0;
        std::string method;
        std::string host; ///< The host that the client addressed.
        std::string target;
        RequestInfo info;
        int status = 0; ///< Of a completely sent response; 0: there was none.
        std::string fault;
        SandboxClock::Time at;
        std::chrono::microseconds took{-1}; ///< -1: still in progress.
    };
    struct Counts
    {
        std::size_t total = 0;
        std::size_t now = 0; ///< In progress.
        std::size_t maxAtOnce = 0;
        std::map<std::string, std::size_t> byRoute; ///< "POST V1.0/Tickets" -> how often.
    };

    explicit RequestLog(const SandboxClock &clock) : clock_(clock) {}

    /// Returns the request's number.
    unsigned long long begin(const Request &request, const RequestInfo &info);
    void end(unsigned long long number, int status, const std::string &fault);
    void clear();
    Counts counts() const;
    /// The newest `count`, oldest first.
    std::vector<Entry> last(std::size_t count) const;

private:
    static constexpr std::size_t kept_ = 10000;

    const SandboxClock &clock_;
    mutable std::mutex mutex_;
    std::deque<Entry> entries_;
    Counts counts_;
    unsigned long long lastNumber_ = 0;
};

Object::Ptr toJson(const RequestLog::Entry &entry);
Object::Ptr toJson(const RequestLog::Counts &counts);

/// "2026-01-31T15:04:05.307Z".
std::string isoTime(SandboxClock::Time time);

} // namespace psa::sandbox
