#include "host/observe/metric_text.h"

#include <catch2/catch.hpp>

#include <array>

using psa::observe::MetricText;

TEST_CASE("metrics are written as Prometheus reads them", "[metrics]")
{
    MetricText text;
    text.begin("jobs", "gauge", "How many.");
    text.value({{"name", "a \"quoted\" \\ one\nof two lines"}}, 3);
    text.value({}, 0.5);
    text.begin("took_seconds", "histogram", "How long.");
    text.histogram({{"of", "a"}}, std::array<double, 2>{0.5, 10}, std::array<std::uint64_t, 2>{1, 2}, 4, 61.25);
    CHECK(text.text() == "# HELP jobs How many.\n# TYPE jobs gauge\n"
                         "jobs{name=\"a \\\"quoted\\\" \\\\ one\\nof two lines\"} 3\n"
                         "jobs 0.5\n"
                         "# HELP took_seconds How long.\n# TYPE took_seconds histogram\n"
                         "took_seconds_bucket{of=\"a\",le=\"0.5\"} 1\n"
                         "took_seconds_bucket{of=\"a\",le=\"10\"} 2\n"
                         "took_seconds_bucket{of=\"a\",le=\"+Inf\"} 4\n"
                         "took_seconds_sum{of=\"a\"} 61.25\n"
                         "took_seconds_count{of=\"a\"} 4\n");
}
