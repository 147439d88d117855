#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins::connectwise {

/// `text` in quotes for a condition; nullopt if that is not possible. It is not documented how ConnectWise interprets a
/// quote or a backslash within quotes, so a text with one of them could end its own quotes and is rejected.
std::optional<std::string> quoted(std::string_view text);

/// The query of a URL that selects rows of a list. Conditions are joined with "and".
class Search
{
public:
    /// `condition`: "deletedFlag=false"; foreign texts in it must come from quoted().
    Search &where(const std::string &condition);
    /// One of `names` contains each part of `text`, which a person entered: characters that cannot be quoted separate
    /// the parts.
    Search &contains(std::initializer_list<const char *> names, std::string_view text);
    /// A further parameter of the query, such as type=Ticket.
    Search &with(const std::string &name, const std::string &value);
    Search &fields(const std::string &names);
    Search &orderBy(const std::string &field);
    Search &pageSize(unsigned size);
    /// From 1.
    Search &page(unsigned number);

    /// "?conditions=...&pageSize=20"; empty if nothing was set.
    std::string query() const;

private:
    std::string conditions_;
    std::string further_;
    std::string fields_;
    std::string orderBy_;
    unsigned pageSize_ = 0;
    unsigned page_ = 0;
};

} // namespace psa::plugins::connectwise
