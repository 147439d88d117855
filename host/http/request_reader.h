#pragma once

#include "host/http/chunked_body.h"
#include "host/http/head_scan.h"
#include "host/http/message.h"

#include <optional>
#include <string>
#include <string_view>

namespace psa::http {

/// Parses the requests of one connection, one after the other: add(), readHead() until there is a head, readBody()
/// until it is complete, finish(). Anything that is not valid HTTP/1.1 or 1.0 is a Problem; then nothing more can be
/// read from the connection. The result does not depend on how the bytes are split.
class RequestReader
{
public:
    /// Adds received bytes.
    void add(std::string_view bytes) { bytes_ += bytes; }

    /// The next request without its body, once its head is complete. Its path still contains the query. Throws Problem.
    std::optional<ApiRequest> readHead();

    /// What is known of a request for which readHead() threw a Problem, without its query.
    const ApiRequest &known() const { return known_; }

    // Properties of the last request whose head was read:
    bool hasBody() const { return chunked_.has_value() || left_ > 0; }
    /// Remaining length of the body; nullopt for a chunked one.
    std::optional<std::size_t> lengthLeft() const;
    /// The client waits for 100 (Continue) before it sends the body.
    bool expectsContinue() const { return expectsContinue_; }
    /// Another request may follow.
    bool keepsConnection() const { return keepsConnection_; }
    bool isHttp10() const { return http10_; }

    /// Moves what was received of the body into `body`; true once it is complete. `most`: its maximum size. Throws
    /// Problem.
    bool readBody(std::string &body, std::size_t most);

    /// Nothing of a next request was received.
    bool isEmpty() const { return bytes_.empty(); }
    /// Number of bytes received but not parsed yet.
    std::size_t waiting() const { return bytes_.size(); }

private:
    void take(std::string_view bytes, std::size_t headerCount);
    void chooseFraming(const ApiRequest &head);

    std::string bytes_;
    HeadScan scan_;
    ApiRequest known_;
    std::size_t left_ = 0; ///< Remaining bytes of a body of known length.
    std::optional<ChunkedBody> chunked_;
    bool expectsContinue_ = false;
    bool keepsConnection_ = false;
    bool http10_ = false;
};

/// Moves the query from `request.path` to `request.query`. Throws Problem if it cannot be decoded; the connection stays
/// usable.
void takeQuery(ApiRequest &request);

} // namespace psa::http
