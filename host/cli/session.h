#pragma once

#include "host/config/host_config.h"
#include "host/connection/connection.h"

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

namespace psa::cli {

/// Options of a command that uses a connection.
struct SessionOptions
{
    std::string connection; ///< The file that describes it.
    std::string record;     ///< Write each exchange to this file; empty = no.
    std::string replay;     ///< Take responses from this recording instead of the network; empty = no.
    std::string plugin;     ///< Use this build (id, id@version or file) instead of the one in the file; empty = no.
    int seconds = 30;       ///< Deadline of each call.
    bool json = false;
    bool verbose = false;
};

/// Streams of a command.
struct Streams
{
    std::istream &in;
    std::ostream &out;
    std::ostream &log; ///< Should live as long as the process, since a plugin may log at any time.
};

/// A connection opened by a command.
class Session
{
public:
    /// Loads the plugins, reads the connection's file and checks it against the plugin's forms. nullptr after logging
    /// to `streams.log` what is wrong and setting `exitCode`. Requests are sent through `transport` if it is set.
    /// Throws std::runtime_error for an invalid recording.
    static std::unique_ptr<Session> open(const config::HostConfig &config, const SessionOptions &options,
                                         const Streams &streams, int &exitCode,
                                         const connection::TransportMaker &transport = nullptr);

    /// Logs if a recording is incomplete.
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    connection::Connection &connection() { return *connection_; }
    const Poco::JSON::Object &ticketDefaults() const { return *ticketDefaults_; }
    /// Options for each call of the command; `observer` gets its exchanges too.
    connection::CallOptions call(bool dryRun = false, net::ExchangeObserver observer = nullptr) const;

private:
    explicit Session(std::ostream &log) : log_(log) {}

    std::ostream &log_;
    connection::CallOptions options_;
    Poco::JSON::Object::Ptr ticketDefaults_;
    std::unique_ptr<connection::Connection> connection_;
};

} // namespace psa::cli
