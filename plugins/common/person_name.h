#pragma once

#include <string>
#include <vector>

namespace psa::plugins {

/// A name as stored in PSAs; an empty part matches anything.
struct PersonName
{
    std::string first;
    std::string last;
};

/// The possible splits of `name` into first and last name: "Ann van Dyk" is Ann + van Dyk or Ann van + Dyk, "Ann" is a
/// first or a last name.
std::vector<PersonName> personNames(const std::string &name);

} // namespace psa::plugins
