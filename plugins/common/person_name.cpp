#include "common/person_name.h"

namespace psa::plugins {

std::vector<PersonName> personNames(const std::string &name)
{
    constexpr std::size_t maxWays = 4;
    std::vector<PersonName> ways;
    for (std::size_t at = name.find(' '); at != std::string::npos && ways.size() < maxWays; at = name.find(' ', at + 1))
        ways.push_back({name.substr(0, at), name.substr(at + 1)});
    if (ways.empty())
        ways = {{name, ""}, {"", name}};
    return ways;
}

} // namespace psa::plugins
