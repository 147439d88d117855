#include "host/events/body_tree.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <catch2/catch.hpp>

using namespace psa;
using namespace psa::events;

namespace {

RawDelivery posted(const std::string &body, const std::string &contentType = "application/json")
{
    RawDelivery delivery;
    delivery.method = "POST";
    delivery.body = body;
    delivery.contentType = contentType;
    delivery.headers["content-type"] = contentType;
    return delivery;
}

Poco::JSON::Object::Ptr treeOf(const RawDelivery &delivery, const std::vector<std::string> &placeholders = {},
                               std::vector<std::string> *unset = nullptr)
{
    std::vector<json::SafePattern> patterns(placeholders.begin(), placeholders.end());
    SourceSettings source;
    source.name = "prod";
    const BodyTree tree = bodyTreeOf(delivery, source, patterns);
    if (unset != nullptr)
        *unset = tree.unset;
    return json::parseStrict(tree.json, {std::string_view::npos, 200}).extract<Poco::JSON::Object::Ptr>();
}

std::string bodyOf(const std::string &body, const std::string &contentType = "application/json")
{
    return json::jsonText(treeOf(posted(body, contentType))->get("body"));
}

std::string refusalOf(const std::string &body, const std::string &contentType = "application/json")
{
    try
    {
        treeOf(posted(body, contentType));
        return "";
    }
    catch (const BodyRefused &error)
    {
        return error.what();
    }
}

std::string nested(int levels)
{
    return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']');
}

} // namespace

TEST_CASE("JSON is recognized whatever its content type says", "[events]")
{
    for (const char *type : {"application/json", "application/x-www-form-urlencoded", "text/plain", ""})
        CHECK(bodyOf(" \r\n{\"state\": \"Down\", \"list\": [1, true]}", type) == R"({"list":[1,true],"state":"Down"})");
    CHECK(bodyOf("\xEF\xBB\xBF{\"a\":1}") == R"({"a":1})");
}

TEST_CASE("A form is recognized even if it is labelled as JSON", "[events]")
{
    const std::string form = "sensor=Ping&message=100+%25%2B&empty=&list=a&list=b";
    for (const char *type : {"application/json", "application/x-www-form-urlencoded", ""})
        CHECK(bodyOf(form, type) == R"({"empty":null,"list":["a","b"],"message":"100 %+","sensor":"Ping"})");
}

TEST_CASE("Percent signs that a person typed into a form stay", "[events]")
{
    CHECK(bodyOf("a=100%&b=5%2&c=%zz&d=%41") == R"({"a":"100%","b":"5%2","c":"%zz","d":"A"})");
}

TEST_CASE("JSON inside the value of a form field is parsed, and text that only begins like it is not", "[events]")
{
    CHECK(bodyOf("monitor=%7B%22id%22%3A42%7D&msg=%5BFIRING%3A1%5D+down") ==
          R"({"monitor":{"id":42},"msg":"[FIRING:1] down"})");
}

TEST_CASE("A delivery without a body has its query as body", "[events]")
{
    RawDelivery delivery = posted("", "");
    delivery.method = "GET";
    delivery.query = {{"heartbeat", R"({"status":0})"}, {"msg", "down"}, {"access_token", "geheim"}};
    const auto tree = treeOf(delivery);
    CHECK(json::jsonText(tree->get("body")) == R"({"heartbeat":{"status":0},"msg":"down"})");
    CHECK(json::jsonText(tree->get("query")) == R"({"heartbeat":{"status":0},"msg":"down"})");
    CHECK(treeOf(posted("", ""))->isNull("body"));
}

TEST_CASE("JSON within a multipart form is parsed", "[events]")
{
    const std::string body = "--x1\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{\"id\":42}\r\n"
                             "--x1\r\nContent-Disposition: form-data; name=note\r\nContent-Type: "
                             "text/plain\r\n\r\nline 1\r\nline 2\r\n--x1--\r\n";
    const std::string expected = R"({"data":{"id":42},"note":"line 1\r\nline 2"})";
    CHECK(bodyOf(body, "multipart/form-data; boundary=x1") == expected);
    CHECK(bodyOf(body, "multipart/form-data; charset=utf-8; Boundary=\"x1\"") == expected);
    CHECK(bodyOf(body, "") == expected);
    CHECK_THAT(refusalOf("--x1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbefore --x1 after",
                         "multipart/form-data; boundary=x1"),
               Catch::Contains("truncated"));
}

TEST_CASE("XML becomes objects of texts, and repeated elements a list", "[events]")
{
    CHECK(bodyOf("<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- n -->\n<n><Customer>A &gt; B "
                 "&#228;&#x1F534;</Customer><Empty/>"
                 "<Blank> </Blank><Row>1</Row><Row>2</Row><D id='7'>x<![CDATA[<y>]]></D></n>\n",
                 "text/plain") == "{\"Blank\":null,\"Customer\":\"A > B "
                                  "\u00E4\U0001F534\",\"D\":{\"@id\":\"7\",\"text\":\"x<y>\"},\"Empty\":null,"
                                  "\"Row\":[\"1\",\"2\"]}");
}

TEST_CASE("XML cannot define entities", "[events]")
{
    CHECK_THAT(refusalOf("<?xml version=\"1.0\"?><!DOCTYPE n [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><n>&a;</n>"),
               Catch::Contains("DOCTYPE"));
    CHECK(bodyOf("<n><x>&unknown;</x></n>") == R"({"x":"&unknown;"})");
}

TEST_CASE("Damaged XML is refused with its line", "[events]")
{
    CHECK_THAT(refusalOf("<n>\n<a>1</b></n>"), Catch::Contains("line 2") && Catch::Contains("\"a\""));
    CHECK_THAT(refusalOf("<n><a>1"), Catch::Contains("no end"));
    CHECK_THAT(refusalOf("<n></n><m></m>"), Catch::Contains("more text"));
    CHECK_THAT(refusalOf("<n a></n>"), Catch::Contains("no value"));
    std::string deep;
    for (int i = 0; i < 100; ++i)
        deep += "<a>";
    CHECK_THAT(refusalOf(deep), Catch::Contains("64 levels"));
    std::string many = "<n>";
    for (int i = 0; i < 100'001; ++i)
        many += "<a/>";
    CHECK_THAT(refusalOf(many + "</n>"), Catch::Contains("100000 elements"));
}

TEST_CASE("A JSON string as a whole is the JSON that it contains, or a text", "[events]")
{
    CHECK(bodyOf(R"("{\"alert_id\": \"5\"}")") == R"({"alert_id":"5"})");
    CHECK(bodyOf(R"("{\"a\": \"broken \"quote\"\"}")") == R"({"text":"{\"a\": \"broken \"quote\"\"}"})");
    CHECK(bodyOf("\"Disk\" is full") == R"({"text":"\"Disk\" is full"})");
}

TEST_CASE("A text in no known form is the text of the body", "[events]")
{
    CHECK(bodyOf("Disk full on lf-sql-02\n") == R"({"text":"Disk full on lf-sql-02\n"})");
    CHECK(bodyOf("-- \nsignature") == R"({"text":"-- \nsignature"})");
    CHECK(bodyOf("12.5") == R"({"text":"12.5"})");
}

TEST_CASE("Integers with more digits than a double holds keep all of them", "[events]")
{
    CHECK(
        bodyOf(
            R"([113770000041271035, -900719925474099312, 999999999999999, 123456789012345678901234567890, 17.25, 1e3, 0])") ==
        R"(["113770000041271035","-900719925474099312",999999999999999,"123456789012345678901234567890",17.25,1000,0])");
    CHECK(bodyOf("[1e999]") == R"(["1e999"])");
}

TEST_CASE("What people and other languages write into templates of JSON is understood", "[events]")
{
    CHECK(bodyOf("{\"a\": None, \"b\": True, \"c\": False, \"d\": NaN, \"e\": \"two\nlines\tof text\"}") ==
          R"({"a":null,"b":true,"c":false,"d":null,"e":"two\nlines\tof text"})");
}

TEST_CASE("Broken JSON is refused with its line and column", "[events]")
{
    CHECK_THAT(refusalOf("{\n  \"a\": \"x\" y\n}"), Catch::Contains("line 2, column 12"));
    CHECK_THAT(refusalOf("{\"a\": 007}"), Catch::Contains("column 7"));
    CHECK_THAT(refusalOf("{\"a\": 1} {\"b\": 2}"), Catch::Contains("more text"));
    CHECK_THAT(refusalOf("{\"a\": \"x}"), Catch::Contains("no end"));
    CHECK_THAT(refusalOf("{\"a\": \"\\x\"}"), Catch::Contains("backslash"));
    CHECK_THAT(refusalOf("{\"a\":"), Catch::Contains("ends too early"));
    CHECK_THAT(refusalOf("[1,]"), Catch::Contains("expected a JSON value"));
    CHECK_THAT(refusalOf("{a: 1}"), Catch::Contains("double quotes"));
}

TEST_CASE("JSON may have 128 levels, fewer than libjq refuses", "[events]")
{
    CHECK(bodyOf(nested(128)) == nested(128));
    CHECK_THAT(refusalOf(nested(130)), Catch::Contains("128 levels"));
    CHECK_THAT(refusalOf(nested(4'000'000)), Catch::Contains("128 levels"));
}

TEST_CASE("Of members with the same name the last one counts", "[events]")
{
    SourceSettings source;
    const BodyTree tree = bodyTreeOf(posted(R"({"a":1,"a":2})"), source, {});
    CHECK_THAT(tree.json, Catch::Contains(R"({"a":1,"a":2})")); // jq takes the last one
}

TEST_CASE("Invalid UTF-8, NUL and halves of surrogate pairs become U+FFFD", "[events]")
{
    CHECK(bodyOf("{\"a\":\"K\xFChl\",\"b\":\"x\\u0000y\",\"c\":\"\\ud83d\",\"d\":\"\\uD83D\\uDD34\\udd34\"}") ==
          "{\"a\":\"K\uFFFDhl\",\"b\":\"x\uFFFDy\",\"c\":\"\uFFFD\",\"d\":\"\U0001F534\uFFFD\"}");
    CHECK(bodyOf("a=K%FChl") == "{\"a\":\"K\uFFFDhl\"}");
    CHECK(bodyOf("{\"a\":\"\\u001b[31m\"}") == R"({"a":"\u001B[31m"})");
}

TEST_CASE("A body in Windows-1252 is read if it says so", "[events]")
{
    CHECK(bodyOf("{\"a\":\"K\xFChl \x80\"}", "application/json; charset=ISO-8859-1") == "{\"a\":\"K\u00FChl \u20AC\"}");
    CHECK(bodyOf("<?xml version='1.0' encoding='windows-1252'?><n><a>K\xFChl</a></n>", "") == "{\"a\":\"K\u00FChl\"}");
    CHECK(bodyOf("a=K%FChl", "application/x-www-form-urlencoded; charset=latin1") == "{\"a\":\"K\u00FChl\"}");
    CHECK(bodyOf("{\"a\":\"K\u00FChl\"}", "application/json; charset=ISO-8859-1") ==
          "{\"a\":\"K\u00FChl\"}"); // it lies
}

TEST_CASE("A compressed body is named as what it is", "[events]")
{
    CHECK_THAT(refusalOf("\x1F\x8B\x08 and so on"), Catch::Contains("gzip"));
}

TEST_CASE("A body in UTF-16 is named as what it is", "[events]")
{
    CHECK_THAT(refusalOf(std::string("\xFF\xFE{\0}\0", 6)), Catch::Contains("UTF-16 (little endian)"));
    CHECK_THAT(refusalOf(std::string("\0{\0\"\0a", 6)), Catch::Contains("UTF-16 (big endian)"));
}

TEST_CASE("Null, blank texts and placeholders are unset, and a page can show which", "[events]")
{
    std::vector<std::string> unset;
    const auto tree = treeOf(
        posted(R"({"a":null,"b":" \u00a0\t","c":["x","*UNKNOWN*"],"d/e":{"f~":"{HOST.IP}"},"g":"is {HOST.IP} here"})"),
        {"^\\*UNKNOWN\\*$", "^\\{[A-Z.]+\\}$"}, &unset);
    CHECK(json::jsonText(tree->get("body")) ==
          R"({"a":null,"b":null,"c":["x",null],"d/e":{"f~":null},"g":"is {HOST.IP} here"})");
    CHECK(unset == std::vector<std::string>{"/body/a", "/body/b", "/body/c/1", "/body/d~1e/f~0"});
    std::string many = "[null";
    for (int i = 0; i < 5000; ++i)
        many += ",null";
    treeOf(posted(many + "]"), {}, &unset);
    CHECK(unset.size() == 200);
}

TEST_CASE("A tree has headers without secrets, and those of CloudEvents decoded", "[events]")
{
    RawDelivery delivery = posted("{}");
    delivery.headers = {{"authorization", "Bearer x"},
                        {"cookie", "x"},
                        {"x-grafana-alerting-signature", "x"},
                        {"x-auth-token", "x"},
                        {"x-api-key", "x"},
                        {"sentry-hook-signature", "x"},
                        {"sentry-hook-resource", "metric_alert"},
                        {"ce-subject", "K%C3%BChlraum%20USV+1"},
                        {"proxy-authorization", "x"},
                        {"x-client-secret", "x"}};
    const auto headers = treeOf(delivery)->getObject("headers");
    CHECK(json::jsonText(headers) ==
          "{\"ce-subject\":\"K\u00FChlraum USV+1\",\"sentry-hook-resource\":\"metric_alert\"}");
}

TEST_CASE("A tree names its source and the source's settings, lists of names in all cases of letters", "[events]")
{
    SourceSettings source;
    source.name = "prod-alerts";
    Poco::JSON::Array::Ptr labels = new Poco::JSON::Array;
    labels->add("customer").add("MSP");
    source.settings->set("customerLabels", labels);
    source.settings->set("customer", "Lindgren Foods");
    const BodyTree tree = bodyTreeOf(posted("{}"), source, {});
    CHECK_THAT(
        tree.json,
        Catch::EndsWith(
            R"("source":{"name":"prod-alerts","settings":{"customer":"Lindgren Foods","customerLabels":["customer","MSP"]},)"
            R"("names":{"customerLabels":["customer","Customer","CUSTOMER","MSP","msp"]}}})"));
}

TEST_CASE("A body of 8 MiB becomes a tree, and a larger one is refused", "[events]")
{
    std::string body = "[";
    while (body.size() < maxBodyBytes - 100)
        body += R"({"labels":{"alertname":"PortDown","n":123456789012345678},"x":""},)";
    body.back() = ']';
    SourceSettings source;
    CHECK(bodyTreeOf(posted(body), source, {}).json.size() > body.size());
    CHECK_THAT(refusalOf(std::string(maxBodyBytes + 1, 'x')), Catch::Contains("at most 8388608"));
    CHECK_THAT(refusalOf("{\"a\":\"" + std::string(maxBodyBytes - 100, '\x01') + "\"}"), Catch::Contains("32 MiB"));
}
