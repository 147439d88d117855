#include "host/plugin/descriptor_diff.h"

#include "host/json/json_text.h"
#include "host/net/egress_policy.h"
#include "host/plugin/form.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace psa::plugin {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

using Changes = std::vector<DescriptorChange>;

std::set<std::string> textsIn(const Object &object, const char *key)
{
    std::set<std::string> texts;
    if (const Array::Ptr array = object.getArray(key))
        for (const Var &item : *array)
            texts.insert(item.convert<std::string>());
    return texts;
}

std::string shownIn(const Object &object, const std::string &key)
{
    return object.has(key) ? json::jsonText(object.get(key)) : "none";
}

/// "old -> new" of a member that differs, else empty.
std::string changeOf(const Object &before, const Object &after, const std::string &key)
{
    const std::string was = shownIn(before, key);
    const std::string is = shownIn(after, key);
    return was == is ? "" : was + " -> " + is;
}

void diffMember(const Object &before, const Object &after, const std::string &key, Impact impact, const char *why,
                Changes &changes)
{
    if (const std::string change = changeOf(before, after, key); !change.empty())
        changes.push_back({impact, key, change, why});
}

void diffIdentity(const Object &before, const Object &after, Changes &changes)
{
    diffMember(before, after, "descriptorVersion", Impact::breaking, "a host may not know this format", changes);
    diffMember(before, after, "id", Impact::breaking, "it is another plugin: connections name it by its id", changes);
    diffMember(before, after, "version", Impact::compatible, "another build", changes);
    for (const char *const key : {"name", "vendor", "description", "guideUrl"})
        diffMember(before, after, key, Impact::compatible, "only what is shown changes", changes);
}

void diffExtensions(const Object &before, const Object &after, Changes &changes)
{
    const std::map<std::string, const char *> losses = {
        {"psa.find-ticket/1", "after a lost response a human has to find out whether there is a ticket"},
        {"psa.choices/1", "the PSA's values are no longer offered or checked"},
        {"psa.ticket/1", "tickets can no longer be read back"},
        {"psa.update-ticket/1", "tickets get no more notes, and can no longer be changed or closed"}};
    const auto had = textsIn(before, "extensions");
    const auto has = textsIn(after, "extensions");
    for (const std::string &id : had)
        if (!has.contains(id))
        {
            const auto known = losses.find(id);
            changes.push_back({Impact::breaking, "extensions", id + " removed",
                               known == losses.end() ? "its users lose it" : known->second});
        }
    for (const std::string &id : has)
        if (!had.contains(id))
            changes.push_back({Impact::compatible, "extensions", id + " added", "it offers more"});
}

void diffHosts(const Object &before, const Object &after, Changes &changes)
{
    const auto had = textsIn(before, "allowedHosts");
    const auto has = textsIn(after, "allowedHosts");
    const auto isCovered = [&](const std::string &host) {
        return host.find('*') == std::string::npos && std::any_of(has.begin(), has.end(), [&](const auto &pattern) {
                   return net::HostPattern(pattern).matches(host);
               });
    };
    for (const std::string &host : had)
        if (!has.contains(host) && isCovered(host))
            changes.push_back({Impact::compatible, "allowedHosts", host + " removed", "another pattern covers it"});
        else if (!has.contains(host))
            changes.push_back({Impact::breaking, "allowedHosts", host + " removed",
                               "a connection to a PSA there can no longer send"});
    for (const std::string &host : has)
        if (!had.contains(host))
            changes.push_back(
                {Impact::review, "allowedHosts", host + " added", "credentials and tickets may go to a new host"});
}

/// Maximum by the subject of a limit, such as "requests in 3600 s per apiUrl"; of two with the same subject, the lower
/// applies.
std::map<std::string, std::int64_t> limitsIn(const Object &limits)
{
    std::map<std::string, std::int64_t> all;
    for (const char *const kind : {"concurrency", "requests"})
        if (const Array::Ptr rules = limits.getArray(kind))
            for (unsigned i = 0; i < rules->size(); ++i)
            {
                const Object::Ptr rule = rules->getObject(i);
                std::string about = kind;
                if (rule->has("windowSeconds"))
                    about += " in " + shownIn(*rule, "windowSeconds") + " s";
                if (rule->has("limitKey"))
                    about += " of " + shownIn(*rule, "limitKey");
                for (const std::string &field : textsIn(*rule, "per"))
                    about += " per " + field;
                const auto max = rule->getValue<std::int64_t>("max");
                const auto [known, isNew] = all.emplace(about, max);
                known->second = std::min(known->second, max);
            }
    return all;
}

constexpr const char *sendsMore = "the host sends more than before: check that the PSA allows it";
constexpr const char *sendsLess = "the host sends no more than before";

void diffLimit(const std::string &about, std::int64_t before, std::int64_t after, Changes &changes)
{
    if (before != after)
        changes.push_back({after > before ? Impact::review : Impact::compatible, "limits",
                           about + ": " + std::to_string(before) + " -> " + std::to_string(after),
                           after > before ? sendsMore : sendsLess});
}

void diffLimits(const Object &before, const Object &after, Changes &changes)
{
    const auto limitsOf = [](const Object &descriptor) {
        const Object::Ptr limits = descriptor.getObject("limits");
        return limits ? limits : Object::Ptr(new Object);
    };
    const Object::Ptr had = limitsOf(before);
    const Object::Ptr has = limitsOf(after);
    diffLimit("instances", had->optValue<std::int64_t>("instances", 1), has->optValue<std::int64_t>("instances", 1),
              changes);
    const auto old = limitsIn(*had);
    const auto now = limitsIn(*has);
    for (const auto &[about, max] : old)
        if (const auto same = now.find(about); same != now.end())
            diffLimit(about, max, same->second, changes);
        else
            changes.push_back({Impact::review, "limits", about + ": " + std::to_string(max) + " removed", sendsMore});
    for (const auto &[about, max] : now)
        if (!old.contains(about))
            changes.push_back({Impact::compatible, "limits", about + ": " + std::to_string(max) + " added", sendsLess});
}

void diffReferenceMembers(const Object &before, const Object &after, Changes &changes)
{
    const auto add = [&](const char *key, bool isWorse, Impact worse, const char *whyWorse, const char *why) {
        if (const std::string change = changeOf(before, after, key); !change.empty())
            changes.push_back({isWorse ? worse : Impact::compatible, std::string("reference.") + key, change,
                               isWorse ? whyWorse : why});
    };
    const auto number = [](const Object &reference, const char *key) { return reference.getValue<std::int64_t>(key); };
    add("field", true, Impact::breaking,
        "tickets that have it in the old field are not found: after a lost response a ticket may be sent again "
        "although it exists",
        "");
    add("maxLength", number(after, "maxLength") < number(before, "maxLength"), Impact::breaking,
        "a reference that used to fit may be too long", "every reference still fits");
    add("findIsConsistent", after.getValue<bool>("findIsConsistent"), Impact::review,
        "a ticket that is not found now counts as not created immediately",
        "the host waits before it treats a ticket that is not found as not created");
    add("quietSeconds", number(after, "quietSeconds") < number(before, "quietSeconds"), Impact::review,
        "after a lost response the host resends earlier", "after a lost response the host waits longer");
}

void diffReference(const Object &before, const Object &after, Changes &changes)
{
    const Object::Ptr had = before.getObject("reference");
    const Object::Ptr has = after.getObject("reference");
    if (had && has)
        diffReferenceMembers(*had, *has, changes);
    else if (had)
        changes.push_back({Impact::breaking, "reference", "removed", "tickets can no longer be found by reference"});
    else if (has)
        changes.push_back({Impact::compatible, "reference", "added", "tickets can be found by reference"});
}

/// Members that a later descriptor may have and whose meaning this host does not know.
void diffOthers(const Object &before, const Object &after, Changes &changes)
{
    constexpr std::array known{"descriptorVersion", "id",           "name",         "vendor",        "version",
                               "description",       "guideUrl",     "extensions",   "configuration", "ticketDefaults",
                               "ticketFields",      "commonErrors", "allowedHosts", "limits",        "reference"};
    std::set<std::string> names;
    for (const Object *object : {&before, &after})
        for (const std::string &name : object->getNames())
            if (std::find(known.begin(), known.end(), name) == known.end())
                names.insert(name);
    for (const std::string &name : names)
        diffMember(before, after, name, Impact::review, "this psa-host does not know what it means", changes);
}

} // namespace

const char *toText(Impact impact)
{
    static constexpr std::array names = {"compatible", "needs review", "breaking"};
    static_assert(names.size() == static_cast<std::size_t>(Impact::breaking) + 1);
    return names.at(static_cast<std::size_t>(impact));
}

std::vector<DescriptorChange> diffDescriptors(const Object &before, const Object &after)
{
    Changes changes;
    diffIdentity(before, after, changes);
    diffExtensions(before, after, changes);
    const DescriptorForms had = readForms(before);
    const DescriptorForms has = readForms(after);
    diffForms("configuration", had.configuration, has.configuration, changes);
    diffForms("ticketDefaults", had.ticketDefaults, has.ticketDefaults, changes);
    diffForms("ticketFields", had.ticketFields, has.ticketFields, changes);
    diffHosts(before, after, changes);
    diffLimits(before, after, changes);
    diffReference(before, after, changes);
    if (shownIn(before, "commonErrors") != shownIn(after, "commonErrors"))
        changes.push_back({Impact::compatible, "commonErrors", "explanations changed", "only what is shown changes"});
    diffOthers(before, after, changes);
    return changes;
}

std::vector<DescriptorChange> diffAbi(const PluginAbi &before, const PluginAbi &after)
{
    Changes changes;
    const auto arrow = [](std::uint32_t was, std::uint32_t is) {
        return std::to_string(was) + " -> " + std::to_string(is);
    };
    if (before.major != after.major)
        changes.push_back(
            {Impact::breaking, "abi.major", arrow(before.major, after.major), "a host of the old major rejects it"});
    if (before.needed != after.needed)
        changes.push_back(
            {after.needed > before.needed ? Impact::breaking : Impact::compatible, "abi.needed",
             arrow(before.needed, after.needed),
             after.needed > before.needed ? "hosts with a smaller minor reject it" : "older hosts accept it too"});
    if (before.built != after.built)
        changes.push_back({Impact::compatible, "abi.built", arrow(before.built, after.built),
                           "host and plugin use the smaller of their minor versions"});
    return changes;
}

Impact worstOf(const std::vector<DescriptorChange> &changes)
{
    Impact worst = Impact::compatible;
    for (const DescriptorChange &change : changes)
        worst = std::max(worst, change.impact);
    return worst;
}

} // namespace psa::plugin
