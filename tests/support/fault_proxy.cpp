#include "tests/support/fault_proxy.h"

#include "tests/support/proxy_link.h"

#include <system_error>

namespace psa::test {
namespace plan {

Plan pass()
{
    return {};
}

Plan refuse()
{
    Plan plan;
    plan.accept = Plan::Accept::refuse;
    return plan;
}

Plan blackHole()
{
    Plan plan;
    plan.accept = Plan::Accept::ignore;
    return plan;
}

Plan dropBeforeRequest(Flow::Then how)
{
    Plan plan = cutToServer(0, how);
    plan.toServer.since = Flow::Since::request;
    return plan;
}

Plan cutAnswer(std::size_t bytes, Flow::Then how)
{
    Plan plan = cutToClient(bytes, how);
    plan.toClient.since = Flow::Since::request;
    return plan;
}

Plan cutToServer(std::size_t bytes, Flow::Then how)
{
    Plan plan;
    plan.toServer.passes = bytes;
    plan.toServer.then = how;
    return plan;
}

Plan cutToClient(std::size_t bytes, Flow::Then how)
{
    Plan plan;
    plan.toClient.passes = bytes;
    plan.toClient.then = how;
    return plan;
}

Plan dripHandshake(std::chrono::microseconds interval)
{
    Plan plan;
    plan.toClient.drip = interval;
    return plan;
}

Plan dripAnswer(std::chrono::microseconds interval)
{
    Plan plan = dripHandshake(interval);
    plan.toClient.since = Flow::Since::request;
    return plan;
}

Plan delay(std::chrono::microseconds time)
{
    Plan plan;
    plan.toServer.delay = time;
    return plan;
}

Plan holdRequest(std::shared_ptr<Gate> gate)
{
    Plan plan;
    plan.toServer.since = Flow::Since::request;
    plan.toServer.hold = std::move(gate);
    return plan;
}

Plan holdAnswer(std::shared_ptr<Gate> gate)
{
    Plan plan;
    plan.toClient.since = Flow::Since::request;
    plan.toClient.hold = std::move(gate);
    return plan;
}

} // namespace plan

FaultProxy::FaultProxy(std::uint16_t target, Planner planner) : target_(target), planner_(std::move(planner))
{
    tcp_ = std::make_unique<TcpServer>(
        [this](Socket client, std::size_t index, Gate &over) { serve(std::move(client), index, over); });
}

FaultProxy::~FaultProxy() = default;

void FaultProxy::planWith(Planner planner)
{
    const std::lock_guard lock(mutex_);
    planner_ = std::move(planner);
}

std::vector<ProxyCounts> FaultProxy::counts() const
{
    const std::lock_guard lock(mutex_);
    return counts_;
}

bool FaultProxy::waitUntil(const std::function<bool(const std::vector<ProxyCounts> &)> &wanted,
                           std::chrono::milliseconds limit) const
{
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return wanted(counts_); });
}

FaultProxy::Planner FaultProxy::inTurn(std::initializer_list<Plan> plans)
{
    return [plans = std::vector<Plan>(plans)](std::size_t index) {
        return index < plans.size() ? plans[index] : plan::pass();
    };
}

void FaultProxy::serve(Socket client, std::size_t index, Gate &over)
{
    const auto count = [this, index](const std::function<void(ProxyCounts &)> &how) { change(index, how); };
    count([](ProxyCounts &) {}); // it exists from now on
    const Plan plan = planFor(index);
    if (plan.accept == Plan::Accept::forward)
    {
        try
        {
            Socket server = Socket::connectTo(target_);
            ProxyLink(std::move(client), std::move(server), plan, over, count).run();
        }
        catch (const std::system_error &)
        {
            client.reset(); // the target does not exist: the client sees that as if there were no proxy
        }
    }
    else if (plan.accept == Plan::Accept::refuse)
        client.reset();
    else
        client.drain(over);
    client.close();
    count([](ProxyCounts &counts) { counts.ended = true; });
}

Plan FaultProxy::planFor(std::size_t index) const
{
    Planner planner;
    {
        const std::lock_guard lock(mutex_);
        planner = planner_;
    }
    return planner(index);
}

void FaultProxy::change(std::size_t index, const std::function<void(ProxyCounts &)> &how)
{
    const std::lock_guard lock(mutex_);
    if (counts_.size() <= index)
        counts_.resize(index + 1);
    how(counts_[index]);
    changed_.notify_all();
}

} // namespace psa::test
