#include "host/json/utf8.h"
#include "plugin-check/check.h"
#include "plugin-check/run_report.h"

#include <Poco/SAX/AttributesImpl.h>
#include <Poco/XML/XMLWriter.h>

#include <iomanip>
#include <ostream>
#include <sstream>

namespace psa::check {
namespace {

using Poco::XML::AttributesImpl;
using Poco::XML::XMLWriter;

/// XML cannot represent control characters and U+FFFE and U+FFFF in any form.
std::string forXml(const std::string &text)
{
    std::string clean = json::printable(text);
    for (const char *const forbidden : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
        for (std::size_t at = clean.find(forbidden); at != std::string::npos; at = clean.find(forbidden, at))
            clean.replace(at, 3, "\xEF\xBF\xBD");
    return clean;
}

std::string seconds(std::chrono::milliseconds time)
{
    std::ostringstream text;
    text << time.count() / 1000 << '.' << std::setw(3) << std::setfill('0') << time.count() % 1000;
    return text.str();
}

AttributesImpl attributes(const std::vector<std::pair<std::string, std::string>> &values)
{
    AttributesImpl result;
    for (const auto &[name, value] : values)
        result.addAttribute("", "", name, "CDATA", forXml(value));
    return result;
}

void writeElement(XMLWriter &writer, const std::string &name, const AttributesImpl &with, const std::string &text)
{
    writer.startElement("", "", name, with);
    writer.characters(forXml(text));
    writer.endElement("", "", name);
}

std::string findingsText(const CheckResult &result)
{
    std::string text = result.because.empty() ? "" : result.because + "\n";
    for (const Finding &finding : result.findings)
        text += std::string(toText(finding.severity)) + ": " + finding.text + "\n";
    return text;
}

std::string messageOf(const CheckResult &result)
{
    if (!result.because.empty())
        return result.because;
    for (const Finding &finding : result.findings)
        if (finding.severity == Severity::failure)
            return finding.text;
    return toText(result.verdict);
}

void writeOutcome(XMLWriter &writer, const CheckResult &result)
{
    const std::string text = findingsText(result);
    if (!result.waived.empty())
        writeElement(writer, "skipped",
                     attributes({{"message", "waived until " + result.waived.front().expires + ": " +
                                                 result.waived.front().reason}}),
                     text);
    else if (result.verdict == Verdict::skipped)
        writeElement(writer, "skipped", attributes({{"message", "because " + result.because}}), "");
    else if (result.verdict == Verdict::failed)
        writeElement(writer, "failure", attributes({{"message", messageOf(result)}, {"type", "failed"}}), text);
    else if (result.verdict == Verdict::crashed || result.verdict == Verdict::timedOut)
        writeElement(writer, "error", attributes({{"message", messageOf(result)}, {"type", toText(result.verdict)}}),
                     text);
    else if (!text.empty())
        writeElement(writer, "system-out", AttributesImpl(), text);
    if (!result.output.empty())
        writeElement(writer, "system-err", AttributesImpl(), result.output);
}

void writeCase(XMLWriter &writer, const CheckResult &result)
{
    const Check *check = findCheck(result.id);
    const auto with = attributes({{"classname", check == nullptr ? "" : check->group},
                                  {"name", result.id + " " + (check == nullptr ? "" : check->title)},
                                  {"time", seconds(result.took)}});
    writer.startElement("", "", "testcase", with);
    writeOutcome(writer, result);
    writer.endElement("", "", "testcase");
}

} // namespace

void writeJUnit(const RunReport &report, std::ostream &out)
{
    std::chrono::milliseconds all{0};
    for (const CheckResult &result : report.results)
        all += result.took;
    const auto number = [](std::size_t count) { return std::to_string(count); };
    XMLWriter writer(out, XMLWriter::WRITE_XML_DECLARATION | XMLWriter::PRETTY_PRINT);
    writer.startDocument();
    writer.startElement("", "", "testsuites");
    writer.startElement(
        "", "", "testsuite",
        attributes({{"name", "psa-plugin-check " + report.id + " " + report.version},
                    {"tests", number(report.results.size())},
                    {"failures", number(report.count(Verdict::failed))},
                    {"errors", number(report.count(Verdict::crashed) + report.count(Verdict::timedOut))},
                    {"skipped", number(report.count(Verdict::skipped) + report.waivedCount())},
                    {"time", seconds(all)}}));
    for (const CheckResult &result : report.results)
        writeCase(writer, result);
    writer.endElement("", "", "testsuite");
    writer.endElement("", "", "testsuites");
    writer.endDocument();
}

} // namespace psa::check
