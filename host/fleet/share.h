#pragma once

#include "host/store/leases.h"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::fleet {

/// What one host works as a whole: connections that share limits at their PSA, with the counts of these limits; a source;
/// or a duty.
struct Item
{
    std::vector<store::LeaseName> names; ///< Sorted, without repetition, not empty.
};

/// What a host can handle, as the others see it.
struct Offers
{
    std::vector<std::string> plugins;  ///< Builds, "id@version", for people.
    std::set<store::LeaseName> cannot; ///< What it cannot work, such as connections whose plugin it lacks.
};

/// `connections`: each with the counts that it uses. Those that have one in common become one item.
std::vector<Item> itemsOf(std::vector<std::set<store::LeaseName>> connections);

std::string toJson(const Offers &offers);
/// nullopt for a document that cannot be read: such a host is given nothing.
std::optional<Offers> offersFrom(const std::string &json);

/// The fleet as one host sees it.
struct FleetView
{
    std::vector<store::HostRow> hosts;
    std::vector<store::LeaseRow> leases;
    std::vector<Item> items;
    clock::Clock::Wall now;           ///< By the store's clock.
    std::chrono::milliseconds silent; ///< A host that was not seen for this long is lost.
};

struct Plan
{
    std::vector<Item> take; ///< Its share of what nobody works. Each whole, or not at all.
    std::vector<store::LeaseName>
        give; ///< What it is to stop working, for another host or since it does not exist any more.
};

/// What the host `me` should take and give, so that each item is handled by one host that can, and the items of each kind
/// are spread evenly over the hosts that can. An item stays where it is unless another host has at least two fewer. All
/// hosts that see the same come to the same distribution.
Plan plan(const FleetView &view, const std::string &me);

} // namespace psa::fleet
