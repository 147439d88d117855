#include "tests/sandbox/connectwise_client.h"

#include "sandbox/common/path_pattern.h"

namespace psa::sandbox::test {

std::vector<std::string> CwReply::errors() const
{
    std::vector<std::string> all;
    const Array::Ptr list = arrayIn(*json(), "errors");
    for (unsigned i = 0; list && i < list->size(); ++i)
    {
        Object::Ptr error = list->getObject(i);
        all.push_back(error->getValue<std::string>("code") + "|" + error->getValue<std::string>("message") + "|" +
                      error->getValue<std::string>("resource") + "|" + error->getValue<std::string>("field"));
    }
    return all;
}

std::string CwReply::at(const std::string &path) const
{
    Var value = json();
    for (const std::string &name : pathSegments(path))
    {
        Object::Ptr object = asObject(value);
        value = object ? object->get(name) : Var();
    }
    return value.isEmpty() ? "" : value.toString();
}

std::string basic(const std::string &company, const std::string &publicKey, const std::string &privateKey)
{
    return basicHeader(company + "+" + publicKey + ":" + privateKey);
}

CwClient::CwClient(const connectwise::ConnectWiseSandbox &sandbox)
    : HttpClient(sandbox, {{"Authorization", basic(sandbox.company(), sandbox.publicKey(), sandbox.privateKey())},
                           {"clientId", sandbox.clientId()},
                           {"Host", sandbox.site()}})
{
}

CwReply CwClient::create(const std::string &changes) const
{
    Object::Ptr ticket = parseObject(R"({"summary": "Disk full", "company": {"id": 19}})");
    change(*ticket, changes);
    return post("service/tickets", toText(ticket));
}

CwReply CwClient::find(const std::string &list, const std::string &conditions, const std::string &more) const
{
    return get(list + "?conditions=" + encoded(conditions) + more);
}

std::string CwClient::ids(const std::string &list, const std::string &conditions, const std::string &more) const
{
    const CwReply reply = find(list, conditions, more);
    const Array::Ptr rows = reply.status == 200 ? reply.rows() : Array::Ptr();
    if (!rows)
        return reply.body;
    std::string all;
    for (unsigned i = 0; i < rows->size(); ++i)
        all += (all.empty() ? "" : " ") + rows->getObject(i)->get("id").toString();
    return all;
}

} // namespace psa::sandbox::test
