#include "host/os/service_manager.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdint>
#include <system_error>

namespace psa::os {
namespace {

/// The protocol has one assignment per line, and systemd shows no more than this much of a status.
std::string statusLine(std::string text)
{
    constexpr std::size_t longest = 1000;
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    if (text.size() > longest)
        text = text.substr(0, longest) + "...";
    return "STATUS=" + text;
}

} // namespace

std::chrono::microseconds ServiceManager::watchdogTime() const
{
    std::uint64_t microseconds = 0;
    return std::chrono::microseconds(sd_watchdog_enabled(0, &microseconds) > 0 ? microseconds : 0);
}

void ServiceManager::status(const std::string &text)
{
    send(statusLine(text));
}

void ServiceManager::ready(const std::string &text)
{
    send("READY=1\n" + statusLine(text));
}

void ServiceManager::reloading(const std::string &text)
{
    // systemd compares it with the time at which it asked for a reload.
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now().time_since_epoch()); // CLOCK_MONOTONIC
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()) + "\n" + statusLine(text));
}

void ServiceManager::stopping(const std::string &text, std::chrono::microseconds time)
{
    send("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + std::to_string(time.count()) + "\n" + statusLine(text));
}

void ServiceManager::alive()
{
    send("WATCHDOG=1");
}

void ServiceManager::send(const std::string &message)
{
    const int result = sd_notify(0, message.c_str());
    if (result < 0 && !failed_.exchange(true))
        warn_("The service manager cannot be told how psa-host is, and may end it: NOTIFY_SOCKET: " +
              std::generic_category().message(-result) + ". Restart psa-host with systemctl.");
}

} // namespace psa::os
