#include "host/net/http_message.h"

#include "host/net/http_types.h"
#include "host/net/https_url.h"

#include <Poco/Ascii.h>

#include <algorithm>
#include <charconv>

namespace psa::net {
namespace {

[[noreturn]] void invalid(const std::string &what)
{
    throw NetError(Reason::invalid, "the response is not valid HTTP: " + what);
}

bool equalIgnoringCase(std::string_view left, std::string_view right)
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return Poco::Ascii::toLower(a) == Poco::Ascii::toLower(b); });
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    const auto last = text.find_last_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{} : text.substr(first, last - first + 1);
}

/// Whether a comma-separated header contains `token`.
bool lists(std::string_view rest, std::string_view token)
{
    while (!rest.empty())
    {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        if (equalIgnoringCase(trimmed(rest.substr(0, comma)), token))
            return true;
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return false;
}

template <class Number>
bool parseAll(std::string_view text, Number &number, int base = 10)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

/// "timeout=5, max=100" -> 5.
std::optional<unsigned> keepAliveSeconds(std::string_view value)
{
    const std::size_t at = value.find("timeout=");
    if (at == std::string_view::npos)
        return std::nullopt;
    value.remove_prefix(at + 8);
    unsigned seconds = 0;
    return parseAll(value.substr(0, value.find_first_not_of("0123456789")), seconds) ? std::optional(seconds)
                                                                                     : std::nullopt;
}

} // namespace

const std::string *findHeader(const std::vector<HttpHeader> &headers, std::string_view name)
{
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const HttpHeader &header) { return equalIgnoringCase(header.name, name); });
    return found == headers.end() ? nullptr : &found->value;
}

std::string writeRequest(const HttpsUrl &url, const HttpRequest &request)
{
    std::string text = request.method + " " + url.target() + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
    for (const HttpHeader &header : request.headers)
        text += header.name + ": " + header.value + "\r\n";
    if (findHeader(request.headers, "User-Agent") == nullptr)
        text += "User-Agent: psa-host/" PSA_HOST_VERSION "\r\n";
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH")
        text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return text + "\r\n" + request.body;
}

ResponseReader::ResponseReader(std::string method, std::size_t maxBodyBytes)
    : method_(std::move(method)), maxBodyBytes_(maxBodyBytes)
{
}

bool ResponseReader::take(std::string_view bytes)
{
    pending_.append(bytes);
    while (state_ != State::whole && step())
    {
    }
    if (state_ != State::whole)
        return false;
    if (!pending_.empty())
        invalid("there are more bytes than the response should have");
    return true;
}

bool ResponseReader::step()
{
    switch (state_)
    {
    case State::head:
        return readHead();
    case State::fixedBody:
        return readFixed(State::whole);
    case State::chunkSize:
        return readChunkSize();
    case State::chunkData:
        return readFixed(State::chunkEnd);
    case State::chunkEnd: {
        std::string line;
        if (!takeLine(line))
            return false;
        if (!line.empty())
            invalid("a chunk is longer than its declared size");
        state_ = State::chunkSize;
        return true;
    }
    case State::trailer:
        return readTrailer();
    case State::bodyUntilEnd:
        addBody(pending_.size());
        return false;
    case State::whole:
        break;
    }
    return false;
}

/// One line of a head without its end; false = it has not arrived completely.
bool ResponseReader::takeLine(std::string &line)
{
    const std::size_t end = pending_.find('\n');
    if (headBytes_ + std::min(end, pending_.size()) > maxHeadBytes)
        invalid("its head is larger than " + std::to_string(maxHeadBytes) + " bytes");
    if (end == std::string::npos)
        return false;
    headBytes_ += end + 1;
    line = pending_.substr(0, end > 0 && pending_[end - 1] == '\r' ? end - 1 : end);
    pending_.erase(0, end + 1);
    for (const char c : line)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F)
            invalid("its head has a control character");
    return true;
}

bool ResponseReader::readHead()
{
    std::string line;
    if (!takeLine(line))
        return false;
    if (!hasStatus_)
        parseStatusLine(line);
    else if (!line.empty())
        parseHeader(line);
    else
        chooseFraming();
    return true;
}

void ResponseReader::parseStatusLine(std::string_view line)
{
    const bool isHttp = line.size() >= 12 && (line.substr(0, 9) == "HTTP/1.1 " || line.substr(0, 9) == "HTTP/1.0 ");
    if (!isHttp || !parseAll(line.substr(9, 3), response_.status) || response_.status < 100 || response_.status > 599 ||
        (line.size() > 12 && line[12] != ' '))
        invalid("it does not begin with a status line");
    http10_ = line[7] == '0';
    hasStatus_ = true;
}

void ResponseReader::parseHeader(std::string_view line)
{
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos ||
        line.substr(0, colon).find_first_of(" \t") != std::string::npos)
        invalid("a header line has no name");
    if (response_.headers.size() >= maxHeaders)
        invalid("it has more than " + std::to_string(maxHeaders) + " headers");
    response_.headers.push_back({std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1)))});
}

void ResponseReader::chooseFraming()
{
    if (response_.status < 200)
    {
        if (response_.status == 101 || ++informational_ > maxInformational)
            invalid("it switches protocols, or sends too many interim (1xx) responses");
        response_ = {};
        hasStatus_ = false;
        return;
    }
    if (const std::string *keepAlive = findHeader(response_.headers, "Keep-Alive"))
        idleSeconds_ = keepAliveSeconds(*keepAlive);
    const auto count = [this](std::string_view name) {
        return std::count_if(response_.headers.begin(), response_.headers.end(),
                             [name](const HttpHeader &header) { return equalIgnoringCase(header.name, name); });
    };
    const std::string *encoding = findHeader(response_.headers, "Transfer-Encoding");
    const auto lengths = count("Content-Length");
    if (lengths > 1 || (encoding != nullptr && lengths > 0) || count("Transfer-Encoding") > 1)
        invalid("it has two Content-Length headers");
    if (encoding != nullptr && !equalIgnoringCase(*encoding, "chunked"))
        invalid("it has a transfer encoding that was not asked for");
    if (lengths > 0 && !parseAll(*findHeader(response_.headers, "Content-Length"), left_))
        invalid("its Content-Length is not a number");
    if (method_ == "HEAD" || response_.status == 204 || response_.status == 304)
        state_ = State::whole;
    else if (encoding != nullptr)
        state_ = State::chunkSize;
    else if (lengths == 0)
    {
        state_ = State::bodyUntilEnd;
        endsWithConnection_ = true;
    }
    else
    {
        checkRoom(left_);
        state_ = left_ == 0 ? State::whole : State::fixedBody;
    }
}

bool ResponseReader::readFixed(State next)
{
    const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(left_, pending_.size()));
    left_ -= now;
    addBody(now);
    if (left_ > 0)
        return false;
    state_ = next;
    return true;
}

bool ResponseReader::readChunkSize()
{
    std::string line;
    headBytes_ = 0;
    if (!takeLine(line))
        return false;
    if (!parseAll(trimmed(std::string_view(line).substr(0, line.find(';'))), left_, 16))
        invalid("a chunk has no size");
    checkRoom(left_);
    state_ = left_ == 0 ? State::trailer : State::chunkData;
    return true;
}

bool ResponseReader::readTrailer()
{
    std::string line;
    if (!takeLine(line))
        return false;
    if (line.empty())
        state_ = State::whole;
    return true;
}

/// Checks the limit before `more` bytes of body arrive.
void ResponseReader::checkRoom(std::uint64_t more) const
{
    if (more > maxBodyBytes_ - response_.body.size())
        throw NetError(Reason::invalid, "the response is larger than " + std::to_string(maxBodyBytes_) +
                                            " bytes, the maximum that is read");
}

/// Moves the next `bytes` to the body.
void ResponseReader::addBody(std::size_t bytes)
{
    checkRoom(bytes);
    response_.body.append(pending_, 0, bytes);
    pending_.erase(0, bytes);
}

void ResponseReader::end()
{
    if (state_ != State::bodyUntilEnd)
        throw NetError(Reason::closed, "the peer closed the connection after " + progress());
    state_ = State::whole;
}

bool ResponseReader::keepsConnection() const
{
    const auto says = [this](std::string_view token) {
        return std::any_of(response_.headers.begin(), response_.headers.end(), [token](const HttpHeader &header) {
            return equalIgnoringCase(header.name, "Connection") && lists(header.value, token);
        });
    };
    return !endsWithConnection_ && !says("close") && (!http10_ || says("keep-alive"));
}

std::string ResponseReader::progress() const
{
    if (!hasStatus_)
        return pending_.empty() ? "no byte of a response" : "the start of a response";
    return "status " + std::to_string(response_.status) + " and " + std::to_string(response_.body.size()) +
           " bytes of its body";
}

} // namespace psa::net
