#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace psa::observe {

/// Metrics in the text format of Prometheus, version 0.0.4.
class MetricText
{
public:
    using Labels = std::vector<std::pair<const char *, std::string>>;

    /// Starts a metric; its values follow. `type`: "gauge", "counter" or "histogram".
    void begin(const std::string &name, const char *type, const char *help);
    void value(const Labels &labels, double value) { write("", labels, value); }
    /// A value of a histogram: `bounds` are the upper bounds of its buckets, `within` the counts at or below each.
    template <class Bounds, class Counts>
    void histogram(const Labels &labels, const Bounds &bounds, const Counts &within, std::uint64_t count, double sum)
    {
        for (std::size_t i = 0; i < bounds.size(); ++i)
            bucket(labels, numberText(bounds[i]), within[i]);
        bucket(labels, "+Inf", count);
        write("_sum", labels, sum);
        write("_count", labels, static_cast<double>(count));
    }

    const std::string &text() const { return text_; }

private:
    static std::string numberText(double value);
    void write(const char *suffix, const Labels &labels, double value);
    void bucket(Labels labels, const std::string &end, std::uint64_t count);

    std::string name_;
    std::string text_;
};

} // namespace psa::observe
