#pragma once

#include "tests/integration/common/rig.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

namespace psa::test {

/// A ticket of this host, one minute old, that was looked at once. `Setup`: of the suite of one PSA, with sandbox().
template <class Setup>
struct LivingTicket : Setup
{
    static constexpr const char *madeAs = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    std::string id;
    std::string watermark;

    /// `setup`: for Setup.
    template <class... Arguments>
    explicit LivingTicket(const std::string &document, const Arguments &...setup) : Setup(setup...)
    {
        const plugin::CallOutcome made = this->create(madeAs, document);
        INFO(describe(made));
        REQUIRE(made.ok());
        id = ticketId(made);
        later();
        REQUIRE(touched() == "no");
    }
    void later() { this->sandbox().advance(std::chrono::minutes(1)); }
    /// What a person does.
    std::int64_t act(const std::string &action, const std::string &more = "")
    {
        later();
        const std::int64_t done =
            this->sandbox().act(R"({"ticketId": )" + id + R"(, "action": ")" + action + "\"" + more + "}");
        later();
        return done;
    }
    /// `more`: members of the note.
    plugin::CallOutcome write(const std::string &reference, const std::string &more)
    {
        const plugin::CallOutcome outcome =
            this->addNote(id, reference, R"({"version":1,"text":"It is over.")" + more + "}");
        later();
        return outcome;
    }
    plugin::CallOutcome set(const std::string &members, connection::CallOptions options = {})
    {
        const plugin::CallOutcome outcome = this->change(id, R"({"version":1,)" + members + "}", std::move(options));
        later();
        return outcome;
    }
    /// The activity since the last one, with "touched" as a string.
    Poco::JSON::Object::Ptr look()
    {
        const plugin::CallOutcome outcome = this->activity(id, watermark);
        INFO(describe(outcome));
        REQUIRE(outcome.ok());
        CHECK(outcome.defects.empty());
        Poco::JSON::Object::Ptr result = json(outcome.result);
        watermark = result->getValue<std::string>("watermark");
        return result;
    }
    std::string touched()
    {
        const Poco::JSON::Object::Ptr activity = look();
        return activity->getValue<std::string>("touched");
    }
    std::size_t notesFound(const std::string &reference)
    {
        const plugin::CallOutcome outcome = this->findNote(id, reference);
        INFO(describe(outcome));
        REQUIRE(outcome.ok());
        const Poco::JSON::Object::Ptr result = json(outcome.result);
        return result->getArray("notes")->size();
    }
    std::size_t notesWith(const std::string &reference) const
    {
        return sandbox::notesWith(this->sandbox().truth().notes, reference);
    }
    auto truth() const { return this->sandbox().truth().tickets.front(); }
    /// The requests that `body` costs.
    template <class Body>
    std::size_t requestsOf(Body &&body)
    {
        const std::size_t before = this->sandbox().requests();
        body();
        return this->sandbox().requests() - before;
    }
};

inline psa_status statusOf(const plugin::CallOutcome &outcome)
{
    return outcome.error ? outcome.error->status : PSA_OK;
}

} // namespace psa::test
