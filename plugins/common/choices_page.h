#pragma once

#include "common/pick_list.h"

#include <psa/plugin.hpp>
#include <psa/results.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace psa::plugins {

/// A page of psa.choices/1 in progress.
struct ChoicesPage
{
    std::vector<psa::Choice> items;
    std::string nextCursor;

    /// The document that the extension returns.
    std::string json() const { return psa::choicesPage(items, nextCursor); }
};

/// Number of items that the host requests, 1 to 500.
std::uint32_t pageSize(const psa::ChoicesQuery &wanted);

/// The cursor, a number that the plugin returned before; anything else starts at the first page.
std::int64_t cursorOf(const psa::ChoicesQuery &wanted, std::int64_t first);

/// The value that the list depends on; empty if it is not given.
std::string dependency(const psa::ChoicesQuery &wanted, const std::string &field);

/// The requested items of `values`. The cursor is the number of values on earlier pages.
ChoicesPage pickListPage(const std::vector<PickValue> &values, const psa::ChoicesQuery &wanted);

/// Throws the error for a request of an unknown list.
[[noreturn]] void throwNoList(const Psa &psa, const psa::ChoicesQuery &wanted);

} // namespace psa::plugins
