#include "host/cli/token_command.h"

#include "host/cli/outcome_printer.h"
#include "host/cli/with_api_client.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>

#include <iomanip>
#include <ostream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::string scopesOf(const Object &token)
{
    std::string text;
    for (const auto &scope : *token.getArray("scopes"))
        text += (text.empty() ? "" : ",") + scope.convert<std::string>();
    return text;
}

} // namespace

int addToken(const config::HostConfig &config, const TokenOptions &options, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body = new Object;
        body->set("name", options.name);
        Array::Ptr scopes = new Array;
        for (const std::string &scope : options.scopes)
            scopes->add(scope);
        body->set("scopes", scopes);
        if (!options.expires.empty())
            body->set("expires", options.expires);
        const Object::Ptr made = askFor(host, apiRequest("POST", "/v1/tokens", body), streams.log);
        if (json)
            printDocument(made, streams.out);
        else
            streams.out << made->getValue<std::string>("token") << '\n';
        streams.log << "It is shown only once. It allows: " << scopesOf(*made) << '\n';
        return exitOk;
    });
}

int listTokens(const config::HostConfig &config, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr page = askFor(host, apiRequest("GET", "/v1/tokens"), streams.log);
        const Array::Ptr tokens = page->getArray("tokens");
        if (json)
        {
            printDocument(tokens, streams.out);
            return exitOk;
        }
        for (unsigned i = 0; i < tokens->size(); ++i)
        {
            const Object::Ptr each = tokens->getObject(i);
            streams.out << each->getValue<std::string>("id") << "  " << std::left << std::setw(24)
                        << json::printableLine(each->getValue<std::string>("name")) << std::setw(20) << scopesOf(*each)
                        << " last used " << each->optValue<std::string>("lastUsed", "never");
            if (each->has("expires"))
                streams.out << ", expires " << each->getValue<std::string>("expires");
            if (each->has("damaged"))
                streams.out << ", damaged: " << json::printableLine(each->getValue<std::string>("damaged"));
            streams.out << '\n';
        }
        return exitOk;
    });
}

int removeToken(const config::HostConfig &config, const std::string &id, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        askFor(host, apiRequest("DELETE", apiPath("/v1/tokens/", id)), streams.log);
        streams.out << "The token " << id << " is revoked.\n";
        return exitOk;
    });
}

} // namespace psa::cli
