#include "sandbox/common/json_tools.h"

#include <Poco/JSON/Parser.h>
#include <Poco/NumberParser.h>
#include <Poco/String.h>

#include <cctype>
#include <sstream>

namespace psa::sandbox {
namespace {

/// Rewrites tolerated text as plain JSON, one token at a time.
class Tidy
{
public:
    explicit Tidy(const std::string &text) : text_(text) {}

    std::string run()
    {
        while (at_ < text_.size())
            step();
        return out_;
    }

private:
    void step()
    {
        const char c = text_[at_];
        if (c == '"' || c == '\'')
            quoted(c);
        else if (c == '/' && (next() == '/' || next() == '*'))
            comment();
        else if (c == ',')
            comma();
        else if (std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '$')
            word();
        else
            out_ += text_[at_++];
    }

    char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }

    void quoted(char quote)
    {
        out_ += '"';
        for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_)
        {
            if (text_[at_] == '\\' && at_ + 1 < text_.size())
                out_ += text_[at_++];
            else if (text_[at_] == '"')
                out_ += '\\';
            out_ += text_[at_];
        }
        if (at_ < text_.size())
            out_ += '"';
        ++at_;
    }

    void comment()
    {
        const bool line = next() == '/';
        const std::size_t end = text_.find(line ? "\n" : "*/", at_ + 2);
        at_ = end == std::string::npos ? text_.size() : end + (line ? 1 : 2);
    }

    std::size_t afterSpace(std::size_t at) const
    {
        while (at < text_.size() && std::isspace(static_cast<unsigned char>(text_[at])))
            ++at;
        return at;
    }

    void comma()
    {
        const std::size_t then = afterSpace(++at_);
        if (then >= text_.size() || (text_[then] != '}' && text_[then] != ']'))
            out_ += ',';
    }

    void word()
    {
        std::size_t end = at_;
        while (end < text_.size() &&
               (std::isalnum(static_cast<unsigned char>(text_[end])) || text_[end] == '_' || text_[end] == '$'))
            ++end;
        const std::string name = text_.substr(at_, end - at_);
        at_ = end;
        const std::size_t then = afterSpace(end);
        const bool isName = then < text_.size() && text_[then] == ':';
        out_ += isName ? '"' + name + '"' : name;
    }

    const std::string &text_;
    std::string out_;
    std::size_t at_ = 0;
};

std::string memberName(const Object &object, const std::string &name)
{
    if (object.has(name))
        return name;
    for (const auto &entry : object)
        if (equalNoCase(entry.first, name))
            return entry.first;
    return {};
}

} // namespace

Var parseJson(const std::string &text)
{
    try
    {
        Poco::JSON::Parser parser;
        parser.setDepth(64);
        return parser.parse(text);
    }
    catch (const Poco::Exception &error)
    {
        throw BadJson("not JSON: " + error.displayText());
    }
}

Object::Ptr parseObject(const std::string &text)
{
    Object::Ptr object = asObject(parseJson(text));
    if (!object)
        throw BadJson("a JSON object is needed");
    return object;
}

Var parseLenient(const std::string &text)
{
    return parseJson(Tidy(text).run());
}

Object::Ptr newObject()
{
    return new Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

std::string toText(const Var &json)
{
    std::ostringstream out;
    Poco::JSON::Stringifier::stringify(json, out);
    return out.str();
}

Var member(const Object &object, const std::string &name)
{
    const std::string found = memberName(object, name);
    return found.empty() ? Var() : object.get(found);
}

bool hasMember(const Object &object, const std::string &name)
{
    return !memberName(object, name).empty();
}

Array::Ptr asArray(const Var &value)
{
    return value.type() == typeid(Array::Ptr) ? value.extract<Array::Ptr>() : Array::Ptr();
}

Object::Ptr asObject(const Var &value)
{
    return value.type() == typeid(Object::Ptr) ? value.extract<Object::Ptr>() : Object::Ptr();
}

Object::Ptr objectIn(const Object &object, const std::string &name)
{
    return asObject(member(object, name));
}

Array::Ptr arrayIn(const Object &object, const std::string &name)
{
    return asArray(member(object, name));
}

bool isSet(const Object &values, const std::string &name)
{
    return !values.get(name).isEmpty();
}

std::int64_t idIn(const Object &values, const std::string &name)
{
    return isSet(values, name) ? values.get(name).convert<std::int64_t>() : 0;
}

bool flag(const Object &values, const std::string &name)
{
    return isSet(values, name) && values.get(name).convert<bool>();
}

void dropUnset(Object &values)
{
    for (const std::string &name : values.getNames())
        if (values.isNull(name))
            values.remove(name);
}

Object::Ptr copy(const Object &object)
{
    std::ostringstream out;
    object.stringify(out);
    return parseObject(out.str());
}

bool equalNoCase(const std::string &a, const std::string &b)
{
    return Poco::icompare(a, b) == 0;
}

bool toInteger(const std::string &text, std::int64_t &number)
{
    Poco::Int64 value = 0;
    if (!Poco::NumberParser::tryParse64(text, value))
        return false;
    number = value;
    return true;
}

} // namespace psa::sandbox
