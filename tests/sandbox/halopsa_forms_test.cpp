// The requests of published clients, as they send them, work against the simulator: halopsa_forms.json.
#include "tests/sandbox/halopsa_client.h"

#include <Poco/NumberParser.h>
#include <Poco/StringTokenizer.h>

#include <catch2/catch.hpp>

#include <fstream>

using namespace psa::sandbox;
using psa::sandbox::halopsa::HaloPsaSandbox;

namespace {

/// One published client at work.
class PublishedClient : public HttpClient
{
public:
    explicit PublishedClient(const HaloPsaSandbox &sandbox)
        : HttpClient(sandbox, {{"Host", sandbox.site()}}), known_{{"clientId", sandbox.clientId()},
                                                                  {"clientSecret", sandbox.clientSecret()}}
    {
    }

    void send(const Object &request)
    {
        const auto path = filled(request.getValue<std::string>("path"));
        CAPTURE(path);
        const HttpReply reply =
            exchange(request.getValue<std::string>("method"), path, bodyOf(request), headersOf(request));
        CAPTURE(reply.body);
        REQUIRE(reply.status == request.getValue<int>("status"));
        const Var answer = reply.body.empty() ? Var() : parseJson(reply.body);
        for (const auto &[name, value] : membersOf(request, "answer"))
        {
            CAPTURE(name);
            CHECK(at(answer, name) == filled(value));
        }
        for (const auto &[name, value] : membersOf(request, "keep"))
            known_[name] = at(answer, value);
        if (path.starts_with("/auth/token"))
            known_["token"] = at(answer, "access_token");
    }

private:
    static std::map<std::string, std::string> membersOf(const Object &object, const std::string &name)
    {
        std::map<std::string, std::string> members;
        if (const auto all = object.getObject(name))
            for (const auto &[key, value] : *all)
                members[key] = value.toString();
        return members;
    }

    /// The text at a path such as "tickets.0.id".
    static std::string at(Var value, const std::string &path)
    {
        for (const std::string &step : Poco::StringTokenizer(path, "."))
            value = value.type() == typeid(Array::Ptr)
                        ? value.extract<Array::Ptr>()->get(static_cast<unsigned>(Poco::NumberParser::parse(step)))
                        : asObject(value)->get(step);
        return value.toString();
    }

    /// With what is known for each {name}; as the value of a member it becomes a number.
    std::string filled(std::string text) const
    {
        for (const auto &[name, value] : known_)
            for (const std::string &pattern : {"\"{" + name + "}\"", "{" + name + "}"})
                for (std::size_t i = text.find(pattern); i != std::string::npos; i = text.find(pattern, i))
                    text.replace(i, pattern.size(), value);
        return text;
    }

    std::string bodyOf(const Object &request) const
    {
        if (request.has("body"))
            return filled(toText(request.get("body")));
        std::string form;
        for (const auto &[name, value] : membersOf(request, "form"))
            form += (form.empty() ? "" : "&") + name + "=" + encoded(filled(value));
        return form;
    }

    std::map<std::string, std::string> headersOf(const Object &request) const
    {
        if (request.has("body"))
            return {{"Authorization", "Bearer " + known_.at("token")}, {"Content-Type", "application/json"}};
        if (!request.has("form"))
            return known_.contains("token")
                       ? std::map<std::string, std::string>{{"Authorization", "Bearer " + known_.at("token")}}
                       : std::map<std::string, std::string>{};
        std::map<std::string, std::string> headers{{"Content-Type", "application/x-www-form-urlencoded"}};
        if (request.optValue("basic", false))
            headers["Authorization"] = basicHeader(known_.at("clientId") + ":" + known_.at("clientSecret"));
        return headers;
    }

    std::map<std::string, std::string> known_;
};

} // namespace

TEST_CASE("HaloPSA: the requests of published clients work as they send them")
{
    std::ifstream file(PSA_SOURCE_DIR "/tests/sandbox/halopsa_forms.json");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const Array::Ptr clients = asArray(parseJson(text));
    REQUIRE(clients->size() >= 4);
    for (unsigned i = 0; i < clients->size(); ++i)
    {
        CAPTURE(clients->getObject(i)->getValue<std::string>("client"));
        const HaloPsaSandbox sandbox;
        PublishedClient client(sandbox);
        const Array::Ptr requests = clients->getObject(i)->getArray("requests");
        for (unsigned k = 0; k < requests->size(); ++k)
            client.send(*requests->getObject(k));
    }
}
