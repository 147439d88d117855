#pragma once

#include "host/cli/api_client.h"
#include "host/run/embedded_host.h"

#include <filesystem>

namespace psa::cli {

/// A temporary folder, closed to others; removed with all its contents.
class TemporaryFolder
{
public:
    /// Throws std::system_error.
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    const std::filesystem::path &path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Where the tickets of a connection's file are stored: beside it.
std::filesystem::path stateFolderOf(const std::string &connectionFile);

/// The same API for a connection in a file: a host in this process, with a separate store and only this connection. Its
/// secrets are sealed under a key that is never written anywhere, and provided again by each command. A submitted
/// ticket is settled before its response: it is done, it is open and stays in the store to be looked up, or it will not
/// be sent.
class FileClient final : public ApiClient
{
public:
    /// `keeps`: the store is in the folder beside the file, and first of all what earlier commands left open in it is
    /// looked up; otherwise the store is removed with the client. Throws Refused, ConfigError if such tickets were sent
    /// to another connection than the file describes now, and, like EmbeddedHost::open(), for the store.
    FileClient(const Session &session, bool keeps, std::ostream &log);

    http::ApiResponse ask(http::ApiRequest request) override;
    bool isRunning() const override { return false; }
    bool keepsTickets() const override { return false; }
    std::string showCommand(const Poco::JSON::Object &ticket) const override;

    connection::Connection &connection() const;

private:
    void put(std::ostream &log);
    void checkOpenTickets();
    /// Throws ConfigError if a ticket is still to be looked up.
    void refuseIfOpen(const store::StoreReader &reader) const;
    std::string showCommand(const std::string &reference) const;
    void sendNow();

    const Session &session_;
    std::unique_ptr<TemporaryFolder> temporary_; ///< nullptr = the store is kept.
    std::unique_ptr<run::EmbeddedHost> host_;
    std::unique_ptr<run::DeliveryOnce> delivery_;
};

/// Runs `command` with the client for a connection and the connection's name, whether it is stored or in a file.
/// `delivers`, `keeps`: as for ApiClient::open() and FileClient.
template <class Command>
int withConnection(const config::HostConfig &config, const SessionOptions &options, bool delivers, bool keeps,
                   const Streams &streams, Command command)
{
    if (!isConnectionFile(options.connection))
        return withApiClient(config, delivers, streams,
                             [&](ApiClient &host) { return command(host, options.connection); });
    return reported(streams, [&] {
        const Session session(config, options, streams);
        FileClient host(session, keeps, streams.log);
        return command(host, session.file().name);
    });
}

} // namespace psa::cli
