#pragma once

#include "host/cli/session.h"
#include "host/config/host_config.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::cli {

class ApiClient;

/// The definitions that a command is about, named as in the API.
struct DefinitionKindName
{
    std::string one;  ///< "rule".
    std::string many; ///< "rules".
};

/// Values given on the command line for a rule, window or customer. "" or empty = not given.
struct DefinitionEdit
{
    std::string name;
    std::string newName;
    std::string file; ///< A document to start from, see DocumentFile.
    std::string description;
    std::vector<std::string> conditions; ///< Matchers, all of which must hold.

    // Rules.
    std::string mode;
    std::string connection;
    std::vector<std::string> fields; ///< "name=template" of the ticket.
    bool suppresses = false;

    // Windows.
    std::string from;
    std::string to;
    std::string zone;
    std::vector<std::string> days; ///< "sun", "mon".
    std::string start;             ///< "02:00".
    int minutes = 0;
    std::string validFrom;
    std::string validTo;

    // Customers: "SOURCE=TEXT" and "CONNECTION=COMPANY".
    std::vector<std::string> ids;
    std::vector<std::string> names;
    std::vector<std::string> companies;
};

// `list`, `show`, `add`, `set` and `remove` of rules, windows and customers. Each returns an ExitCode.

int listDefinitions(const config::HostConfig &config, const DefinitionKindName &kind, bool json,
                    const Streams &streams);
int showDefinition(const config::HostConfig &config, const DefinitionKindName &kind, const std::string &name, bool json,
                   const Streams &streams);
int addDefinition(const config::HostConfig &config, const DefinitionKindName &kind, const DefinitionEdit &edit,
                  bool json, const Streams &streams);
/// Adds `document` with the values in `edit`.
int addEdited(ApiClient &host, const DefinitionKindName &kind, Poco::JSON::Object::Ptr document,
              const DefinitionEdit &edit, bool json, const Streams &streams);
/// What is not given stays the same.
int setDefinition(const config::HostConfig &config, const DefinitionKindName &kind, const DefinitionEdit &edit,
                  bool json, const Streams &streams);
int removeDefinition(const config::HostConfig &config, const DefinitionKindName &kind, const std::string &name,
                     const Streams &streams);

// Rules.

int listRuleVersions(const config::HostConfig &config, const std::string &name, bool json, const Streams &streams);
int orderRules(const config::HostConfig &config, const std::vector<std::string> &names, bool json,
               const Streams &streams);
/// `rule on|off|dry-run`. `mode`: as in documents.
int setRuleMode(const config::HostConfig &config, const std::string &name, const std::string &mode, bool json,
                const Streams &streams);

struct RuleTrial
{
    std::string name;  ///< Of a stored rule; "" = all rules, or the one in `file`.
    std::string file;  ///< A rule that is not stored; "" = none.
    std::string event; ///< A file with an event, "-" for standard input, or the id of a stored event.
    int days = 7;
};

/// `rule test`: what rules would do with an event.
int testRules(const config::HostConfig &config, const RuleTrial &trial, bool json, const Streams &streams);
/// `rule preview`: what a rule would have done with the events of the last days.
int previewRule(const config::HostConfig &config, const RuleTrial &trial, bool json, const Streams &streams);
int listLibrary(const config::HostConfig &config, bool json, const Streams &streams);
/// `rule add-from-library`: `entry` with the values in `edit`.
int addFromLibrary(const config::HostConfig &config, const std::string &entry, const DefinitionEdit &edit, bool json,
                   const Streams &streams);

// Windows and customers.

int showCalendar(const config::HostConfig &config, const std::string &from, const std::string &to, bool json,
                 const Streams &streams);

/// An unknown customer, as events name it.
struct UnknownCustomerName
{
    std::string source; ///< "" = list them all.
    std::string id;
    std::string name;
    std::string customer; ///< Of the table, which gets it as an alias; "" = none: it is ignored.
};

int showUnknownCustomers(const config::HostConfig &config, bool json, const Streams &streams);
/// `customer alias` and `customer ignore`.
int settleUnknownCustomer(const config::HostConfig &config, const UnknownCustomerName &unknown, bool json,
                          const Streams &streams);

} // namespace psa::cli
