#include "search.h"

#include "common/text.h"

#include <algorithm>

namespace psa::plugins::connectwise {
namespace {

bool mayStandInQuotes(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F && c != '"' && c != '\\';
}

} // namespace

std::optional<std::string> quoted(std::string_view text)
{
    if (!std::all_of(text.begin(), text.end(), mayStandInQuotes))
        return std::nullopt;
    return "\"" + std::string(text) + "\"";
}

Search &Search::where(const std::string &condition)
{
    conditions_ += (conditions_.empty() ? "" : " and ") + condition;
    return *this;
}

Search &Search::contains(std::initializer_list<const char *> names, std::string_view text)
{
    std::string part;
    const auto take = [&] {
        std::string any;
        for (const char *name : names)
            if (const std::string_view words = trim(part); !words.empty())
                any += (any.empty() ? "" : " or ") + std::string(name) + " contains " + *quoted(words);
        if (!any.empty())
            where("(" + any + ")");
        part.clear();
    };
    for (const char c : text)
        if (mayStandInQuotes(c))
            part += c;
        else
            take();
    take();
    return *this;
}

Search &Search::with(const std::string &name, const std::string &value)
{
    further_ += (further_.empty() ? "?" : "&") + name + "=" + percentEncode(value);
    return *this;
}

Search &Search::fields(const std::string &names)
{
    fields_ = names;
    return *this;
}

Search &Search::orderBy(const std::string &field)
{
    orderBy_ = field;
    return *this;
}

Search &Search::pageSize(unsigned size)
{
    pageSize_ = size;
    return *this;
}

Search &Search::page(unsigned number)
{
    page_ = number;
    return *this;
}

std::string Search::query() const
{
    std::string query = further_;
    const auto add = [&query](const char *name, const std::string &value) {
        if (!value.empty())
            query += (query.empty() ? "?" : "&") + std::string(name) + "=" + percentEncode(value);
    };
    add("conditions", conditions_);
    add("fields", fields_);
    add("orderBy", orderBy_);
    add("pageSize", pageSize_ == 0 ? "" : std::to_string(pageSize_));
    add("page", page_ == 0 ? "" : std::to_string(page_));
    return query;
}

} // namespace psa::plugins::connectwise
