#pragma once

#include <memory>
#include <stdexcept>
#include <string>

struct jq_state;

namespace psa::events::reader::child {

/// The program cannot be compiled. what(): libjq's messages, with the lines of the program.
class NotCompiled : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// The program returned an error. what(): its text.
class ProgramError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Its output is longer than maxAnswerBytes.
class OutputTooLong : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// A compiled jq program that can use the functions of helpers.jq, and nothing outside. Ends the process with
/// exitOutOfMemory when libjq finds no memory. Not thread-safe.
class JqProgram
{
public:
    /// Throws NotCompiled.
    explicit JqProgram(const std::string &text);

    /// A JSON list of all values that the program returns for `input`, a JSON document. Throws ProgramError and
    /// OutputTooLong.
    std::string run(const std::string &input);

private:
    struct Close
    {
        void operator()(jq_state *state) const;
    };
    std::unique_ptr<jq_state, Close> state_;
};

} // namespace psa::events::reader::child
