#include "host/plugin/descriptor_diff.h"

#include "host/json/json_text.h"

#include <algorithm>
#include <set>

namespace psa::plugin {
namespace {

constexpr const char *accepts = "every value that was accepted still is";
constexpr const char *refuses = "a value that was accepted may be rejected";
constexpr const char *shown = "only what is shown changes";

std::string quoted(const std::string &text)
{
    return text.empty() ? "none" : "\"" + text + "\"";
}

std::string arrow(const std::string &before, const std::string &after)
{
    return before + " -> " + after;
}

std::string joined(const std::vector<std::string> &items)
{
    std::string text;
    for (const std::string &item : items)
        text += (text.empty() ? "" : ", ") + item;
    return text.empty() ? "none" : text;
}

/// Whether every value of type `before` is valid for `after`.
bool widens(FieldType before, FieldType after)
{
    return before == after || (before == FieldType::integer && after == FieldType::number);
}

/// Compares one field that both builds have.
class FieldDiff
{
public:
    FieldDiff(std::string where, const FormField &before, const FormField &after,
              std::vector<DescriptorChange> &changes)
        : where_(std::move(where)), before_(before), after_(after), changes_(changes)
    {
    }

    void run()
    {
        compareType();
        compareRequired();
        compareSecret();
        compareAllowed();
        comparePattern();
        compareBounds();
        compareItems();
        compareDefault();
        compareChoices();
        comparePresentation();
    }

private:
    void add(Impact impact, const std::string &change, const char *why)
    {
        changes_.push_back({impact, where_, change, why});
    }

    void narrowsIf(bool narrows, const std::string &change)
    {
        add(narrows ? Impact::breaking : Impact::compatible, change, narrows ? refuses : accepts);
    }

    void compareType()
    {
        if (before_.type != after_.type)
            narrowsIf(!widens(before_.type, after_.type), "type " + arrow(nameOf(before_.type), nameOf(after_.type)));
    }

    void compareRequired()
    {
        if (before_.required == after_.required)
            return;
        if (!after_.required)
            add(Impact::compatible, "no longer required", accepts);
        else if (!after_.defaultValue.isEmpty())
            add(Impact::compatible, "now required, with a default", "a blank value gets the default");
        else
            add(Impact::breaking, "now required", "a blank value is now rejected");
    }

    void compareSecret()
    {
        if (before_.secret == after_.secret)
            return;
        if (after_.secret)
            add(Impact::breaking, "now a secret", "a value in plain text is rejected");
        else
            add(Impact::breaking, "no longer a secret", "a value that was encrypted and hidden would be shown");
    }

    void compareAllowed()
    {
        const std::set<std::string> before = texts(before_.allowed);
        const std::set<std::string> after = texts(after_.allowed);
        if (before == after)
            return;
        if (before.empty() || after.empty())
            return narrowsIf(before.empty(), before.empty() ? "now one of a list of values" : "any value now");
        for (const std::string &value : before)
            if (!after.contains(value))
                narrowsIf(true, "value " + value + " removed");
        for (const std::string &value : after)
            if (!before.contains(value))
                narrowsIf(false, "value " + value + " added");
    }

    static std::set<std::string> texts(const std::vector<Poco::Dynamic::Var> &values)
    {
        std::set<std::string> all;
        for (const Poco::Dynamic::Var &value : values)
            all.insert(json::jsonText(value));
        return all;
    }

    void comparePattern()
    {
        if (before_.text.pattern == after_.text.pattern)
            return;
        const std::string change = "pattern " + arrow(quoted(before_.text.pattern), quoted(after_.text.pattern));
        if (after_.text.pattern.empty())
            add(Impact::compatible, change, accepts);
        else
            add(Impact::breaking, change, "it cannot be determined whether it still accepts every value");
    }

    void compareBounds()
    {
        if (before_.text.minLength != after_.text.minLength)
            narrowsIf(after_.text.minLength > before_.text.minLength,
                      "minLength " +
                          arrow(std::to_string(before_.text.minLength), std::to_string(after_.text.minLength)));
        if (before_.text.maxLength != after_.text.maxLength)
            narrowsIf(after_.text.maxLength < before_.text.maxLength,
                      "maxLength " +
                          arrow(std::to_string(before_.text.maxLength), std::to_string(after_.text.maxLength)));
        if (before_.minimum != after_.minimum)
            narrowsIf(after_.minimum && (!before_.minimum || *after_.minimum > *before_.minimum),
                      "minimum " + arrow(number(before_.minimum), number(after_.minimum)));
        if (before_.maximum != after_.maximum)
            narrowsIf(after_.maximum && (!before_.maximum || *after_.maximum < *before_.maximum),
                      "maximum " + arrow(number(before_.maximum), number(after_.maximum)));
    }

    static std::string number(const std::optional<double> &value) { return value ? json::jsonText(*value) : "none"; }

    void compareItems()
    {
        const auto name = [](const std::optional<FieldType> &type) { return type ? nameOf(*type) : "any"; };
        if (before_.itemType != after_.itemType)
            narrowsIf(after_.itemType && (!before_.itemType || !widens(*before_.itemType, *after_.itemType)),
                      "type of the items " + arrow(name(before_.itemType), name(after_.itemType)));
        if (before_.itemText.maxLength != after_.itemText.maxLength)
            narrowsIf(after_.itemText.maxLength < before_.itemText.maxLength,
                      "maxLength of the items " +
                          arrow(std::to_string(before_.itemText.maxLength), std::to_string(after_.itemText.maxLength)));
    }

    void compareDefault()
    {
        const std::string before = before_.defaultValue.isEmpty() ? "none" : json::jsonText(before_.defaultValue);
        const std::string after = after_.defaultValue.isEmpty() ? "none" : json::jsonText(after_.defaultValue);
        if (before == after)
            return;
        const std::string change = "default " + arrow(before, after);
        if (after_.defaultValue.isEmpty() && after_.required && before_.required)
            add(Impact::breaking, change, "a blank value is now rejected");
        else
            add(Impact::review, change, "a blank value now means something else");
    }

    void compareChoices()
    {
        if (before_.choices != after_.choices)
            add(after_.choices.empty() ? Impact::review : Impact::compatible,
                "list of choices " + arrow(quoted(before_.choices), quoted(after_.choices)),
                after_.choices.empty() ? "the PSA's values are no longer offered or checked"
                                       : "the PSA's values come from another list");
        if (before_.dependsOn != after_.dependsOn)
            add(Impact::review, "dependsOn " + arrow(joined(before_.dependsOn), joined(after_.dependsOn)),
                "the list of choices needs other fields filled in");
    }

    void comparePresentation()
    {
        if (before_.blankMeans != after_.blankMeans)
            add(Impact::review, "blankMeans " + arrow(quoted(before_.blankMeans), quoted(after_.blankMeans)),
                "leaving it blank may do something else");
        const auto text = [this](const char *name, const std::string &before, const std::string &after) {
            if (before != after)
                add(Impact::compatible, std::string(name) + " " + arrow(quoted(before), quoted(after)), shown);
        };
        text("title", before_.title, after_.title);
        text("description", before_.description, after_.description);
        text("patternHint", before_.text.patternHint, after_.text.patternHint);
        text("placeholder", before_.placeholder, after_.placeholder);
        text("multiline", before_.multiline ? "true" : "false", after_.multiline ? "true" : "false");
        text("order", std::to_string(before_.order), std::to_string(after_.order));
    }

    std::string where_;
    const FormField &before_;
    const FormField &after_;
    std::vector<DescriptorChange> &changes_;
};

DescriptorChange addedField(const std::string &where, const FormField &field)
{
    if (field.required && field.defaultValue.isEmpty())
        return {Impact::breaking, where, "new required field", "all existing connections and tickets lack it"};
    return {Impact::compatible, where, "new field", "nothing has to be filled in"};
}

} // namespace

void diffForms(const std::string &name, const Form &before, const Form &after, std::vector<DescriptorChange> &changes)
{
    if (before.description() != after.description())
        changes.push_back({Impact::compatible, name,
                           "description " + arrow(quoted(before.description()), quoted(after.description())), shown});
    for (const FormField &field : before.fields())
    {
        const std::string where = name + "." + field.name;
        if (const FormField *now = after.find(field.name))
            FieldDiff(where, field, *now, changes).run();
        else
            changes.push_back(
                {Impact::breaking, where, "field removed", "connections and tickets that set it are rejected"});
    }
    for (const FormField &field : after.fields())
        if (before.find(field.name) == nullptr)
            changes.push_back(addedField(name + "." + field.name, field));
}

} // namespace psa::plugin
