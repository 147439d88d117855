#include "common/records.h"

#include "common/text.h"
#include "common/ticket_name.h"

namespace plugins {
namespace {

std::string listed(const std::vector<Record> &records)
{
    std::string text;
    for (const Record &record : records)
        text += (text.empty() ? "" : ", ") + record.label + " (" + std::to_string(record.id) + ")";
    return records.size() < maxRecords ? text : text + " and perhaps more";
}

} // namespace

std::int64_t onlyRecord(const Psa &psa, const std::vector<Record> &records, const RecordWords &words,
                        const std::string &wanted)
{
    const std::string quoted = std::string(words.noun) + " \"" + oneLine(wanted) + "\"";
    if (records.empty())
        throw invalidField(words.field,
                           std::string(psa.name) + " has no " + words.kind + quoted + " that the " + psa.user +
                               " can see.",
                           std::string("Give the name exactly as ") + psa.name + " has it, or the id.");
    if (records.size() > 1)
        throw invalidField(
            words.field, std::string("More than one ") + words.kind + "record of " + psa.name + " fits " + quoted + ".",
            "Give the id of one of: " + listed(records) + ".");
    return records.front().id;
}

} // namespace plugins
