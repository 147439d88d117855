#pragma once

#include "tests/integration/common/rig.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace psa::test {

/// One kind of request to a PSA.
struct Route
{
    std::string method;
    std::string path;    ///< As a fault matches it: a regular expression.
    std::string counted; ///< As the simulator counts it.
};

/// A refusal as the operator reads it.
struct Refused
{
    std::string field;
    std::string message; ///< The whole of it.
    std::string hint;    ///< A part of it.
    unsigned httpStatus = 0;
};

/// How one PSA does what every PSA does.
struct PsaFacts
{
    std::string name;      ///< "Autotask", as texts have it.
    std::string host;      ///< Of its API.
    std::string createUrl; ///< Of the request that creates.
    std::string ticketUrl; ///< At which a person opens a ticket, with "{id}" for its id.
    Route create;
    Route search;                     ///< The look-up by reference.
    Route firstRead;                  ///< One that a ticket needs before its first create, and none after.
    std::size_t readsPerInstance = 0; ///< What a ticket() costs an instance that has nothing in the cache yet.

    std::string ticket; ///< The smallest good one.
    std::string byIds;  ///< The same in every field, once by ids and once by names.
    std::string byLabels;
    Values stored;          ///< What both become, by the names that stored() gives.
    std::string titleField; ///< Of stored(), as of description and reference.
    std::string textField;
    std::string referenceField;
    std::size_t titleLimit = 0; ///< In UTF-16 units.

    std::string goodDefaults;                ///< Ticket defaults that lead to a good ticket.
    Values storedDefaults;                   ///< What they become.
    std::vector<std::string> neededDefaults; ///< Names of those that the PSA insists on.

    std::string wrongValue; ///< Changes that the PSA's own lists do not know.
    Refused wrong;
    Values badCredentials; ///< Values of the configuration.
    Refused bad;
    plugin::MutationSeen badCreate{}; ///< How far a create gets with them: where something must be read first, nowhere.
    std::string newSecret;            ///< A change of the tenant after which the credentials are wrong.
    std::string noRight;              ///< A change of the tenant after which no ticket may be created.
    Refused forbidden;
    unsigned shortestWaitMs = 0; ///< After a refusal for limits that names no time.

    std::vector<std::string> secretHeaders;
    std::vector<std::string> lists; ///< Lists of psa.choices/1, companies among them.
    std::string unknownCompany;     ///< Changes to a company id that is not there.
    /// A refusal of a create in the PSA's own form that says this, as a fault.
    std::function<std::string(const std::string &)> refusal;
    /// Bodies that say the same whatever the HTTP status is, and what they say; wrong credentials, after which nothing is
    /// sent, come last.
    std::vector<std::pair<std::string, psa_status>> knownRefusals;
    std::vector<std::string> uselessSearches; ///< Bodies of a good status that do not tell whether there is a ticket.
};

/// One PSA for the acceptance suite. A PSA more is a class more, and a line in psas.h.
class Psa : public Rig
{
public:
    Psa(std::shared_ptr<sandbox::Simulator> simulator, RigParts parts, PsaFacts facts)
        : Rig(std::move(simulator), std::move(parts)), facts_(std::move(facts))
    {
    }

    const PsaFacts &facts() const { return facts_; }
    const std::string &ticket() const { return facts_.ticket; }
    std::string ticket(const std::string &changes) const { return changed(facts_.ticket, changes); }

    /// The ticket as the PSA has it: the fields of facts().stored, title, description and reference.
    virtual Values stored(const std::string &id) const = 0;
    /// How many tickets there are with this reference, and how many creates with it came.
    virtual std::size_t ticketsWith(const std::string &reference) const = 0;
    virtual std::size_t createsOf(const std::string &reference) const = 0;
    virtual std::size_t failedLogins() const = 0;
    virtual std::string lastTicket() const = 0; ///< Id of the newest.

    std::size_t creates() const { return simulator().requests(facts_.create.counted); }
    /// A ticket is created, so that nothing is left to be looked up.
    void warmUp();
    /// Every create from now on, or `count` of them, meets `fault`.
    void faultCreate(const std::string &fault, int count = 0);

private:
    const PsaFacts facts_;
};

} // namespace psa::test
