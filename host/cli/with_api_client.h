#pragma once

#include "host/cli/api_client.h"
#include "host/cli/exit_code.h"
#include "host/cli/ticket_request_reader.h"
#include "host/http/local_client.h"
#include "host/json/utf8.h"

#include <ostream>

namespace psa::cli {

/// Runs `command`; rejections and invalid values are logged and returned as the exit code.
template <class Command>
int reported(const Streams &streams, Command command)
try
{
    return command();
}
catch (const http::HostUnreachable &error)
{
    streams.log << error.what() << '\n';
    return error.mayBeDone ? exitOutcomeUnknown : exitTemporary;
}
catch (const Refused &refused)
{
    return refused.exitCode;
}
catch (const BadRequest &error)
{
    streams.log << json::printable(error.what()) << '\n';
    return exitRefused;
}

/// Opens an ApiClient and runs `command` with it.
template <class Command>
int withApiClient(const config::HostConfig &config, bool delivers, const Streams &streams, Command command)
{
    return reported(streams, [&] { return command(*ApiClient::open(config, delivers, streams.log)); });
}

} // namespace psa::cli
