// SPDX-License-Identifier: Apache-2.0
//
// psa/fuzzing.hpp: one call of a plugin on a host in memory, made of the bytes that libFuzzer comes up with. The targets
// `fuzz` of psa_add_checks() and fuzz-PLUGIN of psa_add_fuzzer() are made of it (psa_fuzz.cpp beside them).
#ifndef PSA_FUZZING_HPP
#define PSA_FUZZING_HPP

#include <psa/testing.hpp>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace psa::testing {

/// A call and the PSA's answers as the bytes of a fuzz input: any bytes are one. The pieces are divided by zero bytes:
///
///     the call       'c' createTicket, 'f' findTicket, 'l' listChoices, 'r' readTicket, 'n' addNote, 'm' findNote,
///                    'h' change, 'a' activity, 'd' removeNote, anything else test; behind the letter the reference, the
///                    name of the list, or the ticket's id
///     the configuration, as configure gets it
///     the ticket, note or change, as createTicket, addNote or change gets it; for listChoices what the list depends on;
///                    for findNote, activity and removeNote the reference, the watermark or the note's id
///     each answer    the status in digits, then lines "Name: value", an empty line, the body
struct FuzzInput
{
    char call = 't';
    std::string argument{};
    std::string configuration{};
    std::string document{};
    std::vector<HttpResponse> answers{}; ///< In the order of the requests.

    static FuzzInput fromBytes(std::string_view bytes)
    {
        FuzzInput input;
        std::string_view first = nextPiece(bytes);
        if (!first.empty())
        {
            input.call = first.front();
            input.argument = first.substr(1);
        }
        input.configuration = nextPiece(bytes);
        input.document = nextPiece(bytes);
        while (!bytes.empty())
            input.answers.push_back(answerOf(nextPiece(bytes)));
        return input;
    }

    /// What fromBytes() reads. Zero bytes within a piece divide it.
    std::string toBytes() const
    {
        std::string bytes = call + argument + '\0' + configuration + '\0' + document + '\0';
        for (const HttpResponse &answer : answers)
        {
            bytes += std::to_string(answer.status) + '\n';
            for (const HttpHeader &header : answer.headers)
                bytes += header.name + ": " + header.value + '\n';
            bytes += '\n' + answer.body + '\0';
        }
        return bytes;
    }

private:
    static std::string_view next(std::string_view &text, char end)
    {
        const std::size_t at = text.find(end);
        const std::string_view piece = text.substr(0, at);
        text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
        return piece;
    }

    static std::string_view nextPiece(std::string_view &bytes) { return next(bytes, '\0'); }

    static HttpResponse answerOf(std::string_view text)
    {
        HttpResponse answer{PSA_HTTP_ANSWERED, PSA_HTTP_REASON_NONE, 0, 0, {}, {}, {}};
        for (const char digit : next(text, '\n').substr(0, 3))
            if (std::isdigit(static_cast<unsigned char>(digit)) != 0)
                answer.status = answer.status * 10 + static_cast<std::uint32_t>(digit - '0');
        if (answer.status < 100) // no status: nothing usable came back
            answer = HttpResponse{PSA_HTTP_NO_ANSWER, PSA_HTTP_REASON_CLOSED, 0, 0, {}, {}, {}};
        while (!text.empty())
        {
            std::string_view line = next(text, '\n');
            if (line.empty())
                break;
            const std::string_view name = next(line, ':');
            if (!line.empty() && line.front() == ' ')
                line.remove_prefix(1);
            answer.headers.push_back({std::string(name), std::string(line), false});
        }
        if (answer.answered())
            answer.body = text;
        else
            answer.headers.clear();
        return answer;
    }
};

namespace detail {

/// Ends the process, which is how libFuzzer hears of it, if `kept` is false.
inline void rule(bool kept, const std::string &what)
{
    if (kept)
        return;
    static_cast<void>(std::fprintf(stderr, "psa-fuzz: %s\n", what.c_str()));
    std::abort();
}

inline void checkOutcome(const char *function, const Outcome &outcome)
{
    const std::string name = function;
    if (outcome.status == PSA_OK)
        rule(!outcome.result.empty() || name == "configure" || name == "remove_note",
             name + " returned PSA_OK without a result");
    else
        rule(!outcome.message.empty(),
             name + " failed with status " + std::to_string(outcome.status) + " and does not say why");
}

/// The reference of a note that is added.
constexpr std::string_view noteReference = "FUZZ1";

inline void callOnce(PluginUnderTest &plugin, const FuzzInput &input)
{
    switch (input.call)
    {
    case 'c':
        return checkOutcome("create_ticket", plugin.createTicket(input.argument, input.document));
    case 'f':
        return checkOutcome("find_ticket", plugin.findTicket(input.argument));
    case 'l':
        return checkOutcome("list_choices", plugin.listChoices({input.argument, {}, {}, input.document, 100}));
    case 'r':
        return checkOutcome("read_ticket", plugin.readTicket(input.argument));
    case 'n':
        return checkOutcome("add_note", plugin.addNote(input.argument, noteReference, input.document));
    case 'm':
        return checkOutcome("find_note", plugin.findNote(input.argument, input.document));
    case 'h':
        return checkOutcome("change", plugin.change(input.argument, input.document));
    case 'a':
        return checkOutcome("activity", plugin.activity(input.argument, input.document));
    case 'd':
        return checkOutcome("remove_note", plugin.removeNote(input.argument, input.document));
    default:
        return checkOutcome("test", plugin.test());
    }
}

} // namespace detail

/// Makes the plugin of this program, configures it and makes the call that `bytes` describe. A broken rule is a line on
/// standard error that begins with "psa-fuzz:", and the end of the process.
inline void fuzz(std::string_view bytes)
{
    const FuzzInput input = FuzzInput::fromBytes(bytes);
    FakeHost host;
    for (const HttpResponse &answer : input.answers)
        host.onAnything(answer);
    PluginUnderTest plugin(host);
    const Outcome configured = plugin.configure(input.configuration);
    detail::checkOutcome("configure", configured);
    detail::rule(host.sent.empty(), "configure sent a request");
    if (configured.status != PSA_OK)
        return;
    try
    {
        detail::callOnce(plugin, input);
    }
    catch (const std::runtime_error &) // a function that this plugin does not offer
    {
        return;
    }
    std::size_t changes = 0;
    for (const HttpRequest &request : host.sent)
        changes += request.mutates ? 1 : 0;
    detail::rule(changes <= 1, "one call sent " + std::to_string(changes) + " requests with PSA_HTTP_MUTATES");
}

} // namespace psa::testing

#endif
