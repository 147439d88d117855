#pragma once

#include "host/plugin/verb.h"

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace psa::plugin {

/// A verb and its arguments, one text each.
struct VerbCall
{
    Verb verb;
    std::vector<std::string> arguments{};

    const VerbRow &row() const { return rowOf(verb); }
    /// The argument `name`; "" if the verb has no such argument.
    const std::string &argument(std::string_view name) const;
};

/// Arguments of list_choices; see psa_choices_query.
struct ChoicesQuery
{
    std::string list;
    std::string query;                ///< Text that labels should contain; empty = all.
    std::string cursor;               ///< "nextCursor" of the previous page; empty = the first page.
    std::string dependsOnJson = "{}"; ///< Values of the fields that the list depends on.
    std::uint32_t limit = 100;        ///< 1 to maxLimit.

    static constexpr std::uint32_t maxLimit = 500;
};

VerbCall configureCall(std::string configurationJson);
VerbCall testCall();
/// `ticketJson`: a document that matches schemas/ticket.schema.json.
VerbCall createTicketCall(std::string reference, std::string ticketJson);
VerbCall findTicketCall(std::string reference);
/// Throws std::logic_error for a limit out of range.
VerbCall listChoicesCall(ChoicesQuery query);
VerbCall readTicketCall(std::string ticketId);
/// `reference`: of the note. `noteJson`: a document that matches schemas/ticket-note.schema.json.
VerbCall addNoteCall(std::string ticketId, std::string reference, std::string noteJson);
VerbCall findNoteCall(std::string ticketId, std::string reference);
/// `changeJson`: a document that matches schemas/ticket-change.schema.json.
VerbCall changeTicketCall(std::string ticketId, std::string changeJson);
/// `watermark`: of an earlier result for this ticket; "" = since its creation.
VerbCall activityCall(std::string ticketId, std::string watermark);
VerbCall removeNoteCall(std::string ticketId, std::string noteId);

/// Convert arguments to their form in recordings and back. callFrom() throws Poco exceptions for values of another type.
Poco::JSON::Object::Ptr argumentsToJson(const VerbCall &call);
VerbCall callFrom(const VerbRow &row, const Poco::JSON::Object &arguments);
/// The call with its arguments cleaned, as ArgumentKind says.
VerbCall withoutControls(VerbCall call);

} // namespace psa::plugin
