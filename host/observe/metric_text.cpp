#include "host/observe/metric_text.h"

#include <Poco/NumberFormatter.h>

namespace psa::host {
namespace {

/// As the value of a label must be.
std::string escaped(const std::string &text)
{
    std::string made;
    for (const char c : text)
        if (c == '\n')
            made += "\\n";
        else if (c == '"' || c == '\\')
            made += {'\\', c};
        else
            made += c;
    return made;
}

} // namespace

void MetricText::begin(const std::string &name, const char *type, const char *help)
{
    name_ = name;
    text_ += "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

void MetricText::value(const Labels &labels, double value)
{
    std::string all;
    for (const auto &[label, text] : labels)
        all += (all.empty() ? "" : ",") + std::string(label) + "=\"" + escaped(text) + "\"";
    text_ += name_ + (all.empty() ? "" : "{" + all + "}") + " " + Poco::NumberFormatter::format(value) + "\n";
}

} // namespace psa::host
