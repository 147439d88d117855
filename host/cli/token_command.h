#pragma once

#include "host/cli/session.h"

#include <string>
#include <vector>

namespace psa::cli {

struct TokenOptions
{
    std::string name; ///< Or the id, when removing one.
    std::vector<std::string> scopes;
    std::string expires; ///< "" = never.
};

// `psa-host token add|list|remove`. Each returns an ExitCode.

int addToken(const config::HostConfig &config, const TokenOptions &options, bool json, const Streams &streams);
int listTokens(const config::HostConfig &config, bool json, const Streams &streams);
int removeToken(const config::HostConfig &config, const std::string &id, const Streams &streams);

} // namespace psa::cli
