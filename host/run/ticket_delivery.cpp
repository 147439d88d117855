#include "host/run/ticket_delivery.h"

namespace psa::host {

TicketDelivery::~TicketDelivery()
{
    stop(RunningClock::now());
}

std::shared_ptr<LaneWorkers> TicketDelivery::find(const std::string &connection) const
{
    const std::lock_guard lock(mutex_);
    const auto at = lanes_.find(connection);
    return at == lanes_.end() ? nullptr : at->second;
}

void TicketDelivery::attach(const std::shared_ptr<Connection> &connection, const DeliveryPolicy &policy,
                            std::size_t workers, const std::string &breakerJson)
{
    const std::string name = connection->name();
    std::shared_ptr<LaneWorkers> lane;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_)
            return;
        std::shared_ptr<LaneWorkers> &place = lanes_[name];
        if (!place)
        {
            place = std::make_shared<LaneWorkers>(std::make_shared<Lane>(parts_, connection, policy, breakerJson),
                                                  workers, parts_.log);
            return;
        }
        lane = place;
    }
    lane->lane().renew(connection, policy);
    lane->poke();
}

void TicketDelivery::detach(const std::string &connection)
{
    std::shared_ptr<LaneWorkers> lane;
    {
        const std::lock_guard lock(mutex_);
        const auto at = lanes_.find(connection);
        if (at == lanes_.end())
            return;
        lane = std::move(at->second);
        lanes_.erase(at);
    }
    lane->beginStop();
    lane->cancel();
    lane->waitUntil(RunningClock::time_point::max());
}

void TicketDelivery::pause(const std::string &connection, Pause pause, const std::string &why)
{
    if (const auto lane = find(connection))
        lane->lane().pause(pause, why);
}

void TicketDelivery::poke(const std::string &connection) noexcept
{
    if (const auto lane = find(connection))
        lane->poke();
}

std::optional<LaneStatus> TicketDelivery::status(const std::string &connection) const
{
    const auto lane = find(connection);
    return lane ? std::optional(lane->lane().status()) : std::nullopt;
}

void TicketDelivery::stop(RunningClock::time_point until)
{
    std::map<std::string, std::shared_ptr<LaneWorkers>> lanes;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        lanes.swap(lanes_);
    }
    for (const auto &[name, lane] : lanes)
        lane->beginStop();
    for (const auto &[name, lane] : lanes)
        if (!lane->waitUntil(until))
            lane->cancel();
    for (const auto &[name, lane] : lanes)
        lane->waitUntil(RunningClock::time_point::max());
}

} // namespace psa::host
