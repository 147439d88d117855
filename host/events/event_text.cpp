#include "host/events/event_text.h"

#include "host/events/character_references.h"
#include "host/json/utf8.h"

#include <Poco/String.h>
#include <Poco/UTF8Encoding.h>
#include <Poco/Unicode.h>

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace psa::events {
namespace {

constexpr std::string_view ellipsis = "\u2026";
constexpr std::string_view htmlSpaces = " \t\r\n\f";

/// The byte length of the character at the start of `valid`, which is valid UTF-8 and not empty.
std::size_t characterBytes(std::string_view valid)
{
    const auto lead = static_cast<unsigned char>(valid.front());
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

int characterAt(std::string_view valid, std::size_t at)
{
    return Poco::UTF8Encoding().convert(reinterpret_cast<const unsigned char *>(valid.data() + at));
}

bool isBetween(int code, int first, int last)
{
    return code >= first && code <= last;
}

constexpr int joiner = 0x200D; ///< ZERO WIDTH JOINER, which makes one emoji of several.

/// Never begins a grapheme cluster: a mark, a joiner, the skin tone of an emoji, a tag of a flag, a later Hangul letter.
bool continuesCluster(int code)
{
    Poco::Unicode::CharacterProperties properties{};
    Poco::Unicode::properties(code, properties);
    return properties.category == Poco::Unicode::UCP_MARK || code == joiner || isBetween(code, 0x1F3FB, 0x1F3FF) ||
           isBetween(code, 0xE0020, 0xE007F) || isBetween(code, 0x1160, 0x11FF);
}

/// A pair of these makes a flag.
bool isFlagLetter(int code)
{
    return isBetween(code, 0x1F1E6, 0x1F1FF);
}

/// The places of the characters of `valid`, up to `most` of them, and where the next one would be.
std::vector<std::size_t> placesIn(std::string_view valid, std::size_t most)
{
    std::vector<std::size_t> places{0};
    while (places.back() < valid.size() && places.size() <= most)
        places.push_back(places.back() + characterBytes(valid.substr(places.back())));
    return places;
}

/// Whether a grapheme cluster may begin at the character number `index`; approximates Unicode's rules.
bool mayCutAt(std::string_view valid, const std::vector<std::size_t> &places, std::size_t index)
{
    const int next = characterAt(valid, places[index]);
    const int before = characterAt(valid, places[index - 1]);
    if (continuesCluster(next) || before == joiner)
        return false;
    std::size_t letters = 0;
    while (letters < index && isFlagLetter(characterAt(valid, places[index - 1 - letters])))
        ++letters;
    return !isFlagLetter(next) || letters % 2 == 0;
}

/// Longer clusters are cut apart: somebody made them to break a display.
constexpr std::size_t maxClusterCharacters = 32;

std::string cutLine(const std::string &line, std::size_t maxCharacters)
{
    const std::vector<std::size_t> places = placesIn(line, maxCharacters + 1);
    if (places.size() <= maxCharacters + 1 && places.back() == line.size())
        return line;
    std::size_t end = maxCharacters - 1;
    for (std::size_t back = 0; back < maxClusterCharacters && back + 1 < end; ++back)
        if (mayCutAt(line, places, end - back))
        {
            end -= back;
            break;
        }
    std::string kept = line.substr(0, places[end]);
    kept.erase(kept.find_last_not_of(' ') + 1);
    return kept.append(ellipsis);
}

/// Line feeds, tabs and no-break spaces count as white space; the others of Unicode stay.
std::string withSingleSpaces(std::string_view text)
{
    std::string result;
    bool space = false;
    for (const char c : text)
    {
        const bool isSpace = c == ' ' || c == '\n' || c == '\t';
        if (!isSpace && space && !result.empty())
            result += ' ';
        if (!isSpace)
            result += c;
        space = isSpace;
    }
    return result;
}

/// Collects the text of HTML with its line breaks.
class HtmlText
{
public:
    void add(std::string_view text)
    {
        const std::string decoded = withoutReferences(text, References::html);
        for (const char c : decoded)
            if (htmlSpaces.find(c) != std::string_view::npos)
                space_ = true;
            else
            {
                if (space_ && !text_.empty() && text_.back() != '\n')
                    text_ += ' ';
                space_ = false;
                text_ += c;
            }
    }

    /// Begins a new line, with at most `blank` blank lines before it.
    void breakLine(std::size_t blank)
    {
        space_ = false;
        const std::size_t last = text_.find_last_not_of('\n');
        if (last == std::string::npos)
            return;
        const std::size_t breaks = text_.size() - last - 1;
        if (breaks <= blank)
            text_ += '\n';
    }

    void addItem()
    {
        breakLine(0);
        text_ += "- ";
    }

    std::string take()
    {
        text_.erase(text_.find_last_not_of('\n') + 1);
        return std::move(text_);
    }

private:
    std::string text_;
    bool space_ = false;
};

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether the element begins and ends a line.
bool isBlock(std::string_view name)
{
    return isOneOf(name, {"p",       "div",     "h1",     "h2",     "h3",         "h4", "h5",    "h6",
                          "pre",     "hr",      "ul",     "ol",     "li",         "tr", "table", "title",
                          "section", "article", "header", "footer", "blockquote", "dl", "dt",    "dd"});
}

/// The name of a tag in lower case, with `/` before it if it ends an element.
std::string tagName(std::string_view tag)
{
    const std::size_t end = std::min(tag.find_first_of(" \t\r\n\f/>", tag.starts_with('/') ? 1 : 0), tag.size());
    return Poco::toLower(std::string(tag.substr(0, end)));
}

/// The part of `html` after the end of the element `name`, whose content is not shown.
std::string_view afterElement(std::string_view html, const std::string &name)
{
    const auto isSame = [](char left, char right) {
        return (left | 0x20) == (right | 0x20); // letters, "<" and "/"
    };
    const std::string end = "</" + name;
    const auto found = std::search(html.begin(), html.end(), end.begin(), end.end(), isSame);
    html.remove_prefix(static_cast<std::size_t>(found - html.begin()));
    html.remove_prefix(std::min(std::min(html.find('>'), html.size()) + 1, html.size()));
    return html;
}

/// Takes one tag or comment, which begins with `<`, from the front of `html`.
void takeTag(std::string_view &html, HtmlText &text)
{
    if (html.starts_with("<!--"))
    {
        const std::size_t end = html.find("-->", 4);
        html.remove_prefix(end == std::string_view::npos ? html.size() : end + 3);
        return;
    }
    const std::size_t end = html.find('>');
    const char next = html.size() > 1 ? html[1] : ' ';
    const bool isTag = next == '/' || next == '!' || next == '?' || Poco::Unicode::isAlpha(next);
    if (!isTag || end == std::string_view::npos) // "5 < 7"
    {
        text.add("<");
        html.remove_prefix(1);
        return;
    }
    const std::string name = tagName(html.substr(1, end - 1));
    html.remove_prefix(end + 1);
    if (isOneOf(name, {"script", "style", "head", "template", "noscript"}))
        html = afterElement(html, name);
    else if (name == "br")
        text.breakLine(1);
    else if (name == "li")
        text.addItem();
    else if (isBlock(name.starts_with('/') ? name.substr(1) : name))
        text.breakLine(0);
    else if (isOneOf(name, {"td", "/td", "th", "/th"}))
        text.add(" ");
}

} // namespace

std::string lineOfText(std::string_view text, std::size_t maxCharacters)
{
    return cutLine(withSingleSpaces(json::withoutControls(text)), maxCharacters);
}

std::string plainText(std::string_view text, std::size_t maxBytes)
{
    const std::string plain = json::withoutControls(text);
    if (plain.size() <= maxBytes)
        return plain;
    return std::string(json::cutUtf8(plain, maxBytes)) + "\n" + std::string(ellipsis) + " (cut after " +
           std::to_string(maxBytes >> 10U) + " KiB)";
}

std::string textOfHtml(std::string_view html)
{
    HtmlText text;
    while (!html.empty())
    {
        const std::size_t tag = std::min(html.find('<'), html.size());
        text.add(html.substr(0, tag));
        html.remove_prefix(tag);
        if (!html.empty())
            takeTag(html, text);
    }
    return text.take();
}

} // namespace psa::events
