#include "tests/sandbox/halopsa_client.h"

namespace psa::sandbox::test {

std::string HaloReply::at(const std::string &name) const
{
    const Var value = json()->get(name);
    return value.isEmpty() ? "" : value.toString();
}

std::string HaloReply::all(const std::string &name, const std::string &wrapper) const
{
    const Array::Ptr list = status == 200 ? rows(wrapper) : Array::Ptr();
    if (!list)
        return body;
    std::string text;
    for (unsigned i = 0; i < list->size(); ++i)
        text += (text.empty() ? "" : " ") + list->getObject(i)->get(name).toString();
    return text;
}

HaloClient::HaloClient(const halopsa::HaloPsaSandbox &sandbox)
    : HttpClient(sandbox, {{"Host", sandbox.site()}}), form_{{"grant_type", "client_credentials"},
                                                             {"client_id", sandbox.clientId()},
                                                             {"client_secret", sandbox.clientSecret()},
                                                             {"scope", "all"}}
{
    logIn();
}

HaloReply HaloClient::token(const std::map<std::string, std::string> &changes, const std::string &query) const
{
    auto form = form_;
    for (const auto &[name, value] : changes)
        form[name] = value;
    std::string body;
    for (const auto &[name, value] : form)
        if (!value.empty())
            body += (body.empty() ? "" : "&") + name + "=" + encoded(value);
    return call("POST", "/auth/token" + query, body, {{"Content-Type", "application/x-www-form-urlencoded"}});
}

void HaloClient::logIn(const std::map<std::string, std::string> &changes)
{
    standard["Authorization"] = "Bearer " + token(changes).at("access_token");
}

HaloReply HaloClient::create(const std::string &changes) const
{
    Object::Ptr ticket = parseObject(R"({"summary": "Disk full", "tickettype_id": 1, "client_id": 12})");
    change(*ticket, changes);
    return post("Tickets", "[" + toText(ticket) + "]");
}

} // namespace psa::sandbox::test
