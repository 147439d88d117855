#include "host/events/reader/child/jq_program.h"

#include "host/events/reader/protocol.h"

#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <string_view>

extern "C" { // its headers do not say so
#include <jq.h>
#include <jv.h>
}

namespace psa::events::reader::child {

extern const char *const helpersJq; ///< helpers.jq, compiled in.

namespace {

/// What reaches outside of the program, gives another result each time, or ends the process, as functions that fail.
/// `import`, `include` and `module` are syntax errors behind them.
constexpr std::string_view barrier =
    "def _no($name): error($name + \" cannot be used in a reader\"); "
    "def env: _no(\"env\"); def input: _no(\"input\"); def inputs: _no(\"inputs\"); def debug: _no(\"debug\"); "
    "def debug(f): _no(\"debug\"); def stderr: _no(\"stderr\"); def input_filename: _no(\"input_filename\"); "
    "def input_line_number: _no(\"input_line_number\"); def halt: _no(\"halt\"); def halt_error: _no(\"halt_error\"); "
    "def halt_error($code): _no(\"halt_error\"); def now: _no(\"now\"); def localtime: _no(\"localtime\"); "
    "def strflocaltime(f): _no(\"strflocaltime\"); def modulemeta: _no(\"modulemeta\"); "
    "def get_search_list: _no(\"get_search_list\"); ";

/// Hides the variable $ENV, which is no function. On the last line before the program.
constexpr std::string_view noEnvironment = "{} as $ENV | \n";

std::string takeText(jv text)
{
    std::string copy(jv_string_value(text), static_cast<std::size_t>(jv_string_length_bytes(jv_copy(text))));
    jv_free(text);
    return copy;
}

std::string asText(jv value)
{
    return takeText(jv_get_kind(value) == JV_KIND_STRING ? value : jv_dump_string(value, 0));
}

void addMessage(void *messages, jv message)
{
    auto &all = *static_cast<std::string *>(messages);
    if (!all.empty())
        all += '\n';
    all += asText(jq_format_error(message));
}

/// Takes the text from `begin` to the end of `until` out of `line`, if both are there; returns what was between them.
std::string cutOut(std::string &line, std::string_view begin, std::string_view until)
{
    const std::size_t first = line.find(begin);
    const std::size_t last = first == std::string::npos ? first : line.find(until, first + begin.size());
    if (last == std::string::npos)
        return "";
    std::string between = line.substr(first + begin.size(), last - first - begin.size());
    line.erase(first, last + until.size() - first);
    return between;
}

/// One line of libjq's messages: "jq: error: syntax error, unexpected ';' (Unix shell quoting issues?) at <top-level>,
/// line 5:" becomes "line 2: syntax error, unexpected ';'". The lines after it, which quote the program, stay.
std::string mendedLine(std::string line, long linesBefore)
{
    constexpr std::string_view end = "$end";
    cutOut(line, " (Unix shell quoting issues?", ")");
    if (line.find(" at <top-level>") == std::string::npos || line.find("jq: error: ") != 0)
        return line.substr(0, line.find_last_not_of(' ') + 1);
    const std::string number = cutOut(line, " at <top-level>, line ", ":");
    cutOut(line, "jq: error", ": ");
    if (const std::size_t at = line.find(end); at != std::string::npos)
        line.replace(at, end.size(), "end of the program");
    if (number.empty() || number.size() > 6 || number.find_first_not_of("0123456789") != std::string::npos)
        return line;
    return "line " + std::to_string(std::max(std::stol(number) - linesBefore, 1L)) + ": " + line;
}

/// libjq's messages for people who wrote the program, which begins after `linesBefore` lines.
std::string mendedMessages(const std::string &messages, long linesBefore)
{
    std::istringstream lines(messages);
    std::string all;
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with("jq: ") || line.find(" compile error") == std::string::npos) // it counts them
            all += (all.empty() ? "" : "\n") + mendedLine(line, linesBefore);
    return all;
}

/// Whether `text` has nothing but white space and comments, after which libjq would expect the rest of our own line.
bool isEmptyProgram(const std::string &text)
{
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (const std::size_t first = line.find_first_not_of(" \t\r\f\v");
            first != std::string::npos && line[first] != '#')
            return false;
    return true;
}

} // namespace

void JqProgram::Close::operator()(jq_state *state) const
{
    jq_teardown(&state);
}

JqProgram::JqProgram(const std::string &text) : state_(jq_init())
{
    if (!state_)
        _exit(exitOutOfMemory);
    jq_set_nomem_handler(
        state_.get(), [](void *) { _exit(exitOutOfMemory); }, nullptr);
    std::string messages;
    jq_set_error_cb(state_.get(), addMessage, &messages);
    // Without it, an import would abort the process.
    jq_set_attr(state_.get(), jv_string("JQ_LIBRARY_PATH"), jv_array());
    std::string before(barrier);
    before.append(helpersJq).append("\n").append(noEnvironment);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    // It would end the program early.
    if (text.find('\0') != std::string::npos)
        throw NotCompiled("the program contains a NUL character");
    if (isEmptyProgram(text))
        throw NotCompiled("the program is empty");
    if (jq_compile(state_.get(), (before + text + "\n").c_str()) == 0)
        throw NotCompiled(mendedMessages(messages, lines));
    jq_set_error_cb(state_.get(), nullptr, nullptr);
}

std::string JqProgram::run(const std::string &input)
{
    const jv document = jv_parse_sized(input.data(), static_cast<int>(input.size()));
    if (!jv_is_valid(document))
        throw ProgramError("the delivery cannot be read: " + asText(jv_invalid_get_msg(document)));
    jq_start(state_.get(), document, 0);
    std::string outputs = "[";
    jv output = jq_next(state_.get());
    for (; jv_is_valid(output); output = jq_next(state_.get()))
    {
        if (outputs.size() > 1)
            outputs += ',';
        outputs += takeText(jv_dump_string(output, 0));
        if (outputs.size() > maxAnswerBytes - 1)
            throw OutputTooLong("");
    }
    if (jv_invalid_has_msg(jv_copy(output)) != 0)
        throw ProgramError(asText(jv_invalid_get_msg(output)));
    jv_free(output);
    return outputs + "]";
}

} // namespace psa::events::reader::child
