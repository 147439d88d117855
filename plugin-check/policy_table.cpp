#include "plugin-check/policy_table.h"

#include "plugin-check/check.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <array>
#include <iomanip>
#include <ostream>

namespace psa::check {
namespace {

std::string join(const std::vector<std::string> &items)
{
    std::string text;
    for (const std::string &item : items)
        text += (text.empty() ? "" : ", ") + item;
    return text;
}

/// A cell of a table, with bars escaped.
std::string cell(const std::string &text)
{
    std::string escaped;
    for (const char c : text)
        escaped += c == '|' ? "\\|" : std::string(1, c);
    return escaped;
}

constexpr std::array levelNames = {"", "file, table, descriptor", "without a network", "network faults",
                                   "load, leaks, fuzz"};

} // namespace

void printList(int level, std::ostream &out)
{
    for (const Check &check : catalogue())
        if (check.level <= level)
            out << std::left << std::setw(5) << check.id << check.level << "  " << std::setw(15) << check.group
                << check.title << '\n';
}

void printListJson(int level, std::ostream &out)
{
    Poco::JSON::Array all;
    for (const Check &check : catalogue())
    {
        if (check.level > level)
            continue;
        Poco::JSON::Object::Ptr item = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
        Poco::JSON::Array::Ptr needs = new Poco::JSON::Array;
        for (const std::string &id : check.needs)
            needs->add(id);
        item->set("id", check.id);
        item->set("title", check.title);
        item->set("level", check.level);
        item->set("group", check.group);
        item->set("requirement", check.requirement);
        item->set("consequence", check.consequence);
        item->set("needs", needs);
        item->set("limitSeconds", static_cast<Poco::Int64>(check.limit.count() / 1000));
        all.add(item);
    }
    all.stringify(out, 2);
    out << '\n';
}

void printPolicies(std::ostream &out)
{
    out << "# Rules for plugins\n\n"
           "All rules that `psa-plugin-check` checks, by level. A check that depends on another one is skipped if that "
           "one\n"
           "does not pass. This page is the output of `psa-plugin-check list --markdown`; a test keeps it so.\n";
    for (int level = 1; level <= 4; ++level)
    {
        out << "\n## Level " << level << ": " << levelNames.at(static_cast<std::size_t>(level))
            << "\n\n| id | title | a plugin must | or else | needs |\n| --- | --- | --- | --- | --- |\n";
        for (const Check &check : catalogue())
            if (check.level == level)
                out << "| " << check.id << " | " << cell(check.title) << " | " << cell(check.requirement) << " | "
                    << cell(check.consequence) << " | " << join(check.needs) << " |\n";
    }
}

void printExplanation(const Check &check, std::ostream &out)
{
    out << check.id << ": " << check.title << "\n\n"
        << "Required:    " << check.requirement << '\n'
        << "Or else:     " << check.consequence << '\n'
        << "Level:       " << check.level << ", " << levelNames.at(static_cast<std::size_t>(check.level)) << '\n'
        << "Group:       " << check.group << '\n'
        << "Needs:       " << (check.needs.empty() ? "nothing" : join(check.needs)) << '\n'
        << "Time limit:  " << check.limit.count() / 1000 << " s\n";
}

} // namespace psa::check
