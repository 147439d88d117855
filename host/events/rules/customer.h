#pragma once

#include "host/events/event.h"

#include <Poco/JSON/Object.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace psa::events::rules {

/// What a source calls a customer.
struct Alias
{
    static constexpr const char *anySource = "*";

    std::string source; ///< Name of the source, or anySource.
    std::string id;     ///< Exactly one of id and name is set.
    std::string name;
};

/// A customer, and its company in the PSA of each connection.
struct Customer
{
    std::string name;
    std::vector<Alias> aliases;
    std::map<std::string, std::string> companies; ///< Name of the connection to id or name of the company.

    /// Throws RuleInvalid. Without "aliases", it is known by its name to every source.
    static Customer parse(const Poco::JSON::Object &written);
    Poco::JSON::Object::Ptr toJson() const; ///< Normalized.
    /// What is allowed and may not be meant, as sentences.
    std::vector<std::string> warnings() const;
    /// Company for the connection; "" = none.
    std::string companyFor(const std::string &connection) const;
};

/// A company of a PSA, by which an unknown customer may be known there.
struct Company
{
    std::string connection;
    std::string id;
    std::string label;
};

/// What an unknown customer may be: a customer of the table, or a company that no table entry needs to exist for.
struct Suggestion
{
    std::string customer; ///< Name in the table; "" = a company is suggested.
    Company company;
    int score = 0;   ///< 1 to 100, to order by; not a probability.
    std::string why; ///< For people: which words are alike.
};

/// All customers. Immutable and thread-safe.
class CustomerTable
{
public:
    CustomerTable() = default;
    /// Throws RuleInvalid if two customers have the same alias: with a pointer into the later one, naming both.
    explicit CustomerTable(std::vector<Customer> customers);

    const std::vector<Customer> &all() const { return customers_; }

    /// By an alias with the same id, otherwise the same name, otherwise the same name without regard to case and to white
    /// space around it; of each, aliases of the source before those of all sources. nullptr = unknown.
    const Customer *find(const std::string &source, const Party &party) const;

    /// The most similar first, at most 5. Similar are names whose words are mostly the same; forms of companies, such as
    /// "Ltd", do not count.
    std::vector<Suggestion> suggest(const Party &party, const std::vector<Company> &companies) const;

private:
    /// Of one kind of alias: source and text to the position of the customer.
    using Index = std::map<std::pair<std::string, std::string>, std::size_t>;

    const Customer *lookUp(const Index &index, const std::string &source, const std::string &text) const;

    std::vector<Customer> customers_;
    Index ids_;
    Index names_;
    Index foldedNames_;
};

} // namespace psa::events::rules
