#include "host/replay/run_difference.h"

#include "host/json/json_values.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/String.h>

#include <array>
#include <map>
#include <optional>

namespace psa::replay {
namespace {

using Poco::Dynamic::Var;

/// The values of each header, sorted, by its name in lower case.
std::map<std::string, std::string> headersOf(const net::HttpRequest &request)
{
    std::multimap<std::string, std::string> sorted;
    for (const net::HttpHeader &header : request.headers)
        sorted.emplace(Poco::toLower(header.name), header.value);
    std::map<std::string, std::string> all;
    for (const auto &[name, value] : sorted)
    {
        std::string &values = all[name];
        values += (values.empty() ? "" : ", ") + value;
    }
    return all;
}

std::optional<Var> json(const std::string &body)
try
{
    return std::make_optional(json::parseStrict(body));
}
catch (const json::JsonError &)
{
    return {};
}

/// The part of a body around the byte at `at`.
std::string excerpt(const std::string &body, std::size_t at)
{
    constexpr std::size_t before = 40;
    constexpr std::size_t most = 200;
    const std::size_t begin = at > before ? at - before : 0;
    return json::printable(json::cutUtf8(json::replaceInvalidUtf8(body.substr(begin, most)), most));
}

class RequestDiff
{
public:
    RequestDiff(const net::HttpRequest &recorded, const net::HttpRequest &sent) : recorded_(recorded), sent_(sent) {}

    std::vector<RunDifference> run()
    {
        compare(DifferenceKind::method, recorded_.method, sent_.method);
        compare(DifferenceKind::url, recorded_.url, sent_.url);
        compare(DifferenceKind::mutates, recorded_.mutates ? "true" : "false", sent_.mutates ? "true" : "false");
        compare(DifferenceKind::secretAnswer, recorded_.secretAnswer ? "true" : "false",
                sent_.secretAnswer ? "true" : "false");
        compareHeaders();
        compareBodies();
        return std::move(differences_);
    }

private:
    void add(DifferenceKind kind, const std::string &where, const std::string &before, const std::string &after)
    {
        differences_.push_back({kind, nameOf(recorded_), where, before, after});
    }

    void compare(DifferenceKind kind, const std::string &before, const std::string &after)
    {
        if (before != after)
            add(kind, "", before, after);
    }

    void compareHeaders()
    {
        const auto before = headersOf(recorded_);
        const auto after = headersOf(sent_);
        for (const auto &[name, value] : before)
            if (const auto now = after.find(name); now == after.end())
                add(DifferenceKind::header, name, value, "");
            else if (now->second != value)
                add(DifferenceKind::header, name, value, now->second);
        for (const auto &[name, value] : after)
            if (!before.contains(name))
                add(DifferenceKind::header, name, "", value);
    }

    void compareBodies()
    {
        if (recorded_.body == sent_.body)
            return;
        const auto before = json(recorded_.body);
        const auto after = json(sent_.body);
        if (before && after)
        {
            for (const json::JsonDifference &difference : json::diffJson(*before, *after))
                add(DifferenceKind::body, difference.path, difference.before, difference.after);
            return;
        }
        const auto [one, other] =
            std::mismatch(recorded_.body.begin(), recorded_.body.end(), sent_.body.begin(), sent_.body.end());
        const auto at = static_cast<std::size_t>(one - recorded_.body.begin());
        add(DifferenceKind::body, "byte " + std::to_string(at), excerpt(recorded_.body, at), excerpt(sent_.body, at));
    }

    const net::HttpRequest &recorded_;
    const net::HttpRequest &sent_;
    std::vector<RunDifference> differences_;
};

} // namespace

const char *toText(DifferenceKind kind)
{
    static constexpr std::array names = {"missing request", "extra request", "order",  "method", "url",
                                         "mutates",         "secret answer", "header", "body",   "outcome"};
    static_assert(names.size() == static_cast<std::size_t>(DifferenceKind::outcome) + 1);
    return names.at(static_cast<std::size_t>(kind));
}

std::string nameOf(const net::HttpRequest &request)
{
    return request.method + " " + request.url;
}

std::vector<RunDifference> diffRequests(const net::HttpRequest &recorded, const net::HttpRequest &sent)
{
    return RequestDiff(recorded, sent).run();
}

} // namespace psa::replay
