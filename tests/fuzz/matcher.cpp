#include "host/events/rules/matcher.h"

#include <cstdlib>

/// Whatever is written as matchers, its normalized form is valid, says the same about an event, and is its own normalized
/// form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace psa::events;
    using namespace psa::events::rules;
    const std::string text(reinterpret_cast<const char *>(data), size);
    Event event;
    event.kind = EventKind::problem;
    event.severity = Severity::critical;
    event.title = text.substr(0, 200);
    event.labels["team"] = "msp";
    Facts facts;
    facts.event = &event;
    facts.source = "source";
    try
    {
        for (const Matcher &matcher : Matcher::parseList(text))
        {
            const Matcher again = Matcher::parse(matcher.text());
            if (again.text() != matcher.text() || again.holds(facts) != matcher.holds(facts) ||
                again.why(facts) != matcher.why(facts))
                std::abort();
        }
    }
    catch (const MatcherInvalid &)
    {
        return 0;
    }
    return 0;
}
