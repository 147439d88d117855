#include "host/notify/notifier.h"

#include "host/json/json_text.h"

#include <Poco/JSON/Object.h>

namespace psa::notify {

Notifier::Notifier(std::vector<NotificationSink> sinks, std::function<void(const std::string &)> log,
                   std::chrono::milliseconds pause)
    : sinks_(std::move(sinks)), log_(std::move(log)), pause_(pause), thread_([this] { run(); })
{
}

Notifier::~Notifier()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Notifier::tell(const Notice &notice) noexcept
try
{
    log_("needs a human: " + notice.text);
    if (sinks_.empty())
        return;
    std::string json = toJson(notice);
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() < mostWaiting)
            waiting_.push_back(std::move(json));
    }
    changed_.notify_all();
}
catch (const std::exception &)
{
    // No memory even for the message; the ticket's state shows the same.
}

void Notifier::run()
{
    for (;;)
    {
        std::string json;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty())
                return;
            json = std::move(waiting_.front());
            waiting_.pop_front();
        }
        deliver(json);
    }
}

void Notifier::deliver(const std::string &json)
{
    for (const NotificationSink &sink : sinks_)
    {
        std::string problem = sink(json);
        for (int attempt = 1; !problem.empty() && attempt < attempts && rest(attempt * pause_); ++attempt)
            problem = sink(json);
        if (!problem.empty())
            log_("a notice did not arrive: " + problem);
    }
}

/// False if the thread is to end.
bool Notifier::rest(std::chrono::milliseconds time)
{
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [this] { return stopping_; });
}

std::string toJson(const Notice &notice)
{
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("kind", notice.kind);
    if (!notice.connection.empty())
        object.set("connection", notice.connection);
    if (notice.ticketId)
        object.set("ticket", *notice.ticketId);
    if (!notice.reference.empty())
        object.set("reference", notice.reference);
    object.set("code", notice.code);
    object.set("text", notice.text);
    return json::toText(object);
}

} // namespace psa::notify
