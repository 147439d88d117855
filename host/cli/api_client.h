#pragma once

#include "host/cli/exit_code.h"
#include "host/cli/session.h"
#include "host/cli/ticket_request_reader.h"
#include "host/config/host_config.h"
#include "host/http/local_client.h"
#include "host/http/message.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Object.h>

#include <functional>
#include <memory>
#include <ostream>

namespace psa::cli {

/// How commands access the store: through the API of the running psa-host or, if none is running, through the same API
/// in this process.
class ApiClient
{
public:
    virtual ~ApiClient() = default;

    /// Throws HostUnreachable.
    virtual http::ApiResponse ask(http::ApiRequest request) = 0;
    /// Whether another process has the store open and delivers.
    virtual bool isRunning() const = 0;
    /// A ticket that was not created stays in the store, to be corrected or sent later.
    virtual bool keepsTickets() const { return true; }
    /// The command that shows the status of `ticket`.
    virtual std::string showCommand(const Poco::JSON::Object &ticket) const;

    /// `delivers`: if this process opens the store, it delivers its tickets as long as this object exists. Throws
    /// StoreRefused, SealError, SecretUnavailable and StoreError.
    static std::unique_ptr<ApiClient> open(const config::HostConfig &config, bool delivers, std::ostream &log);
};

/// The JSON object that the API returns; nullptr if there is none. Throws Refused after logging the reason to `log`,
/// and HostUnreachable. `status`: if given, set to the HTTP status of the response. `placeOf`: if given, returns where
/// the user wrote what a JSON pointer into the request's body refers to, for errors.
Poco::JSON::Object::Ptr askFor(ApiClient &host, http::ApiRequest request, std::ostream &log, int *status = nullptr,
                               const std::function<std::string(const std::string &pointer)> &placeOf = nullptr);

/// Like askFor(), for a paged list: reads pages until it has `limit` entries of `member`, or all of them. Keeps `next`
/// if there are more.
Poco::JSON::Object::Ptr askForList(ApiClient &host, const http::ApiRequest &request, const char *member,
                                   std::size_t limit, std::ostream &log);

/// A request with `body` as JSON; nullptr = none.
http::ApiRequest apiRequest(const char *method, const std::string &path, const Poco::JSON::Object::Ptr &body = nullptr);
/// `begin`, such as "/v1/connections/", and `segment`, percent-encoded.
std::string apiPath(const std::string &begin, const std::string &segment, const std::string &end = "");

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
