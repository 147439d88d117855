#pragma once

#include "host/config/host_config.h"
#include "host/connection/connection.h"

#include <Poco/JSON/Object.h>

#include <filesystem>
#include <iosfwd>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace psa::cli {

/// A connection as described in a file, before it is checked against the plugin's forms.
struct ConnectionFile
{
    std::string name;   ///< "name", or the file name without its extension.
    std::string plugin; ///< Id, id@version or path of a build.
    Poco::JSON::Object::Ptr configuration;
    Poco::JSON::Object::Ptr ticketDefaults;
    Poco::JSON::Object::Ptr updates; ///< How its tickets are updated, named as in the API.
    std::set<std::string> referred;  ///< Configuration fields whose values came from a reference.
};

/// Whether `text` names a file that describes a connection. Otherwise it is the name of a stored one.
bool isConnectionFile(const std::string &text);

/// Reads `file` (TOML: name, plugin, [configuration], [ticket_defaults], [updates]). Instead of a string a value may be a
/// reference to a secret: { file = "/path" }, { env = "NAME" } or { stdin = true }, which reads one line of `in`.
/// Throws ConfigError with a line for each mistake.
ConnectionFile readConnectionFile(const std::filesystem::path &file, std::istream &in);

/// Options of a command that uses a connection.
struct SessionOptions
{
    std::string connection; ///< Its name, or the file that describes it.
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

/// A connection's file in use by a command: read and checked, with its plugin loaded.
class Session
{
public:
    /// Throws Refused after logging to `streams.log` what is wrong, ConfigError for a file that cannot be read, and
    /// std::runtime_error for a recording that cannot be written.
    Session(config::HostConfig config, SessionOptions options, const Streams &streams);
    /// Logs if a recording is incomplete.
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    /// The configuration, in which only warnings are logged unless the command is verbose.
    const config::HostConfig &config() const { return config_; }
    const SessionOptions &options() const { return options_; }
    const ConnectionFile &file() const { return file_; }
    const std::vector<plugin::LoadReport> &plugins() const { return plugins_; }

    /// Has connections recorded, replayed, watched and timed as the options say.
    void prepare(connection::ConnectionRuntime &runtime) const;
    /// The connection without a store; requests are sent through `transport` if it is set.
    std::unique_ptr<connection::Connection> connect(const connection::TransportMaker &transport = nullptr) const;

private:
    config::HostConfig config_;
    SessionOptions options_;
    std::ostream &log_;
    ConnectionFile file_;
    std::vector<plugin::LoadReport> plugins_;
    std::shared_ptr<const plugin::LoadedPlugin> plugin_;
    Poco::JSON::Object::Ptr configuration_; ///< As the plugin's form gives it.
    std::shared_ptr<connection::CallRecorder> recorder_;
};

} // namespace psa::cli
