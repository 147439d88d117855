#include "host/http/local_client.h"

#include "host/net/http_message.h"
#include "host/net/http_types.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/URI.h>

#include <array>

namespace psa::http {
namespace {

/// A call into a plugin may take this long.
constexpr int maxSeconds = 600;
/// A list may be long, and the server is our own.
constexpr std::size_t largestAnswer = std::size_t(1) << 30;

std::string targetOf(const ApiRequest &request)
{
    std::string target = request.path;
    for (const auto &[name, value] : request.query)
    {
        target += target.find('?') == std::string::npos ? '?' : '&';
        Poco::URI::encode(name, "&=+#%", target);
        target += '=';
        Poco::URI::encode(value, "&=+#%", target);
    }
    return target;
}

std::string textOf(const ApiRequest &request)
{
    std::string text =
        request.method + " " + targetOf(request) + " HTTP/1.1\r\nHost: psa-host\r\nConnection: close\r\n";
    for (const auto &[name, value] : request.headers)
        text += name + ": " + value + "\r\n";
    if (!request.body.empty())
        text += "Content-Type: application/json\r\n";
    return text + "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" + request.body;
}

/// Throws unless the whole request was handed to the kernel, which delivers it.
void send(Poco::Net::StreamSocket &socket, const std::string &text)
{
    for (std::size_t sent = 0; sent < text.size();)
        sent += static_cast<std::size_t>(
            socket.sendBytes(text.data() + sent, static_cast<int>(text.size() - sent), MSG_NOSIGNAL));
}

ApiResponse receive(Poco::Net::StreamSocket &socket, const std::string &method)
{
    net::ResponseReader reader(method, largestAnswer);
    std::array<char, 16 << 10> part{};
    for (bool whole = false; !whole;)
    {
        const int count = socket.receiveBytes(part.data(), part.size());
        if (count <= 0)
        {
            reader.end();
            break;
        }
        whole = reader.take({part.data(), static_cast<std::size_t>(count)});
    }
    net::HttpResponse read = reader.finish();
    ApiResponse answer;
    answer.status = static_cast<int>(read.status);
    answer.body = std::move(read.body);
    const std::string *type = net::findHeader(read.headers, "Content-Type");
    answer.contentType = type == nullptr ? "" : *type;
    for (net::HttpHeader &header : read.headers)
        answer.headers.emplace_back(std::move(header.name), std::move(header.value));
    return answer;
}

bool changesSomething(const ApiRequest &request)
{
    return request.method != "GET" && request.method != "HEAD";
}

HostUnreachable unreachable(const std::filesystem::path &path, const std::string &why, bool mayBeDone)
{
    return {mayBeDone, mayBeDone ? "The psa-host at " + path.string() +
                                       " received the request, but its response was lost: " + why +
                                       ". It may have carried it out, or still do so. Check that it is running and "
                                       "what the current state is before you repeat the command."
                                 : "The psa-host that has the store open does not respond at " + path.string() + ": " +
                                       why + ". Nothing was changed. Check that it is running, and its log."};
}

} // namespace

ApiResponse askLocal(const std::filesystem::path &path, const ApiRequest &request)
{
    bool sent = false;
    try
    {
        Poco::Net::StreamSocket socket;
        socket.connect(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, path.string()));
        socket.setReceiveTimeout(Poco::Timespan(maxSeconds, 0));
        send(socket, textOf(request));
        sent = true;
        return receive(socket, request.method);
    }
    catch (const Poco::Exception &error)
    {
        throw unreachable(path, error.displayText(), sent && changesSomething(request));
    }
    catch (const net::NetError &error)
    {
        throw unreachable(path, error.what(), sent && changesSomething(request));
    }
}

} // namespace psa::http
