#include "host/net/resolver.h"

#include "host/net/http_types.h"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace psa::net {

using Poco::Net::IPAddress;

/// Owned by the caller and by the resolving thread, so that either may finish first.
struct SystemResolver::Question
{
    std::mutex mutex;
    std::condition_variable answered;
    bool done = false;
    std::string error;
    std::vector<IPAddress> addresses;
};

void SystemResolver::ask(const LookUp &lookUp, const std::string &host, Question &question)
{
    std::string failure;
    std::vector<IPAddress> addresses;
    try
    {
        addresses = lookUp(host);
    }
    catch (const std::exception &error)
    {
        failure = error.what();
    }
    const std::lock_guard lock(question.mutex);
    question.error = failure;
    question.addresses = std::move(addresses);
    question.done = true;
    question.answered.notify_all();
}

std::vector<IPAddress> SystemResolver::systemLookUp(const std::string &host)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo *found = nullptr;
    if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0)
        throw NetError(Reason::dns, gai_strerror(error));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    std::vector<IPAddress> addresses;
    for (const addrinfo *each = found; each != nullptr; each = each->ai_next)
    {
        if (each->ai_family == AF_INET)
            addresses.emplace_back(&reinterpret_cast<const sockaddr_in *>(each->ai_addr)->sin_addr, sizeof(in_addr));
        if (each->ai_family == AF_INET6)
            addresses.emplace_back(&reinterpret_cast<const sockaddr_in6 *>(each->ai_addr)->sin6_addr, sizeof(in6_addr));
    }
    return addresses;
}

SystemResolver::SystemResolver(LookUp lookUp)
    : lookUp_(std::move(lookUp)), pending_(std::make_shared<std::atomic<int>>(0))
{
}

/// Resolves on its own thread. The place among the pending ones is already taken; it is returned if there is no thread.
std::shared_ptr<SystemResolver::Question> SystemResolver::begin(const std::string &host) const
try
{
    auto question = std::make_shared<Question>();
    std::thread([host, question, lookUp = lookUp_, pending = pending_] {
        ask(lookUp, host, *question);
        --*pending;
    }).detach();
    return question;
}
catch (const std::exception &error)
{
    --*pending_;
    throw NetError(Reason::dns, std::string("the name cannot be looked up: ") + error.what() +
                                    "; raise the limit of threads of psa-host (ulimit -u, TasksMax)");
}

std::vector<IPAddress> SystemResolver::resolve(const std::string &host, const Stop &stop)
{
    throwIfStopped(stop, "looking up the host name");
    if (pending_->fetch_add(1) >= maxPending)
    {
        --*pending_;
        throw NetError(Reason::dns, "the name server has not answered " + std::to_string(maxPending) +
                                        " earlier queries; check /etc/resolv.conf");
    }
    const auto question = begin(host);
    std::unique_lock lock(question->mutex);
    while (!question->answered.wait_until(lock, nextPollTime(stop), [&] { return question->done; }))
        throwIfStopped(stop, "looking up the host name");
    if (!question->error.empty() || question->addresses.empty())
        throw NetError(Reason::dns, "the name " + host + " does not resolve: " +
                                        (question->error.empty() ? "it has no address" : question->error));
    return question->addresses;
}

} // namespace psa::net
