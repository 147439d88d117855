#include "host/net/host_pattern.h"

#include "host/net/public_suffix.h"

#include <algorithm>
#include <stdexcept>

namespace psa::net {
namespace {

/// The labels of `text`, the last one first.
std::vector<std::string> labelsOf(std::string_view text)
{
    std::vector<std::string> labels;
    for (std::size_t dot = 0; dot != std::string_view::npos;)
    {
        dot = text.find('.');
        labels.emplace_back(text.substr(0, dot));
        text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
    }
    std::reverse(labels.begin(), labels.end());
    return labels;
}

/// Whether `label` matches `pattern`, each '*' being one character or more. Backtracks only to the last '*', so the
/// work is bounded by the product of the lengths.
bool fits(std::string_view pattern, std::string_view label)
{
    std::size_t p = 0;
    std::size_t l = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (l < label.size())
    {
        if (p < pattern.size() && pattern[p] == '*')
        {
            star = p++;
            resume = ++l; // a star matches at least one character
        }
        else if (p < pattern.size() && pattern[p] == label[l])
        {
            ++p;
            ++l;
        }
        else if (star != std::string_view::npos)
        {
            p = star + 1;
            l = ++resume;
        }
        else
            return false;
    }
    return l == label.size() && p == pattern.size();
}

/// The labels of `pattern` after the last one with a '*'; "" if none has.
std::string tailOf(std::string_view pattern)
{
    const std::size_t star = pattern.rfind('*');
    return star == std::string_view::npos ? std::string() : std::string(pattern.substr(pattern.find('.', star) + 1));
}

/// Whether anybody can register names directly below `domain`.
bool isOpenToAll(const std::string &domain)
{
    // The list has rules for all names below a domain, such as "*.ck", which apply to any name there.
    return isPublicSuffix(domain) || isPublicSuffix("any-name-at-all." + domain);
}

/// Whether `name` equals the domain or is below it.
bool isWithin(std::string_view name, std::string_view domain)
{
    return name == domain || (name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.');
}

} // namespace

HostPattern::HostPattern(std::string_view text) : anyBefore_(text.substr(0, 2) == "*.")
{
    labels_ = labelsOf(anyBefore_ ? text.substr(2) : text);
    for (const std::string &label : labels_)
        if (label.empty() || label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_*") != std::string::npos)
            throw std::invalid_argument(
                "the host pattern \"" + std::string(text) +
                "\" has a part that is empty or contains anything but lower-case letters, digits, '-' and '*'");
    if (labels_.size() < 2 || labels_[0].find('*') != std::string::npos || labels_[1].find('*') != std::string::npos)
        throw std::invalid_argument("the host pattern \"" + std::string(text) +
                                    "\" is too broad: its last two parts must not contain '*'");
    tail_ = tailOf(text);
    if (!tail_.empty() && isOpenToAll(tail_))
        throw std::invalid_argument(
            "the host pattern \"" + std::string(text) + "\" is too broad: " + tail_ +
            " is a public suffix, under which anybody can register a name; use the vendor's own domain");
}

bool HostPattern::matches(std::string_view host) const
{
    const std::vector<std::string> labels = labelsOf(host);
    if (anyBefore_ ? labels.size() <= labels_.size() : labels.size() != labels_.size())
        return false;
    if (!std::equal(labels_.begin(), labels_.end(), labels.begin(),
                    [](const std::string &pattern, const std::string &label) { return fits(pattern, label); }))
        return false;
    if (tail_.empty())
        return true;
    const std::string owned = registrableDomain(std::string(host));
    return !owned.empty() && isWithin(tail_, owned);
}

} // namespace psa::net
