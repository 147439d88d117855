#include "host/events/multipart_body.h"

#include "host/events/body_tree.h"
#include "host/events/url_encoding.h"

#include <Poco/String.h>

#include <algorithm>

namespace psa::events {
namespace {

std::string_view lineOf(std::string_view text)
{
    const std::string_view line = text.substr(0, text.find('\n'));
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

/// The value of a parameter such as `boundary` or `name` in a header; "" = it has none.
std::string parameterIn(std::string_view header, const std::string &name)
{
    const std::string lower = Poco::toLower(std::string(header));
    std::size_t at = 0;
    while ((at = lower.find(name + "=", at)) != std::string::npos)
    {
        const bool begins = at == 0 || std::string_view("; \t").find(lower[at - 1]) != std::string_view::npos;
        at += name.size() + 1;
        if (!begins)
            continue;
        const std::string_view value = header.substr(at);
        if (value.starts_with('"'))
            return std::string(value.substr(1, std::min(value.find('"', 1), value.size()) - 1));
        return std::string(value.substr(0, value.find_first_of("; \t\r\n")));
    }
    return "";
}

/// Two hyphens and the boundary.
std::string delimiterOf(std::string_view body, const std::string &contentType)
{
    const std::string boundary = "--" + parameterIn(contentType, "boundary");
    return boundary.size() > 2 && body.starts_with(boundary) ? boundary : std::string(lineOf(body));
}

/// Goes behind the line at the start of `text`, and returns it.
std::string_view takeLine(std::string_view &text)
{
    const std::string_view line = lineOf(text);
    text.remove_prefix(std::min(std::min(text.find('\n'), text.size()) + 1, text.size()));
    return line;
}

/// The headers of a part, up to the blank line.
std::string nameOfPart(std::string_view &part)
{
    std::string name;
    while (!part.empty())
    {
        const std::string_view line = takeLine(part);
        if (line.empty())
            break;
        if (Poco::toLower(std::string(line.substr(0, line.find(':')))) == "content-disposition")
            name = urlDecoded(parameterIn(line, "name"), Plus::isPlus);
    }
    return name;
}

std::string_view withoutLastLineEnd(std::string_view text)
{
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    return text;
}

} // namespace

bool isMultipart(std::string_view body, const std::string &contentType)
{
    const std::string delimiter = delimiterOf(body, contentType);
    return delimiter.size() > 2 && body.find(delimiter, delimiter.size()) != std::string_view::npos;
}

std::vector<FormPart> multipartParts(std::string_view body, const std::string &contentType)
{
    const std::string delimiter = delimiterOf(body, contentType);
    std::vector<FormPart> parts;
    for (;;)
    {
        body.remove_prefix(delimiter.size());
        if (body.starts_with("--"))
            return parts;
        takeLine(body);
        const std::size_t end = body.find("\n" + delimiter);
        if (end == std::string_view::npos)
            throw BodyRefused("The multipart body is truncated: its last boundary is missing.");
        std::string_view part = body.substr(0, end + 1);
        std::string name = nameOfPart(part);
        if (name.empty())
            name = "part" + std::to_string(parts.size() + 1);
        parts.push_back({std::move(name), std::string(withoutLastLineEnd(part))});
        body.remove_prefix(end + 1);
    }
}

} // namespace psa::events
