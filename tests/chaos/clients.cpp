#include "tests/chaos/clients.h"

#include "host/http/local_client.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <chrono>

namespace psa::test::chaos {
namespace {

using Poco::JSON::Object;
using namespace std::chrono_literals;

/// Until a host was started again.
constexpr auto pause = 3ms;

/// nullopt: the host is not there, or its response was lost with it.
std::optional<std::pair<int, Object::Ptr>> complete(const std::function<http::ApiResponse()> &ask)
try
{
    const http::ApiResponse answer = ask();
    return std::pair(answer.status, json::parseStrict(answer.body).extract<Object::Ptr>());
}
catch (const http::HostUnreachable &)
{
    return std::nullopt;
}
catch (const json::JsonError &)
{
    return std::nullopt;
}

} // namespace

std::optional<int> Clients::Thread::begin()
{
    for (; !clients_.stopping_; std::this_thread::sleep_for(pause))
        if (int next = clients_.begun_;
            next < clients_.allowed_ && clients_.begun_.compare_exchange_strong(next, next + 1))
            return next;
    return std::nullopt;
}

Object::Ptr Clients::Thread::submit(const std::function<http::ApiResponse()> &ask)
{
    for (; !clients_.stopping_; std::this_thread::sleep_for(pause))
    {
        const auto answer = complete(ask);
        if (!answer || answer->first == 503)
        {
            ++clients_.repeated_;
            continue;
        }
        const auto &[status, document] = *answer;
        ++clients_.acknowledged_;
        if (status == 200 || status == 202)
            return document;
        const std::lock_guard lock(clients_.mutex_);
        clients_.complaints_.push_back(std::to_string(status) + " " + json::toText(*document));
        break;
    }
    return nullptr;
}

Clients::Clients(int threads, const std::function<void(Thread &)> &run)
{
    for (int i = 0; i < threads; ++i)
        threads_.emplace_back([this, i, run] {
            Thread thread(*this, i);
            run(thread);
        });
}

bool Clients::awaitDone(std::chrono::seconds patience) const
{
    int before = acknowledged_;
    for (auto since = std::chrono::steady_clock::now(); !areDone(); std::this_thread::sleep_for(10ms))
        if (const int now = acknowledged_; now > before)
        {
            before = now;
            since = std::chrono::steady_clock::now();
        }
        else if (std::chrono::steady_clock::now() - since > patience)
            return false;
    return true;
}

void Clients::stop()
{
    stopping_ = true;
    for (std::thread &each : threads_)
        if (each.joinable())
            each.join();
}

std::vector<std::string> Clients::complaints() const
{
    const std::lock_guard lock(mutex_);
    return complaints_;
}

} // namespace psa::test::chaos
