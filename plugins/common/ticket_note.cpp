#include "common/ticket_note.h"

#include "common/text.h"
#include "common/ticket_name.h"

#include <psa/results.hpp>

#include <algorithm>
#include <iterator>

namespace psa::plugins {

bool isNoteReference(std::string_view text)
{
    constexpr std::size_t longest = 40;
    return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    });
}

void requireNoteReference(std::string_view reference, const char *hint)
{
    if (!isNoteReference(reference))
        throw psa::Error(PSA_INTERNAL, "The reference \"" + oneLine(reference) + "\" cannot be found in a note.")
            .hint(hint);
}

Object::Ptr parseNote(std::string_view json, std::string_view reference)
{
    requireNoteReference(reference, "Report it, including the log: a reference has digits and capital letters.");
    Object::Ptr note = parseObject(json);
    if (!note || trim(textOf(*note, "text")).empty())
        throw invalidField("text", "The note has no text.", "Set a text.");
    return note;
}

std::string foundNotes(std::vector<std::int64_t> ids)
{
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::string> texts;
    std::transform(ids.begin(), ids.end(), std::back_inserter(texts),
                   [](std::int64_t id) { return std::to_string(id); });
    return psa::foundNotes(texts);
}

} // namespace psa::plugins
