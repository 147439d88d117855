#include "host/events/xml_body.h"

#include "host/events/body_tree.h"
#include "host/events/character_references.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace psa::events {
namespace {

constexpr std::size_t maxXmlLevels = 64;
constexpr std::size_t maxXmlNodes = 100'000;
constexpr std::string_view xmlSpaces = " \t\r\n";

struct XmlElement
{
    std::string name;
    std::string text; ///< All of its text, without that of its elements.
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<XmlElement> elements;
};

class XmlBodyReader
{
public:
    explicit XmlBodyReader(std::string_view text) : text_(text) {}

    XmlElement document()
    {
        skipProlog();
        XmlElement root = element(1);
        skipProlog();
        if (at_ < text_.size())
            fail("there is more text after the end of the root element");
        return root;
    }

private:
    [[noreturn]] void fail(const std::string &what) const
    {
        const std::string_view before = text_.substr(0, std::min(at_, text_.size()));
        const auto line = std::count(before.begin(), before.end(), '\n') + 1;
        throw BodyRefused("The body is not valid XML: line " + std::to_string(line) + ": " + what + ".");
    }

    bool sees(std::string_view what) const { return text_.substr(at_).starts_with(what); }

    void skipSpace() { at_ = std::min(text_.find_first_not_of(xmlSpaces, at_), text_.size()); }

    /// Goes behind `end`, and returns what was before it.
    std::string_view until(std::string_view end, const char *what)
    {
        const std::size_t found = text_.find(end, at_);
        if (found == std::string_view::npos)
            fail(std::string(what) + " has no end");
        const std::string_view content = text_.substr(at_, found - at_);
        at_ = found + end.size();
        return content;
    }

    bool skipComment()
    {
        if (sees("<!--"))
            return until("-->", "a comment"), true;
        if (sees("<?"))
            return until("?>", "a processing instruction"), true;
        return false;
    }

    void skipProlog()
    {
        do
            skipSpace();
        while (skipComment());
        if (sees("<!DOCTYPE"))
            fail("it has a document type (DOCTYPE), which is not accepted");
    }

    std::string name()
    {
        const std::size_t end = std::min(text_.find_first_of(" \t\r\n/>=<\"'&", at_), text_.size());
        if (end == at_)
            fail("expected a name");
        std::string name(text_.substr(at_, end - at_));
        at_ = end;
        return name;
    }

    void count()
    {
        if (++nodes_ > maxXmlNodes)
            fail("it has more than " + std::to_string(maxXmlNodes) + " elements and attributes");
    }

    XmlElement element(std::size_t level)
    {
        if (level > maxXmlLevels)
            fail("it has more than " + std::to_string(maxXmlLevels) + " levels");
        if (!sees("<"))
            fail("expected an element");
        ++at_;
        count();
        XmlElement element;
        element.name = name();
        if (!attributes(element))
            content(element, level);
        return element;
    }

    /// Reads the rest of a start tag. True = the element is empty (`<a/>`).
    bool attributes(XmlElement &element)
    {
        for (;;)
        {
            skipSpace();
            if (sees("/>"))
                return at_ += 2, true;
            if (sees(">"))
                return ++at_, false;
            std::string attribute = name();
            skipSpace();
            if (!sees("="))
                fail("the attribute \"" + attribute + "\" has no value");
            ++at_;
            skipSpace();
            if (!sees("\"") && !sees("'"))
                fail("the value of the attribute \"" + attribute + "\" is not in quotes");
            const std::string_view quotes = text_.substr(at_++, 1);
            count();
            element.attributes.emplace_back(
                std::move(attribute), withoutReferences(until(quotes, "the value of an attribute"), References::xml));
        }
    }

    void content(XmlElement &element, std::size_t level)
    {
        for (;;)
        {
            const std::size_t tag = text_.find('<', at_);
            if (tag == std::string_view::npos)
                fail("the element \"" + element.name + "\" has no end");
            element.text += withoutReferences(text_.substr(at_, tag - at_), References::xml);
            at_ = tag;
            if (sees("</"))
                return endTag(element);
            if (sees("<![CDATA["))
            {
                at_ += 9;
                element.text += until("]]>", "a CDATA section");
            }
            else if (!skipComment())
                element.elements.push_back(this->element(level + 1));
        }
    }

    void endTag(const XmlElement &element)
    {
        at_ += 2;
        if (name() != element.name)
            fail("the element \"" + element.name + "\" is not closed");
        skipSpace();
        if (!sees(">"))
            fail("the end tag of \"" + element.name + "\" has no >");
        ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t nodes_ = 0;
};

void writeElement(const XmlElement &element, TreeWriter &tree);

void writeElements(const std::vector<const XmlElement *> &same, TreeWriter &tree)
{
    tree.name(same.front()->name);
    if (same.size() == 1)
        return writeElement(*same.front(), tree);
    tree.beginList();
    for (const XmlElement *element : same)
        writeElement(*element, tree);
    tree.endList();
}

void writeMembers(const XmlElement &element, TreeWriter &tree)
{
    tree.beginObject();
    for (const auto &[name, value] : element.attributes)
    {
        tree.name("@" + name);
        tree.text(value);
    }
    std::map<std::string_view, std::vector<const XmlElement *>> byName;
    for (const XmlElement &child : element.elements)
        byName[child.name].push_back(&child);
    for (const auto &[name, same] : byName)
        writeElements(same, tree);
    if (element.text.find_first_not_of(xmlSpaces) != std::string::npos && !byName.contains("text"))
    {
        tree.name("text");
        tree.text(element.text);
    }
    tree.endObject();
}

void writeElement(const XmlElement &element, TreeWriter &tree)
{
    if (element.attributes.empty() && element.elements.empty())
        tree.text(element.text);
    else
        writeMembers(element, tree);
}

} // namespace

void writeXml(std::string_view text, TreeWriter &tree)
{
    const XmlElement root = XmlBodyReader(text).document();
    writeMembers(root, tree);
}

} // namespace psa::events
