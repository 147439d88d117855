#include "tests/unit/events/sample.h"

#include "host/events/url_encoding.h"

#include <Poco/String.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace psa::events {
namespace {

/// Goes behind the first line of `text`, and returns it.
std::string takeSampleLine(std::string &text)
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line = text.substr(0, end);
    text.erase(0, end + 1);
    if (!line.empty() && line.back() == '\r')
        line.pop_back();
    return line;
}

void addSampleQuery(RawDelivery &delivery, const std::string &target)
{
    const std::size_t begin = target.find('?');
    std::istringstream fields(begin == std::string::npos ? "" : target.substr(begin + 1));
    for (std::string field; std::getline(fields, field, '&');)
        delivery.query.emplace(urlDecoded(field.substr(0, field.find('=')), Plus::isSpace),
                               urlDecoded(field.substr(field.find('=') + 1), Plus::isSpace));
}

} // namespace

RawDelivery deliveryOf(const std::string &name, const std::string &content)
{
    RawDelivery delivery;
    delivery.method = "POST";
    delivery.body = content;
    if (name.ends_with(".json"))
        delivery.headers["content-type"] = "application/json";
    const std::string first = content.substr(0, content.find('\n'));
    if (first.find(" HTTP/1.1") != std::string::npos)
    {
        const std::string start = takeSampleLine(delivery.body);
        delivery.method = start.substr(0, start.find(' '));
        addSampleQuery(delivery,
                       start.substr(delivery.method.size() + 1, start.rfind(' ') - delivery.method.size() - 1));
        for (std::string line = takeSampleLine(delivery.body); !line.empty(); line = takeSampleLine(delivery.body))
            delivery.headers[Poco::toLower(line.substr(0, line.find(':')))] =
                Poco::trim(line.substr(line.find(':') + 1));
    }
    delivery.contentType = delivery.headers["content-type"];
    return delivery;
}

std::string contentOf(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error(path + " cannot be read");
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

} // namespace psa::events
