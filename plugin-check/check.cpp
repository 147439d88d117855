#include "plugin-check/check.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace psa::check {
namespace {

/// Moves each check after those that it needs and otherwise keeps the order.
std::vector<Check> inOrder(std::vector<Check> checks)
{
    std::vector<Check> ordered;
    const auto has = [&](const std::string &id) {
        return std::any_of(ordered.begin(), ordered.end(), [&](const Check &check) { return check.id == id; });
    };
    while (!checks.empty())
    {
        const auto next = std::find_if(checks.begin(), checks.end(), [&](const Check &check) {
            return std::all_of(check.needs.begin(), check.needs.end(), has) &&
                   std::all_of(check.unless.begin(), check.unless.end(), has);
        });
        if (next == checks.end())
            throw std::logic_error("check " + checks.front().id +
                                   " depends on a check that does not exist or depends on it in turn");
        ordered.push_back(std::move(*next));
        checks.erase(next);
    }
    return ordered;
}

using Group = std::pair<const char *, const std::vector<Check> *>;
constexpr std::array<Group, 17> groups{{{"static", &staticChecks},
                                        {"abi", &abiChecks},
                                        {"descriptor", &descriptorChecks},
                                        {"configuration", &configurationChecks},
                                        {"verbs", &verbChecks},
                                        {"secrets", &secretChecks},
                                        {"lifecycle", &lifecycleChecks},
                                        {"hosts", &hostChecks},
                                        {"misuse", &misuseChecks},
                                        {"globals", &globalChecks},
                                        {"information", &informationChecks},
                                        {"network", &networkChecks},
                                        {"tickets", &ticketChecks},
                                        {"updates", &updateChecks},
                                        {"load", &loadChecks},
                                        {"fuzz", &fuzzChecks},
                                        {"template", &templateChecks}}};

std::vector<Check> makeCatalogue()
{
    std::vector<Check> all;
    for (const auto &[group, checks] : groups)
        for (const Check &check : *checks)
            all.emplace_back(check).group = group;
    return inOrder(std::move(all));
}

} // namespace

const std::vector<Check> &catalogue()
{
    static const std::vector<Check> checks = makeCatalogue();
    return checks;
}

const Check *findCheck(const std::string &id)
{
    for (const Check &check : catalogue())
        if (check.id == id)
            return &check;
    return nullptr;
}

} // namespace psa::check
