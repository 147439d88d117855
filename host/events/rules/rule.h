#pragma once

#include "host/events/rules/conditions.h"
#include "host/events/rules/document.h"
#include "host/events/rules/hours.h"
#include "host/events/rules/template.h"

#include <Poco/JSON/Object.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace psa::events::rules {

enum class RuleMode
{
    off,
    dryRun, ///< It decides and records what it would do, and does nothing.
    on
};

enum class RuleAction
{
    ticket,
    suppress ///< The event is counted and makes no ticket.
};

/// What a problem that is reported again does to its ticket.
enum class OnRepeat
{
    nothing,
    count,
    note
};

enum class OnRecovery
{
    nothing,
    note,
    resolveIfUntouched, ///< Resolve unless a human worked on the ticket, else note.
    resolve
};

/// What happens if a human closed the ticket and the problem lasts.
enum class IfClosedByHuman
{
    leave,
    reopen,
    newTicket
};

/// The ticket that a rule creates.
struct TicketAction
{
    std::string connection;
    std::map<std::string, Template> fields;    ///< By their names in ticket requests; always title and description.
    std::map<std::string, Template> ownFields; ///< Fields that only this PSA has.
    std::string unknownCustomerCompany; ///< Company for a customer that is in no table; "" = the ticket needs review.
};

/// A ticket is created when the problem has lasted this long and was reported this often.
struct HoldDown
{
    std::chrono::minutes length{0};
    int problems = 1;
};

/// More tickets than this of one rule, connection and company within this time become notes on one ticket.
struct StormLimit
{
    int tickets = 10;
    std::chrono::minutes length{5};
};

/// What to do with which events. Immutable once parsed, and then thread-safe.
struct Rule
{
    std::string name;
    std::string description;
    RuleMode mode = RuleMode::dryRun;
    Conditions conditions;
    std::optional<WeeklyHours> during; ///< nullopt = always.
    RuleAction action = RuleAction::ticket;

    // Of RuleAction::ticket only.
    TicketAction ticket;
    HoldDown holdDown;
    OnRepeat onRepeat = OnRepeat::count;
    std::chrono::minutes noteEvery{60}; ///< At most one note on repeats in this time.
    OnRecovery onRecovery = OnRecovery::resolveIfUntouched;
    std::optional<std::chrono::hours> reopenWithin; ///< A problem that returns reopens its ticket; nullopt = a new one.
    IfClosedByHuman ifClosedByHuman = IfClosedByHuman::leave;
    std::optional<StormLimit> storm = StormLimit(); ///< nullopt = no limit.

    /// Throws RuleInvalid.
    static Rule parse(const Poco::JSON::Object &written);
    /// Normalized: with all defaults, so that rules that do the same have the same text.
    Poco::JSON::Object::Ptr toJson() const;
    /// What is allowed and may not be meant, as sentences.
    std::vector<std::string> warnings() const;

    /// Whether the conditions hold and the time is right, whatever the mode. Allocates nothing unless `during` is set.
    bool appliesTo(const Facts &facts) const;
};

/// "dry_run" and so on, as in documents.
std::string toText(RuleMode mode);
std::string toText(RuleAction action);
std::string toText(OnRepeat what);
std::string toText(OnRecovery what);
std::string toText(IfClosedByHuman what);

/// What a rule says about an event.
struct RuleResult
{
    enum class Outcome
    {
        matched,
        notMatched,
        failed, ///< It cannot be evaluated; the event goes on to the next rule.
        off
    };

    std::string rule; ///< Its name.
    Outcome outcome = Outcome::off;
    std::string why; ///< For people.
};

/// Whether `rule` would take the event, and why. For deciding about many rules, ask appliesTo() first, which is faster.
RuleResult evaluate(const Rule &rule, const Facts &facts);

} // namespace psa::events::rules
