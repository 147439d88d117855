#include "host/events/rules/conditions.h"

#include "host/events/rules/document.h"

#include <Poco/JSON/Array.h>

#include <algorithm>

namespace psa::events::rules {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

struct Conditions::Node
{
    enum class Kind
    {
        all,
        any,
        none,
        matcher
    };

    Kind kind = Kind::all;
    std::vector<Node> items;        ///< Of groups.
    std::optional<Matcher> matcher; ///< Of Kind::matcher.

    bool holds(const Facts &facts) const;
    std::string why(const Facts &facts) const;
    Var toJson() const;

private:
    /// Why of those items that hold, or of those that do not.
    std::string whyOf(const Facts &facts, bool holding) const;
    const Node *first(const Facts &facts, bool holding) const;
};

/// Reads groups, and counts their matchers.
class ConditionsReader
{
public:
    using Node = Conditions::Node;

    Node group(const Object::Ptr &object, const std::string &pointer, int depth)
    {
        const Choices<Node::Kind> kinds{{"all", Node::Kind::all}, {"any", Node::Kind::any}, {"not", Node::Kind::none}};
        const ObjectReader reader(object, pointer, {"all", "any", "not"});
        if (object->size() != 1)
            throw RuleInvalid(pointer, object->size() == 0
                                           ? "is a group without \"all\", \"any\" or \"not\""
                                           : "has more than one of \"all\", \"any\" and \"not\"; make each "
                                             "of them an item of one \"all\"");
        if (depth > Conditions::maxDepth)
            throw RuleInvalid(pointer,
                              "is a group in more than " + std::to_string(Conditions::maxDepth - 1) + " others");
        const std::string name = object->begin()->first;
        Node node;
        for (const auto &[text, kind] : kinds)
            node.kind = text == name ? kind : node.kind;
        const Array::Ptr items = reader.array(name);
        if (items.isNull() || items->empty())
            reader.refuse(name, "is empty");
        for (unsigned i = 0; i < items->size(); ++i)
            add(items->get(i), reader.pointerTo(name) + "/" + std::to_string(i), depth, node);
        return node;
    }

    /// The matchers of a text, all of which must hold.
    std::vector<Node> matchers(const std::string &text, const std::string &pointer)
    {
        std::vector<Node> nodes;
        try
        {
            for (Matcher &matcher : Matcher::parseList(text))
                nodes.push_back({Node::Kind::matcher, {}, std::move(matcher)});
        }
        catch (const MatcherInvalid &error)
        {
            throw RuleInvalid(pointer, error.what());
        }
        count_ += nodes.size();
        if (count_ > Conditions::maxMatchers)
            throw RuleInvalid(pointer, "is one of more than " + std::to_string(Conditions::maxMatchers) + " matchers");
        return nodes;
    }

private:
    void add(const Var &item, const std::string &pointer, int depth, Node &node)
    {
        if (item.type() == typeid(Object::Ptr))
            return node.items.push_back(group(item.extract<Object::Ptr>(), pointer, depth + 1));
        if (!item.isString())
            throw RuleInvalid(pointer, "is neither a matcher, such as \"severity=critical\", nor a group");
        std::vector<Node> nodes = matchers(item.extract<std::string>(), pointer);
        if (nodes.size() == 1 || node.kind == Node::Kind::all)
            std::move(nodes.begin(), nodes.end(), std::back_inserter(node.items));
        else if (depth >= Conditions::maxDepth)
            throw RuleInvalid(pointer, "has several matchers, which are too deep here");
        else
            node.items.push_back({Node::Kind::all, std::move(nodes), std::nullopt});
    }

    std::size_t count_ = 0;
};

bool Conditions::Node::holds(const Facts &facts) const
{
    if (kind == Kind::matcher)
        return matcher->holds(facts);
    const auto holding = [&](const Node &item) { return item.holds(facts); };
    if (kind == Kind::all)
        return std::all_of(items.begin(), items.end(), holding);
    return std::any_of(items.begin(), items.end(), holding) == (kind == Kind::any);
}

const Conditions::Node *Conditions::Node::first(const Facts &facts, bool holding) const
{
    const auto found =
        std::find_if(items.begin(), items.end(), [&](const Node &item) { return item.holds(facts) == holding; });
    return found == items.end() ? nullptr : &*found;
}

std::string Conditions::Node::whyOf(const Facts &facts, bool holding) const
{
    constexpr std::size_t most = 3;
    std::string text;
    std::size_t count = 0;
    for (const Node &item : items)
        if (item.holds(facts) == holding && ++count <= most)
            text += (text.empty() ? "" : ", and ") + item.why(facts);
    return count > most ? text + ", and " + std::to_string(count - most) + " more" : text;
}

std::string Conditions::Node::why(const Facts &facts) const
{
    if (kind == Kind::matcher)
        return matcher->why(facts);
    const bool holding = holds(facts);
    if (kind == Kind::all)
        return holding ? whyOf(facts, true) : first(facts, false)->why(facts);
    if (kind == Kind::any)
        return holding ? first(facts, true)->why(facts) : whyOf(facts, false);
    return holding ? whyOf(facts, false) : first(facts, true)->why(facts) + ", which \"not\" excludes";
}

Var Conditions::Node::toJson() const
{
    if (kind == Kind::matcher)
        return matcher->text();
    Array::Ptr list = new Array;
    for (const Node &item : items)
        list->add(item.toJson());
    Object::Ptr group = new Object;
    group->set(kind == Kind::all ? "all" : (kind == Kind::any ? "any" : "not"), list);
    return group;
}

Conditions Conditions::parse(const Var &value, const std::string &pointer)
{
    Conditions conditions;
    if (value.isEmpty())
        return conditions;
    ConditionsReader reader;
    if (value.isString())
    {
        conditions.root_ = std::make_shared<Node>(
            Node{Node::Kind::all, reader.matchers(value.extract<std::string>(), pointer), std::nullopt});
        return conditions;
    }
    if (value.type() != typeid(Object::Ptr))
        throw RuleInvalid(pointer, "is not an object with \"all\", \"any\" or \"not\"");
    const auto &object = value.extract<Object::Ptr>();
    // What an editor makes of no rows.
    const bool noRows = object->size() == 1 && object->isArray("all") && object->getArray("all")->empty();
    if (object->size() != 0 && !noRows)
        conditions.root_ = std::make_shared<Node>(reader.group(object, pointer, 1));
    return conditions;
}

bool Conditions::hold(const Facts &facts) const
{
    return root_ == nullptr || root_->holds(facts);
}

std::string Conditions::why(const Facts &facts) const
{
    return root_ == nullptr ? "there are no conditions" : root_->why(facts);
}

Object::Ptr Conditions::toJson() const
{
    return root_ == nullptr ? Object::Ptr(new Object) : root_->toJson().extract<Object::Ptr>();
}

} // namespace psa::events::rules
