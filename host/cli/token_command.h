#pragma once

#include "host/cli/session.h"

#include <string>
#include <vector>

namespace psa::host {

struct TokenOptions
{
    std::string name; ///< Or the id, to remove one.
    std::vector<std::string> scopes;
    std::string expires; ///< "" = never.
};

// `psa-host token add|list|remove`. Each returns an ExitCode.

int addToken(const HostConfig &config, const TokenOptions &options, bool json, const Streams &streams);
int listTokens(const HostConfig &config, bool json, const Streams &streams);
int removeToken(const HostConfig &config, const std::string &id, const Streams &streams);

} // namespace psa::host
