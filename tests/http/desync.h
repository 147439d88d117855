#pragma once

#include <string>
#include <vector>

namespace psa::test {

/// A message that two readers could read in two ways, from desync_forms.json.
struct DesyncForm
{
    std::string name;
    std::string bytes;
    bool served = false; ///< It has one reading, and is served; else it is refused.
};

std::vector<DesyncForm> desyncForms();

/// A message with a place for any byte, from desync_places.json.
struct DesyncPlace
{
    enum class Wanted
    {
        served,
        refused,
        either
    };
    std::string name;
    std::string before;
    std::string after;
    std::vector<Wanted> wanted; ///< For each byte.

    std::string with(unsigned byte) const { return before + static_cast<char>(byte) + after; }
};

std::vector<DesyncPlace> desyncPlaces();

} // namespace psa::test
