#include "host/json/near_words.h"

#include <Poco/UTF8String.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace psa::json {
namespace {

constexpr std::size_t maxCompared = 64; ///< Bytes: the effort grows with the square of this.

/// How far `known` is from `word`, both in lower case; `unlike` if they do not resemble each other.
std::size_t differenceOf(const std::string &word, const std::string &known, std::size_t unlike)
{
    if (known == word)
        return 0;
    const bool within = word.size() > 1 && (known.find(word) != std::string::npos ||
                                            (known.size() > 2 && word.find(known) != std::string::npos));
    if (within)
        return 1;
    const std::string_view one = std::string_view(word).substr(0, maxCompared);
    const std::size_t far = editDistance(one, std::string_view(known).substr(0, maxCompared));
    return far <= std::max<std::size_t>(1, one.size() / 3) ? far + 1 : unlike;
}

} // namespace

std::size_t editDistance(std::string_view one, std::string_view other)
{
    std::vector<std::vector<std::size_t>> cost(one.size() + 1, std::vector<std::size_t>(other.size() + 1));
    for (std::size_t i = 0; i <= one.size(); ++i)
        cost[i][0] = i;
    std::iota(cost[0].begin(), cost[0].end(), std::size_t{0});
    for (std::size_t i = 1; i <= one.size(); ++i)
        for (std::size_t j = 1; j <= other.size(); ++j)
        {
            const std::size_t change = one[i - 1] == other[j - 1] ? 0 : 1;
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    return cost[one.size()][other.size()];
}

std::vector<std::string> nearWords(const std::string &word, const std::vector<std::string> &known, std::size_t most)
{
    constexpr std::size_t unlike = maxCompared * 4;
    const std::string wanted = Poco::UTF8::toLower(word);
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const std::string &each : known)
        if (const std::size_t far = differenceOf(wanted, Poco::UTF8::toLower(each), unlike); far < unlike)
            found.emplace_back(far, each);
    std::sort(found.begin(), found.end());
    std::vector<std::string> near;
    for (std::size_t i = 0; i < found.size() && i < most; ++i)
        near.push_back(std::move(found[i].second));
    return near;
}

std::string similarText(const std::string &word, const std::vector<std::string> &known)
{
    std::string text;
    for (const std::string &each : nearWords(word, known))
        text += (text.empty() ? " Similar: \"" : ", \"") + each + '"';
    return text.empty() ? text : text + '.';
}

} // namespace psa::json
