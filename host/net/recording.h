#pragma once

#include "host/net/http_types.h"

#include <Poco/JSON/Object.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace psa::net {

class SecretRegistry;

/// Converts an exchange to a line of a recording, and back. exchangeOf() throws Poco::Exception or std::runtime_error.
Poco::JSON::Object::Ptr toJson(const Exchange &exchange);
Exchange exchangeOf(const Poco::JSON::Object &line);

/// Times of recordings: milliseconds since 1970.
std::int64_t millisecondsOf(std::chrono::system_clock::time_point time);
std::chrono::system_clock::time_point timeOf(std::int64_t milliseconds);

/// Passes each line of the recording `file` to `take`. Throws std::runtime_error that names file and line if it cannot
/// be read or `take` throws.
void forEachRecordedLine(const std::filesystem::path &file,
                         const std::function<void(const Poco::JSON::Object &)> &take);

/// Writes exchanges to a file, one JSON object per line (docs/recordings.md), for inspection and replay. Its input is
/// already free of secrets. Thread-safe.
class Recorder
{
public:
    static constexpr int version = 2;

    /// Creates `file`, readable only by its owner. Throws std::runtime_error that names it.
    explicit Recorder(const std::filesystem::path &file);

    /// Throws std::runtime_error if it cannot be written.
    void add(const Exchange &exchange) { write(*toJson(exchange)); }
    /// Any line of a recording. Throws like add().
    void write(const Poco::JSON::Object &line);

private:
    std::filesystem::path file_;
    std::mutex mutex_;
    std::ofstream out_;
};

/// What a replay does with a request whose recorded responses have all been used.
enum class WhenUsed
{
    notSent,    ///< No response, so that a difference from the recorded run becomes visible.
    repeatLast, ///< Repeats the last one: for many calls with the recording of one.
};

/// Responds from a recording instead of the network: each request gets the next unused recorded exchange with its
/// method and URL; if there is none it is not sent, and the detail names the request. Plugins must therefore send the
/// same requests in the same order, and any difference is detected.
class ReplayTransport : public Transport
{
public:
    /// `secrets`: used to redact requests before they are compared. Throws std::runtime_error that names file and line
    /// if the recording cannot be read.
    ReplayTransport(const std::filesystem::path &file, std::shared_ptr<const SecretRegistry> secrets,
                    WhenUsed whenUsed = WhenUsed::notSent);

    HttpResponse exchange(const HttpsUrl &url, const HttpRequest &request, const Stop &stop) override;

    /// Exchanges of the recording that were not requested yet.
    std::vector<Exchange> unused() const;

private:
    struct Entry
    {
        Exchange exchange;
        bool used = false;
    };
    std::shared_ptr<const SecretRegistry> secrets_;
    WhenUsed whenUsed_;
    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
};

} // namespace psa::net
