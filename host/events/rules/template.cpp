#include "host/events/rules/template.h"

#include "host/events/rules/document.h"
#include "host/json/near_words.h"
#include "host/json/utf8.h"

#include <kainjow/mustache.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace psa::events::rules {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::size_t maxItems = 100;          ///< Of a list, per loop.
constexpr std::size_t maxSteps = 20000;        ///< Look-ups and rounds of loops.
constexpr std::size_t maxValueBytes = 1 << 18; ///< Of all values looked up, those of tests included.

/// Lists, and what their items have.
const std::map<std::string, std::vector<std::string>> listMembers{{"links", {"label", "url"}},
                                                                  {"labels", {"name", "value"}}};

/// Names that matchers do not have.
const std::vector<std::string> templateNames{"startedAt", "at", "companyName", "episode.count"};

bool isIn(const std::vector<std::string> &names, const std::string &name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> allNames()
{
    std::vector<std::string> names = ValueName::fields();
    names.insert(names.end(), templateNames.begin(), templateNames.end());
    for (const auto &[list, members] : listMembers)
        names.push_back(list);
    return names;
}

/// The tag that stands for a line end in the text that the library gets. It treats lines with tags specially, but not in the
/// way that mustache specifies: a section that is left out leaves an empty line.
constexpr const char *lineEndName = "/n";
constexpr const char *lineEndTag = "{{&/n}}";

/// Finds the tags of a template as the library does, and refuses what must not be in one.
class TagScan
{
public:
    explicit TagScan(const std::string &text) : text_(text) {}

    void run()
    {
        std::size_t begin = 0; // of the text before the tag
        for (at_ = text_.find("{{"); at_ != std::string::npos; at_ = text_.find("{{", begin))
        {
            const bool triple = text_.compare(at_, 3, "{{{") == 0;
            const std::size_t inner = at_ + (triple ? 3 : 2);
            const std::size_t close = text_.find(triple ? "}}}" : "}}", inner);
            if (close == std::string::npos)
                refuse(triple ? "a tag is opened with {{{ and not closed with }}}"
                              : "a tag is opened with {{ and not closed with }}");
            const std::string content = mustache::trim(text_.substr(inner, close - inner));
            tag(content, triple);
            begin = copyTag(begin, close + (triple ? 3 : 2), content.front());
        }
        copyText(begin, text_.size());
        if (open_.empty())
            return;
        at_ = open_.back().second;
        refuse("the section {{#" + open_.back().first + "}} is not closed with {{/" + open_.back().first + "}}");
    }

    const std::set<std::string> &names() const { return names_; }
    const std::set<std::string> &tested() const { return tested_; } ///< By sections.
    /// What the library gets: a single line, without lines that have only the tag of a section.
    const std::string &library() const { return library_; }

private:
    [[noreturn]] void refuse(const std::string &problem) const
    {
        const auto line = std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n') + 1;
        const std::size_t lineEnd = text_.rfind('\n', at_);
        const std::size_t column = at_ - (lineEnd == std::string::npos ? 0 : lineEnd + 1) + 1;
        throw TemplateInvalid("is not a valid template: at line " + std::to_string(line) + ", character " +
                              std::to_string(column) + ", " + problem);
    }

    static bool isLineEnd(char c) { return c == '\n' || c == '\r'; }

    void copyText(std::size_t begin, std::size_t end)
    {
        for (const char c : std::string_view(text_).substr(begin, end - begin))
            if (c == '\n')
                library_ += lineEndTag;
            else if (c != '\r')
                library_ += c;
    }

    /// Copies the text from `begin` to the tag at at_, and the tag, which ends before `end`. Returns where to go on: behind
    /// the line end if the line has nothing else.
    std::size_t copyTag(std::size_t begin, std::size_t end, char kind)
    {
        const std::size_t before = text_.find_last_not_of(" \t", at_ == 0 ? 0 : at_ - 1);
        const std::size_t lineBegin = at_ == 0 || before == std::string::npos ? 0 : before + 1;
        const bool first = lineBegin == 0 || isLineEnd(text_[lineBegin - 1]);
        const std::size_t after = std::min(text_.find_first_not_of(" \t", end), text_.size());
        const bool last = after == text_.size() || isLineEnd(text_[after]);
        const bool alone =
            first && last && lineBegin >= begin && std::string_view("#^/!").find(kind) != std::string_view::npos;
        copyText(begin, alone ? lineBegin : at_);
        library_.append(text_, at_, end - at_);
        if (!alone)
            return end;
        const bool both = text_.compare(after, 2, "\r\n") == 0;
        return std::min(after + (both ? 2 : 1), text_.size());
    }

    void tag(const std::string &content, bool triple)
    {
        const char kind = content.empty() ? '\0' : content.front();
        if (kind == '=')
            refuse("{{= would change the delimiters, which is not possible");
        if (triple)
            return variable(content);
        const std::string name = content.empty() ? "" : mustache::trim(content.substr(1));
        if (kind == '>')
            refuse("{{> would insert another template, which is not possible");
        if (kind == '#' || kind == '^')
            openSection(name);
        else if (kind == '/')
            closeSection(name);
        else if (kind != '!')
            variable(kind == '&' ? name : content);
    }

    void openSection(const std::string &name)
    {
        check(name);
        if (open_.size() == Template::maxDepth)
            refuse("more than " + std::to_string(Template::maxDepth) + " sections are within each other");
        if (listMembers.contains(name) &&
            std::any_of(open_.begin(), open_.end(), [](const auto &each) { return listMembers.contains(each.first); }))
            refuse("a list is within a list, which is not possible");
        tested_.insert(name);
        open_.emplace_back(name, at_);
    }

    void closeSection(const std::string &name)
    {
        if (open_.empty())
            refuse("{{/" + name + "}} closes a section that is not open");
        if (open_.back().first != name)
            refuse("{{/" + name + "}} closes the section {{#" + open_.back().first + "}}");
        open_.pop_back();
    }

    void variable(const std::string &name)
    {
        check(name);
        if (const auto list = listMembers.find(name); list != listMembers.end())
            refuse(quoted(name) + " is a list; use it as {{#" + name + "}}{{" + list->second.front() + "}} {{" +
                   list->second.back() + "}}{{/" + name + "}}");
    }

    void check(const std::string &name)
    {
        if (name.empty())
            refuse("a tag has no name");
        for (const auto &[section, place] : open_)
            if (const auto list = listMembers.find(section); list != listMembers.end() && isIn(list->second, name))
                return;
        if (!ValueName::find(name) && !isIn(templateNames, name) && !listMembers.contains(name))
            refuseName(name);
        names_.insert(name);
    }

    [[noreturn]] void refuseName(const std::string &name) const
    {
        for (const auto &[list, members] : listMembers)
            if (isIn(members, name))
                refuse(quoted(name) + " exists within {{#" + list + "}} and {{/" + list + "}} only");
        refuse(quoted(name) + " is not a known name." + json::similarText(name, allNames()) +
               " For a label, write {{labels." + json::printableLine(name) + "}}");
    }

    const std::string &text_;
    std::set<std::string> names_;
    std::set<std::string> tested_;
    std::string library_;
    std::size_t at_ = 0;                                    ///< Of the current tag.
    std::vector<std::pair<std::string, std::size_t>> open_; ///< Sections: name, place.
};

/// What the library asks for values. Those of an event are data of type string, which it inserts and never compiles.
class EventContext : public mustache::basic_context<std::string>
{
public:
    EventContext(const Facts &facts, const CustomerFacts &customer) : facts_(facts), customer_(customer) {}

    void push(const mustache::data *data) override
    {
        step();
        stack_.push_back(data);
    }

    void pop() override { stack_.pop_back(); }

    const mustache::data *get(const std::string &name) const override
    {
        if (name == lineEndName)
        {
            count(bytes_, 1, maxValueBytes);
            return &lineEnd_;
        }
        step();
        // A list cannot be within a list, so at most one of them has members.
        for (const mustache::data *item : stack_)
            if (const mustache::data *found = item->get(name))
                return found;
        auto known = values_.find(name);
        if (known == values_.end())
            known = values_.emplace(name, valueOf(name)).first;
        if (!known->second)
            return nullptr;
        if (known->second->is_string())
            count(bytes_, known->second->string_value().size(), maxValueBytes);
        return &*known->second;
    }

    const mustache::data *get_partial(const std::string &) const override
    {
        throw RuleFailed("a template inserts another one");
    }

    std::vector<std::string> unset() const
    {
        std::vector<std::string> names;
        for (const auto &[name, value] : values_)
            if (!value)
                names.push_back(name);
        return names;
    }

private:
    static void count(std::size_t &total, std::size_t more, std::size_t most)
    {
        total += more;
        if (total > most)
            throw RuleFailed("a template takes too much work for this event: more than " + std::to_string(most) +
                             (most == maxSteps ? " steps" : " bytes of values"));
    }

    void step() const { count(steps_, 1, maxSteps); }

    /// nullopt = not set.
    std::optional<mustache::data> valueOf(const std::string &name) const
    {
        if (name == "links")
            return links();
        if (name == "labels")
            return labels();
        const std::string text = textOf(name);
        return text.empty() ? std::nullopt : std::optional<mustache::data>(text);
    }

    std::string textOf(const std::string &name) const
    {
        if (name == "companyName")
            return customer_.companyName.empty() ? customer_.customer : customer_.companyName;
        if (name == "episode.count")
            return std::to_string(facts_.events);
        if (name == "startedAt" || name == "at")
        {
            const std::optional<Instant> &instant = name == "at" ? facts_.event->at : facts_.event->startedAt;
            return instant ? events::toText(*instant) : "";
        }
        NumberText number;
        const auto known = ValueName::find(name);
        return known ? std::string(known->valueIn(facts_, number)) : "";
    }

    std::optional<mustache::data> links() const
    {
        mustache::data list(mustache::data::type::list);
        for (std::size_t i = 0; i < facts_.event->links.size() && i < maxItems; ++i)
            list.push_back(item("label", facts_.event->links[i].label, "url", facts_.event->links[i].url));
        return facts_.event->links.empty() ? std::nullopt : std::optional(std::move(list));
    }

    std::optional<mustache::data> labels() const
    {
        mustache::data list(mustache::data::type::list);
        std::size_t taken = 0;
        for (const auto &[name, value] : facts_.event->labels)
            if (++taken <= maxItems)
                list.push_back(item("name", name, "value", value));
        return facts_.event->labels.empty() ? std::nullopt : std::optional(std::move(list));
    }

    static mustache::data item(const char *first, const std::string &one, const char *second, const std::string &other)
    {
        mustache::data members;
        if (!one.empty())
            members.set(first, one);
        if (!other.empty())
            members.set(second, other);
        return members;
    }

    const Facts &facts_;
    const CustomerFacts &customer_;
    const mustache::data lineEnd_{"\n"};
    std::vector<const mustache::data *> stack_;
    mutable std::map<std::string, std::optional<mustache::data>> values_;
    mutable std::size_t steps_ = 0;
    mutable std::size_t bytes_ = 0;
};

/// Keeps the first bytes of what is written to it.
struct BoundedOutput
{
    std::string text;

    BoundedOutput &operator<<(const std::string &more)
    {
        text.append(more, 0, Template::maxOutput + 1 - text.size());
        return *this;
    }
};

std::string identity(const std::string &text)
{
    return text;
}

} // namespace

struct Template::Compiled
{
    std::string text;
    std::vector<std::string> names;
    std::set<std::string> tested;
    /// Its render() is not const, but without partials and lambdas it changes nothing.
    mustache::mustache library;

    Compiled(std::string source, const TagScan &scan)
        : text(std::move(source)), names(scan.names().begin(), scan.names().end()), tested(scan.tested()),
          library(scan.library())
    {
        library.set_custom_escape(identity);
        if (!library.is_valid())
            throw TemplateInvalid("is not a valid template: " + library.error_message());
    }
};

Template::Template(const std::string &text)
{
    if (text.empty())
        return;
    if (text.size() > maxBytes)
        throw TemplateInvalid("is a template of more than " + std::to_string(maxBytes) + " bytes");
    if (!json::isValidUtf8(text))
        throw TemplateInvalid("is not valid UTF-8");
    TagScan scan(text);
    scan.run(); // before the library sees it
    compiled_ = std::make_shared<Compiled>(text, scan);
}

const std::string &Template::text() const
{
    static const std::string empty;
    return compiled_ == nullptr ? empty : compiled_->text;
}

const std::vector<std::string> &Template::names() const
{
    static const std::vector<std::string> none;
    return compiled_ == nullptr ? none : compiled_->names;
}

std::string Template::render(const Facts &facts, const CustomerFacts &customer, std::vector<std::string> &unset) const
{
    if (compiled_ == nullptr)
        return "";
    EventContext context(facts, customer);
    BoundedOutput output;
    compiled_->library.render(context, output);
    for (const std::string &name : context.unset())
        if (!compiled_->tested.contains(name) && !isIn(unset, name))
            unset.push_back(name);
    if (output.text.size() <= maxOutput)
        return std::move(output.text);
    const std::string cut = "…";
    return std::string(json::cutUtf8(output.text, maxOutput - cut.size())) + cut;
}

} // namespace psa::events::rules
