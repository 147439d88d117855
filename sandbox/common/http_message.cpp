#include "sandbox/common/http_message.h"

#include <Poco/Base64Decoder.h>
#include <Poco/StreamCopier.h>

#include <sstream>

namespace psa::sandbox {

std::string basicLogin(const Request &request)
{
    const std::string header = request.header("Authorization");
    const std::string scheme = "Basic ";
    if (!equalNoCase(header.substr(0, scheme.size()), scheme))
        return {};
    std::istringstream in(header.substr(scheme.size()));
    Poco::Base64Decoder decoder(in);
    std::string text;
    try
    {
        Poco::StreamCopier::copyToString(decoder, text);
    }
    catch (const Poco::Exception &) // invalid Base64 is not a valid login
    {
        return {};
    }
    return text;
}

Answer json(int status, const Var &body)
{
    return {status, toText(body)};
}

Answer htmlError(int status, const std::string &title)
{
    return {status,
            "<!DOCTYPE html>\r\n<html><head><title>" + title + "</title></head>\r\n<body><h2>" +
                std::to_string(status) + " - " + title + "</h2></body></html>\r\n",
            "text/html; charset=utf-8",
            {}};
}

} // namespace psa::sandbox
