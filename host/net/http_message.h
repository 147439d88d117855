#pragma once

#include "host/net/http_types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace psa::net {

class HttpsUrl;

/// The request line, headers and body of `request` as bytes. The request has passed EgressPolicy::refuseMessage().
std::string writeRequest(const HttpsUrl &url, const HttpRequest &request);

/// Parses one response from the pieces in which it arrives. Strict where parsers could differ (lengths, chunks, control
/// characters), since a misinterpretation here is a wrong outcome. Every error is a NetError (closed or invalid).
class ResponseReader
{
public:
    static constexpr std::size_t maxHeadBytes = 64 << 10;
    static constexpr std::size_t maxHeaders = 200;
    static constexpr int maxInformational = 10;

    /// `method`: of the request; a response to HEAD has no body.
    ResponseReader(std::string method, std::size_t maxBodyBytes);

    /// Takes the next bytes. True = the response is complete.
    bool take(std::string_view bytes);
    /// The peer closed the connection properly. Returns if that is a valid end of this response; throws otherwise.
    void end();

    /// The response, once it is complete.
    HttpResponse finish() { return std::move(response_); }
    /// Whether another request may follow on the same connection.
    bool keepsConnection() const;
    /// Seconds for which the peer says it keeps an idle connection; nullopt = it does not say.
    std::optional<unsigned> idleSeconds() const { return idleSeconds_; }

    /// For error texts: how much of a response was received.
    std::string progress() const;

private:
    enum class State
    {
        head,
        fixedBody,
        chunkSize,
        chunkData,
        chunkEnd,
        trailer,
        bodyUntilEnd,
        whole
    };

    bool step();
    bool takeLine(std::string &line);
    bool readHead();
    void parseStatusLine(std::string_view line);
    void parseHeader(std::string_view line);
    void chooseFraming();
    bool readFixed(State next);
    bool readChunkSize();
    bool readTrailer();
    void checkRoom(std::uint64_t more) const;
    void addBody(std::size_t bytes);

    std::string method_;
    std::size_t maxBodyBytes_;
    std::string pending_; ///< Received but not parsed yet.
    std::size_t headBytes_ = 0;
    State state_ = State::head;
    bool hasStatus_ = false;
    bool http10_ = false;
    int informational_ = 0;
    bool endsWithConnection_ = false;
    std::uint64_t left_ = 0; ///< Remaining bytes of the body or the chunk.
    std::optional<unsigned> idleSeconds_;
    HttpResponse response_;
};

/// The value of the header `name` (any case) of `headers`, or nullptr.
const std::string *findHeader(const std::vector<HttpHeader> &headers, std::string_view name);

} // namespace psa::net
