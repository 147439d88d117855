#pragma once

#include <string>
#include <utility>
#include <vector>

namespace psa::host {

/// Metrics in the text format of Prometheus, version 0.0.4.
class MetricText
{
public:
    using Labels = std::vector<std::pair<const char *, std::string>>;

    /// Begins a metric; its values follow. `type`: "gauge" or "counter".
    void begin(const std::string &name, const char *type, const char *help);
    void value(const Labels &labels, double value);

    const std::string &text() const { return text_; }

private:
    std::string name_;
    std::string text_;
};

} // namespace psa::host
