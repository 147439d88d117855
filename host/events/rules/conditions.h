#pragma once

#include "host/events/rules/matcher.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <cstddef>
#include <memory>
#include <string>

namespace psa::events::rules {

/// Groups of matchers: `{"all": […]}`, `{"any": […]}` and `{"not": […]}`, which holds if none of its items does. Items are
/// matchers and groups. Without any group they always hold. Immutable and thread-safe.
class Conditions
{
public:
    static constexpr int maxDepth = 8;               ///< Groups within groups.
    static constexpr std::size_t maxMatchers = 1000; ///< In all groups together.

    Conditions() = default;
    /// `value`: an object as above, one text of matchers, all of which must hold, or nothing. `pointer`: where it is in
    /// its document. Throws RuleInvalid.
    static Conditions parse(const Poco::Dynamic::Var &value, const std::string &pointer = "/conditions");

    /// Whether they hold for every event.
    bool isEmpty() const { return root_ == nullptr; }
    /// Allocates nothing.
    bool hold(const Facts &facts) const;
    /// Which matchers decided, for people.
    std::string why(const Facts &facts) const;
    /// Normalized: each matcher is a text of its own. Without members if they are empty.
    Poco::JSON::Object::Ptr toJson() const;

private:
    friend class ConditionsReader;
    struct Node;

    std::shared_ptr<const Node> root_; ///< A group; nullptr = always.
};

} // namespace psa::events::rules
