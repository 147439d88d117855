#pragma once

#include <string>
#include <vector>

namespace psa::plugins {

/// A name as PSAs keep it; an empty part can be anything.
struct PersonName
{
    std::string first;
    std::string last;
};

/// The ways in which `name` can be a first and a last name: "Ann van Dyk" is Ann + van Dyk or Ann van + Dyk, "Ann" is a
/// first or a last name.
std::vector<PersonName> personNames(const std::string &name);

} // namespace psa::plugins
