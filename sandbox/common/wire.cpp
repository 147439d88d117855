#include "sandbox/common/wire.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Timestamp.h>

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/socket.h>

namespace psa::sandbox {

using namespace std::chrono_literals;
using Poco::Net::HTTPResponse;

std::string Wire::compose(const Answer &answer) const
{
    std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " " +
                       HTTPResponse::getReasonForStatus(static_cast<HTTPResponse::HTTPStatus>(answer.status)) + "\r\n";
    const auto add = [&head](const std::string &name, const std::string &value) {
        head += name + ": " + value + "\r\n";
    };
    add("Date", Poco::DateTimeFormatter::format(Poco::Timestamp(), Poco::DateTimeFormat::HTTP_FORMAT));
    if (!answer.body.empty())
        add("Content-Type", answer.contentType);
    add("Content-Length", std::to_string(answer.body.size()));
    for (const auto &[name, value] : answer.headers)
        add(name, value);
    add("Connection", keepAlive_ ? "keep-alive" : "close");
    return head + "\r\n" + answer.body;
}

void Wire::send(const std::string &bytes)
{
    std::size_t sent = 0;
    while (sent < bytes.size())
    {
        const int piece = static_cast<int>(std::min<std::size_t>(bytes.size() - sent, 1 << 20));
        const int done = socket_.sendBytes(bytes.data() + sent, piece);
        if (done <= 0)
            throw Poco::Net::NetException("the client is gone");
        sent += static_cast<std::size_t>(done);
    }
}

bool Wire::drip(const std::string &bytes, std::chrono::milliseconds time)
{
    constexpr std::size_t pieces = 10;
    const std::size_t size = bytes.size() / pieces + 1;
    for (std::size_t at = 0; at < bytes.size(); at += size)
    {
        send(bytes.substr(at, size));
        if (!stopper_.wait(time / pieces))
            return false;
    }
    return true;
}

void Wire::abandon()
{
    keepAlive_ = false;
    dropped_ = true;
}

void Wire::drop()
{
    ::shutdown(socket_.impl()->sockfd(), SHUT_RDWR);
    abandon();
}

void Wire::reset()
{
    // Linux: dissolving the association of a connected TCP socket sends RST immediately, without a TLS close_notify
    // before it.
    sockaddr nowhere{};
    nowhere.sa_family = AF_UNSPEC;
    if (::connect(socket_.impl()->sockfd(), &nowhere, sizeof nowhere) != 0)
        throw Poco::Net::NetException("cannot reset the connection", errno);
    abandon();
}

void Wire::hang()
{
    pollfd entry{socket_.impl()->sockfd(), POLLRDHUP, 0};
    while (stopper_.wait(20ms) && ::poll(&entry, 1, 0) == 0)
        ;
    drop();
}

} // namespace psa::sandbox
