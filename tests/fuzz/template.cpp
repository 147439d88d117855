#include "host/events/rules/template.h"
#include "host/events/rules/document.h"

#include <cstdlib>

/// The input is a template and the text of an event, separated by NUL: whatever they are, the result is bounded, and the
/// text of an event is inserted and not interpreted.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace psa::events;
    using namespace psa::events::rules;
    const std::string input(reinterpret_cast<const char *>(data), size);
    const std::string source = input.substr(0, input.find('\0'));
    Event event;
    event.kind = EventKind::problem;
    event.title = source.size() < input.size() ? input.substr(source.size() + 1) : "";
    event.text = event.title;
    event.labels["team"] = event.title;
    event.links = {{event.title, "https://a.example/"}, {"b", "https://b.example/"}};
    Facts facts;
    facts.event = &event;
    facts.source = "source";
    std::vector<std::string> unset;
    if (event.title.size() <= Template::maxOutput && Template("{{title}}").render(facts, {}, unset) != event.title)
        std::abort();
    try
    {
        const Template parsed(source);
        if (parsed.text() != source || parsed.render(facts, {}, unset).size() > Template::maxOutput)
            std::abort();
    }
    catch (const TemplateInvalid &)
    {
        return 0;
    }
    catch (const RuleFailed &) // too much work
    {
        return 0;
    }
    return 0;
}
