#include "host/json/json_schema.h"

#include "host/json/text_rules.h"

// Without it valijson aborts the process on a schema it cannot read.
#define VALIJSON_USE_EXCEPTIONS 1

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <valijson/adapters/poco_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

namespace psa::json {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr int maxSchemaDepth = 24;

bool isObject(const Var &value)
{
    return !value.isEmpty() && value.type() == typeid(Object::Ptr);
}

bool isArray(const Var &value)
{
    return !value.isEmpty() && value.type() == typeid(Array::Ptr);
}

/// Keywords whose value maps names to schemas, so that a property may be called "pattern" or "$ref".
bool mapsNames(const std::string &keyword)
{
    return keyword == "properties" || keyword == "definitions";
}

/// Keywords whose value is data and not a schema.
bool holdsData(const std::string &keyword)
{
    return keyword == "default" || keyword == "enum" || keyword == "const";
}

/// The rules of a text, which are checked here: valijson would run patterns with std::regex, which hostile patterns hang
/// and long texts overflow, and it counts characters only as far as the first NUL.
bool isAboutTexts(const std::string &keyword)
{
    return keyword == "pattern" || keyword == "minLength" || keyword == "maxLength";
}

/// False for keywords below which the rules of texts would not be checked.
bool isSupported(const std::string &keyword, const Var &value)
{
    constexpr std::array unsupported{
        "patternProperties", "allOf",        "anyOf",         "oneOf",          "not", "if", "then", "else",
        "contains",          "dependencies", "propertyNames", "additionalItems"};
    const auto *const found = std::find(unsupported.begin(), unsupported.end(), keyword);
    return found == unsupported.end() && !(keyword == "items" && isArray(value));
}

/// Traverses a schema, rejects dangerous parts, and creates the copy for valijson, without the rules of texts.
class SchemaReader
{
public:
    explicit SchemaReader(const Var &root) : root_(root) {}

    Var safeCopy(const Var &schema, int depth)
    {
        if (depth > maxSchemaDepth)
            throw std::runtime_error("the schema is nested more than " + std::to_string(maxSchemaDepth) +
                                     " levels or refers to itself");
        if (isArray(schema))
        {
            Array::Ptr copy = new Array;
            for (const Var &item : *schema.extract<Array::Ptr>())
                copy->add(safeCopy(item, depth + 1));
            return copy;
        }
        return isObject(schema) ? copyObject(*schema.extract<Object::Ptr>(), depth) : schema;
    }

    /// By the part of the schema that has them.
    std::map<const Object *, TextRules> takeTextRules() { return std::move(textRules_); }

private:
    Var copyObject(const Object &schema, int depth)
    {
        Object::Ptr copy = new Object;
        for (const auto &[keyword, value] : schema)
        {
            if (!isSupported(keyword, value))
                throw std::runtime_error("\"" + keyword + "\"" + (keyword == "items" ? " as a list" : "") +
                                         " is not supported in a schema");
            if (isAboutTexts(keyword))
                textRules_.try_emplace(&schema, schema);
            else if (keyword == "$ref")
                followReference(*copy, value.convert<std::string>(), depth);
            else if (mapsNames(keyword) && isObject(value))
                copy->set(keyword, copyNames(*value.extract<Object::Ptr>(), depth));
            else
                copy->set(keyword, holdsData(keyword) ? value : safeCopy(value, depth + 1));
        }
        return copy;
    }

    Object::Ptr copyNames(const Object &names, int depth)
    {
        Object::Ptr copy = new Object;
        for (const auto &[name, value] : names)
            copy->set(name, safeCopy(value, depth + 1));
        return copy;
    }

    /// Checks that the reference has a target and is not circular. Each is followed once: following all of them would
    /// take forever if definitions refer to each other several times.
    void followReference(Object &copy, const std::string &reference, int depth)
    {
        copy.set("$ref", reference);
        const auto [state, first] = underWay_.emplace(reference, true);
        if (!first && state->second)
            throw std::runtime_error("the reference \"" + reference + "\" leads back to itself");
        if (!first)
            return;
        safeCopy(resolve(root_, reference), depth + 1);
        underWay_[reference] = false;
    }

public:
    static Var resolve(const Var &root, const std::string &reference)
    {
        const std::string prefix = "#/definitions/";
        const bool local = reference.compare(0, prefix.size(), prefix) == 0;
        const std::string name = local ? reference.substr(prefix.size()) : "";
        const Object::Ptr definitions =
            isObject(root) ? root.extract<Object::Ptr>()->getObject("definitions") : nullptr;
        if (!local || definitions.isNull() || !definitions->has(name))
            throw std::runtime_error("the reference \"" + reference +
                                     "\" does not lead to #/definitions/ of this schema");
        return definitions->get(name);
    }

private:
    const Var &root_;
    std::map<std::string, bool> underWay_; ///< By reference; false once it was followed completely.
    std::map<const Object *, TextRules> textRules_;
};

/// "Missing required property 'x'." -> "x": the text in the last pair of quotes.
std::string quoted(const std::string &text)
{
    const auto to = text.rfind('\'');
    const auto from = to == std::string::npos || to == 0 ? std::string::npos : text.rfind('\'', to - 1);
    return from == std::string::npos ? std::string() : text.substr(from + 1, to - from - 1);
}

bool startsWith(const std::string &text, const std::string &start)
{
    return text.compare(0, start.size(), start) == 0;
}

/// The part of `root`, with references resolved, that `rules` apply to the member or item `step`; empty if there is
/// none.
Var schemaOfMember(const Var &root, const Var &rules, const std::string &step)
{
    const auto followed = [&root](const Var &part) {
        if (isObject(part) && part.extract<Object::Ptr>()->has("$ref"))
            return SchemaReader::resolve(root, part.extract<Object::Ptr>()->getValue<std::string>("$ref"));
        return part;
    };
    const Var resolved = followed(rules);
    if (!isObject(resolved))
        return {};
    const auto &object = resolved.extract<Object::Ptr>();
    const auto properties = object->getObject("properties");
    if (!properties.isNull() && properties->has(step))
        return followed(properties->get(step));
    return followed(object->get(object->has("items") ? "items" : "additionalProperties"));
}

/// "1, 2 or 3" for the values that a schema lists; strings are quoted.
std::string alternatives(const Var &allowed)
{
    if (!isArray(allowed))
        return Var::toString(allowed);
    const auto &several = allowed.extract<Array::Ptr>();
    std::string text;
    for (std::size_t i = 0; i < several->size(); ++i)
        text += (i == 0                     ? ""
                 : i + 1 == several->size() ? " or "
                                            : ", ") +
                Var::toString(several->get(static_cast<unsigned>(i)));
    return text;
}

/// Describes the violated rule of a schema, given valijson's message `raw`, which only says that it was violated.
std::string messageFor(const std::string &raw, const Object &rules)
{
    const auto names = [&](const char *rule) { return rules.has(rule) ? alternatives(rules.get(rule)) : "?"; };
    if (startsWith(raw, "Value type not permitted"))
        return "has the wrong type: must be " + names("type");
    if (startsWith(raw, "Failed to match against any enum"))
        return "is not an allowed value: must be " + names("enum");
    if (startsWith(raw, "Failed to match expected value"))
        return "is not an allowed value: must be " + names("const");
    return raw;
}

/// valijson's context, "<root>" "[a]" "[b]", as JSON pointer.
SchemaError toError(const valijson::ValidationResults::Error &raw, const Var &schema)
{
    Var rules = schema;
    SchemaError error;
    for (const std::string &step : raw.context)
    {
        if (step.size() < 2 || step.front() != '[')
            continue;
        error.field = step.substr(1, step.size() - 2);
        error.pointer += "/" + error.field;
        rules = schemaOfMember(schema, rules, error.field);
    }
    const std::string &text = raw.description;
    const auto about = [&](const std::string &message) {
        if (const std::string name = quoted(text); !name.empty())
        {
            error.field = name;
            error.pointer += "/" + name;
        }
        error.message = message;
    };
    if (startsWith(text, "Missing required property"))
        about("is required");
    else if (startsWith(text, "Object contains a property"))
        about("is not a known field");
    else if (isObject(rules))
        error.message = messageFor(text, *rules.extract<Object::Ptr>());
    else
        error.message = text;
    return error;
}

} // namespace

struct JsonSchema::Impl
{
    Var source;
    valijson::Schema compiled;
    std::map<const Object *, TextRules> textRules;

    /// Applies the rules of all texts by traversing schema and document in parallel.
    void match(const Var &schema, const Var &document, const std::string &pointer, const std::string &field,
               std::vector<SchemaError> &errors, int depth) const
    {
        if (!isObject(schema) || depth > 2 * maxSchemaDepth)
            return;
        const auto &rules = schema.extract<Object::Ptr>();
        if (rules->has("$ref"))
            return match(SchemaReader::resolve(source, rules->getValue<std::string>("$ref")), document, pointer, field,
                         errors, depth + 1);
        if (const auto text = textRules.find(rules.get());
            text != textRules.end() && !document.isEmpty() && document.isString())
            if (std::string problem = text->second.problemOf(document.extract<std::string>()); !problem.empty())
                errors.push_back({pointer, field, std::move(problem)});
        if (isObject(document))
            matchObject(*rules, *document.extract<Object::Ptr>(), pointer, errors, depth);
        if (isArray(document) && rules->has("items"))
        {
            std::size_t index = 0;
            for (const Var &item : *document.extract<Array::Ptr>())
                match(rules->get("items"), item, pointer + "/" + std::to_string(index++), field, errors, depth + 1);
        }
    }

    void matchObject(const Object &rules, const Object &document, const std::string &pointer,
                     std::vector<SchemaError> &errors, int depth) const
    {
        const Object::Ptr properties = rules.getObject("properties");
        for (const auto &[name, value] : document)
        {
            if (!properties.isNull() && properties->has(name))
                match(properties->get(name), value, pointer + "/" + name, name, errors, depth + 1);
            else if (rules.has("additionalProperties"))
                match(rules.get("additionalProperties"), value, pointer + "/" + name, name, errors, depth + 1);
        }
    }
};

JsonSchema::JsonSchema(const Var &schema)
try : impl_(std::make_unique<Impl>())
{
    if (!isObject(schema))
        throw std::runtime_error("a schema must be an object");
    impl_->source = schema;
    SchemaReader reader(impl_->source);
    const Var copy = reader.safeCopy(schema, 0);
    impl_->textRules = reader.takeTextRules();
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::PocoJsonAdapter(copy), impl_->compiled);
}
catch (const Poco::Exception &error)
{
    throw std::runtime_error("the schema cannot be used: " + error.displayText());
}

JsonSchema::~JsonSchema() = default;
JsonSchema::JsonSchema(JsonSchema &&) noexcept = default;
JsonSchema &JsonSchema::operator=(JsonSchema &&) noexcept = default;

std::vector<SchemaError> JsonSchema::validate(const Var &document) const
try
{
    std::vector<SchemaError> errors;
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (!validator.validate(impl_->compiled, valijson::adapters::PocoJsonAdapter(document), &results))
    {
        for (const auto &raw : results)
            if (!startsWith(raw.description, "Failed to validate")) // only repeats that something inside failed
                errors.push_back(toError(raw, impl_->source));
        if (errors.empty())
            errors.push_back({"", "", "does not match its schema"});
    }
    impl_->match(impl_->source, document, "", "", errors, 0);
    return errors;
}
catch (const Poco::Exception &error)
{
    return {{"", "", "cannot be checked: " + error.displayText()}};
}
catch (const std::exception &error)
{
    return {{"", "", std::string("cannot be checked: ") + error.what()}};
}

} // namespace psa::json
