#include "plugin-check/request_text.h"

#include "host/json/strict_json.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/String.h>

#include <algorithm>

namespace psa::check {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

void collect(const Var &value, std::vector<std::string> &texts)
{
    if (value.type() == typeid(Object::Ptr))
        for (const auto &[name, member] : *value.extract<Object::Ptr>())
            collect(member, texts);
    else if (value.type() == typeid(Array::Ptr))
        for (const Var &item : *value.extract<Array::Ptr>())
            collect(item, texts);
    else if (value.isString())
        texts.push_back(value.convert<std::string>());
}

/// The part of a text that must not be lost.
std::string essence(std::string text)
{
    Poco::replaceInPlace(text, std::string("\xEF\xBF\xBD"), std::string());
    text.erase(std::remove_if(text.begin(), text.end(),
                              [](char each) { return static_cast<unsigned char>(each) <= ' ' || each == 0x7F; }),
               text.end());
    return text;
}

std::string fromHtml(std::string text)
{
    for (const auto &[written, meant] :
         {std::pair("&lt;", "<"), std::pair("&gt;", ">"), std::pair("&quot;", "\""), std::pair("&#39;", "'"),
          std::pair("&apos;", "'"), std::pair("<br>", ""), std::pair("<br/>", ""), std::pair("&amp;", "&")})
        Poco::replaceInPlace(text, std::string(written), std::string(meant));
    return text;
}

} // namespace

std::vector<std::string> textsIn(const std::string &body)
{
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || (body[first] != '{' && body[first] != '['))
        return {body};
    constexpr json::JsonLimits limits{16 << 20, 64};
    std::vector<std::string> texts;
    collect(json::parseStrict(body, limits), texts);
    return texts;
}

bool arrives(const std::string &text, const std::vector<std::string> &texts)
{
    const std::string wanted = essence(text);
    return std::any_of(texts.begin(), texts.end(), [&](const std::string &each) {
        const std::string there = essence(each);
        return there.find(wanted) != std::string::npos || fromHtml(there).find(wanted) != std::string::npos;
    });
}

bool mentions(const net::HttpRequest &request, const std::string &text)
{
    return request.url.find(text) != std::string::npos || request.body.find(text) != std::string::npos ||
           std::any_of(request.headers.begin(), request.headers.end(),
                       [&](const net::HttpHeader &header) { return header.value.find(text) != std::string::npos; });
}

bool isAnswered(const std::vector<Sent> &sent, const std::string &text)
{
    return std::any_of(sent.begin(), sent.end(), [&](const Sent &each) {
        return each.response.body.find(text) != std::string::npos ||
               std::any_of(each.response.headers.begin(), each.response.headers.end(),
                           [&](const auto &header) { return header.value.find(text) != std::string::npos; });
    });
}

} // namespace psa::check
