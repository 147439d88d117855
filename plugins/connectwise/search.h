#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins::connectwise {

/// `text` as it stands in a condition, in quotes; nothing if it cannot stand there. How ConnectWise reads a quote or a
/// backslash within quotes is documented nowhere, so a text with one of them could end its own quotes and is refused.
std::optional<std::string> quoted(std::string_view text);

/// The part of an address that says which rows of a list are wanted. Conditions are joined with "and".
class Search
{
public:
    /// `condition`: "deletedFlag=false"; texts of others in it only as quoted() gives them.
    Search &where(const std::string &condition);
    /// One of `names` contains each part of `text`, which a person typed: a character that cannot be quoted parts it.
    Search &contains(std::initializer_list<const char *> names, std::string_view text);
    Search &fields(const std::string &names);
    Search &orderBy(const std::string &field);
    Search &pageSize(unsigned size);
    /// From 1.
    Search &page(unsigned number);

    /// "?conditions=...&pageSize=20"; empty if nothing was said.
    std::string query() const;

private:
    std::string conditions_;
    std::string fields_;
    std::string orderBy_;
    unsigned pageSize_ = 0;
    unsigned page_ = 0;
};

} // namespace psa::plugins::connectwise
