#include "host/events/rules/library.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"

namespace psa::events::rules {
namespace {

using Poco::JSON::Object;

LibraryQuestion questionFrom(const Object &document)
{
    return {document.getValue<std::string>("pointer"), document.getValue<std::string>("label"),
            document.getValue<std::string>("help"), document.getValue<std::string>("kind"),
            document.getValue<bool>("required")};
}

LibraryRule libraryRuleFrom(const std::string &name, const Object &document)
{
    LibraryRule entry{name,
                      document.getValue<std::string>("title"),
                      document.getValue<std::string>("description"),
                      {},
                      document.getObject("rule")};
    const Poco::JSON::Array::Ptr questions = document.getArray("questions");
    for (unsigned i = 0; i < questions->size(); ++i)
        entry.questions.push_back(questionFrom(*questions->getObject(i)));
    return entry;
}

std::vector<LibraryRule> readLibrary()
{
    std::map<int, LibraryRule> ordered;
    for (const auto &[name, text] : embeddedLibrary)
    {
        const auto document = json::parseStrict(text).extract<Object::Ptr>();
        ordered.emplace(document->getValue<int>("order"), libraryRuleFrom(name, *document));
    }
    std::vector<LibraryRule> entries;
    entries.reserve(ordered.size());
    for (auto &[order, entry] : ordered)
        entries.push_back(std::move(entry));
    return entries;
}

Object::Ptr toJson(const LibraryQuestion &question)
{
    Object::Ptr document = new Object;
    document->set("pointer", question.pointer);
    document->set("label", question.label);
    document->set("help", question.help);
    document->set("kind", question.kind);
    document->set("required", question.required);
    return document;
}

} // namespace

const std::vector<LibraryRule> &library()
{
    static const std::vector<LibraryRule> entries = readLibrary();
    return entries;
}

Object::Ptr toJson(const LibraryRule &entry)
{
    Object::Ptr document = new Object;
    document->set("name", entry.name);
    document->set("title", entry.title);
    document->set("description", entry.description);
    document->set("questions",
                  json::arrayOf(entry.questions, [](const LibraryQuestion &each) { return toJson(each); }));
    document->set("rule", entry.rule);
    return document;
}

} // namespace psa::events::rules
