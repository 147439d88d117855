#include "host/delivery/merged_documents.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/JSON/Object.h>
#include <Poco/Timestamp.h>

namespace psa::delivery {
namespace {

using Poco::JSON::Object;

Object::Ptr documentOf(const ticket::StoredOperation &operation)
{
    return json::parseStrict(operation.documentJson, json::ownText).extract<Object::Ptr>();
}

/// A note under the time at which it was submitted.
std::string withTime(const ticket::StoredOperation &note, const std::string &text)
{
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(note.created.time_since_epoch()).count();
    return Poco::DateTimeFormatter::format(Poco::Timestamp(us), "%Y-%m-%d %H:%M:%S UTC") + "\n" + text;
}

std::string mergedText(const std::vector<const ticket::StoredOperation *> &notes)
{
    std::string text;
    for (const ticket::StoredOperation *each : notes)
        text += (text.empty() ? "" : "\n\n") + withTime(*each, documentOf(*each)->getValue<std::string>("text"));
    return text;
}

/// Everything but its text.
std::string audienceOf(const ticket::StoredOperation &note)
{
    Object::Ptr document = documentOf(note);
    document->remove("text");
    return json::jsonText(document);
}

std::vector<const ticket::StoredOperation *> together(const ticket::StoredOperation &head,
                                                      const std::vector<ticket::StoredOperation> &others)
{
    std::vector<const ticket::StoredOperation *> all{&head};
    for (const ticket::StoredOperation &each : others)
        all.push_back(&each);
    return all;
}

} // namespace

std::string mergedDocument(const ticket::StoredOperation &head, const std::vector<ticket::StoredOperation> &others)
{
    if (others.empty())
        return head.documentJson;
    Object::Ptr document = documentOf(head);
    if (head.kind == ticket::OperationKind::note)
        document->set("text", mergedText(together(head, others)));
    else
        for (const ticket::StoredOperation &each : others)
        {
            const Object::Ptr later = documentOf(each);
            for (const auto &[name, value] : *later)
                document->set(name, value);
        }
    return json::jsonText(document);
}

std::size_t mergeCount(const ticket::StoredOperation &head, const std::vector<ticket::StoredOperation> &others,
                       std::size_t maxNoteLength)
{
    if (head.kind != ticket::OperationKind::note)
        return others.size();
    std::vector<const ticket::StoredOperation *> notes{&head};
    const std::string audience = audienceOf(head);
    for (const ticket::StoredOperation &each : others)
    {
        notes.push_back(&each);
        // UTF-8 never has fewer bytes than UTF-16 has units.
        if (audienceOf(each) != audience || mergedText(notes).size() > maxNoteLength)
            return notes.size() - 2;
    }
    return others.size();
}

} // namespace psa::delivery
