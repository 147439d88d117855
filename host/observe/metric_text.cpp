#include "host/observe/metric_text.h"

#include <Poco/NumberFormatter.h>

namespace psa::observe {
namespace {

/// Escaped for the value of a label.
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

std::string MetricText::numberText(double value)
{
    return Poco::NumberFormatter::format(value);
}

void MetricText::write(const char *suffix, const Labels &labels, double value)
{
    std::string all;
    for (const auto &[label, text] : labels)
        all += (all.empty() ? "" : ",") + std::string(label) + "=\"" + escaped(text) + "\"";
    text_ += name_ + suffix + (all.empty() ? "" : "{" + all + "}") + " " + numberText(value) + "\n";
}

void MetricText::bucket(Labels labels, const std::string &end, std::uint64_t count)
{
    labels.emplace_back("le", end);
    write("_bucket", labels, static_cast<double>(count));
}

} // namespace psa::observe
