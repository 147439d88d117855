#include "host/net/host_pattern.h"

#include <algorithm>
#include <stdexcept>

namespace psa::host {
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

/// Does `label` fit `pattern`, each '*' being one character or more? Goes back to the last '*' only, so the work is
/// bounded by the product of the lengths.
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
            resume = ++l; // a star takes one character at least
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

} // namespace

HostPattern::HostPattern(std::string_view text) : anyBefore_(text.substr(0, 2) == "*.")
{
    labels_ = labelsOf(anyBefore_ ? text.substr(2) : text);
    for (const std::string &label : labels_)
        if (label.empty() || label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_*") != std::string::npos)
            throw std::invalid_argument("the host pattern \"" + std::string(text) +
                                        "\" has a part that is empty or not lower-case letters, digits, '-' and '*'");
    if (labels_.size() < 2 || labels_[0].find('*') != std::string::npos || labels_[1].find('*') != std::string::npos)
        throw std::invalid_argument("the host pattern \"" + std::string(text) +
                                    "\" is too wide: its last two parts must be free of '*'");
}

bool HostPattern::matches(std::string_view host) const
{
    const std::vector<std::string> labels = labelsOf(host);
    if (anyBefore_ ? labels.size() <= labels_.size() : labels.size() != labels_.size())
        return false;
    return std::equal(labels_.begin(), labels_.end(), labels.begin(),
                      [](const std::string &pattern, const std::string &label) { return fits(pattern, label); });
}

} // namespace psa::host
