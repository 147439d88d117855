// SPDX-License-Identifier: Apache-2.0
//
// psa/results.hpp: the documents that verbs return, made of plain values, so that a plugin needs to know no key of
// theirs and cannot break their schemas, whatever a PSA sends. Compiled into the plugin; not part of the ABI.
#ifndef PSA_RESULTS_HPP
#define PSA_RESULTS_HPP

#include <psa/call.hpp>
#include <psa/error.hpp>
#include <psa/text.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace psa {

/// What the operator should know although it worked.
struct Warning
{
    std::string message{}; ///< One sentence.
    std::string field{};   ///< The ticket or configuration field that it is about; may be empty.
    std::string hint{};    ///< What to do next; may be empty.
};

/// Runs `send`, which sends the changing request of a call, and returns what it returns. In a dry run that request
/// is held back and there is no result to carry `warnings`: they are logged then, and the host shows them beside what
/// would have been sent.
template <class Send>
auto sendWith(const Call &call, const std::vector<Warning> &warnings, Send &&send)
{
    try
    {
        return send();
    }
    catch (const Error &error)
    {
        if (error.status() == PSA_CANCELLED)
            for (const Warning &warning : warnings)
                call.warning(warning.message + (warning.hint.empty() ? "" : " " + warning.hint));
        throw;
    }
}

/// A ticket as the PSA has it. Everything but the id may be empty; what would cost another request should be.
struct Ticket
{
    std::string id{};     ///< The PSA's own key.
    std::string number{}; ///< What people call it.
    std::string url{};    ///< Where a person opens it, https.
    std::string status{}; ///< The PSA's own label.
};

/// A status of a ticket. Without an id it counts as unknown, and is left out of a result.
struct TicketStatus
{
    std::string id{};    ///< The PSA's own id.
    std::string label{}; ///< The PSA's own label; may be empty.
};

/// What psa.update-ticket/1 does in a PSA: see schemas/update-description.schema.json.
struct UpdateDescription
{
    std::size_t noteMaxLength = 0; ///< Of the text of one note, in UTF-16 units; 200 to 1,000,000.
    unsigned quietSeconds = 0;     ///< How long a note may stay invisible to findNote; up to 3600.
    std::vector<std::string> resolvedStatuses{};
    std::vector<std::string> reopenedStatuses{};
    std::vector<std::string> changes{};     ///< Members of a ticket change that change can set.
    std::vector<std::string> afterCreate{}; ///< Those that createTicket cannot set.
    bool removesNotes = false;              ///< Whether the plugin derives from NoteRemoval.
};

/// Whether a human has touched a ticket.
enum class Touched
{
    no,
    yes,
    unclear
};

/// Something that a human did to a ticket.
struct Touch
{
    std::string what{}; ///< One sentence, such as "Jane Doe wrote a note".
    std::string at{};   ///< RFC 3339 with seconds and offset, 2026-11-24T17:00:00Z; anything else is left out.
};

/// A ticket since a watermark.
struct Activity
{
    Touched touched = Touched::unclear;
    std::vector<Touch> by{}; ///< The latest last; the last 20 are kept.
    TicketStatus status{};   ///< As it is now; may be empty.
    bool closed = false;
    Ticket mergedInto{}; ///< Its id and number; without an id = not merged.
    bool deleted = false;
    std::string watermark{}; ///< What the host passes to the next call; 1 to 4000 characters.
};

/// Something that a test found out.
struct Detail
{
    std::string label{};
    std::string value{};
};

/// One value of a list.
struct Choice
{
    std::string id{};
    std::string label{};
    bool active = true; ///< False if the PSA keeps it only for old tickets.
    std::string code{}; ///< Another name that the PSA has for it; may be empty.
};

/// Title and description as a PSA takes them.
struct TicketTexts
{
    std::string title{};
    std::string description{};
};

/// Fits texts into what `psaName` holds, counted in UTF-16 units: the title on one line; what is too long is clipped,
/// which `warnings` then say; the full text of a truncated title is put at the start of the description.
inline TicketTexts fitTexts(const std::string &psaName, std::string_view title, std::size_t titleLimit,
                            std::string_view description, std::size_t descriptionLimit, std::vector<Warning> &warnings)
{
    const auto warn = [&](const char *field, std::size_t limit, const char *rest) {
        warnings.push_back({std::string("The ") + field + " is longer than the " + std::to_string(limit) +
                                " characters that " + psaName + " allows and was truncated; " + rest,
                            field});
    };
    const std::string line = oneLine(title);
    const Clipped shortTitle = clip(line, titleLimit);
    std::string text(description);
    if (shortTitle.clipped)
    {
        warn("title", titleLimit, "the description starts with the full title.");
        text = line + (text.empty() ? "" : "\n\n" + text);
    }
    Clipped shortText = clip(text, descriptionLimit);
    if (shortText.clipped)
        warn("description", descriptionLimit, "this host keeps the full text.");
    return {shortTitle.text, std::move(shortText.text)};
}

/// Fits the text of a note into what `psaName` holds, counted in UTF-16 units; `warnings` then say that it was truncated.
inline std::string fitNote(const std::string &psaName, std::string_view text, std::size_t limit,
                           std::vector<Warning> &warnings)
{
    Clipped fitting = clip(text, limit);
    if (fitting.clipped)
        warnings.push_back({"The note is longer than the " + std::to_string(limit) + " characters that " + psaName +
                                " allows and was truncated; this host keeps the full text.",
                            "text"});
    return std::move(fitting.text);
}

namespace detail {

/// A JSON object of texts; empty ones are left out.
inline std::string jsonObject(std::initializer_list<std::pair<std::string_view, std::string_view>> members)
{
    std::string object;
    for (const auto &[name, value] : members)
        if (!value.empty())
            object += (object.empty() ? "" : ",") + jsonText(name) + ":" + jsonText(value);
    return "{" + object + "}";
}

/// A JSON array of at most `most` of `all`, each as `toJson` writes it.
template <class T, class ToJson>
std::string jsonArray(const std::vector<T> &all, std::size_t most, ToJson toJson)
{
    std::string array;
    for (std::size_t i = 0; i < all.size() && i < most; ++i)
        array += (i == 0 ? "" : ",") + toJson(all[i]);
    return "[" + array + "]";
}

/// `text` within what a schema allows for sentences.
inline std::string sentence(std::string_view text, std::size_t most = 2000)
{
    return excerpt(text, most);
}

inline std::string jsonWarnings(const std::vector<Warning> &warnings)
{
    const auto toJson = [](const Warning &one) {
        return jsonObject(
            {{"message", sentence(one.message)}, {"field", sentence(one.field, 100)}, {"hint", sentence(one.hint)}});
    };
    return warnings.empty() ? "" : ",\"warnings\":" + jsonArray(warnings, 50, toJson);
}

/// Can `id` stand in a document? A truncated id would be a different one.
inline bool isId(std::string_view id)
{
    return !id.empty() && id.find('\0') == std::string_view::npos && clip(id, 200).text == id;
}

/// Throws Error for an invalid id: whether the thing, such as a ticket, exists has to be looked up.
inline void requireId(const std::string &id, const std::string &thing)
{
    if (!isId(id))
        throw Error(PSA_INTERNAL, "The PSA returned a " + thing + " id of " + std::to_string(id.size()) + " bytes.")
            .hint("An id has 1 to 200 characters without NUL. Check in the PSA whether the " + thing + " exists.");
}

inline std::string jsonTicket(const Ticket &ticket)
{
    requireId(ticket.id, "ticket");
    const bool usable = ticket.url.size() <= 2000 && ticket.url.rfind("https://", 0) == 0;
    return jsonObject({{"id", ticket.id},
                       {"number", sentence(ticket.number, 200)},
                       {"url", usable ? ticket.url : ""},
                       {"status", sentence(ticket.status, 200)}});
}

inline std::string jsonChoice(const Choice &choice)
{
    const std::string label = sentence(choice.label, 500);
    return "{\"id\":" + jsonText(choice.id) + ",\"label\":" + jsonText(label.empty() ? choice.id : label) +
           (choice.code.empty() ? "" : ",\"code\":" + jsonText(sentence(choice.code, 100))) +
           (choice.active ? "}" : ",\"active\":false}");
}

inline std::string jsonNote(const std::string &id)
{
    requireId(id, "note");
    return jsonObject({{"id", id}});
}

/// "status" as a further member of a document; "" for a status without a valid id.
inline std::string jsonStatus(const TicketStatus &status)
{
    return isId(status.id) ? ",\"status\":" + jsonObject({{"id", status.id}, {"label", sentence(status.label, 200)}})
                           : "";
}

inline std::string jsonTexts(const std::vector<std::string> &texts, std::size_t most)
{
    return jsonArray(texts, most, [](const std::string &one) { return jsonText(one); });
}

/// Is `text` a time as documents have it, "2026-11-24T17:00:00Z"?
inline bool isTime(std::string_view text)
{
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    constexpr std::string_view offset = "+00:00";
    const auto matches = [](std::string_view part, std::string_view wanted) {
        return part.size() == wanted.size() &&
               std::equal(part.begin(), part.end(), wanted.begin(), [](char is, char want) {
                   return want == '0' ? is >= '0' && is <= '9' : is == want || (want == '+' && is == '-');
               });
    };
    if (text.size() > 40 || !matches(text.substr(0, shape.size()), shape))
        return false;
    std::string_view rest = text.substr(shape.size());
    if (!rest.empty() && rest.front() == '.')
    {
        const std::size_t end = rest.find_first_not_of("0123456789", 1);
        if (end == std::string_view::npos || end == 1)
            return false;
        rest.remove_prefix(end);
    }
    return rest == "Z" || matches(rest, offset);
}

inline std::string jsonTouch(const Touch &touch)
{
    const std::string what = sentence(touch.what, 500);
    return jsonObject(
        {{"what", what.empty() ? "Something was changed" : what}, {"at", isTime(touch.at) ? touch.at : ""}});
}

} // namespace detail

/// What test returns. `summary`: the sentence to show, "Connected to Example PSA".
inline std::string testResult(std::string_view summary, const std::vector<Detail> &details = {},
                              const std::vector<Warning> &warnings = {})
{
    const auto toJson = [](const Detail &one) {
        return "{\"label\":" + jsonText(detail::sentence(one.label, 200)) +
               ",\"value\":" + jsonText(detail::sentence(one.value)) + "}";
    };
    return "{\"version\":1,\"summary\":" + jsonText(detail::sentence(summary, 500)) +
           ",\"details\":" + detail::jsonArray(details, 50, toJson) + detail::jsonWarnings(warnings) + "}";
}

/// What createTicket and readTicket return. At most 50 warnings are kept.
inline std::string ticketResult(const Ticket &ticket, const std::vector<Warning> &warnings = {})
{
    return "{\"version\":1,\"ticket\":" + detail::jsonTicket(ticket) + detail::jsonWarnings(warnings) + "}";
}

/// What findTicket returns: every ticket with the reference, at most 100.
inline std::string foundTickets(const std::vector<Ticket> &tickets)
{
    return "{\"version\":1,\"tickets\":" + detail::jsonArray(tickets, 100, &detail::jsonTicket) + "}";
}

/// What listChoices returns: one page, without the items whose id is not an id. `nextCursor`: what the host gives back
/// for the next one, at most 1000 characters; empty = this was the last.
inline std::string choicesPage(std::vector<Choice> items, std::string_view nextCursor = {})
{
    items.erase(std::remove_if(items.begin(), items.end(), [](const Choice &one) { return !detail::isId(one.id); }),
                items.end());
    return "{\"version\":1,\"items\":" + detail::jsonArray(items, 500, &detail::jsonChoice) +
           (nextCursor.empty() ? "" : ",\"nextCursor\":" + jsonText(nextCursor)) + "}";
}

/// What describeUpdates returns.
inline std::string updateDescription(const UpdateDescription &about)
{
    constexpr std::size_t most = 10;
    return "{\"version\":1,\"noteMaxLength\":" + std::to_string(about.noteMaxLength) +
           ",\"quietSeconds\":" + std::to_string(about.quietSeconds) +
           ",\"resolvedStatuses\":" + detail::jsonTexts(about.resolvedStatuses, most) +
           ",\"reopenedStatuses\":" + detail::jsonTexts(about.reopenedStatuses, most) +
           ",\"changes\":" + detail::jsonTexts(about.changes, most) +
           ",\"afterCreate\":" + detail::jsonTexts(about.afterCreate, most) +
           ",\"removesNotes\":" + (about.removesNotes ? "true" : "false") + "}";
}

/// What addNote returns. `id`: the PSA's own id of the note.
inline std::string noteResult(const std::string &id, const std::vector<Warning> &warnings = {})
{
    return "{\"version\":1,\"note\":" + detail::jsonNote(id) + detail::jsonWarnings(warnings) + "}";
}

/// What findNote returns: the ids of every note with the reference, the oldest first, at most 100.
inline std::string foundNotes(const std::vector<std::string> &ids)
{
    return "{\"version\":1,\"notes\":" + detail::jsonArray(ids, 100, &detail::jsonNote) + "}";
}

/// What change returns. `changed`: the members of the change that were set; empty = nothing differed. `status`: as it is
/// now, if that is known.
inline std::string changeResult(const std::vector<std::string> &changed, const TicketStatus &status = {},
                                const std::vector<Warning> &warnings = {})
{
    return "{\"version\":1,\"changed\":" + detail::jsonTexts(changed, 6) + detail::jsonStatus(status) +
           detail::jsonWarnings(warnings) + "}";
}

/// What activity returns.
inline std::string activityResult(const Activity &activity)
{
    constexpr std::size_t mostTouches = 20;
    const std::size_t old = activity.by.size() > mostTouches ? activity.by.size() - mostTouches : 0;
    const std::vector<Touch> by(activity.by.begin() + static_cast<std::ptrdiff_t>(old), activity.by.end());
    const char *const touched = activity.touched == Touched::no    ? "no"
                                : activity.touched == Touched::yes ? "yes"
                                                                   : "unclear";
    const std::string merged =
        detail::isId(activity.mergedInto.id)
            ? ",\"mergedInto\":" + detail::jsonObject({{"id", activity.mergedInto.id},
                                                       {"number", detail::sentence(activity.mergedInto.number, 200)}})
            : "";
    return std::string("{\"version\":1,\"touched\":\"") + touched + "\"" +
           (by.empty() ? "" : ",\"by\":" + detail::jsonArray(by, mostTouches, &detail::jsonTouch)) +
           detail::jsonStatus(activity.status) + ",\"closed\":" + (activity.closed ? "true" : "false") + merged +
           (activity.deleted ? ",\"deleted\":true" : "") + ",\"watermark\":" + jsonText(activity.watermark) + "}";
}

} // namespace psa

#endif
