#include "tests/support/proxy_link.h"

#include <algorithm>

namespace psa::test {

ProxyLink::ProxyLink(Socket client, Socket server, const Plan &plan, Gate &over, Count count)
    : client_(std::move(client)), server_(std::move(server)), plan_(plan), over_(over), count_(std::move(count)),
      sides_{{{client_, server_, plan_.toServer, &ProxyCounts::fromClient, &ProxyCounts::toServer, {}},
              {server_, client_, plan_.toClient, &ProxyCounts::fromServer, &ProxyCounts::toClient, {}}}}
{
}

void ProxyLink::run()
{
    std::thread back([this] { pump(toClient); });
    pump(toServer);
    back.join();
    if (reset_)
    {
        client_.reset();
        server_.reset();
    }
    client_.close();
    server_.close();
}

void ProxyLink::pump(Direction direction)
{
    Side &side = sides_[direction];
    char buffer[16 * 1024];
    while (true)
    {
        const auto got = side.from.read(buffer, sizeof buffer, over_);
        if (!got)
            return over_.isOpen() ? void() : end(true);
        if (*got == 0)
            return side.swallows ? end(false) : side.to.finish();
        const std::string_view bytes(buffer, *got);
        count_([&](ProxyCounts &counts) { counts.*side.in += bytes.size(); });
        const std::size_t untouched = findRequest(direction, bytes);
        if (!pass(side, bytes.substr(0, untouched), {}) || !forward(side, bytes.substr(untouched)))
            return over_.isOpen() ? void() : end(true);
    }
}

/// How many of `bytes` precede the part to which the direction's flow applies.
std::size_t ProxyLink::findRequest(Direction direction, std::string_view bytes)
{
    std::size_t before = requestBegan_ ? 0 : bytes.size();
    sides_[direction].scanner.feed(bytes, [&](unsigned char type, std::size_t offset) {
        if (type != RecordScanner::applicationData || requestBegan_)
            return;
        if (direction == toClient)
        {
            serverEncrypts_ = true;
            return;
        }
        // In TLS 1.3 the client's first such record is its Finished, which still belongs to the handshake.
        if (++clientRecords_ < (serverEncrypts_ ? 2U : 1U))
            return;
        requestBegan_ = true;
        before = offset;
        count_([](ProxyCounts &counts) { counts.requestBegan = true; });
    });
    return sides_[direction].flow.since == Flow::Since::request ? before : 0;
}

bool ProxyLink::forward(Side &side, std::string_view bytes)
{
    if (bytes.empty())
        return true;
    if (!side.started)
    {
        side.started = true;
        if (!pauseFor(side.flow.delay, over_) || (side.flow.hold && !waitFor(*side.flow.hold, over_)))
            return false;
    }
    const std::size_t room = std::min(side.flow.passes - side.passed, bytes.size());
    side.passed += room;
    if (!pass(side, bytes.substr(0, room), side.flow.drip))
        return false;
    return room == bytes.size() || strike(side, bytes.size() - room);
}

/// Applies the fault; true if the direction continues.
bool ProxyLink::strike(Side &side, std::size_t bytesLeft)
{
    if (!side.swallows && !side.noise)
        count_([](ProxyCounts &counts) { counts.faultHappened = true; });
    switch (side.flow.then)
    {
    case Flow::Then::close:
    case Flow::Then::reset:
        end(side.flow.then == Flow::Then::reset);
        return false;
    case Flow::Then::halfClose:
        if (!side.swallows)
            side.to.finish();
        side.swallows = true;
        break;
    case Flow::Then::stall:
        side.swallows = true;
        break;
    case Flow::Then::garbage:
        side.noise = true;
        return pass(side, std::string(bytesLeft, '\xA5'), side.flow.drip);
    }
    return true;
}

bool ProxyLink::pass(Side &side, std::string_view bytes, std::chrono::microseconds drip)
{
    const std::size_t step = drip.count() == 0 ? bytes.size() : 1;
    for (std::size_t i = 0; i < bytes.size(); i += step)
    {
        if ((drip.count() != 0 && !pauseFor(drip, over_)) || !side.to.write(bytes.substr(i, step), over_))
            return false;
        count_([&](ProxyCounts &counts) { counts.*side.out += step; });
    }
    return true;
}

/// Ends both directions; run() closes the sockets when neither thread uses them any more.
void ProxyLink::end(bool reset)
{
    if (reset)
        reset_ = true;
    over_.open();
}

} // namespace psa::test
