// Beast's assertions check its callers; in a build with assertions some requests would end the process.
#define BOOST_DISABLE_ASSERTS
#include "host/http/head_scan.h"

#include <Poco/String.h>

#include <boost/beast/http/basic_parser.hpp>

#include <stdexcept>

namespace psa::http {
namespace {

namespace beast = boost::beast;

class HeadParser final : public beast::http::basic_parser<true>
{
public:
    HeadParser()
    {
        eager(false); // stops after the head: the caller decides how to handle the body
        header_limit(HeadScan::maxBytes);
        body_limit(boost::none);
    }

    RequestHead head;

private:
    using Text = beast::string_view;
    using Error = beast::error_code;

    void on_request_impl(beast::http::verb, Text method, Text target, int version, Error &) override
    {
        head.method = std::string(method);
        head.target = std::string(target);
        head.http10 = version == 10;
    }
    void on_field_impl(beast::http::field, Text name, Text value, Error &) override
    {
        head.headers.emplace_back(Poco::toLower(std::string(name)), std::string(value));
    }
    void on_response_impl(int, Text, int, Error &) override {}
    void on_header_impl(Error &) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t> &, Error &) override {}
    std::size_t on_body_impl(Text, Error &) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, Text, Error &) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text, Error &) override { return 0; }
    void on_finish_impl(Error &) override {}
};

} // namespace

RequestHead parseHead(std::string_view bytes)
{
    HeadParser parser;
    beast::error_code error;
    const std::size_t used = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    if (error)
        throw std::runtime_error(error.message());
    if (!parser.is_header_done() || used != bytes.size())
        throw std::runtime_error("it ends elsewhere");
    return std::move(parser.head);
}

} // namespace psa::http
