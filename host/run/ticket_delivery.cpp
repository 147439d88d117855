#include "host/run/ticket_delivery.h"

namespace psa::run {

TicketDelivery::~TicketDelivery()
{
    stop(clock::RunningClock::now());
}

std::shared_ptr<DeliveryWorkers> TicketDelivery::find(const std::string &connection) const
{
    const std::lock_guard lock(mutex_);
    const auto at = queues_.find(connection);
    return at == queues_.end() ? nullptr : at->second;
}

void TicketDelivery::attach(const std::shared_ptr<connection::Connection> &connection,
                            const delivery::DeliveryPolicy &policy, std::size_t workers, const std::string &breakerJson,
                            const std::optional<fleet::Holding> &holding)
{
    const std::string name = connection->name();
    std::shared_ptr<DeliveryWorkers> queue;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_)
            return;
        std::shared_ptr<DeliveryWorkers> &place = queues_[name];
        if (!place)
        {
            place = std::make_shared<DeliveryWorkers>(
                std::make_shared<delivery::ConnectionQueue>(parts_, connection, policy, breakerJson, holding), workers,
                parts_.log);
            return;
        }
        queue = place;
    }
    queue->queue().renew(connection, policy);
    queue->wake();
}

void TicketDelivery::detach(const std::string &connection)
{
    std::shared_ptr<DeliveryWorkers> queue;
    {
        const std::lock_guard lock(mutex_);
        const auto at = queues_.find(connection);
        if (at == queues_.end())
            return;
        queue = std::move(at->second);
        queues_.erase(at);
    }
    queue->beginStop();
    queue->cancel();
    queue->waitUntil(clock::RunningClock::time_point::max());
}

void TicketDelivery::beginStop(const std::string &connection, bool cancel)
{
    const auto queue = find(connection);
    if (!queue)
        return;
    queue->beginStop();
    if (cancel)
        queue->cancel();
}

bool TicketDelivery::removeStopped(const std::string &connection)
{
    const auto queue = find(connection);
    if (queue && !queue->waitUntil(clock::RunningClock::now()))
        return false;
    const std::lock_guard lock(mutex_);
    if (const auto at = queues_.find(connection); at != queues_.end() && at->second == queue)
        queues_.erase(at);
    return true;
}

void TicketDelivery::followLogin(const std::string &connection)
{
    if (const auto queue = find(connection))
        queue->queue().followLogin();
}

void TicketDelivery::wake(const std::string &connection) noexcept
{
    if (const auto queue = find(connection))
        queue->wake();
}

std::optional<delivery::QueueStatus> TicketDelivery::status(const std::string &connection) const
{
    const auto queue = find(connection);
    return queue ? std::optional(queue->queue().status()) : std::nullopt;
}

std::string TicketDelivery::stuck(std::chrono::milliseconds callTime) const
{
    const std::lock_guard lock(mutex_);
    for (const auto &[name, queue] : queues_)
        if (std::string text = queue->stuck(callTime); !text.empty())
            return text;
    return {};
}

void TicketDelivery::stop(clock::RunningClock::time_point until)
{
    std::map<std::string, std::shared_ptr<DeliveryWorkers>> queues;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        queues.swap(queues_);
    }
    for (const auto &[name, queue] : queues)
        queue->beginStop();
    for (const auto &[name, queue] : queues)
        if (!queue->waitUntil(until))
            queue->cancel();
    for (const auto &[name, queue] : queues)
        queue->waitUntil(clock::RunningClock::time_point::max());
}

} // namespace psa::run
