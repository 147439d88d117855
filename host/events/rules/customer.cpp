#include "host/events/rules/customer.h"

#include "host/events/rules/document.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/json/near_words.h"
#include "host/json/utf8.h"

#include <Poco/String.h>
#include <Poco/UTF8String.h>

#include <algorithm>
#include <set>

namespace psa::events::rules {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t maxAliases = 1000;
constexpr std::size_t maxLength = 500; ///< Characters of ids and names.
constexpr std::size_t maxSuggestions = 5;

std::string folded(const std::string &name)
{
    return Poco::UTF8::toLower(Poco::trim(name));
}

std::string textMember(const ObjectReader &reader, const std::string &name)
{
    if (!reader.has(name))
        return "";
    std::string text = textFrom(reader.get(name), reader.pointerTo(name));
    if (json::isBlankText(text))
        reader.refuse(name, "is empty");
    if (text.size() > maxLength * 4)
        reader.refuse(name, "has more than " + std::to_string(maxLength) + " characters");
    return text;
}

Alias aliasFrom(const Poco::Dynamic::Var &item, const std::string &pointer)
{
    if (item.type() != typeid(Object::Ptr))
        throw RuleInvalid(pointer, R"(is not an object such as {"source": "*", "name": "Acme"})");
    const auto &object = item.extract<Object::Ptr>();
    const ObjectReader reader(object, pointer, {"source", "id", "name"});
    Alias alias;
    alias.source = reader.requiredLine("source", maxLength);
    alias.id = textMember(reader, "id");
    alias.name = textMember(reader, "name");
    if (!alias.id.empty() && !alias.name.empty())
        reader.refuse("name", "is beside \"id\"; make two aliases, since either of them is enough to be this customer");
    if (alias.id.empty() && alias.name.empty())
        throw RuleInvalid(pointer, "has neither \"id\" nor \"name\"");
    return alias;
}

Object::Ptr toJson(const Alias &alias)
{
    Object::Ptr object = new Object;
    object->set("source", alias.source);
    object->set(alias.id.empty() ? "name" : "id", alias.id.empty() ? alias.name : alias.id);
    return object;
}

/// The letters of some languages without their marks, so that "Kühl" and "Kuhl" are alike.
std::string withoutMarks(const std::string &text)
{
    static const std::vector<std::pair<std::string, std::string>> letters{
        {"àáâãåāą", "a"}, {"ä", "a"},  {"æ", "ae"},  {"çćč", "c"},     {"ďđ", "d"}, {"èéêëēęě", "e"},
        {"ìíîïī", "i"},   {"łľ", "l"}, {"ñńň", "n"}, {"òóôõöøő", "o"}, {"œ", "oe"}, {"řŕ", "r"},
        {"śšș", "s"},     {"ß", "ss"}, {"ťț", "t"},  {"ùúûüūůű", "u"}, {"ýÿ", "y"}, {"žźż", "z"}};
    std::string result;
    for (std::size_t at = 0; at < text.size();)
    {
        std::size_t length = 1;
        while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80)
            ++length;
        const std::string letter = text.substr(at, length);
        const auto found = std::find_if(letters.begin(), letters.end(), [&](const auto &each) {
            return length > 1 && each.first.find(letter) != std::string::npos;
        });
        result += found == letters.end() ? letter : found->second;
        at += length;
    }
    return result;
}

/// The words of a name that tell customers apart, in lower case.
std::set<std::string> wordsOf(const std::string &name)
{
    static const std::set<std::string> forms{
        "ab",           "ag",   "aps", "as",      "bv",  "co",  "company", "corp", "corporation", "cv", "gmbh", "inc",
        "incorporated", "kg",   "kft", "limited", "llc", "llp", "ltd",     "mbh",  "nv",          "oy", "plc",  "pty",
        "sa",           "sarl", "sas", "sl",      "spa", "srl", "the",     "and",  "und",         "et", "of"};
    std::set<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty() && !forms.contains(word))
            words.insert(word);
        word.clear();
    };
    for (const char c : withoutMarks(Poco::UTF8::toLower(name)))
        if (c == '.' || c == '\'') // "S.A.", "Ann's"
            continue;
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80) != 0)
            word += c;
        else
            finish();
    finish();
    return words;
}

struct Likeness
{
    int score = 0; ///< 0 = not alike.
    std::string why;
};

/// Whether two words are the same but for a slip of the pen.
bool areAlmostSame(const std::string &one, const std::string &other)
{
    constexpr std::size_t shortest = 5; // "Acme" and "Acne" may be two customers
    constexpr std::size_t longest = 64;
    return one == other || (one.size() >= shortest && other.size() >= shortest && one.size() <= longest &&
                            other.size() <= longest && json::editDistance(one, other) == 1);
}

Likeness likenessOf(const std::string &name, const std::string &known)
{
    const std::set<std::string> one = wordsOf(name);
    const std::set<std::string> other = wordsOf(known);
    if (one.empty() || other.empty())
        return {};
    std::size_t same = 0;
    std::string shared;
    for (const std::string &word : one)
        if (std::any_of(other.begin(), other.end(), [&](const std::string &each) { return areAlmostSame(word, each); }))
        {
            ++same;
            shared += (shared.empty() ? "" : " ") + word;
        }
    if (one == other)
        return {100, quoted(known) + " has the same words"};
    const std::size_t all = one.size() + other.size() - std::min(same, other.size());
    const int score = static_cast<int>(same * 99 / all);
    if (same == one.size() && same == other.size())
        return {95, quoted(known) + " has the same words, but for a letter"};
    if (same == 0 || (score < 50 && same < std::min(one.size(), other.size())))
        return {};
    return {std::max(score, 1), quoted(known) + " also has: " + shared};
}

} // namespace

Customer Customer::parse(const Object &written)
{
    const Object::Ptr given = json::givenValues(written);
    const ObjectReader reader(given, "", {"name", "aliases", "companies"});
    Customer customer;
    customer.name = reader.requiredLine("name", 100);
    const Array::Ptr aliases = reader.array("aliases");
    if (aliases.isNull())
        customer.aliases.push_back({Alias::anySource, "", customer.name});
    else if (aliases->size() > maxAliases)
        reader.refuse("aliases", "has more than " + std::to_string(maxAliases) + " items");
    for (unsigned i = 0; !aliases.isNull() && i < aliases->size(); ++i)
        customer.aliases.push_back(aliasFrom(aliases->get(i), reader.pointerTo("aliases") + '/' + std::to_string(i)));
    if (const Object::Ptr companies = reader.object("companies"))
        for (const auto &[connection, company] : *companies)
        {
            const std::string pointer = json::memberPointer(reader.pointerTo("companies"), connection);
            customer.companies[connection] = textFrom(company, pointer);
            if (json::isBlankText(customer.companies[connection]))
                throw RuleInvalid(pointer, "is empty");
        }
    return customer;
}

Object::Ptr Customer::toJson() const
{
    Object::Ptr document = new Object;
    document->set("name", name);
    document->set("aliases", json::arrayOf(aliases, [](const Alias &alias) { return rules::toJson(alias); }));
    Object::Ptr byConnection = new Object;
    for (const auto &[connection, company] : companies)
        byConnection->set(connection, company);
    document->set("companies", byConnection);
    return document;
}

std::vector<std::string> Customer::warnings() const
{
    std::vector<std::string> all;
    if (aliases.empty())
        all.emplace_back("The customer has no aliases: no event belongs to it.");
    if (companies.empty())
        all.emplace_back("The customer has no company in any connection: its tickets need review.");
    return all;
}

std::string Customer::companyFor(const std::string &connection) const
{
    const auto found = companies.find(connection);
    return found == companies.end() ? "" : found->second;
}

CustomerTable::CustomerTable(std::vector<Customer> customers) : customers_(std::move(customers))
{
    for (std::size_t position = 0; position < customers_.size(); ++position)
        for (std::size_t i = 0; i < customers_[position].aliases.size(); ++i)
        {
            const Alias &alias = customers_[position].aliases[i];
            const std::size_t other =
                alias.id.empty() ? foldedNames_.try_emplace({alias.source, folded(alias.name)}, position).first->second
                                 : ids_.try_emplace({alias.source, alias.id}, position).first->second;
            if (other != position)
                throw RuleInvalid(
                    "/aliases/" + std::to_string(i),
                    "is also an alias of the customer " + quoted(customers_[other].name) + ": " +
                        (alias.id.empty() ? "the name " + quoted(alias.name) : "the id " + quoted(alias.id)) +
                        " of the source " + quoted(alias.source) + " cannot also be " +
                        quoted(customers_[position].name));
            if (alias.id.empty())
                names_.try_emplace({alias.source, alias.name}, position);
        }
}

const Customer *CustomerTable::lookUp(const Index &index, const std::string &source, const std::string &text) const
{
    if (text.empty())
        return nullptr;
    for (const std::string &scope : {source, std::string(Alias::anySource)})
        if (const auto found = index.find({scope, text}); found != index.end())
            return &customers_[found->second];
    return nullptr;
}

const Customer *CustomerTable::find(const std::string &source, const Party &party) const
{
    if (const Customer *customer = lookUp(ids_, source, party.id))
        return customer;
    if (const Customer *customer = lookUp(names_, source, party.name))
        return customer;
    return lookUp(foldedNames_, source, folded(party.name));
}

std::vector<Suggestion> CustomerTable::suggest(const Party &party, const std::vector<Company> &companies) const
{
    const std::string &name = party.name.empty() ? party.id : party.name;
    std::vector<Suggestion> found;
    const auto add = [&found](const Suggestion &suggestion) {
        if (suggestion.score > 0)
            found.push_back(suggestion);
    };
    for (const Customer &customer : customers_)
    {
        Likeness best = likenessOf(name, customer.name);
        for (const Alias &alias : customer.aliases)
            if (Likeness likeness = likenessOf(name, alias.name); likeness.score > best.score)
                best = std::move(likeness);
        add({customer.name, {}, best.score, best.why});
    }
    for (const Company &company : companies)
    {
        const Likeness likeness = likenessOf(name, company.label);
        add({"", company, likeness.score, likeness.why});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Suggestion &one, const Suggestion &other) { return one.score > other.score; });
    found.resize(std::min(found.size(), maxSuggestions));
    return found;
}

} // namespace psa::events::rules
