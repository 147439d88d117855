#include "host/notify/notifier.h"

#include "host/json/json_text.h"
#include "host/net/https_url.h"
#include "host/net/socket_transport.h"
#include "host/os/memory_file.h"
#include "host/os/process.h"

#include <Poco/JSON/Object.h>

#include <system_error>

namespace psa::notify {
namespace {

constexpr std::chrono::seconds patience{15};

NotificationSink webhook(const std::string &address, const std::shared_ptr<const net::NetRuntime> &net)
{
    return [url = net::HttpsUrl::parse(address), transport = std::make_shared<net::SocketTransport>(net),
            address](const std::string &json) -> std::string {
        net::HttpRequest request;
        request.mutates = true;
        request.method = "POST";
        request.url = address;
        request.headers = {{"Content-Type", "application/json", false}};
        request.body = json;
        const net::HttpResponse response =
            transport->exchange(url, request, net::Stop{clock::RunningClock::now() + patience});
        // The URL of a webhook often contains its password: only its host is shown.
        if (response.delivery != net::Delivery::answered)
            return "the webhook at " + url.host() + ": " + response.detail;
        if (response.status / 100 != 2)
            return "the webhook at " + url.host() + " answered with HTTP " + std::to_string(response.status);
        return {};
    };
}

NotificationSink command(const std::vector<std::string> &words)
{
    return [words](const std::string &json) -> std::string {
        try
        {
            const os::MemoryFile input(json);
            const os::ChildEnd end =
                os::runChild(words.front(), {words.begin() + 1, words.end()}, {{input.fd(), 0}}, patience);
            if (end.exitCode == 0)
                return {};
            return words.front() +
                   (end.timedOut ? " did not end within 15 s"
                                 : " ended with " + (end.exitCode < 0 ? "signal " + std::to_string(end.signal)
                                                                      : "exit code " + std::to_string(end.exitCode)));
        }
        catch (const std::system_error &error)
        {
            return error.what();
        }
    };
}

} // namespace

Notifier::Notifier(std::vector<NotificationSink> sinks, NoticeLog log, std::chrono::milliseconds pause)
    : log_(std::move(log)), pause_(pause),
      sinks_(std::make_shared<const std::vector<NotificationSink>>(std::move(sinks))), thread_([this] { run(); })
{
}

Notifier::Sinks Notifier::sinks() const
{
    const std::lock_guard lock(mutex_);
    return sinks_;
}

void Notifier::use(std::vector<NotificationSink> sinks)
{
    auto next = std::make_shared<const std::vector<NotificationSink>>(std::move(sinks));
    const std::lock_guard lock(mutex_);
    sinks_.swap(next);
}

std::vector<std::string> Notifier::tryOut(const Notice &notice, std::size_t &sinks) const
{
    const std::string json = toJson(notice);
    const Sinks all = this->sinks();
    sinks = all->size();
    std::vector<std::string> problems;
    for (const NotificationSink &sink : *all)
        if (std::string problem = sink(json); !problem.empty())
            problems.push_back(std::move(problem));
    return problems;
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
    log_("needs a human: " + (notice.ticketId ? "ticket " + std::to_string(*notice.ticketId) + ": " : "") + notice.text,
         notice);
    if (sinks()->empty())
        return;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() < maxWaiting)
            waiting_.push_back(notice);
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
        Notice notice;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty())
                return;
            notice = std::move(waiting_.front());
            waiting_.pop_front();
        }
        deliver(notice);
    }
}

void Notifier::deliver(const Notice &notice)
{
    const std::string json = toJson(notice);
    const Sinks all = sinks();
    for (const NotificationSink &sink : *all)
    {
        std::string problem = sink(json);
        for (int attempt = 1; !problem.empty() && attempt < attempts && rest(attempt * pause_); ++attempt)
            problem = sink(json);
        if (!problem.empty())
            log_("a notice did not arrive: " + problem, notice);
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

std::string webhookProblem(const std::string &url)
try
{
    net::HttpsUrl::parse(url);
    return {};
}
catch (const net::InvalidUrl &error)
{
    return std::string("must be an https URL: ") + error.what();
}

std::string shownWebhook(const std::string &url)
{
    if (url.empty() || !webhookProblem(url).empty())
        return url.empty() ? "" : "https://…";
    return "https://" + net::HttpsUrl::parse(url).authority() + "/…";
}

std::vector<NotificationSink> makeNotificationSinks(const NotifyConfig &config,
                                                    const std::shared_ptr<const net::NetRuntime> &net)
{
    std::vector<NotificationSink> sinks;
    if (!config.webhook.empty())
        sinks.push_back(webhook(config.webhook, net));
    if (!config.command.empty())
        sinks.push_back(command(config.command));
    return sinks;
}

} // namespace psa::notify
