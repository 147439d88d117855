#pragma once

#include "sandbox/halopsa/halopsa_sandbox.h"
#include "tests/sandbox/http_client.h"

#include <string>

namespace psa::sandbox::test {

/// The service's answer.
struct HaloReply : HttpReply
{
    std::int64_t id() const { return json()->getValue<std::int64_t>("id"); }
    /// The array, or the one in `wrapper`.
    Array::Ptr rows(const std::string &wrapper = "") const
    {
        return wrapper.empty() ? asArray(parseJson(body)) : json()->getArray(wrapper);
    }
    /// The member of an object as text; empty if it is missing or null.
    std::string at(const std::string &name) const;
    /// Of an error in the standard form.
    std::string message() const { return at("Message"); }
    /// A member of every row, as "1 2 3".
    std::string all(const std::string &name = "id", const std::string &wrapper = "") const;
};

/// A client of one HaloPSA sandbox with valid credentials.
class HaloClient : public ::HttpClient
{
public:
    explicit HaloClient(const halopsa::HaloPsaSandbox &sandbox);

    HaloReply call(const std::string &method, const std::string &path, const std::string &body = "",
                   const std::map<std::string, std::string> &headers = {}) const
    {
        return {exchange(method, path, body, headers)};
    }
    /// Of the API: "Tickets/5".
    HaloReply get(const std::string &path) const { return call("GET", "/api/" + path); }
    HaloReply post(const std::string &path, const std::string &body) const
    {
        return call("POST", "/api/" + path, body);
    }
    HaloReply remove(const std::string &path) const { return call("DELETE", "/api/" + path); }
    /// A token for the credentials, with these fields of the form added or replaced; an empty one removes it.
    HaloReply token(const std::map<std::string, std::string> &changes = {}, const std::string &query = "") const;
    /// Uses a new token from now on.
    void logIn(const std::map<std::string, std::string> &changes = {});
    /// A ticket that the default tenant accepts, with these members added or replaced; null removes one.
    HaloReply create(const std::string &changes = "{}") const;

private:
    std::map<std::string, std::string> form_;
};

/// A sandbox and its client.
struct HaloRunning
{
    halopsa::HaloPsaSandbox sandbox;
    HaloClient client{sandbox};

    explicit HaloRunning(const halopsa::HaloPsaOptions &options = {}) : sandbox(options) {}
    std::string all(const std::string &path, const std::string &name = "id", const std::string &wrapper = "") const
    {
        return client.get(path).all(name, wrapper);
    }
};

/// A sandbox with one ticket, r-1, of Acme Dental.
struct HaloTicket : HaloRunning
{
    std::int64_t id = client.create(R"({"third_party_id_string": "r-1"})").id();
    std::string ticket = "Tickets/" + std::to_string(id);

    HaloReply read(const std::string &more = "?includedetails=true") const { return client.get(ticket + more); }
    HaloReply change(const std::string &members) const
    {
        return client.post("Tickets", "[{\"id\": " + std::to_string(id) + ", " + members + "}]");
    }
    HaloReply note(const std::string &members = R"("outcome_id": 7)", const std::string &text = "Called") const
    {
        return client.post("Actions", "[{\"ticket_id\": " + std::to_string(id) + ", \"note\": \"" + text + "\", " +
                                          members + "}]");
    }
    HaloReply actions(const std::string &more = "") const
    {
        return client.get("Actions?ticket_id=" + std::to_string(id) + "&count=100" + more);
    }
    std::int64_t act(const std::string &action, const std::string &more = "")
    {
        return sandbox.act(R"({"ticketId": )" + std::to_string(id) + R"(, "action": ")" + action + "\"" + more + "}");
    }
    /// The ids of the tickets that a look-up by reference finds.
    std::string found(const std::string &more = "") const
    {
        return all("Tickets?third_party_id_string=r-1&pageinate=true&page_size=50&page_no=1" + more, "id", "tickets");
    }
    halopsa::TicketTruth truth() const { return sandbox.truth().tickets.at(0); }
};

} // namespace psa::sandbox::test
