#include "host/cli/secret_option.h"

#include "host/cli/ticket_request_reader.h"
#include "host/secrets/secret_source.h"

#include <termios.h>
#include <unistd.h>

#include <ostream>

namespace psa::cli {
namespace {

/// Turns off the terminal's echo while it exists, if standard input is a terminal.
class EchoOff
{
public:
    EchoOff() : isTerminal_(tcgetattr(STDIN_FILENO, &before_) == 0)
    {
        termios now = before_;
        now.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (isTerminal_)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &now);
    }
    ~EchoOff()
    {
        if (isTerminal_)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    EchoOff(const EchoOff &) = delete;
    EchoOff &operator=(const EchoOff &) = delete;
    bool isTerminal() const { return isTerminal_; }

private:
    termios before_{};
    bool isTerminal_;
};

} // namespace

std::string secretFromOption(const std::string &option, const std::string &prompt, const std::string &source,
                             const Streams &streams)
try
{
    if (source.starts_with("file:"))
        return secrets::secretFromFile(source.substr(5));
    if (source.starts_with("env:"))
        return secrets::secretFromEnvironment(source.substr(4));
    if (source != "-")
        throw BadRequest(option +
                         " takes file:/path, env:NAME or - for standard input, not the secret itself: other users can "
                         "see command lines.");
    const EchoOff hidden;
    if (hidden.isTerminal())
        streams.log << prompt << ": " << std::flush;
    std::string secret = secrets::secretFromStream(streams.in);
    if (hidden.isTerminal())
        streams.log << '\n';
    return secret;
}
catch (const secrets::SecretUnavailable &error)
{
    throw BadRequest(option + ": " + error.what());
}

} // namespace psa::cli
