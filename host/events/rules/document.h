#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace psa::events::rules {

/// A rule, window or customer that is not valid.
class RuleInvalid : public std::runtime_error
{
public:
    /// `problem`: the end of a sentence that starts with the place, without a full stop.
    RuleInvalid(std::string pointer, std::string problem);

    const std::string &pointer() const { return pointer_; } ///< JSON pointer into the document; "" = all of it.
    const std::string &problem() const { return problem_; } ///< Such as "is not a string".

private:
    std::string pointer_;
    std::string problem_;
};

/// A valid rule that cannot do its work for one event.
class RuleFailed : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// The texts of an enumeration in documents.
template <class Value>
using Choices = std::vector<std::pair<std::string, Value>>;

template <class Value>
std::string textOf(const Choices<Value> &choices, Value value)
{
    for (const auto &[text, choice] : choices)
        if (choice == value)
            return text;
    throw std::logic_error("an enumeration has a value without a text");
}

/// Reads the members of an object strictly: whatever is wrong throws RuleInvalid with its pointer.
class ObjectReader
{
public:
    /// Refuses members that are not `known`.
    ObjectReader(Poco::JSON::Object::Ptr object, std::string pointer, const std::vector<std::string> &known);

    bool has(const std::string &name) const { return object_->has(name); }
    Poco::Dynamic::Var get(const std::string &name) const { return object_->get(name); }
    const std::string &pointer() const { return pointer_; }
    std::string pointerTo(const std::string &name) const;
    [[noreturn]] void refuse(const std::string &name, const std::string &problem) const;

    /// "" if it is missing. `maxLength` is in characters.
    std::string text(const std::string &name, std::size_t maxLength) const;
    /// One line that is neither missing nor blank, without white space around it.
    std::string requiredLine(const std::string &name, std::size_t maxLength) const;
    std::int64_t integer(const std::string &name, std::int64_t from, std::int64_t to, std::int64_t otherwise) const;
    bool boolean(const std::string &name, bool otherwise) const;
    /// nullptr if it is missing.
    Poco::JSON::Object::Ptr object(const std::string &name) const;
    Poco::JSON::Array::Ptr array(const std::string &name) const;

    template <class Value>
    Value choice(const std::string &name, const Choices<Value> &choices, Value otherwise) const
    {
        if (!has(name))
            return otherwise;
        const std::string given = text(name, 100);
        std::vector<std::string> texts;
        for (const auto &[text, value] : choices)
        {
            if (text == given)
                return value;
            texts.push_back(text);
        }
        refuseChoice(name, given, texts);
    }

private:
    [[noreturn]] void refuseChoice(const std::string &name, const std::string &given,
                                   const std::vector<std::string> &choices) const;

    Poco::JSON::Object::Ptr object_;
    std::string pointer_;
};

/// `value` as a string: a string, or a whole number as its digits. Throws RuleInvalid.
std::string textFrom(const Poco::Dynamic::Var &value, const std::string &pointer);

/// `text` on one line, quoted and shortened, for messages.
std::string quoted(const std::string &text);

} // namespace psa::events::rules
