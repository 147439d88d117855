#pragma once

#include <string>

namespace psa::check {

/// Takes what this process writes on standard output and error, until its end.
class OutputCapture
{
public:
    /// Throws std::runtime_error.
    OutputCapture();
    ~OutputCapture();
    OutputCapture(const OutputCapture &) = delete;
    OutputCapture &operator=(const OutputCapture &) = delete;

    /// What was written so far, the first 1000 bytes.
    std::string text() const;

private:
    int file_;
    int out_;
    int error_;
};

} // namespace psa::check
