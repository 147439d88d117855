#pragma once

#include "host/os/file_descriptor.h"
#include "host/plugin/runner/protocol.h"
#include "plugin-check/check_result.h"

#include <optional>
#include <string>

namespace psa::check {

/// Memory that the checker and the process of one check share. The check writes its steps and, once, its result; the
/// checker reads when all possible writers are dead. There is no descriptor that a plugin could close or write to: the
/// file behind it is closed before any of the plugin's code runs.
class ResultBoard
{
public:
    /// For the checker. Throws std::system_error.
    ResultBoard();
    /// For the check: takes over `descriptor`, passed by the checker, and closes it.
    explicit ResultBoard(int descriptor);
    ~ResultBoard();
    ResultBoard(const ResultBoard &) = delete;
    ResultBoard &operator=(const ResultBoard &) = delete;

    /// For the checker: to be passed on; owned by the board.
    int descriptor() const { return file_.get(); }

    /// Where denied system calls are noted.
    plugin::runner::SharedPage &denied() const;

    void writeStep(const std::string &step);
    void writeResult(const CheckResult &result);

    std::string step() const;
    /// nullopt: there is no valid result.
    std::optional<CheckResult> result() const;

private:
    struct Layout;
    static Layout *map(int descriptor);

    os::FileDescriptor file_;
    Layout *shared_ = nullptr;
};

} // namespace psa::check
