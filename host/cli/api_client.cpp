#include "host/cli/api_client.h"

#include "host/http/local_client.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/run/embedded_host.h"

#include <Poco/JSON/Array.h>
#include <Poco/URI.h>

#include <sys/stat.h>
#include <unistd.h>

#include <ostream>
#include <sstream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

class RunningHost : public ApiClient
{
public:
    explicit RunningHost(std::filesystem::path socket) : socket_(std::move(socket)) {}
    http::ApiResponse ask(http::ApiRequest request) override { return http::askLocal(socket_, request); }
    bool isRunning() const override { return true; }

private:
    std::filesystem::path socket_;
};

class ThisProcess : public ApiClient
{
public:
    explicit ThisProcess(std::unique_ptr<run::EmbeddedHost> host) : host_(std::move(host)) {}
    http::ApiResponse ask(http::ApiRequest request) override
    {
        request.caller.name = "uid " + std::to_string(getuid());
        request.caller.isAdmin = true;
        return host_->application->router().handle(std::move(request));
    }
    bool isRunning() const override { return false; }

private:
    std::unique_ptr<run::EmbeddedHost> host_;
};

/// Root must not open another user's store, because its files would then belong to root, but may use the psa-host that
/// has it open.
bool mayOnlyAsk(const config::HostConfig &config)
{
    struct stat status = {};
    return geteuid() == 0 && stat(config.store.folder.c_str(), &status) == 0 && status.st_uid != 0 &&
           std::filesystem::exists(run::socketPath(config));
}

/// A dry run changes nothing, even if its response is lost.
bool changesSomething(const http::ApiRequest &request)
{
    return request.method != "GET" && request.queryValue("dryRun") != "true";
}

http::ApiResponse answerTo(ApiClient &host, http::ApiRequest request, bool changes)
try
{
    return host.ask(std::move(request));
}
catch (const http::HostUnreachable &error)
{
    if (changes || !error.mayBeDone)
        throw;
    throw http::HostUnreachable(false, "The running psa-host received the request, but its response was lost. A dry "
                                       "run changes nothing: try it again.");
}

using PlaceOf = std::function<std::string(const std::string &pointer)>;

/// A single error is part of the detail already, unless its place can be named.
void printProblem(const Object &problem, const PlaceOf &placeOf, std::ostream &log)
{
    log << json::printableLine(problem.optValue<std::string>("detail", "The API gave no reason.")) << '\n';
    const auto errors = problem.getArray("errors");
    for (std::size_t i = 0; !errors.isNull() && (errors->size() > 1 || placeOf) && i < errors->size(); ++i)
    {
        const Object::Ptr error = errors->getObject(static_cast<unsigned>(i));
        const auto pointer = error->optValue<std::string>("pointer", "");
        log << "  "
            << json::printableLine((placeOf ? placeOf(pointer) + ": " : "") + pointer + ": " +
                                   error->optValue<std::string>("detail", ""))
            << '\n';
    }
}

} // namespace

std::unique_ptr<ApiClient> ApiClient::open(const config::HostConfig &config, bool delivers, std::ostream &log)
try
{
    if (mayOnlyAsk(config))
        return std::make_unique<RunningHost>(run::socketPath(config));
    return std::make_unique<ThisProcess>(run::EmbeddedHost::open(config, {.delivers = delivers}, log));
}
catch (const store::StoreLocked &locked)
{
    if (locked.socket.empty())
        throw;
    return std::make_unique<RunningHost>(locked.socket);
}

std::string ApiClient::showCommand(const Object &ticket) const
{
    return "psa-host ticket show " + ticket.get("id").convert<std::string>();
}

Object::Ptr askFor(ApiClient &host, http::ApiRequest request, std::ostream &log, int *status, const PlaceOf &placeOf)
{
    const bool changes = changesSomething(request);
    const http::ApiResponse answer = answerTo(host, std::move(request), changes);
    Object::Ptr body;
    try
    {
        if (!answer.body.empty())
            body = json::parseStrict(answer.body, json::ownText).extract<Object::Ptr>();
    }
    catch (const json::JsonError &error)
    {
        log << "The response of the API cannot be read: " << error.what() << '\n';
        throw Refused{changes ? exitOutcomeUnknown : exitFailed};
    }
    if (status != nullptr)
        *status = answer.status;
    if (answer.status / 100 == 2)
        return body;
    const Object problem = body.isNull() ? Object() : *body;
    printProblem(problem, placeOf, log);
    const auto type = problem.optValue<std::string>("type", "");
    throw Refused{exitCodeOfAnswer(answer.status, type.substr(type.rfind(':') + 1), changes)};
}

Object::Ptr askForList(ApiClient &host, const http::ApiRequest &request, const char *member, std::size_t limit,
                       std::ostream &log)
{
    Array::Ptr all = new Array;
    http::ApiRequest ask = request;
    for (;;)
    {
        ask.query.emplace("limit", std::to_string(limit - all->size()));
        Object::Ptr page = askFor(host, ask, log);
        for (const auto &entry : *page->getArray(member))
            all->add(entry);
        if (!page->has("next") || all->size() >= limit)
        {
            page->set(member, all);
            return page;
        }
        ask.query = request.query;
        ask.query.emplace("cursor", page->getValue<std::string>("next"));
    }
}

http::ApiRequest apiRequest(const char *method, const std::string &path, const Object::Ptr &body)
{
    http::ApiRequest request;
    request.method = method;
    request.path = path;
    if (!body.isNull())
    {
        std::ostringstream text;
        body->stringify(text);
        request.body = text.str();
    }
    return request;
}

std::string apiPath(const std::string &begin, const std::string &segment, const std::string &end)
{
    std::string path = begin;
    Poco::URI::encode(segment, "/?#%&+", path);
    return path + end;
}

} // namespace psa::cli
