#include "common/records.h"

#include "common/exchange.h"
#include "common/text.h"
#include "common/ticket_name.h"

#include <set>

namespace psa::plugins {
namespace {

std::string listed(const std::vector<Record> &records)
{
    std::string text;
    for (const Record &record : records)
        text += (text.empty() ? "" : ", ") + record.label + " (" + std::to_string(record.id) + ")";
    return records.size() < maxRecords ? text : text + " and perhaps more";
}

} // namespace

std::vector<Record> fittingRecords(const Array &rows, const std::function<bool(const Object &)> &fits,
                                   const std::function<std::string(const Object &)> &label)
{
    std::vector<Record> records;
    std::set<std::int64_t> seen;
    for (unsigned i = 0; i < rows.size(); ++i)
        if (const Object::Ptr row = rows.getObject(i); row && fits(*row))
            if (const auto id = integerOf(*row, "id"); id && seen.insert(*id).second)
                records.push_back({*id, oneLine(label(*row))});
    return records;
}

bool isSameName(std::string_view value, std::string_view wanted)
{
    return lower(oneLine(value)) == lower(oneLine(wanted));
}

std::int64_t onlyRecord(const Psa &psa, const std::vector<Record> &records, const RecordWords &words,
                        const std::string &wanted)
{
    const std::string quoted = std::string(words.noun) + " \"" + oneLine(wanted) + "\"";
    if (records.empty())
        throw invalidField(words.field,
                           std::string(psa.name) + " has no " + words.kind + quoted + " that the " + psa.user +
                               " can see.",
                           std::string("Enter the name exactly as ") + psa.name + " has it, or the id.");
    if (records.size() > 1)
        throw invalidField(
            words.field, std::string("More than one ") + words.kind + "record of " + psa.name + " fits " + quoted + ".",
            "Use the id of one of: " + listed(records) + ".");
    return records.front().id;
}

} // namespace psa::plugins
