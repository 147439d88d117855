#include "host/notify/notification_sinks.h"

#include "host/net/https_url.h"
#include "host/net/socket_transport.h"
#include "host/os/child_process.h"
#include "host/os/memory_file.h"

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
