#include "host/json/strict_json.h"

#include "host/json/utf8.h"

#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

namespace psa::json {
namespace {

JsonError errorAt(std::string_view text, std::size_t offset, const std::string &what)
{
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const std::size_t lineStart = before.rfind('\n');
    return {line, lineStart == std::string_view::npos ? before.size() + 1 : before.size() - lineStart, what};
}

/// Poco's own handler accepts a key twice and keeps the last, which would fool a check of the first one. The parser
/// reads the stream character by character, so the stream's position is the parser's.
class StrictHandler : public Poco::JSON::ParseHandler
{
public:
    StrictHandler(std::string_view text, std::istream &in, int maxDepth) : text_(text), in_(in), maxDepth_(maxDepth) {}

    void startObject() override
    {
        enter();
        ParseHandler::startObject();
    }
    void endObject() override
    {
        keys_.pop_back();
        ParseHandler::endObject();
    }
    void startArray() override
    {
        enter();
        ParseHandler::startArray();
    }
    void endArray() override
    {
        keys_.pop_back();
        ParseHandler::endArray();
    }
    void key(const std::string &name) override
    {
        if (!keys_.back().insert(name).second)
            throw errorAt(text_, position(), "the key \"" + name + "\" occurs twice in one object");
        ParseHandler::key(name);
    }

    /// Offset after what was read so far.
    std::size_t position() const
    {
        in_.clear();
        const auto at = in_.tellg();
        return at < 0 ? text_.size() : static_cast<std::size_t>(at);
    }

private:
    void enter()
    {
        if (keys_.size() >= static_cast<std::size_t>(maxDepth_))
            throw errorAt(text_, position(), "more than " + std::to_string(maxDepth_) + " levels");
        keys_.emplace_back();
    }

    std::string_view text_;
    std::istream &in_;
    int maxDepth_;
    std::vector<std::set<std::string>> keys_; ///< A set for each open object or array.
};

void checkBytes(std::string_view text, const JsonLimits &limits)
{
    if (text.size() > limits.maxBytes)
        throw JsonError(
            1, 1, std::to_string(text.size()) + " bytes; at most " + std::to_string(limits.maxBytes) + " are accepted");
    if (const std::string_view encoding = foreignEncodingOf(text); !encoding.empty())
        throw JsonError(1, 1, "the text is " + std::string(encoding) + "; write it as UTF-8");
    if (const std::size_t bad = findInvalidUtf8(text); bad != std::string_view::npos)
        throw errorAt(text, bad, "not UTF-8");
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
        throw errorAt(text, nul, "a NUL byte");
}

} // namespace

JsonError::JsonError(std::size_t line, std::size_t column, const std::string &what)
    : std::runtime_error("line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + what),
      line_(line), column_(column)
{
}

Poco::Dynamic::Var parseStrict(std::string_view document, const JsonLimits &limits)
{
    const std::string_view text = withoutByteOrderMark(document);
    checkBytes(text, limits);
    std::istringstream in{std::string(text)};
    Poco::SharedPtr<StrictHandler> handler(new StrictHandler(text, in, limits.maxDepth));
    Poco::JSON::Parser parser(handler);
    parser.setDepth(static_cast<std::size_t>(limits.maxDepth) + 1);
    try
    {
        return parser.parse(in);
    }
    catch (const Poco::Exception &error)
    {
        const std::string what = error.message().find("empty stack") == std::string::npos
                                     ? error.message()
                                     : "the document must be an object or an array";
        throw errorAt(text, handler->position(), replaceInvalidUtf8(what));
    }
}

} // namespace psa::json
