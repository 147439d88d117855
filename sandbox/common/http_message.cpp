#include "sandbox/common/http_message.h"

namespace psa::sandbox {

Answer htmlError(int status, const std::string &title)
{
    return {status,
            "<!DOCTYPE html>\r\n<html><head><title>" + title + "</title></head>\r\n<body><h2>" +
                std::to_string(status) + " - " + title + "</h2></body></html>\r\n",
            "text/html; charset=utf-8",
            {}};
}

} // namespace psa::sandbox
