#pragma once

#include "host/cli/session.h"

#include <optional>
#include <string>
#include <vector>

namespace psa::cli {

/// Values given on the command line for a source.
struct SourceEdit
{
    std::string name;
    std::string file;                    ///< A file with the document of the source as JSON to start from; "" = none.
    std::string preset;                  ///< "" = unchanged.
    std::string reader;                  ///< A file with a jq program; "" = unchanged, "preset" = that of the preset.
    std::vector<std::string> settings;   ///< "name=value" of the preset's settings.
    std::optional<std::string> timeZone; ///< "" = none.
    std::optional<int> staleAfterHours;
    std::optional<int> recoveredAfterSilenceMinutes; ///< 0 = silence means nothing.
    std::optional<int> quotaPerMinute;
    std::optional<int> silentAfterHours; ///< 0 = never.
    std::string signatureHeader;         ///< "" = unchanged.
    std::string signatureTimeHeader;     ///< "" = none.
    std::string signatureSecret;         ///< file:/path, env:NAME, or - for a line of standard input; "" = unchanged.
    bool enable = false;
    bool disable = false;
};

/// Options of `psa-host source test`.
struct SourceTrial
{
    std::string body;   ///< A file, or - for standard input; "" = no body.
    std::string source; ///< Name of a stored source; "" = that of the other options.
    std::string preset;
    std::string reader;                ///< A file with a jq program.
    std::vector<std::string> settings; ///< "name=value".
    std::string zone;
    std::vector<std::string> headers; ///< "Name: value".
    std::vector<std::string> query;   ///< "name=value".
    std::string method;
};

/// Options of `psa-host source deliveries`.
struct DeliveryListOptions
{
    std::string source;
    std::string state; ///< "" = all.
    int limit = 50;
};

// `psa-host source ...`. Each returns an ExitCode.
int listPresets(const config::HostConfig &config, const std::string &name, bool json, const Streams &streams);
int listSources(const config::HostConfig &config, bool json, const Streams &streams);
int showSource(const config::HostConfig &config, const std::string &name, bool json, const Streams &streams);
int addSource(const config::HostConfig &config, const SourceEdit &edit, bool json, const Streams &streams);
int setSource(const config::HostConfig &config, const SourceEdit &edit, bool json, const Streams &streams);
int removeSource(const config::HostConfig &config, const std::string &name, const Streams &streams);
/// `revoke`: without a new one.
int changeSourceToken(const config::HostConfig &config, const std::string &name, bool revoke, bool json,
                      const Streams &streams);
int changeSourceUrl(const config::HostConfig &config, const std::string &name, bool revoke, bool json,
                    const Streams &streams);
int testSource(const config::HostConfig &config, const SourceTrial &trial, bool json, const Streams &streams);
int listDeliveries(const config::HostConfig &config, const DeliveryListOptions &wanted, bool json,
                   const Streams &streams);
int showDelivery(const config::HostConfig &config, const std::string &id, bool body, bool json, const Streams &streams);
int readDeliveryAgain(const config::HostConfig &config, const std::string &id, bool json, const Streams &streams);
int resumeSource(const config::HostConfig &config, const std::string &name, const Streams &streams);

} // namespace psa::cli
