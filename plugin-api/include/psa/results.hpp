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

/// Runs `send`, which sends the request that creates a ticket, and returns what it returns. In a dry run that request
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

/// Throws Error for an invalid id: whether the ticket exists has to be looked up.
inline std::string jsonTicket(const Ticket &ticket)
{
    if (!isId(ticket.id))
        throw Error(PSA_INTERNAL, "The PSA returned a ticket id of " + std::to_string(ticket.id.size()) + " bytes.")
            .hint("An id has 1 to 200 characters without NUL. Check in the PSA whether the ticket exists.");
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

} // namespace psa

#endif
