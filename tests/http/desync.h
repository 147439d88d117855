#pragma once

#include <string>
#include <vector>

namespace psa::test {

/// An ambiguous message, which two readers could read differently, from desync_forms.json.
struct DesyncForm
{
    std::string name;
    std::string bytes;
    bool served = false; ///< It has only one reading, and is served; otherwise it is rejected.
};

std::vector<DesyncForm> desyncForms();

/// A message with a placeholder for any byte, from desync_places.json.
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
