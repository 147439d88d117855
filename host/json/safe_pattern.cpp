#include "host/json/safe_pattern.h"

#include <re2/re2.h>

#include <stdexcept>

namespace psa::json {
namespace {

re2::RE2::Options safeOptions()
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    return options;
}

} // namespace

struct SafePattern::Impl
{
    re2::RE2 compiled;
    explicit Impl(const std::string &pattern) : compiled(pattern, safeOptions()) {}
};

SafePattern::SafePattern(const std::string &pattern) : impl_(std::make_shared<Impl>(pattern))
{
    if (!impl_->compiled.ok())
        throw std::runtime_error("the pattern \"" + pattern + "\" is not RE2: " + impl_->compiled.error());
}

bool SafePattern::matches(std::string_view text) const
{
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), impl_->compiled);
}

} // namespace psa::json
