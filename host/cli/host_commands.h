#pragma once

#include "host/cli/session.h"
#include "host/config/host_config.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace psa::cli {

/// Options of `psa-host audit`.
struct AuditOptions
{
    std::string connection; ///< "" = all.
    std::string ticket;     ///< The ticket's number; "" = all.
    std::string psaTicket;  ///< The PSA's number or id of the ticket; "" = all.
    int limit = 50;
};

/// `psa-host plugins reload`: the running host reloads its plugins. Returns an ExitCode; failed if a connection should have
/// switched to a new build and did not.
int reloadPlugins(const config::HostConfig &config, const Streams &streams);

// `psa-host audit`, `backup`, and `keys list|rotate`. Each returns an ExitCode.
int showAudit(const config::HostConfig &config, const AuditOptions &wanted, bool json, const Streams &streams);
int backUp(const config::HostConfig &config, const std::string &file, const Streams &streams);
int listKeys(const config::HostConfig &config, bool json, const Streams &streams);
int rotateKeys(const config::HostConfig &config, const Streams &streams);

// `psa-host store restored|copy`, only while no psa-host uses the stores. Each returns an ExitCode. Throws StoreRefused.

int declareRestored(const config::HostConfig &config, const Streams &streams);
/// `from`, `to`: a state folder, or the URI of a database, whose password is where the configuration says.
int copyStore(const config::HostConfig &config, const std::string &from, const std::string &to, const Streams &streams);

/// `psa-host hosts`: the hosts that share the store, and what each works. Returns an ExitCode.
int listHosts(const config::HostConfig &config, bool json, const Streams &streams);

/// `psa-host keys generate`: writes a new master key to `file` and prints what to do with it. Returns an ExitCode.
/// Throws SealError.
int generateKey(const std::string &file, std::ostream &out);

struct TokenOptions
{
    std::string name; ///< Or the id, when removing one.
    std::vector<std::string> scopes;
    std::vector<std::string> connections; ///< That it is bound to; empty = it is not bound.
    std::string expires;                  ///< "" = never.
};

// `psa-host token add|list|remove`. Each returns an ExitCode.

int addToken(const config::HostConfig &config, const TokenOptions &options, bool json, const Streams &streams);
int listTokens(const config::HostConfig &config, bool json, const Streams &streams);
int removeToken(const config::HostConfig &config, const std::string &id, const Streams &streams);

/// `psa-host config check`: shows the settings of a valid configuration file. Returns an ExitCode.
int checkConfig(const std::string &file, const config::HostConfig &config, std::ostream &out);

/// The message if no file was given and the default one does not exist, with the next step.
std::string noConfigText(const std::string &file);

/// The modes of a long-running host.
enum class RunMode
{
    deliver,   ///< `run`.
    untilIdle, ///< `run --until-idle`: ends when no ticket makes progress on its own any more.
    serve      ///< `serve`: also serves the API and the admin page over the network.
};

/// Delivers stored tickets and serves the API on its socket, until SIGTERM or SIGINT; SIGHUP reloads `file`, from which
/// `config` was read. Returns an ExitCode. Call it before starting a second thread.
int runHost(const std::string &file, const config::HostConfig &config, RunMode mode, const Streams &streams);

} // namespace psa::cli
